//! Where in the standards a step stands.

use std::fmt;

/// A section of the Fetch standard, or of one beside it. Numbers move when sections come and go, anchors do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Section {
    /// Its number, as of 2026; empty where the standard is not Fetch.
    pub number: &'static str,
    /// Its title.
    pub title: &'static str,
    /// Its address.
    pub url: &'static str,
}

/// A section of the Fetch standard.
macro_rules! fetch {
    ($number:literal, $title:literal, $anchor:literal) => {
        Section { number: $number, title: $title, url: concat!("https://fetch.spec.whatwg.org/#", $anchor) }
    };
}

impl Section {
    /// Names and values of headers.
    pub const HEADERS_CLASS: Section = fetch!("5.1", "Headers class", "headers-class");
    /// What `fetch()` refuses.
    pub const REQUEST_CLASS: Section = fetch!("5.4", "Request class", "request-class");
    /// Ports that browsers do not connect to.
    pub const PORT_BLOCKING: Section = fetch!("2.9", "Port blocking", "port-blocking");
    /// From the request to its tainting.
    pub const MAIN_FETCH: Section = fetch!("4.1", "Main fetch", "main-fetch");
    /// Preflight, request, CORS check, redirect.
    pub const HTTP_FETCH: Section = fetch!("4.4", "HTTP fetch", "http-fetch");
    /// What becomes of a request on its way through a redirect.
    pub const HTTP_REDIRECT_FETCH: Section = fetch!("4.5", "HTTP-redirect fetch", "http-redirect-fetch");
    /// Credentials and headers of the browser.
    pub const HTTP_NETWORK_OR_CACHE_FETCH: Section =
        fetch!("4.6", "HTTP-network-or-cache fetch", "http-network-or-cache-fetch");
    /// The network.
    pub const HTTP_NETWORK_FETCH: Section = fetch!("4.7", "HTTP-network fetch", "http-network-fetch");
    /// The preflight and its checks.
    pub const CORS_PREFLIGHT_FETCH: Section = fetch!("4.8", "CORS-preflight fetch", "cors-preflight-fetch");
    /// The check of `Access-Control-Allow-Origin` and `-Credentials`.
    pub const CORS_CHECK: Section = fetch!("4.10", "CORS check", "cors-check");
    /// `Cross-Origin-Resource-Policy`.
    pub const CROSS_ORIGIN_RESOURCE_POLICY: Section =
        fetch!("3.7", "`Cross-Origin-Resource-Policy` header", "cross-origin-resource-policy-header");
    /// Pages over TLS that load without.
    pub const MIXED_CONTENT: Section = Section {
        number: "",
        title: "Mixed Content, Should fetching request be blocked as mixed content?",
        url: "https://w3c.github.io/webappsec-mixed-content/#should-block-fetch",
    };
    /// What elements and APIs do with a response that they have.
    pub const INITIATOR: Section = Section {
        number: "",
        title: "HTML, the element or API that asked",
        url: "https://html.spec.whatwg.org/multipage/urls-and-fetching.html",
    };
}

impl fmt::Display for Section {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.number.is_empty() {
            return f.write_str(self.title);
        }
        write!(f, "Fetch {} {}", self.number, self.title)
    }
}
