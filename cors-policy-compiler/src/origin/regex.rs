//! Regular expressions, which are refused, and the patterns that were meant by them.

use super::{Finding, closed, port};
use crate::host::is_loopback;
use crate::mistake::Mistake;

/// What stands for one label or more, in the spellings that are common.
const SUBDOMAINS: [&str; 2] = [r".*\.", r".+\."];
/// What stands for one label, which no pattern does.
const LABELS: [&str; 8] = [
    r"[^.]+\.",
    r"[^.]*\.",
    r"\w+\.",
    r"[\w-]+\.",
    r"[-\w]+\.",
    r"[a-z0-9-]+\.",
    r"[a-zA-Z0-9-]+\.",
    r"[A-Za-z0-9-]+\.",
];
/// What no origin has, and most expressions have.
const SIGNS: [&str; 14] =
    ["\\.", "\\d", "\\w", "\\/", "[^", "[0-9", "[a-z", "[A-Z", "]+", "]*", "]{", "(?", "://.*", "://(.*"];
/// What stands for a port.
const PORTS: [&str; 6] = [r"(:\d+)?", r"(?::\d+)?", r"(:[0-9]+)?", r"(?::[0-9]+)?", r":\d+", r":[0-9]+"];

/// A finding, if the text looks like a regular expression.
pub(super) fn regex(text: &str) -> Option<Finding> {
    let delimited = text.len() > 2 && text.starts_with('/') && text.ends_with('/') && !text.starts_with("//");
    let anchored = text.starts_with('^') || text.ends_with('$');
    let escapes = SIGNS.iter().any(|sign| text.contains(sign));
    (delimited || anchored || escapes).then(|| {
        let meant = meant(text);
        let has_single_labels = LABELS.iter().any(|label| text.contains(label));
        let nearest = meant.last().filter(|_| has_single_labels).and_then(|text| closed(text));
        let help = match &nearest {
            Some(nearest) => format!("list the hosts, or write `{nearest}`, which also admits deeper subdomains"),
            None => "write `https://*.example.com` for every subdomain, `https://pr-*.example.com` for a part of a \
                     label, or list the hosts"
                .to_owned(),
        };
        let finding = Finding::new(Mistake::RegexOrigin, "patterns are not regular expressions", help);
        if has_single_labels { finding } else { finding.meant(meant) }
    })
}

/// The patterns that admit what the author of a simple expression had in mind.
fn meant(expression: &str) -> Vec<String> {
    let mut text = expression.trim_matches('/').trim_start_matches('^').trim_end_matches('$').to_owned();
    text = text.replace(r"\/", "/");
    let either = text.contains("https?://");
    text = text.replace("https?://", "https://");
    for port in PORTS {
        text = text.replace(port, ":*");
    }
    let mut is_optional = false;
    for label in SUBDOMAINS.into_iter().chain(LABELS) {
        for group in [format!("({label})?"), format!("(?:{label})?")] {
            is_optional |= text.contains(&group);
            text = text.replace(&group, "*.");
        }
        for group in [format!("({label})"), format!("(?:{label})"), label.to_owned()] {
            text = text.replace(&group, "*.");
        }
    }
    let pattern = text.replace(r"\.", ".").replace(r"\-", "-");
    let is_plain =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'/' | b'.' | b'-' | b'*');
    if !pattern.bytes().all(is_plain) {
        return Vec::new();
    }
    let host = pattern.strip_prefix("https://").map(|authority| port::split(authority).0).unwrap_or_default();
    let pattern = if either && is_loopback(host) { pattern.replacen("https", "http", 1) } else { pattern };
    if is_optional { vec![pattern.replacen("*.", "", 1), pattern] } else { vec![pattern] }
}

#[cfg(test)]
mod tests {
    use crate::origin::read;

    #[test]
    fn simple_expressions_are_translated() {
        for (expression, expected) in [
            (r"^https://.*\.example\.com$", &["https://*.example.com"][..]),
            (r"/^https:\/\/.+\.example\.com$/", &["https://*.example.com"]),
            (r"^https://(.*\.)?example\.com$", &["https://example.com", "https://*.example.com"]),
            (r"^https?://(?:.+\.)?example\.com$", &["https://example.com", "https://*.example.com"]),
            (r"^http://localhost:\d+$", &["http://localhost:*"]),
            (r"^https://example\.com(:\d+)?$", &["https://example.com:*"]),
            (r"https://app\.example\.com", &["https://app.example.com"]),
        ] {
            let (_, findings) = read(expression);
            let replacement = findings[0].replacement.clone().unwrap_or_default();
            assert_eq!(replacement, expected, "{expression}");
        }
    }

    #[test]
    fn others_are_left_to_their_authors() {
        for expression in [
            r"^https://(a|b)\.example\.com$",
            r"/example/",
            r"^.*$",
            r"^https://[^.]+\.example\.com$",
            r"^https://.*\.com$",
        ] {
            let (_, findings) = read(expression);
            assert!(findings[0].replacement.is_none(), "{expression}: {findings:?}");
        }
    }
}
