//! The overall shape of an origin: what is none at all, and what does not belong to one.

use super::finding::{Finding, Findings};
use super::pasted::{pasted, several_origins};
use super::scheme::never_an_origin;
use super::{LONGEST, port, regex};
use crate::host::{ipv4, is_loopback};
use crate::mistake::Mistake;

/// Schemes whose documents have an opaque origin, or the origin of another URL.
const OPAQUE: [&str; 6] = ["about", "blob", "data", "filesystem", "javascript", "view-source"];

/// What cannot be taken apart into scheme, host and port.
pub(super) fn unreadable(text: &str) -> Option<Finding> {
    if text.is_empty() {
        let help = "write `scheme://host[:port]`, or remove the entry";
        return Some(Finding::new(Mistake::EmptyOrigin, "an origin cannot be empty", help));
    }
    if text == "null" {
        let help =
            "list the origins of real pages; if the data is public, admit every origin without credentials";
        return Some(Finding::new(Mistake::NullOrigin, "`null` cannot be admitted", help));
    }
    if is_plain(text) {
        return None;
    }
    several_origins(text)
        .or_else(|| too_long(text))
        .or_else(|| pasted(text))
        .or_else(|| opaque(text))
        .or_else(|| regex::regex(text))
        .or_else(|| without_separator(text))
}

/// Whether none of the other checks can find anything. Nearly all origins are like this, and policies may have
/// ten thousand of them in a macro that is not optimised.
fn is_plain(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let plain = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b':' | b'*')
    };
    // `.*` can be a regular expression.
    text.len() <= LONGEST && rest.is_some_and(|rest| rest.bytes().all(plain)) && !text.contains(".*")
}

fn too_long(text: &str) -> Option<Finding> {
    (text.len() > LONGEST).then(|| {
        let message = format!("this entry has {} bytes, and an origin at most {LONGEST}", text.len());
        let help = "write `scheme://host[:port]` and nothing else";
        let authority = text.split_once("://").and_then(|(scheme, rest)| {
            let host = rest.split(['/', '?', '#']).next()?;
            (host.len() < rest.len()).then(|| format!("{scheme}://{host}"))
        });
        Finding::new(Mistake::OriginTooLong, message, help).meant(authority)
    })
}

fn opaque(text: &str) -> Option<Finding> {
    let (scheme, inner) = text.split_once(':')?;
    let scheme = scheme.to_ascii_lowercase();
    if scheme == "file" {
        return Some(Finding::new(
            Mistake::FileOrigin,
            "pages opened from disk have no origin that could be admitted",
            "serve the page, and list where it is served, such as `http://localhost:8080`",
        ));
    }
    OPAQUE.contains(&scheme.as_str()).then(|| {
        let message = format!("documents with the scheme `{scheme}` have no origin of their own");
        let finding = Finding::new(
            Mistake::OpaqueOrigin,
            message,
            "list the origin of the page that makes such documents",
        );
        match scheme.as_str() {
            "data" => finding.note("they send `Origin: null`, which any website can make a browser send"),
            "blob" => {
                finding.meant([inner.to_owned()]).note("they send the origin of the page that made them")
            }
            _ => finding.note("they send the origin of the page that made them, or `null`"),
        }
    })
}

