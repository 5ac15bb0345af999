//! Who may look: a browser on a host that is named, from nowhere else than this page.

use http::header::{HeaderMap, HeaderName, ORIGIN};
use http::{Method, Request, StatusCode};

use crate::resolve::Target;

/// The longest query that is read. Servers have limits of their own.
const LONGEST_QUERY: usize = 16 * 1024;
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SEC_FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");

/// Why a request gets no page, and the status that says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Denial {
    /// The name of the host is not one that is served: any name can be made to lead here (DNS rebinding).
    Host,
    /// Another site sends the request.
    Site,
    Method,
    Query,
}

impl Denial {
    pub(super) fn status(self) -> StatusCode {
        match self {
            Denial::Host | Denial::Site => StatusCode::FORBIDDEN,
            Denial::Method => StatusCode::METHOD_NOT_ALLOWED,
            Denial::Query => StatusCode::URI_TOO_LONG,
        }
    }

    pub(super) fn reason(self) -> &'static str {
        match self {
            Denial::Host => {
                "The inspector answers for the hosts of this machine (localhost, 127.0.0.1, [::1]) and those named \
                 by `Inspector::host`.\n"
            }
            Denial::Site => "The inspector does not answer pages of other sites: type its address.\n",
            Denial::Method => "The inspector answers GET and HEAD.\n",
            Denial::Query => "The question is too long.\n",
        }
    }
}

/// Whether a request may be answered, by the hosts that are served beside those of this machine.
pub(super) fn check<B>(request: &Request<B>, hosts: &[String]) -> Result<(), Denial> {
    // Not `Target::method`, which is what a preflight asks for.
    let method = Request::method(request);
    let host = request.host().ok_or(Denial::Host)?;
    let name = without_port(host).ok_or(Denial::Host)?;
    if !is_loopback(name) && !hosts.iter().any(|served| is_served(served, host, name)) {
        return Err(Denial::Host);
    }
    if !is_from_here(request.headers(), host) {
        return Err(Denial::Site);
    }
    if method != Method::GET && method != Method::HEAD {
        return Err(Denial::Method);
    }
    if request.query().is_some_and(|query| query.len() > LONGEST_QUERY) {
        return Err(Denial::Query);
    }
    Ok(())
}

/// A host that is named without a port stands for every port.
fn is_served(served: &str, host: &str, name: &str) -> bool {
    served.eq_ignore_ascii_case(host) || served.eq_ignore_ascii_case(name)
}

/// Browsers say where a request comes from by `Sec-Fetch-Site`, and to hosts that they do not trust by `Origin` only.
fn is_from_here(headers: &HeaderMap, host: &str) -> bool {
    let sites_allow = headers.get_all(SEC_FETCH_SITE).iter().all(|site| {
        site == "same-origin" || site == "none" || site == "same-site" && is_followed_link(headers)
    });
    let is_own = |origin: &[u8]| {
        let rest = origin.strip_prefix(b"http://").or_else(|| origin.strip_prefix(b"https://"));
        rest.is_some_and(|own| own.eq_ignore_ascii_case(host.as_bytes()))
    };
    sites_allow && headers.get_all(ORIGIN).iter().all(|origin| is_own(origin.as_bytes()))
}

/// Whether a user leaves a page for this one. That page can neither read it nor keep a hand on its window.
fn is_followed_link(headers: &HeaderMap) -> bool {
    let is = |name: HeaderName, expected: &str| headers.get(name).is_some_and(|value| value == expected);
    is(SEC_FETCH_MODE, "navigate") && is(SEC_FETCH_DEST, "document")
}

/// The host of `host:port`, with the brackets of an address.
pub(super) fn without_port(host: &str) -> Option<&str> {
    let (name, port) = match host.rsplit_once(':').filter(|_| !host.ends_with(']')) {
        Some((name, port)) => (name, port),
        None => (host, ""),
    };
    port.bytes().all(|byte| byte.is_ascii_digit()).then_some(name)
}

