//! Limits: how many requests a tenant and each of its patterns may send to this node.
//!
//! The cells that count are as many as the policies have patterns: what strangers send makes no new ones, so nothing here
//! can be filled up. They limit this node; what the fleet takes together is for a gateway to say. CORS is no defence
//! against a flood: programs that are no browsers send whatever `Origin` they like.

mod quota;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU32;

use cors_policy::{Kind, Limited, Outcome, Seen};

pub use quota::Quota;
use quota::{both, now};

/// A budget for each kind of request; `None` is without limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Budgets {
    /// Preflights. They are answered without the application, and have a budget of their own, so that they never use up
    /// that of requests.
    pub preflights: Option<Quota>,
    /// Requests with an `Origin`, which is what pages of other origins send. Requests without are somebody else's to
    /// limit.
    pub requests: Option<Quota>,
    /// WebSocket and WebTransport handshakes.
    pub upgrades: Option<Quota>,
}

/// The limits of a class of tenants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tier {
    /// What all pages of a tenant may send together.
    pub tenant: Budgets,
    /// What the pages that one pattern admits may send, so that one application of a tenant does not use up what all of
    /// them have. Which pattern admits a request is found by comparing it with one after the other: some nanoseconds for each,
    /// and the ceiling says how many there can be.
    pub pattern: Budgets,
    /// What pages that no pattern admits may send. It is never taken from the tenant's budgets.
    pub unmatched: Option<Quota>,
}

/// The tiers of a platform, by name. Tenants whose tier has no name here are of the tier `default`; without one, they have the
/// limits of the strictest, in which a tenant waits longest from one request to the next, and
/// [`Health::unknown_tier`](crate::Health::unknown_tier) counts them. Without any tier, nobody is limited.
#[derive(Clone, Debug, Default)]
pub struct Tiers {
    tiers: BTreeMap<String, Tier>,
}

impl Budgets {
    /// No limits.
    pub const NONE: Budgets = Budgets { preflights: None, requests: None, upgrades: None };

    /// Limits preflights.
    #[must_use]
    pub const fn preflights(mut self, quota: Quota) -> Self {
        self.preflights = Some(quota);
        self
    }

    /// Limits requests.
    #[must_use]
    pub const fn requests(mut self, quota: Quota) -> Self {
        self.requests = Some(quota);
        self
    }

    /// Limits handshakes.
    #[must_use]
    pub const fn upgrades(mut self, quota: Quota) -> Self {
        self.upgrades = Some(quota);
        self
    }

    fn of(&self, charge: Charge) -> Option<&Quota> {
        match charge {
            Charge::Preflight => self.preflights.as_ref(),
            Charge::Request => self.requests.as_ref(),
            Charge::Upgrade => self.upgrades.as_ref(),
        }
    }

    fn is_without_limit(&self) -> bool {
        *self == Budgets::NONE
    }
}

impl Tier {
    /// A tier without limits.
    #[must_use]
    pub const fn unlimited() -> Self {
        Tier { tenant: Budgets::NONE, pattern: Budgets::NONE, unmatched: None }
    }

    /// Limits what all pages of a tenant send together.
    #[must_use]
    pub const fn tenant(mut self, budgets: Budgets) -> Self {
        self.tenant = budgets;
        self
    }

    /// Limits what the pages of each pattern send.
    #[must_use]
    pub const fn pattern(mut self, budgets: Budgets) -> Self {
        self.pattern = budgets;
        self
    }

    /// Limits what pages send that no pattern admits.
    #[must_use]
    pub const fn unmatched(mut self, quota: Quota) -> Self {
        self.unmatched = Some(quota);
        self
    }

    /// How long each of its budgets makes wait, those of the whole tenant first.
    fn intervals(&self) -> ([u64; 3], [u64; 3], u64) {
        let wait = |quota: Option<Quota>| quota.map_or(0, |quota| quota.interval);
        let of = |budgets: &Budgets| [budgets.requests, budgets.preflights, budgets.upgrades].map(wait);
        (of(&self.tenant), of(&self.pattern), wait(self.unmatched))
    }

    /// How many cells a tenant of the tier has, by the number of its patterns.
    pub(crate) fn cells(&self, patterns: usize) -> usize {
        if self.pattern.is_without_limit() { self.own_cells() } else { SHARED + CHARGES * patterns }
    }

    fn own_cells(&self) -> usize {
        if self.tenant.is_without_limit() && self.unmatched.is_none() { 0 } else { SHARED }
    }

