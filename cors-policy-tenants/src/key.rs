//! What a tenant is found by: what a preflight shows.
//!
//! A preflight has no cookie, no token and no API key
//! ([Fetch, CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch)): a tenant that is found by one of
//! these is not found when it matters. So what finds tenants sees the host, the path and the query, and nothing else.

use std::fmt;

use cors_policy::Target;

/// The longest host name, in bytes ([RFC 1035](https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4)), and the longest key.
pub const LONGEST_KEY: usize = 253;

/// What of a request names its tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TenantBy {
    /// The host, without port, in lower case: `acme.api.example.com`, or a domain of the tenant's own.
    Host,
    /// A segment of the path, the first being 0: of `/t/acme/orders`, 1 names `acme`.
    PathSegment(usize),
    /// A parameter of the query: `?key=…`. A request that has it twice has no tenant.
    Query(String),
}

/// What sort of key it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyKind {
    /// A host.
    Host,
    /// A segment of a path.
    Path,
    /// A parameter of a query.
    Query,
}

/// What finds a tenant, in the form in which it is compared: lower case for hosts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    kind: KeyKind,
    text: String,
}

/// Why a text is no key.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BadKey {
    /// There is nothing, or more than [`LONGEST_KEY`] bytes.
    Length(usize),
    /// A host name with something else than letters, digits, hyphens, underscores and dots, or with an empty label. Names
    /// beyond ASCII are written in their `xn--` form; addresses in brackets are hosts, too.
    Host(String),
    /// A segment or a parameter with something that a URL escapes, or that ends it: `[A-Za-z0-9._~-]` stay as they are.
    Segment(String),
}

impl KeyKind {
    /// `host`, `path` or `query`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            KeyKind::Host => "host",
            KeyKind::Path => "path",
            KeyKind::Query => "query",
        }
    }

    /// The kind with this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<KeyKind> {
        [KeyKind::Host, KeyKind::Path, KeyKind::Query].into_iter().find(|kind| kind.name() == name)
    }
}

impl Key {
    /// A host. Upper case becomes lower case, a dot at the end and a port are dropped, as in requests.
    ///
    /// # Errors
    ///
    /// What no host of a request is.
    pub fn host(text: &str) -> Result<Key, BadKey> {
        let text = without_port(text).to_ascii_lowercase();
        check_length(&text)?;
        if is_host(&text) { Ok(Key { kind: KeyKind::Host, text }) } else { Err(BadKey::Host(text)) }
    }

    /// A segment of a path.
    ///
    /// # Errors
    ///
    /// What browsers would escape.
    pub fn path(text: &str) -> Result<Key, BadKey> {
        Key::segment(KeyKind::Path, text)
    }

    /// A parameter of a query.
    ///
    /// # Errors
    ///
    /// What browsers would escape.
    pub fn query(text: &str) -> Result<Key, BadKey> {
        Key::segment(KeyKind::Query, text)
    }

    /// A key of this kind.
    ///
    /// # Errors
    ///
    /// What is no key of this kind.
    pub fn new(kind: KeyKind, text: &str) -> Result<Key, BadKey> {
        match kind {
            KeyKind::Host => Key::host(text),
            KeyKind::Path | KeyKind::Query => Key::segment(kind, text),
        }
    }

    fn segment(kind: KeyKind, text: &str) -> Result<Key, BadKey> {
        check_length(text)?;
        if text.bytes().all(is_unreserved) {
            Ok(Key { kind, text: text.to_owned() })
        } else {
            Err(BadKey::Segment(text.to_owned()))
        }
    }

    /// What sort of key it is.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The key as it is compared.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl TenantBy {
    /// The kind of the keys.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        match self {
            TenantBy::Host => KeyKind::Host,
            TenantBy::PathSegment(_) => KeyKind::Path,
            TenantBy::Query(_) => KeyKind::Query,
        }
    }

    /// Gives the key of a request to a function; `None` where the request has none. Allocates nothing.
    #[inline]
    pub(crate) fn find<T>(&self, target: &dyn Target, found: impl FnOnce(&str) -> Option<T>) -> Option<T> {
        match self {
            TenantBy::Host => in_lower_case(without_port(target.host()?), found),
            TenantBy::PathSegment(place) => {
                // In front of the first slash stands nothing.
                found(target.path().strip_prefix('/')?.split('/').nth(*place)?)
            }
            TenantBy::Query(name) => found(parameter(target.query()?, name)?),
        }
    }
}

/// The only parameter of this name. Of two, the application might read the other one.
fn parameter<'q>(query: &'q str, name: &str) -> Option<&'q str> {
    let mut values = query.split('&').filter_map(|pair| match pair.split_once('=') {
        Some((key, value)) => (key == name).then_some(value),
        None => (pair == name).then_some(""),
    });
    match (values.next(), values.next()) {
        (Some(value), None) => Some(value),
        _ => None,
    }
}

