//! What an origin pattern means, said the slow and obvious way.
//!
//! The compiler and the automaton are tested against this, and explanations use it to name the entry that
//! admitted an origin. A pattern is `scheme "://" host [":" port]`, valid in the policy language.

use crate::word::{is_label_byte, labels_fit};

/// The length in bytes of the longest origin that a valid pattern admits: its own for an exact origin; for a
/// wildcard, that of a host name of 253 bytes ([RFC 1035](https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4))
/// and a port of five digits.
#[must_use]
pub fn longest(pattern: &str) -> usize {
    let Some((scheme, authority)) = pattern.split_once("://") else { return pattern.len() };
    let (host, port) = split_port(authority);
    let host = if host.contains('*') { 253 + usize::from(host.ends_with('.')) } else { host.len() };
    let port = port.map_or(0, |port| 1 + if port == "*" { 5 } else { port.len() });
    scheme.len() + 3 + host + port
}

/// Whether the pattern admits the origin, by the meaning that the policy language gives it:
///
/// - a leading `*.` stands for one or more whole labels, never for none;
/// - any other `*` in the host stands for one or more of `[a-z0-9_-]` in its own label;
/// - `:*` stands for a colon and a port from 1 to 65535 without leading zeros, or for nothing;
/// - everything else stands for itself;
/// - no label is longer than 63 bytes.
///
/// A policy also refuses an origin longer than the [`longest`] of all its patterns.
#[must_use]
pub fn admits(pattern: &str, origin: &[u8]) -> bool {
    let Some((scheme, authority)) = pattern.split_once("://") else { return false };
    let Some(rest) = origin.strip_prefix(scheme.as_bytes()).and_then(|rest| rest.strip_prefix(b"://")) else {
        return false;
    };
    let (host, port) = split_port(authority);
    let admitted = match port {
        Some("*") => {
            host_admits(host, rest) || without_port(rest).is_some_and(|rest| host_admits(host, rest))
        }
        Some(port) => rest
            .strip_suffix(port.as_bytes())
            .and_then(|rest| rest.strip_suffix(b":"))
            .is_some_and(|rest| host_admits(host, rest)),
        None => host_admits(host, rest),
    };
    admitted && labels_fit(origin)
}

/// Splits `host[:port]`; the colons of an IPv6 address stand in brackets.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

/// What stands before a valid port.
fn without_port(authority: &[u8]) -> Option<&[u8]> {
    let colon = authority.iter().rposition(|&byte| byte == b':')?;
    let port = core::str::from_utf8(authority.get(colon + 1..)?).ok()?;
    let number: u16 = port.parse().ok()?;
    let plain = number > 0 && !port.starts_with(['0', '+']);
    if plain { authority.get(..colon) } else { None }
}

fn host_admits(pattern: &str, host: &[u8]) -> bool {
    if !pattern.contains('*') {
        return pattern.as_bytes() == host;
    }
    let mut patterns = pattern.rsplit('.');
    let mut labels = host.rsplit(|&byte| byte == b'.');
    while let Some(label_pattern) = patterns.next() {
        let Some(label) = labels.next() else { return false };
        if !label_admits(label_pattern.as_bytes(), label) {
            return false;
        }
        let leading = label_pattern == "*" && patterns.clone().next().is_none() && pattern.starts_with("*.");
        if leading {
            return labels.all(|label| label_admits(b"*", label));
        }
    }
    labels.next().is_none()
}

/// Glob matching that goes back to the last `*` only, which is enough, and keeps it quadratic.
fn label_admits(pattern: &[u8], label: &[u8]) -> bool {
    let (mut at, mut read) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while read < label.len() {
        if pattern.get(at) == Some(&b'*') && label.get(read).is_some_and(|&byte| is_label_byte(byte)) {
            star = Some((at, read));
            at += 1;
            read += 1;
        } else if pattern.get(at).is_some_and(|&byte| byte != b'*' && Some(&byte) == label.get(read)) {
            at += 1;
            read += 1;
        } else if let Some((star_at, star_read)) = star
            && label.get(star_read + 1).is_some_and(|&byte| is_label_byte(byte))
        {
            // The `*` takes one byte more, and what follows it is tried again behind that byte.
            star = Some((star_at, star_read + 1));
            at = star_at + 1;
            read = star_read + 2;
        } else {
            return false;
        }
    }
    at == pattern.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    #[track_caller]
    fn check(pattern: &str, admitted: &[&str], refused: &[&str]) {
        for origin in admitted {
            assert!(admits(pattern, origin.as_bytes()), "{pattern} should admit {origin}");
        }
        for origin in refused {
            assert!(!admits(pattern, origin.as_bytes()), "{pattern} should refuse {origin}");
        }
    }

    #[test]
    fn leading_wildcards_stand_for_whole_labels() {
        check(
            "https://*.a.test",
            &["https://x.a.test", "https://x.y.a.test", "https://_-.a.test", "https://1.a.test"],
            &[
                "https://a.test",
                "https://.a.test",
                "https://x..a.test",
                "https://xa.test",
                "http://x.a.test",
                "https://X.a.test",
                "https://x.a.test.",
                "https://x.a.test:443",
                "https://u@x.a.test",
                "https://*.a.test",
                "https://x/.a.test",
            ],
        );
    }

    #[test]
    fn other_wildcards_stay_in_their_label() {
        check(
            "https://pr-*.a.test",
            &["https://pr-1.a.test", "https://pr--.a.test", "https://pr-pr-.a.test"],
            &["https://pr-.a.test", "https://pr-1.b.a.test", "https://xpr-1.a.test", "https://pr-1a.test"],
        );
        check(
            "https://a*b*c.test",
            &["https://a1b2c.test", "https://abbbc.test", "https://aabbcc.test"],
            &["https://abc.test", "https://a1bc.test", "https://ab1c.test", "https://a1b2cc.tes"],
        );
        check("https://*.x.*.test", &["https://a.x.b.test", "https://a.a.x.b.test"], &["https://x.b.test"]);
        check("https://a.*.b.test", &["https://a.x.b.test"], &["https://a.x.y.b.test", "https://a.b.test"]);
    }

    #[test]
    fn any_port_includes_none() {
        check(
            "http://localhost:*",
            &["http://localhost", "http://localhost:1", "http://localhost:80", "http://localhost:65535"],
            &[
                "http://localhost:",
                "http://localhost:0",
                "http://localhost:01",
                "http://localhost:65536",
                "http://localhost:+1",
                "http://localhost:1:1",
                "http://localhost:100000",
            ],
        );
        check("http://[::1]:*", &["http://[::1]", "http://[::1]:5"], &["http://::1", "http://[::1]5"]);
    }

    #[test]
    fn labels_are_bounded() {
        let fits = ["https://", &"x".repeat(63), ".a.test"].concat();
        let inner_fits = ["https://a.", &"x".repeat(63), ".a.test"].concat();
        let too_long = ["https://", &"x".repeat(64), ".a.test"].concat();
        let inner_too_long = ["https://a.", &"x".repeat(64), ".a.test"].concat();
        check("https://*.a.test", &[&fits, &inner_fits], &[&too_long, &inner_too_long]);
        assert_eq!(longest("https://*.a.test"), 8 + 253);
        assert_eq!(longest("https://*.a.test.:*"), 8 + 254 + 6);
        assert_eq!(longest("http://[::1]:*"), 7 + 5 + 6);
    }
}
