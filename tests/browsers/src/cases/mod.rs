//! The cases.

mod caching;
mod controls;
mod initiators;
mod policies;
mod preflights;
mod redirects;
mod requests;

use crate::case::Case;
use crate::site::Site;

use policies::Policies;

/// Every case. Policies name the ports of the pages.
pub(crate) fn all(site: Site) -> Vec<Case> {
    let policies = Policies::new(site);
    let mut cases = requests::cases(&policies);
    cases.extend(initiators::cases(&policies));
    cases.extend(redirects::cases(&policies));
    cases.extend(preflights::cases(&policies));
    cases.extend(caching::cases(&policies));
    cases.extend(controls::cases(&policies));
    cases
}