/// A host as sent, without its port and the root's dot.
fn without_port(host: &str) -> &str {
    let bare = match host.rsplit_once(':') {
        Some((bare, port)) if !port.ends_with(']') && port.bytes().all(|byte| byte.is_ascii_digit()) => bare,
        _ => host,
    };
    bare.strip_suffix('.').unwrap_or(bare)
}

#[inline]
fn in_lower_case<T>(host: &str, found: impl FnOnce(&str) -> Option<T>) -> Option<T> {
    if !host.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return found(host);
    }
    let mut buffer = [0; LONGEST_KEY];
    let lower = buffer.get_mut(..host.len())?;
    lower.copy_from_slice(host.as_bytes());
    lower.make_ascii_lowercase();
    found(str::from_utf8(lower).ok()?)
}

fn check_length(text: &str) -> Result<(), BadKey> {
    if (1..=LONGEST_KEY).contains(&text.len()) { Ok(()) } else { Err(BadKey::Length(text.len())) }
}

fn is_host(text: &str) -> bool {
    if let Some(address) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<std::net::Ipv6Addr>().is_ok();
    }
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'))
    };
    text.split('.').all(is_label)
}

/// What a URL never escapes ([RFC 3986, section 2.3](https://www.rfc-editor.org/rfc/rfc3986#section-2.3)).
fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~".contains(&byte)
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}`", self.kind.name(), self.text)
    }
}

impl fmt::Display for BadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadKey::Length(length) => {
                write!(f, "a key has 1 to {LONGEST_KEY} bytes, and this has {length}")
            }
            BadKey::Host(text) => write!(
                f,
                "`{text}` is no host: write the name alone, such as `acme.api.example.com`, without scheme and path, \
                 and names beyond ASCII in their `xn--` form"
            ),
            BadKey::Segment(text) => write!(
                f,
                "`{text}` cannot stand in a URL as it is: keys of paths and queries are made of letters, digits, `-`, \
                 `.`, `_` and `~`"
            ),
        }
    }
}

impl std::error::Error for BadKey {}

#[cfg(test)]
mod tests {
    use cors_policy::Target;
    use http::Request;

    use super::*;

    fn found(by: &TenantBy, uri: &str, host: Option<&str>) -> Option<String> {
        let mut request = Request::builder().uri(uri);
        if let Some(host) = host {
            request = request.header("host", host);
        }
        let request = request.body(()).unwrap();
        by.find(&request as &dyn Target, |key| Some(key.to_owned()))
    }

    #[test]
    fn hosts() {
        let of = |host| found(&TenantBy::Host, "/", Some(host));
        for host in ["acme.test", "ACME.test", "acme.test:8080", "acme.test.", "Acme.Test.:443"] {
            assert_eq!(of(host).as_deref(), Some("acme.test"), "{host}");
        }
        assert_eq!(of("[::1]:8080").as_deref(), Some("[::1]"));
        assert_eq!(of("[::1]").as_deref(), Some("[::1]"));
        assert_eq!(found(&TenantBy::Host, "/", None), None);
        assert_eq!(found(&TenantBy::Host, "https://acme.test/", Some("globex.test")), None);
        assert_eq!(of(&"A".repeat(254)), None);
    }

    #[test]
    fn segments() {
        let of = |path| found(&TenantBy::PathSegment(1), path, None);
        assert_eq!(of("/t/acme/orders").as_deref(), Some("acme"));
        assert_eq!(of("/t/acme").as_deref(), Some("acme"));
        assert_eq!(of("/t/acme?x=1").as_deref(), Some("acme"));
        assert_eq!(of("/t"), None);
        assert_eq!(of("//acme").as_deref(), Some("acme"));
    }

    #[test]
    fn parameters() {
        let by = TenantBy::Query("key".to_owned());
        let of = |query: &str| found(&by, &format!("/?{query}"), None);
        assert_eq!(of("key=acme").as_deref(), Some("acme"));
        assert_eq!(of("a=1&key=acme&b").as_deref(), Some("acme"));
        assert_eq!(of("key=acme&key=globex"), None);
        assert_eq!(of("KEY=acme"), None);
        assert_eq!(of("xkey=acme"), None);
        assert_eq!(found(&by, "/", None), None);
    }

    #[test]
    fn keys_are_what_requests_have() {
        assert_eq!(Key::host("API.Acme.test.:443").unwrap().text(), "api.acme.test");
        assert_eq!(Key::host("[::1]:80").unwrap().text(), "[::1]");
        for text in ["", "https://acme.test", "acme.test/x", "a..b", "münchen.test", "[::g]", "a b"] {
            assert!(Key::host(text).is_err(), "{text}");
        }
        assert_eq!(Key::path("a-Z_9.~").unwrap().text(), "a-Z_9.~");
        for text in ["", "a/b", "a%20", "a b", "ä"] {
            assert!(Key::path(text).is_err() && Key::query(text).is_err(), "{text}");
        }
    }
}
