//! What is kept of a request: enough to say why it was refused, and nothing secret.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::ControlFlow;

use crate::event::Seen;
use crate::fields::{Field, RequestFields, sole_line};
use crate::list::members;
use crate::policy::Policy;
use crate::verdict::Kind;

/// The most bytes that are kept of an origin, a host, a path.
pub(super) const LONGEST_TEXT: usize = 300;
/// The most bytes that are kept of a method or of the name of a header.
const LONGEST_NAME: usize = 64;
/// The most names of headers that are kept.
const MOST_NAMES: usize = 32;

/// A policy, and what it was asked. What is alike is one entry of the log.
#[derive(Debug)]
pub(super) struct Facts {
    pub(super) policy: Policy,
    pub(super) asked: Option<Asked>,
    hash: u64,
}

/// A request: no query, no values of headers, no body.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Asked {
    pub(super) is_preflight: bool,
    pub(super) is_handshake: bool,
    /// As sent: of a preflight, `OPTIONS`.
    pub(super) method: String,
    /// What a preflight asks for.
    pub(super) request_method: Option<String>,
    pub(super) request_headers: Vec<String>,
    pub(super) origin: Option<String>,
    pub(super) host: Option<String>,
    pub(super) path: String,
    pub(super) has_cookies: bool,
    pub(super) site: Option<&'static str>,
}

impl Facts {
    pub(super) fn of(policy: &Policy, seen: Option<&Seen<'_>>) -> Self {
        let asked = seen.map(Asked::of);
        let mut hasher = DefaultHasher::new();
        (policy.identified().1, policy.name(), &asked).hash(&mut hasher);
        Facts { policy: policy.clone(), asked, hash: hasher.finish() }
    }

    pub(super) fn is_like(&self, other: &Facts) -> bool {
        self.hash == other.hash && is_same(&self.policy, &other.policy) && self.asked == other.asked
    }
}

/// Whether two policies mean the same and are called the same.
pub(super) fn is_same(one: &Policy, other: &Policy) -> bool {
    one.identified().1 == other.identified().1 && one.name() == other.name()
}

impl Asked {
    fn of(seen: &Seen<'_>) -> Self {
        let is_preflight = seen.verdict.kind() == Kind::Preflight;
        let text = |bytes: &[u8]| clipped(bytes, LONGEST_TEXT);
        let name = |bytes: &[u8]| clipped(bytes, LONGEST_NAME);
        Asked {
            is_preflight,
            is_handshake: seen.is_handshake(),
            method: name(seen.method),
            request_method: seen.request_method().filter(|_| is_preflight).as_deref().map(name),
            request_headers: if is_preflight { request_headers(seen.request) } else { Vec::new() },
            origin: seen.origin().as_deref().map(text),
            host: seen.target.host().map(|host| text(host.as_bytes())),
            path: text(seen.target.path().as_bytes()),
            has_cookies: seen.request.has(Field::Cookie),
            site: sole_line(seen.request, Field::SecFetchSite, site),
        }
    }

    pub(super) fn kind(&self) -> &'static str {
        match (self.is_preflight, self.is_handshake) {
            (true, _) => "preflight",
            (false, true) => "handshake",
            (false, false) => "request",
        }
    }

    /// What the page asks for: of a preflight, the request that it is for.
    pub(super) fn intended_method(&self) -> &str {
        self.request_method.as_deref().unwrap_or(&self.method)
    }
}

/// Whether a page of the server itself sends the request, as far as can be told.
pub(super) fn is_own(seen: &Seen<'_>) -> bool {
    match sole_line(seen.request, Field::SecFetchSite, site) {
        Some(site) => site == "same-origin",
        None => seen.origin().is_some_and(|origin| {
            seen.target.host().is_some_and(|host| {
                [&b"http://"[..], b"https://"].into_iter().any(|scheme| {
                    origin.strip_prefix(scheme).is_some_and(|own| own.eq_ignore_ascii_case(host.as_bytes()))
                })
            })
        }),
    }
}

fn site(line: &[u8]) -> Option<&'static str> {
    ["same-origin", "same-site", "cross-site", "none"].into_iter().find(|site| site.as_bytes() == line)
}

fn request_headers(request: &dyn RequestFields) -> Vec<String> {
    let mut names = Vec::new();
    let _ = request.each_line(Field::AccessControlRequestHeaders, &mut |line| {
        let left = MOST_NAMES.saturating_sub(names.len());
        names.extend(members(line).take(left).map(|name| clipped(name, LONGEST_NAME)));
        if names.len() < MOST_NAMES { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    names
}

/// Bytes as text of at most so many bytes, an ellipsis aside. What is not printable ASCII is escaped.
pub(super) fn clipped(bytes: &[u8], longest: usize) -> String {
    let mut text = String::new();
    for byte in bytes {
        let start = text.len();
        match byte {
            b' '..=b'~' => text.push(char::from(*byte)),
            other => text.extend(other.escape_ascii().map(char::from)),
        }
        if text.len() > longest {
            text.truncate(start);
            text.push('…');
            break;
        }
    }
    text
}

/// A text of at most so many bytes, an ellipsis aside.
pub(super) fn shortened(text: &str, longest: usize) -> String {
    if text.len() <= longest {
        return text.to_owned();
    }
    let ends = text.char_indices().map(|(start, char)| start + char.len_utf8());
    let end = ends.take_while(|end| *end <= longest).last().unwrap_or_default();
    format!("{}…", text.get(..end).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{clipped, shortened};

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(shortened("äöü", 6), "äöü");
        assert_eq!(shortened("äöü", 5), "äö…");
        assert_eq!(shortened("äöü", 1), "…");
    }

    #[test]
    fn texts_are_bounded_and_printable() {
        assert_eq!(clipped(b"https://a.test", 14), "https://a.test");
        assert_eq!(clipped(b"https://a.test", 13), "https://a.tes…");
        assert_eq!(clipped(b"<\"\\>\x00\n\xff", 64), "<\"\\>\\x00\\n\\xff");
        assert_eq!(clipped(b"ab\xff", 4), "ab…");
        assert_eq!(clipped(b"", 0), "");
    }
}
