//! Schemes.

use super::Finding;
use crate::mistake::Mistake;

const LONGEST: usize = 64;

/// Schemes that exist, but that no document has as the scheme of its origin.
const NEVER: [&str; 18] = [
    "ftp", "ftps", "git", "gopher", "imap", "irc", "ldap", "mailto", "news", "rtsp", "sftp", "sip", "sms",
    "ssh", "tel", "urn", "ws", "wss",
];

/// Reads a scheme; gives it in lower case.
pub(super) fn read(scheme: &str, findings: &mut Vec<Finding>) -> String {
    if matches!(scheme, "https" | "http") {
        return scheme.to_owned();
    }
    let lower = scheme.to_ascii_lowercase();
    let help = "write `https://` in front of the host".to_owned();
    if lower.is_empty() {
        findings.push(Finding::new(Mistake::MissingScheme, "the scheme is missing before `://`", help));
    } else if lower.contains(['*', '(', '?', '|']) {
        findings.push(Finding::new(
            Mistake::WildcardScheme,
            format!("the scheme of an origin cannot be a pattern: `{scheme}`"),
            "list the origin with `https://` and, if you must, with `http://`",
        ));
    } else if !is_scheme(&lower) {
        let message = format!("`{scheme}` is not a URL scheme");
        findings.push(Finding::new(Mistake::InvalidScheme, message, help));
    } else if lower.len() > LONGEST {
        let message = format!("this scheme has {} characters; at most {LONGEST} are supported", lower.len());
        findings.push(Finding::new(Mistake::SchemeTooLong, message, help));
    } else if let Some(finding) = never_an_origin(&lower) {
        findings.push(finding);
    } else if lower != scheme {
        findings.push(Finding::new(
            Mistake::UppercaseScheme,
            format!("the scheme `{scheme}` has capitals"),
            format!("write `{lower}`"),
        ));
    }
    lower
}

fn is_scheme(scheme: &str) -> bool {
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

/// Wildcards need a scheme whose hosts are domain names.
pub(super) fn read_for_wildcard(scheme: &str, findings: &mut Vec<Finding>) {
    if !matches!(scheme, "http" | "https") {
        findings.push(
            Finding::new(
                Mistake::WildcardNeedsHttp,
                format!("wildcards need http or https, not `{scheme}`"),
                "list each origin",
            )
            .note("hosts of other schemes are names that an application chose, without subdomains"),
        );
    }
}

/// A finding, if the scheme is one that no page has.
pub(super) fn never_an_origin(scheme: &str) -> Option<Finding> {
    if !NEVER.contains(&scheme) {
        return None;
    }
    let page = if matches!(scheme, "ws" | "ftp") { "http" } else { "https" };
    let finding = Finding::new(
        Mistake::NeverAnOrigin,
        format!("no page has a `{scheme}` origin"),
        format!("list the page's own origin, with `{page}://`"),
    );
    Some(if matches!(scheme, "ws" | "wss") {
        finding.note(
            "a WebSocket handshake carries the origin of the page that opens it (RFC 6455, section 4.1)",
        )
    } else {
        finding.note("an origin belongs to a document, and no document is loaded like that")
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
