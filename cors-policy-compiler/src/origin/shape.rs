//! The overall shape of an origin: what is none at all, and what does not belong to one.

use super::scheme::never_an_origin;
use super::{Finding, LONGEST};
use crate::host::is_loopback;
use crate::mistake::Mistake;

/// Schemes whose documents have an opaque origin, or the origin of another URL.
const OPAQUE: [&str; 6] = ["about", "blob", "data", "filesystem", "javascript", "view-source"];

/// What cannot be taken apart into scheme, host and port.
pub(super) fn unreadable(text: &str) -> Option<Finding> {
    if text.is_empty() {
        let help = "write `scheme://host[:port]`, or remove the entry";
        return Some(
            Finding::new(Mistake::EmptyOrigin, "an origin cannot be empty", help)
                .note("an empty string is typical of a variable that is not set"),
        );
    }
    if text == "null" {
        let help = "list the origins of real pages, or use `any` without credentials for public data";
        return Some(Finding::new(Mistake::NullOrigin, "`null` cannot be admitted", help));
    }
    if is_plain(text) {
        return None;
    }
    several_origins(text)
        .or_else(|| white_space(text))
        .or_else(|| too_long(text))
        .or_else(|| opaque(text).or_else(|| regex(text)).or_else(|| without_separator(text)))
}

/// Whether none of the other checks can find anything. Nearly all origins are like this, and policies may have
/// ten thousand of them in a macro that is not optimised.
fn is_plain(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let plain =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b':');
    text.len() <= LONGEST && rest.is_some_and(|rest| rest.bytes().all(plain))
}

fn several_origins(text: &str) -> Option<Finding> {
    let is_separator = |c: char| matches!(c, ',' | ';' | '|') || c.is_whitespace();
    let parts: Vec<&str> = text.split(is_separator).filter(|part| !part.is_empty()).collect();
    if text.matches("://").count() < 2 || parts.len() < 2 {
        return None;
    }
    let separate: Vec<String> = parts.iter().map(|part| format!("{part:?}")).collect();
    Some(Finding::new(
        Mistake::SeveralOriginsInOne,
        "one string holds several origins",
        format!("give each origin a string of its own: `{}`", separate.join(", ")),
    ))
}

fn white_space(text: &str) -> Option<Finding> {
    let place = text.find(|c: char| c.is_whitespace() || c.is_control())?;
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    Some(
        Finding::new(
            Mistake::OriginWhitespace,
            format!("white space at byte {} of the origin", place + 1),
            format!("write `{plain}`"),
        )
        .note("an origin never has white space or control characters in it"),
    )
}

fn too_long(text: &str) -> Option<Finding> {
    (text.len() > LONGEST).then(|| {
        Finding::new(
            Mistake::OriginTooLong,
            format!("this origin has {} bytes; the longest there can be has {LONGEST}", text.len()),
            "write `scheme://host[:port]` and nothing else",
        )
    })
}

fn opaque(text: &str) -> Option<Finding> {
    let (scheme, _) = text.split_once(':')?;
    let scheme = scheme.to_ascii_lowercase();
    if scheme == "file" {
        return Some(Finding::new(
            Mistake::FileOrigin,
            "pages opened from disk have no origin that could be admitted",
            "serve the page, and list where it is served, such as `http://localhost:8080`",
        ));
    }
    OPAQUE.contains(&scheme.as_str()).then(|| {
        Finding::new(
            Mistake::OpaqueOrigin,
            format!("no page has a `{scheme}:` origin"),
            "list the origin of the page that creates such documents",
        )
    })
}

fn regex(text: &str) -> Option<Finding> {
    let delimited = text.len() > 2 && text.starts_with('/') && text.ends_with('/') && !text.starts_with("//");
    let anchored = text.starts_with('^') || text.ends_with('$');
    let escapes =
        ["\\.", "\\d", "\\w", "\\/", "[^", "(?", "://.*", "://(.*"].iter().any(|part| text.contains(part));
    (delimited || anchored || escapes).then(|| {
        Finding::new(
            Mistake::RegexOrigin,
            "patterns are not regular expressions",
            "write `https://*.example.com` for every subdomain, `https://pr-*.example.com` for a part of a label, or \
             list the hosts",
        )
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
        let authority = rest.split('/').next().unwrap_or(rest);
        let message = format!("`://` must stand between `{scheme}` and the host");
        return Some(Finding::new(
            Mistake::SchemeSeparator,
            message,
            format!("write `{scheme}://{authority}`"),
        ));
    }
    let authority = slashes.trim_start_matches('/').split('/').next().unwrap_or_default();
    let host = authority.split(':').next().unwrap_or(authority);
    let help = match authority {
        "*" => "write `any` (in data, `\"*\"`) in place of the whole list".to_owned(),
        _ if is_loopback(host) => format!("write `http://{authority}`"),
        _ if authority.contains(['.', ':']) => format!("write `https://{authority}`"),
        _ => "write `scheme://host[:port]`, such as `https://app.example.com`".to_owned(),
    };
    Some(Finding::new(Mistake::MissingScheme, format!("`{text}` has no scheme"), help))
}

/// A scheme, and what follows something that is not quite `://`.
fn misspelt_separator(text: &str) -> Option<(&str, &str)> {
    for scheme in ["https", "http"] {
        if let Some(rest) = text.strip_prefix(scheme)
            && rest.starts_with([':', '/', ';'])
        {
            return Some((scheme, rest.trim_start_matches([':', '/', ';'])));
        }
    }
    // `localhost:3000` is a host and a port, `chrome-extension:abc` is not.
    let (scheme, rest) = text.split_once(':')?;
    let is_host = scheme.contains('.') || rest.starts_with(|c: char| c.is_ascii_digit());
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let rest = rest.trim_start_matches('/');
    if is_scheme && !is_host && !rest.is_empty() { Some((scheme, rest)) } else { None }
}

/// Cuts off path, query and fragment.
pub(super) fn without_tail<'t>(rest: &'t str, findings: &mut Vec<Finding>) -> &'t str {
    let Some(start) = rest.find(['/', '\\', '?', '#']) else { return rest };
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
    findings.push(Finding::new(mistake, message, format!("remove `{tail}`")));
    authority
}

/// Cuts off what stands before `@`.
pub(super) fn without_userinfo<'t>(authority: &'t str, findings: &mut Vec<Finding>) -> &'t str {
    let Some((userinfo, rest)) = authority.rsplit_once('@') else { return authority };
    findings.push(Finding::new(
        Mistake::Userinfo,
        format!("an origin has no user name: `{userinfo}@`"),
        format!("remove `{userinfo}@`"),
    ));
    rest
}
