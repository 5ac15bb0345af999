//! 4.1 Main fetch, before the tainting: upgrades of the scheme, blocked ports, mixed content.

use std::collections::BTreeSet;

use url::Url;

use crate::initiator::Initiator;
use crate::page::{Page, address, is_trustworthy};
use crate::reason::Reason;
use crate::request::Mode;

/// [Bad ports](https://fetch.spec.whatwg.org/#bad-port).
const BAD_PORTS: [u16; 83] = [
    0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103,
    104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514,
    515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723,
    2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
];

/// Makes a URL of http one of https, where the page's policy, mixed content of images, or HSTS have it so. This comes
/// before the question of same origin, so a page of http can find its own host to be another origin.
pub(crate) fn upgrade(page: &Page, url: &mut Url, initiator: Initiator, hsts: &BTreeSet<String>) {
    if url.scheme() != "http" {
        return;
    }
    let navigates = initiator == Initiator::Navigation;
    let by_policy = page.upgrades_insecure_requests && !navigates;
    let by_image =
        page.is_https() && is_upgradeable(initiator) && address(url).is_none() && !is_trustworthy(url);
    let by_host = url.host_str().is_some_and(|host| is_known(host, hsts));
    if by_policy || by_image || by_host {
        let _ = url.set_scheme("https");
    }
}

/// A known HSTS host, or a name under one. (Of a host that is known without its subdomains, only the host should be
/// given.)
fn is_known(host: &str, hsts: &BTreeSet<String>) -> bool {
    hsts.iter().any(|known| {
        host == known || host.strip_suffix(known.as_str()).is_some_and(|labels| labels.ends_with('.'))
    })
}

/// [Upgradeable content](https://w3c.github.io/webappsec-mixed-content/#category-upgradeable).
fn is_upgradeable(initiator: Initiator) -> bool {
    matches!(initiator, Initiator::Image | Initiator::Audio | Initiator::Video)
}

/// Whether a browser would connect to the URL at all for this page.
///
/// # Errors
///
/// [`Reason::BlockedPort`] or [`Reason::MixedContent`].
pub(crate) fn check(page: &Page, url: &Url, mode: Mode) -> Result<(), Reason> {
    if let Some(port) = url.port().filter(|port| BAD_PORTS.contains(port)) {
        return Err(Reason::BlockedPort { port });
    }
    let insecure = matches!(url.scheme(), "http" | "ws") && !is_trustworthy(url);
    if insecure && page.is_https() && mode != Mode::Navigate {
        return Err(Reason::MixedContent { url: url.to_string() });
    }
    Ok(())
}
