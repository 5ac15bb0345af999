//! Origins that a server should not admit.

use std::net::IpAddr;

use cors_policy_browser::cors_check::cors_check;
use cors_policy_browser::page::is_loopback;
use cors_policy_browser::{CredentialsMode, HttpResponse, Origin, Url};
use cors_policy_compiler::suffix::registrable_domain;

use super::catalogue::{
    ADMITS_HTTP, ADMITS_LOOKALIKE, ADMITS_NULL, ADMITS_OTHER_PORTS, Cause, REFLECTS_ANY_ORIGIN,
};

/// A port that nobody lists by accident.
const OTHER_PORT: u16 = 44_443;

/// How an origin relates to the page's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Unrelated,
    Null,
    /// With other letters before its domain.
    Prefix,
    /// As the beginning of another host.
    Suffix,
    Http,
    OtherPort,
}

impl Kind {
    pub(super) fn purpose(self) -> &'static str {
        match self {
            Kind::Unrelated => "an unrelated origin",
            Kind::Null => "the origin null",
            Kind::Prefix => "a domain that ends alike",
            Kind::Suffix => "a host that begins alike",
            Kind::Http => "the origin without TLS",
            Kind::OtherPort => "another port",
        }
    }

    pub(super) fn cause(self) -> &'static Cause {
        match self {
            Kind::Unrelated => &REFLECTS_ANY_ORIGIN,
            Kind::Null => &ADMITS_NULL,
            Kind::Prefix | Kind::Suffix => &ADMITS_LOOKALIKE,
            Kind::Http => &ADMITS_HTTP,
            Kind::OtherPort => &ADMITS_OTHER_PORTS,
        }
    }
}

#[derive(Debug)]
pub(super) struct Stranger {
    pub(super) kind: Kind,
    pub(super) origin: String,
}

impl Stranger {
    /// Whether the answer lets pages of this origin read, by its name.
    pub(super) fn is_admitted(&self, response: &HttpResponse) -> bool {
        let named = response.headers.get("access-control-allow-origin");
        named.is_some_and(|value| value == self.origin.as_bytes())
    }

    /// Whether it lets them read with credentials.
    pub(super) fn is_admitted_with_credentials(&self, response: &HttpResponse) -> bool {
        cors_check(self.origin.as_bytes(), CredentialsMode::Include, &response.headers).is_ok()
    }

    pub(super) fn is_anyone(&self) -> bool {
        self.kind == Kind::Unrelated
    }
}

/// The strangers to a page, the least related first.
pub(super) fn strangers(page: &Origin) -> Vec<Stranger> {
    let stranger = |kind, origin: String| Stranger { kind, origin };
    let unrelated = stranger(Kind::Unrelated, "https://cors-policy-probe.example".to_owned());
    let null = stranger(Kind::Null, "null".to_owned());
    let Ok(url) = Url::parse(&page.to_string()) else { return vec![unrelated, null] };
    let (scheme, host) = (url.scheme(), url.host_str().unwrap_or_default());
    let port = url.port().map_or(String::new(), |port| format!(":{port}"));
    let mut all = vec![unrelated, null];
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    if bare.parse::<IpAddr>().is_err() {
        if let Some(domain) = registrable_domain(host) {
            all.push(stranger(Kind::Prefix, format!("{scheme}://evil{domain}{port}")));
        }
        all.push(stranger(Kind::Suffix, format!("{scheme}://{host}.cors-policy-probe.example{port}")));
    }
    if scheme == "https" {
        all.push(stranger(Kind::Http, format!("http://{host}{port}")));
    }
    // On a developer's machine ports change, and all of them are the developer's.
    let is_of_developer = scheme == "http" && is_loopback(&url);
    if url.port() != Some(OTHER_PORT) && matches!(scheme, "http" | "https") && !is_of_developer {
        all.push(stranger(Kind::OtherPort, format!("{scheme}://{host}:{OTHER_PORT}")));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imposters_are_of_domains_that_others_can_have() {
        let all = strangers(&Origin::parse("https://eu.shop.example.com:8443"));
        let origins: Vec<&str> = all.iter().map(|stranger| stranger.origin.as_str()).collect();
        assert_eq!(
            origins,
            [
                "https://cors-policy-probe.example",
                "null",
                "https://evilexample.com:8443",
                "https://eu.shop.example.com.cors-policy-probe.example:8443",
                "http://eu.shop.example.com:8443",
                "https://eu.shop.example.com:44443",
            ]
        );
        assert_eq!(strangers(&Origin::Opaque).len(), 2);
        let kinds = |page: &str| -> Vec<Kind> {
            strangers(&Origin::parse(page)).iter().map(|stranger| stranger.kind).collect()
        };
        assert_eq!(kinds("http://10.0.0.1:5173"), [Kind::Unrelated, Kind::Null, Kind::OtherPort]);
        assert_eq!(kinds("http://127.0.0.1:5173"), [Kind::Unrelated, Kind::Null]);
        assert!(!kinds("http://localhost:5173").contains(&Kind::OtherPort));
    }
}
