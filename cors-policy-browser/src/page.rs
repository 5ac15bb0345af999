//! Who asks: the document or worker behind a request (HTML, 8.1.3.3 Environment settings objects).

use std::net::IpAddr;

use url::Url;

use crate::origin::Origin;
use crate::referrer::ReferrerPolicy;

/// A page that sends requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its origin.
    pub origin: Origin,
    /// Its URL, which `Referer` is made of.
    pub url: Option<Url>,
    /// The registrable domain of its host, such as `example.co.uk`. Without it only its host and the names under
    /// that are of the same site: which names are registered by whom takes a list that this crate has not.
    pub site: Option<String>,
    /// The [network partition key](https://fetch.spec.whatwg.org/#network-partition-keys): the top-level site. Without
    /// it the page's origin.
    pub partition: Option<String>,
    /// Its referrer policy, for requests that have none.
    pub referrer_policy: ReferrerPolicy,
    /// `Content-Security-Policy: upgrade-insecure-requests`.
    pub upgrades_insecure_requests: bool,
    /// In a frame of another site: whether it may use its cookies.
    pub storage_access: Option<StorageAccess>,
}

/// What `Sec-Fetch-Storage-Access` says, by the draft <https://privacycg.github.io/storage-access-headers>.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorageAccess {
    /// No permission.
    None,
    /// Permission that is not used.
    Inactive,
    /// Permission that is used.
    Active,
}

/// [`Sec-Fetch-Site`](https://w3c.github.io/webappsec-fetch-metadata/#sec-fetch-site-header): how the page stands to the
/// URLs of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// Every URL is of the page's origin.
    SameOrigin,
    /// Every URL is of the page's site.
    SameSite,
    /// Some URL is of another site.
    CrossSite,
}

impl Page {
    /// A page of a URL.
    #[must_use]
    pub fn at(url: &Url) -> Self {
        Page { url: Some(url.clone()), ..Page::of(Origin::of(url)) }
    }

    /// A page of an origin, whose URL is not known.
    #[must_use]
    pub fn of(origin: Origin) -> Self {
        Page {
            origin,
            url: None,
            site: None,
            partition: None,
            referrer_policy: ReferrerPolicy::default(),
            upgrades_insecure_requests: false,
            storage_access: None,
        }
    }

    /// The key under which preflights are kept apart.
    #[must_use]
    pub fn partition(&self) -> String {
        self.partition.clone().unwrap_or_else(|| self.origin.to_string())
    }

    /// Whether it was loaded over TLS, so that mixed content is blocked.
    #[must_use]
    pub fn is_https(&self) -> bool {
        let scheme = self.url.as_ref().map(Url::scheme).or_else(|| self.origin.scheme());
        matches!(scheme, Some("https" | "wss"))
    }

    /// How it stands to the URLs that a request went through.
    #[must_use]
    pub fn relation(&self, urls: &[Url]) -> Relation {
        let to_one = |url: &Url| match Origin::of(url) {
            origin if self.origin.is_same_origin(&origin) => Relation::SameOrigin,
            origin if self.is_same_site(&origin) => Relation::SameSite,
            _ => Relation::CrossSite,
        };
        urls.iter().map(to_one).max().unwrap_or(Relation::SameOrigin)
    }

    /// [Same site](https://html.spec.whatwg.org/#same-site): scheme and registrable domain.
    #[must_use]
    pub fn is_same_site(&self, other: &Origin) -> bool {
        let (Some(scheme), Some(host)) = (self.origin.scheme(), self.origin.host()) else { return false };
        let site = self.site.as_deref().unwrap_or(host);
        let within =
            |host: &str| host == site || host.strip_suffix(site).is_some_and(|labels| labels.ends_with('.'));
        other.scheme() == Some(scheme) && other.host().is_some_and(within)
    }
}

/// [Potentially trustworthy](https://w3c.github.io/webappsec-secure-contexts/#is-url-trustworthy): TLS, or this machine.
#[must_use]
pub fn is_trustworthy(url: &Url) -> bool {
    matches!(url.scheme(), "https" | "wss" | "data") || is_loopback(url)
}

/// Whether the URL's host is this machine, by its name or address.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    let host = host.strip_suffix('.').unwrap_or(host);
    host == "localhost" || host.ends_with(".localhost") || address(url).is_some_and(|ip| ip.is_loopback())
}

/// The URL's host where it is an address.
pub(crate) fn address(url: &Url) -> Option<IpAddr> {
    url.host_str()?.trim_start_matches('[').trim_end_matches(']').parse().ok()
}
