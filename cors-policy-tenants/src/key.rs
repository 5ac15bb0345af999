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
}