    /// Whether the request is one too many, by the cells of its tenant.
    pub(crate) fn check(&self, seen: &Seen<'_>, cells: &[AtomicU32]) -> Option<Limited> {
        let charge = Charge::of(seen)?;
        let cell = |place: usize| cells.get(place);
        if seen.verdict().outcome() == Outcome::Refused {
            return self.unmatched.as_ref()?.refuse(cell(CHARGES)?, now);
        }
        let pattern = || {
            let quota = self.pattern.of(charge)?;
            Some((quota, cell(SHARED + CHARGES * pattern_place(seen)? + charge as usize)?))
        };
        let tenant = || Some((self.tenant.of(charge)?, cell(charge as usize)?));
        both(pattern(), tenant(), now)
    }
}

/// The place of the pattern that admits the request among all of the policy.
fn pattern_place(seen: &Seen<'_>) -> Option<usize> {
    let rule = seen.verdict().rule()?;
    let in_front: usize = seen.policy().rules().take(rule).map(patterns_of).sum();
    Some(in_front + seen.pattern().unwrap_or_default())
}

/// How many cells of patterns a rule has: one where it is for any origin.
pub(crate) fn patterns_of(rule: cors_policy::Rule<'_>) -> usize {
    rule.origins().map_or(1, Iterator::count)
}

/// What a request is charged to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Charge {
    Preflight = 0,
    Request = 1,
    Upgrade = 2,
}

pub(crate) const CHARGES: usize = 3;
/// The cells of a tenant in front of those of its patterns: one for each charge, and that of what no pattern admits.
pub(crate) const SHARED: usize = CHARGES + 1;

impl Charge {
    fn of(seen: &Seen<'_>) -> Option<Self> {
        let verdict = seen.verdict();
        if verdict.kind() == Kind::Preflight {
            return Some(Charge::Preflight);
        }
        let is_cross_origin = matches!(verdict.outcome(), Outcome::Admitted | Outcome::Refused);
        is_cross_origin.then(|| if seen.is_handshake() { Charge::Upgrade } else { Charge::Request })
    }
}

impl Tiers {
    /// No tiers: nobody is limited.
    #[must_use]
    pub fn none() -> Self {
        Tiers::default()
    }

    /// Adds a tier, in place of one of the same name.
    #[must_use]
    pub fn tier(mut self, name: impl Into<String>, tier: Tier) -> Self {
        self.tiers.insert(name.into(), tier);
        self
    }

    /// The place of a tier.
    pub(crate) fn place(&self, name: &str) -> u16 {
        let place = |name: &str| self.tiers.keys().position(|known| known == name);
        let place = place(name).or_else(|| place("default")).unwrap_or(self.tiers.len());
        u16::try_from(place).unwrap_or(u16::MAX)
    }

    /// Whether a place is that of tenants whose tier has no name here, although others have.
    pub(crate) fn is_unknown(&self, place: u16) -> bool {
        !self.tiers.is_empty() && usize::from(place) >= self.tiers.len()
    }

    /// All tiers, at their places, and behind them that of tenants whose tier has no name here.
    pub(crate) fn in_order(&self) -> Box<[Tier]> {
        let strictest = self.tiers.values().max_by_key(|tier| tier.intervals());
        self.tiers.values().chain(strictest).copied().collect()
    }

    /// All names, as one text.
    pub(crate) fn names(&self) -> String {
        self.tiers.keys().flat_map(|name| [name.as_str(), "\n"]).collect()
    }

    /// The name of the tier at a place.
    pub(crate) fn name(&self, place: u16) -> &str {
        self.tiers.keys().nth(place.into()).map_or("default", String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tier_without_a_name_is_the_default_or_the_strictest() {
        let per_minute =
            |requests| Tier::unlimited().tenant(Budgets::NONE.requests(Quota::per_minute(requests)));
        let tiers = Tiers::none().tier("free", per_minute(1)).tier("gold", per_minute(60));
        let tiers = tiers.tier("house", Tier::unlimited());
        let place = tiers.place("gold ");
        assert_eq!(tiers.in_order().get(usize::from(place)), Some(&per_minute(1)));
        assert!(tiers.is_unknown(place) && !tiers.is_unknown(tiers.place("house")));
        let tiers = tiers.tier("default", per_minute(7));
        assert_eq!(tiers.in_order()[usize::from(tiers.place("gold "))], per_minute(7));
        assert!(!tiers.is_unknown(tiers.place("gold ")));
        let nobody = Tiers::none();
        assert!(nobody.in_order().is_empty() && !nobody.is_unknown(nobody.place("gold")));
    }
}
