//! Schemes.

use std::borrow::Cow;

use super::finding::{Finding, Findings};
use super::has_domains;
use crate::mistake::Mistake;
use crate::parse::distance;

const LONGEST: usize = 64;

/// Schemes that exist, but that no document has as the scheme of its origin.
const NEVER: [&str; 18] = [
    "ftp", "ftps", "git", "gopher", "imap", "irc", "ldap", "mailto", "news", "rtsp", "sftp", "sip", "sms",
    "ssh", "tel", "urn", "ws", "wss",
];

/// Reads a scheme; gives it in lower case.
pub(super) fn read(scheme: &str, findings: &mut Findings<'_>) -> String {
    if has_domains(scheme) {
        return scheme.to_owned();
    }
    let lower = scheme.to_ascii_lowercase();
    let help = "write `https://` in front of the host";
    let finding = if lower.is_empty() {
        Finding::new(Mistake::MissingScheme, "the scheme is missing in front of `://`", help)
    } else if is_pattern(&lower) {
        let message = format!("the scheme of an origin cannot be a pattern: `{scheme}`");
        let help = "list the origin with `https://` and, if you must, once more with `http://`";
        Finding::new(Mistake::WildcardScheme, message, help)
    } else if !is_scheme(&lower) {
        let help = format!("write `{}`", canonical(&lower));
        if canonical(&lower) == "https" && !is_nearly_http(&lower) {
            findings.make_ambiguous();
        }
        Finding::new(Mistake::InvalidScheme, format!("`{scheme}` is not the scheme of a URL"), help)
    } else if lower.len() > LONGEST {
        let message = format!("this scheme has {} characters; at most {LONGEST} are supported", lower.len());
        Finding::new(Mistake::SchemeTooLong, message, "write the scheme that your pages really have")
    } else if let Some(finding) = never_an_origin(&lower) {
        finding
    } else if lower != scheme {
        let message = format!("the scheme `{scheme}` has capitals");
        Finding::new(Mistake::UppercaseScheme, message, "write the scheme in lower case")
    } else if is_nearly_http(&lower) {
        let message = format!("`{scheme}` is nearly `https`, and no scheme of any page");
        Finding::new(Mistake::InvalidScheme, message, "write `https`")
    } else {
        return lower;
    };
    findings.push_at(scheme, finding);
    lower
}

/// The scheme that was probably meant.
pub(super) fn canonical(scheme: &str) -> Cow<'_, str> {
    if has_domains(scheme) {
        return Cow::Borrowed(scheme);
    }
    let hyphenated = scheme.replace('_', "-");
    if is_nearly_http(scheme) {
        return Cow::Borrowed("https");
    }
    if NEVER.contains(&scheme) {
        Cow::Borrowed(page_of(scheme))
    } else if is_scheme(scheme) {
        Cow::Borrowed(scheme)
    } else if is_scheme(&hyphenated) {
        Cow::Owned(hyphenated)
    } else {
        Cow::Borrowed("https")
    }
}

/// A slip of the keyboard.
fn is_nearly_http(scheme: &str) -> bool {
    scheme.starts_with('h')
        && !has_domains(scheme)
        && (distance(scheme, "https") <= 2 || distance(scheme, "http") <= 1)
}

fn is_pattern(scheme: &str) -> bool {
    scheme.contains(['*', '(', '?', '|'])
}

/// The scheme of pages that talk to servers of this one.
fn page_of(scheme: &str) -> &'static str {
    if matches!(scheme, "ws" | "ftp") { "http" } else { "https" }
}

fn is_scheme(scheme: &str) -> bool {
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

/// Wildcards need a scheme whose hosts are domain names.
pub(super) fn read_for_wildcard(written: &str, scheme: &str, findings: &mut Findings<'_>) {
    if has_domains(scheme) {
        return;
    }
    if is_scheme(scheme) && !NEVER.contains(&scheme) && scheme.len() <= LONGEST {
        let message = format!("wildcards need http or https, not `{scheme}`");
        findings.push_at(written, Finding::new(Mistake::WildcardNeedsHttp, message, "list each origin"));
    }
}

/// A finding, if the scheme is one that no page has.
pub(super) fn never_an_origin(scheme: &str) -> Option<Finding> {
    if !NEVER.contains(&scheme) {
        return None;
    }
    let finding = Finding::new(
        Mistake::NeverAnOrigin,
        format!("no page has the scheme `{scheme}`"),
        format!("list the page's own origin, with `{}://`", page_of(scheme)),
    );
    Some(if matches!(scheme, "ws" | "wss") {
        finding.note(
            "a WebSocket carries the origin of the page that opens it; browsers do not apply CORS to WebSockets, so \
             the server has to check `Origin` in the handshake",
        )
    } else {
        finding
    })
}

/// The port that browsers leave out.
pub(super) fn default_port(scheme: &str) -> Option<u16> {
    match scheme {
        "https" | "wss" => Some(443),
        "http" | "ws" => Some(80),
        "ftp" => Some(21),
        _ => None,
    }
}