/// What has no `://`.
fn without_separator(text: &str) -> Option<Finding> {
    if text.contains("://") {
        return None;
    }
    let slashes = text.to_ascii_lowercase().replace('\\', "/");
    if let Some((scheme, _)) = slashes.split_once(':')
        && let Some(finding) = never_an_origin(scheme)
    {
        return Some(finding);
    }
    if let Some((scheme, rest)) = misspelt_separator(&slashes) {
        let message = format!("`://` must stand between `{scheme}` and the host");
        let finding = Finding::new(
            Mistake::SchemeSeparator,
            message,
            "write `scheme://host[:port]`, such as `https://app.example.com`",
        );
        // `http:8080` has no host.
        let has_host = !rest.bytes().all(|byte| byte.is_ascii_digit());
        return Some(finding.meant(has_host.then(|| format!("{scheme}://{rest}"))));
    }
    let rest = slashes.trim_start_matches('/');
    let authority = rest.split('/').next().unwrap_or_default();
    let (host, _) = port::split(authority);
    let finding = Finding::new(
        Mistake::MissingScheme,
        format!("`{text}` has no scheme"),
        "write `scheme://host[:port]`, such as `https://app.example.com`",
    );
    let is_odd_number =
        ipv4::ends_in_a_number(host) && ipv4::parse(host).is_none_or(|ip| ip.to_string() != host);
    Some(if is_odd_number {
        // `1.2` is a version rather than 1.0.0.2.
        finding
    } else if is_loopback(host) {
        finding.meant([format!("http://{rest}")])
    } else if authority.contains(['.', ':']) {
        finding.meant([format!("https://{rest}")])
    } else {
        finding
    })
}

/// A scheme, and what follows something that is not quite `://`.
fn misspelt_separator(text: &str) -> Option<(&str, &str)> {
    for scheme in ["https", "http"] {
        if let Some(rest) = text.strip_prefix(scheme)
            && (rest.starts_with([':', '/', ';']) || rest.starts_with(".//"))
        {
            return Some((scheme, rest.trim_start_matches([':', '/', ';', '.'])));
        }
    }
    // `localhost:3000` is a host and a port, `chrome-extension:abc` is not, `user:secret@host` even less.
    let (scheme, rest) = text.split_once(':')?;
    let is_port = rest.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '*' | '$' | '{'));
    let is_host = scheme.contains('.') || is_port || is_loopback(scheme) || rest.contains('@');
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let rest = rest.trim_start_matches('/');
    if is_scheme && !is_host && !rest.is_empty() { Some((scheme, rest)) } else { None }
}

/// Cuts off path, query and fragment.
pub(super) fn without_tail<'t>(rest: &'t str, findings: &mut Findings<'_>) -> &'t str {
    let Some(start) = rest.bytes().position(|byte| matches!(byte, b'/' | b'\\' | b'?' | b'#')) else {
        return rest;
    };
    let (authority, tail) = rest.split_at_checked(start).unwrap_or((rest, ""));
    if authority.is_empty() {
        // `https:///` and the like: the host is what is missing.
        return authority;
    }
    let (mistake, message) = match tail.as_bytes() {
        [b'/'] => (Mistake::TrailingSlash, "an origin has no slash at its end".to_owned()),
        [b'?', ..] => (Mistake::OriginQuery, format!("an origin has no query: `{tail}`")),
        [b'#', ..] => (Mistake::OriginFragment, format!("an origin has no fragment: `{tail}`")),
        _ => (Mistake::OriginPath, format!("an origin has no path: `{tail}`")),
    };
    let finding = Finding::new(mistake, message, format!("remove `{tail}`"));
    let is_range = ipv4::parse(authority).is_some()
        && tail.len() > 1
        && tail.bytes().skip(1).all(|byte| byte.is_ascii_digit());
    if is_range {
        findings.make_ambiguous();
        findings.push_at(tail, finding.note("there are no ranges of addresses: list each origin"));
    } else {
        findings.push_at(tail, finding);
    }
    authority
}

/// Cuts off what stands before `@`.
pub(super) fn without_userinfo<'t>(authority: &'t str, findings: &mut Findings<'_>) -> &'t str {
    let Some((userinfo, rest)) = authority.rsplit_once('@') else { return authority };
    let part = authority.get(..=userinfo.len()).unwrap_or(userinfo);
    let message = format!("an origin has no user name: `{part}`");
    // In `https://shop.example.com@evil.test` the host is `evil.test`: nobody can tell which was meant.
    let is_ambiguous = userinfo.contains(['.', '%']);
    let help = if is_ambiguous {
        findings.make_ambiguous();
        "write the host that you mean, without a user name".to_owned()
    } else {
        format!("remove `{part}`")
    };
    findings.push_at(part, Finding::new(Mistake::Userinfo, message, help));
    rest
}