/// Names and addresses that browsers take to this machine without asking anybody: `localhost` and below, 127.0.0.0/8, `[::1]`.
pub(super) fn is_loopback(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_local_name = name == "localhost"
        || name.strip_suffix(".localhost").is_some_and(|label| !label.is_empty() && !label.ends_with('.'));
    let is_local_address = name.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback());
    is_local_name || is_local_address || name == "[::1]"
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::{Denial, check, is_loopback};

    fn ask(host: &str, headers: &[(&str, &str)]) -> Result<(), Denial> {
        let mut request = Request::builder().uri("/.cors").header("host", host);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        check(&request.body(()).unwrap(), &["dev.example.test".to_owned(), "box:8080".to_owned()])
    }

    #[test]
    fn hosts() {
        for host in [
            "localhost",
            "LOCALHOST:80",
            "api.localhost:3000",
            "127.0.0.1:3000",
            "127.9.9.9",
            "[::1]:3000",
            "[::1]",
            "dev.example.test:9",
            "Dev.Example.Test",
            "box:8080",
        ] {
            assert_eq!(ask(host, &[]), Ok(()), "{host}");
        }
        for host in [
            "evil.test",
            "localhost.evil.test",
            "127.0.0.1.evil.test",
            "evillocalhost",
            ".localhost",
            "..localhost",
            "127.1",
            "0.0.0.0",
            "10.0.0.1:3000",
            "[::2]",
            "[::1].evil.test",
            "::1",
            "box",
            "box:80801",
            "localhost:80:80",
            "localhost:x",
            "localhost@evil.test",
            "localhost, evil.test",
            "",
        ] {
            assert_eq!(ask(host, &[]), Err(Denial::Host), "{host}");
        }
        let request = Request::builder().uri("/.cors").body(()).unwrap();
        assert_eq!(check(&request, &[]), Err(Denial::Host));
        let twice = Request::builder().uri("/").header("host", "localhost").header("host", "localhost");
        assert_eq!(check(&twice.body(()).unwrap(), &[]), Err(Denial::Host));
        let apart = Request::builder().uri("http://localhost/").header("host", "evil.test");
        assert_eq!(check(&apart.body(()).unwrap(), &[]), Err(Denial::Host));
        assert!(!is_loopback(""));
    }

    #[test]
    fn sites() {
        let ask = |headers: &[(&str, &str)]| ask("localhost:3000", headers);
        for headers in [
            &[][..],
            &[("sec-fetch-site", "same-origin")],
            &[("sec-fetch-site", "none")],
            &[("origin", "http://localhost:3000"), ("sec-fetch-site", "same-origin")],
            &[("origin", "https://LOCALHOST:3000")],
            &[
                ("sec-fetch-site", "same-site"),
                ("sec-fetch-mode", "navigate"),
                ("sec-fetch-dest", "document"),
            ],
        ] {
            assert_eq!(ask(headers), Ok(()), "{headers:?}");
        }
        for headers in [
            &[("sec-fetch-site", "same-site")][..],
            &[("sec-fetch-site", "cross-site")],
            &[
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-mode", "navigate"),
                ("sec-fetch-dest", "document"),
            ],
            &[("sec-fetch-site", "same-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")],
            &[("sec-fetch-site", "same-site"), ("sec-fetch-mode", "cors"), ("sec-fetch-dest", "document")],
            &[("sec-fetch-site", "")],
            &[("sec-fetch-site", "none"), ("sec-fetch-site", "cross-site")],
            &[("origin", "http://localhost:3001")],
            &[("origin", "http://localhost")],
            &[("origin", "null")],
            &[("origin", "localhost:3000")],
            &[("origin", "ftp://localhost:3000")],
            &[("origin", "http://localhost:3000"), ("origin", "http://evil.test")],
            &[("origin", "http://evil.test"), ("sec-fetch-site", "same-origin")],
        ] {
            assert_eq!(ask(headers), Err(Denial::Site), "{headers:?}");
        }
    }

    #[test]
    fn methods() {
        for (method, expected) in [
            ("GET", Ok(())),
            ("HEAD", Ok(())),
            ("POST", Err(Denial::Method)),
            ("OPTIONS", Err(Denial::Method)),
            ("CONNECT", Err(Denial::Method)),
            ("get", Err(Denial::Method)),
        ] {
            let request = Request::builder().method(method).uri("/.cors").header("host", "localhost");
            assert_eq!(check(&request.body(()).unwrap(), &[]), expected, "{method}");
        }
        let long = format!("/.cors?{}", "a".repeat(20_000));
        let request = Request::builder().uri(long).header("host", "localhost").body(()).unwrap();
        assert_eq!(check(&request, &[]), Err(Denial::Query));
    }
}
