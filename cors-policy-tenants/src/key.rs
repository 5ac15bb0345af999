//! What a tenant is found by: what a preflight shows.
//!
//! A preflight has no cookie, no token and no API key
//! ([Fetch, CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch)): a tenant that is found by one of
//! these is not found when it matters. So what finds tenants sees the host, the path and the query, and nothing else.

use cors_policy::Target;

use crate::store::KeyKind;

/// The longest host name, in bytes ([RFC 1035](https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4)).
const LONGEST_HOST: usize = 253;

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
            TenantBy::PathSegment(place) => found(segment(target.path(), *place)?),
            TenantBy::Query(name) => found(parameter(target.query()?, name)?),
        }
    }
}

/// A segment of a path. Behind an empty one there is none: who serves the path may leave that out, and count otherwise.
fn segment(path: &str, place: usize) -> Option<&str> {
    let mut segments = path.strip_prefix('/')?.split('/');
    let is_plain = segments.by_ref().take(place).all(|segment| !segment.is_empty());
    if is_plain { segments.next() } else { None }
}

/// The only parameter of this name. Of two, the application might read the other one; so of one whose name is escaped.
fn parameter<'q>(query: &'q str, name: &str) -> Option<&'q str> {
    let mut found = None;
    for pair in query.split('&') {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if key == name && found.is_none() {
            found = Some(value);
        } else if is_decoded(key, name) {
            return None;
        }
    }
    found
}

/// Whether a name in a query is this one when it is decoded
/// ([URL, section 5.1](https://url.spec.whatwg.org/#urlencoded-parsing)).
fn is_decoded(escaped: &str, name: &str) -> bool {
    let mut rest = escaped.bytes();
    let decoded = std::iter::from_fn(|| match rest.next()? {
        b'+' => Some(b' '),
        b'%' => {
            let mut ahead = rest.clone();
            let digit =
                |byte: Option<u8>| char::from(byte?).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
            match (digit(ahead.next()), digit(ahead.next())) {
                (Some(high), Some(low)) => {
                    rest = ahead;
                    Some(high << 4 | low)
                }
                _ => Some(b'%'),
            }
        }
        byte => Some(byte),
    });
    decoded.eq(name.bytes())
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
    let mut buffer = [0; LONGEST_HOST];
    let lower = buffer.get_mut(..host.len())?;
    lower.copy_from_slice(host.as_bytes());
    lower.make_ascii_lowercase();
    found(str::from_utf8(lower).ok()?)
}

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
        // Behind a server that joins slashes, these are other segments.
        assert_eq!(of("//acme"), None);
        assert_eq!(of("//t/acme"), None);
    }

    #[test]
    fn parameters() {
        let by = TenantBy::Query("key".to_owned());
        let of = |query: &str| found(&by, &format!("/?{query}"), None);
        assert_eq!(of("key=acme").as_deref(), Some("acme"));
        assert_eq!(of("a=1&key=acme&b").as_deref(), Some("acme"));
        assert_eq!(of("key=acme&key=globex"), None);
        // Applications decode names.
        assert_eq!(of("key=acme&%6bey=globex"), None);
        assert_eq!(of("%6Bey=globex&key=acme"), None);
        assert_eq!(of("%6bey=globex"), None);
        assert_eq!(of("key=acme&%6=1&%=2&k%65=3").as_deref(), Some("acme"));
        assert_eq!(of("KEY=acme"), None);
        assert_eq!(of("xkey=acme"), None);
        assert_eq!(found(&by, "/", None), None);
    }
}
