//! Limits: how many requests a tenant and each of its patterns may send to this node.
//!
//! The cells that count are as many as the policies have patterns: what strangers send makes no new ones, so nothing here
//! can be filled up. They limit this node; what the fleet takes together is for a gateway to say. CORS is no defence
//! against a flood: programs that are no browsers send whatever `Origin` they like.

use std::collections::BTreeMap;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use cors_policy::{Kind, Limited, Outcome, Seen};

/// So many requests in a time, and as many at once as the burst says.
///
/// ```
/// use cors_policy_tenants::Quota;
///
/// let quota = Quota::per_minute(600).burst(50);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Nanoseconds from one request to the next.
    interval: u64,
    burst: u32,
}

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

impl Quota {
    /// So many each second; at least one.
    #[must_use]
    pub const fn per_second(requests: u32) -> Self {
        Quota::new(1_000_000_000, requests)
    }

    /// So many each minute; at least one.
    #[must_use]
    pub const fn per_minute(requests: u32) -> Self {
        Quota::new(60_000_000_000, requests)
    }

    const fn new(time: u64, requests: u32) -> Self {
        let requests = if requests == 0 { 1 } else { requests };
        let interval = time / requests as u64;
        // A tick is a 256th of an interval, and no shorter than a nanosecond's 64th.
        let interval = if interval < 4 { 4 } else { interval };
        Quota { interval, burst: if requests > LARGEST_BURST { LARGEST_BURST } else { requests } }
    }

    /// So many at once, before the rate counts; at least one, at most a million. Without this, as many as the rate has in
    /// its time.
    #[must_use]
    pub const fn burst(mut self, requests: u32) -> Self {
        self.burst = match requests {
            0 => 1,
            many if many > LARGEST_BURST => LARGEST_BURST,
            requests => requests,
        };
        self
    }
}

const LARGEST_BURST: u32 = 1_000_000;
/// How finely time is counted: so many ticks from one request to the next.
const TICKS: u32 = 256;

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

/// Takes one request from both cells, or from none if one of them has none left. Where threads race for the pattern's last
/// one, those that come too late have used up one of the tenant's.
fn both(
    pattern: Option<(&Quota, &AtomicU32)>,
    tenant: Option<(&Quota, &AtomicU32)>,
    clock: impl Fn() -> u64 + Copy,
) -> Option<Limited> {
    let left = pattern.and_then(|(quota, cell)| quota.ahead(cell.load(Ordering::Acquire), clock()).err());
    let take = |(quota, cell): (&Quota, &AtomicU32)| quota.refuse(cell, clock);
    left.or_else(|| tenant.and_then(take)).or_else(|| pattern.and_then(take))
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

impl Quota {
    /// Takes one request from a cell, or says when there will be one.
    ///
    /// The generic cell rate algorithm (ITU-T I.371) in 32 bits: a cell holds when the next request is due, in ticks, of
    /// which an interval has 256. A cell that nobody has touched until the ticks came around, some 16 million intervals,
    /// can by chance look as if it were due in the near future: then one request waits for at most a burst's time.
    ///
    /// The clock is read when the cell has been: a time from before would take what another thread has admitted meanwhile
    /// for a cell of long ago, and give the whole burst again.
    fn refuse(&self, cell: &AtomicU32, clock: impl Fn() -> u64) -> Option<Limited> {
        let mut due = cell.load(Ordering::Acquire);
        loop {
            let now = clock();
            let ahead = match self.ahead(due, now) {
                Ok(ahead) => ahead,
                Err(limited) => return Some(limited),
            };
            let next = self.ticks(now).wrapping_add(ahead + TICKS);
            match cell.compare_exchange_weak(due, next, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return None,
                Err(other) => due = other,
            }
        }
    }

    /// How many ticks from now the next request is due, if it may come now.
    fn ahead(&self, due: u32, now: u64) -> Result<u32, Limited> {
        let tolerance = (self.burst - 1) * TICKS;
        // Further ahead than any admitted request leaves it, by whatever clock: it lies in the past.
        let furthest = tolerance + TICKS + self.lag();
        let ahead = due.wrapping_sub(self.ticks(now));
        match if ahead <= furthest { ahead } else { 0 } {
            ahead if ahead > tolerance => Err(self.wait(ahead - tolerance)),
            ahead => Ok(ahead),
        }
    }

    /// A millisecond in ticks: more than the clocks of two processors differ by.
    fn lag(&self) -> u32 {
        u32::try_from(1_000_000 * u64::from(TICKS) / self.interval).unwrap_or(u32::MAX >> 2)
    }

    #[expect(clippy::cast_possible_truncation, reason = "ticks come around")]
    fn ticks(&self, now: u64) -> u32 {
        let (whole, part) = (now / self.interval, now % self.interval);
        (whole.wrapping_mul(u64::from(TICKS)).wrapping_add(part * u64::from(TICKS) / self.interval)) as u32
    }

    #[cold]
    fn wait(&self, ticks: u32) -> Limited {
        let nanoseconds = u128::from(ticks) * u128::from(self.interval) / u128::from(TICKS);
        Limited::new(u32::try_from(nanoseconds.div_ceil(1_000_000_000)).unwrap_or(u32::MAX))
    }
}

/// Nanoseconds since some request before.
fn now() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    u64::try_from(START.get_or_init(Instant::now).elapsed().as_nanos()).unwrap_or(u64::MAX)
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

    const SECOND: u64 = 1_000_000_000;

    fn admitted(quota: &Quota, cell: &AtomicU32, now: u64, tries: usize) -> usize {
        (0..tries).filter(|_| quota.refuse(cell, || now).is_none()).count()
    }

    #[test]
    fn a_burst_then_the_rate() {
        let (quota, cell) = (Quota::per_second(10).burst(5), AtomicU32::new(0));
        let start = 1_000 * SECOND;
        assert_eq!(admitted(&quota, &cell, start, 100), 5);
        assert_eq!(quota.refuse(&cell, || start), Some(Limited::new(1)));
        assert_eq!(admitted(&quota, &cell, start + SECOND / 10, 100), 1);
        assert_eq!(admitted(&quota, &cell, start + SECOND, 100), 5);
        // After a long time as at the beginning, whatever the ticks have come to.
        for idle in [7, 11_111, 1_677_721, 16_777_216, 100_000_000] {
            let cell = AtomicU32::new(cell.load(Ordering::Relaxed));
            assert_eq!(admitted(&quota, &cell, start + idle * SECOND, 100), 5, "{idle}");
        }
    }

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

    #[test]
    fn the_wait_is_told() {
        let (quota, cell) = (Quota::per_minute(2).burst(1), AtomicU32::new(0));
        assert_eq!(quota.refuse(&cell, || SECOND), None);
        assert_eq!(quota.refuse(&cell, || SECOND), Some(Limited::new(30)));
        // Never too early: a tick more may be a second more.
        assert_eq!(quota.refuse(&cell, || 11 * SECOND), Some(Limited::new(21)));
        assert_eq!(quota.refuse(&cell, || 31 * SECOND), None);
    }

    #[test]
    fn extremes() {
        let (fast, cell) = (Quota::per_second(u32::MAX).burst(u32::MAX), AtomicU32::new(0));
        assert_eq!(fast.burst, LARGEST_BURST);
        assert_eq!(admitted(&fast, &cell, SECOND, 1_000_001), 1_000_000);
        let (slow, cell) = (Quota::per_minute(0).burst(0), AtomicU32::new(0));
        assert_eq!(admitted(&slow, &cell, u64::MAX, 10), 1);
    }

    /// Over any time, no more than burst and rate together.
    #[test]
    fn a_long_run_keeps_the_rate() {
        let (quota, cell) = (Quota::per_second(1_000).burst(50), AtomicU32::new(0));
        let mut state = 1_u64;
        let (mut now, mut passed) = (SECOND, 0);
        while now < 21 * SECOND {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            now += state >> 44;
            passed += usize::from(quota.refuse(&cell, || now).is_none());
        }
        assert!((18_000..=20_050).contains(&passed), "{passed}");
    }

    /// A request that one budget refuses uses up nothing of the other.
    #[test]
    fn a_refusal_charges_nobody() {
        let (one, three) = (Quota::per_minute(60).burst(1), Quota::per_minute(60).burst(3));
        let left = |quota: &Quota, cell: &AtomicU32| {
            let copy = AtomicU32::new(cell.load(Ordering::Relaxed));
            admitted(quota, &copy, SECOND, 10)
        };
        for (pattern, tenant) in [(one, three), (three, one)] {
            let (own, all) = (AtomicU32::new(0), AtomicU32::new(0));
            let ask = || both(Some((&pattern, &own)), Some((&tenant, &all)), || SECOND);
            assert_eq!((ask(), ask(), ask()), (None, Some(Limited::new(1)), Some(Limited::new(1))));
            let burst = |quota: &Quota| usize::try_from(quota.burst).unwrap();
            assert_eq!(left(&pattern, &own), burst(&pattern) - 1);
            assert_eq!(left(&tenant, &all), burst(&tenant) - 1);
        }
    }

    /// Threads that race for one cell get no more than one would.
    #[test]
    fn threads_share_one_budget() {
        for (rate, burst) in [(10, 10), (1_000, 50), (100_000, 1_000), (1_000_000, 10)] {
            let (quota, cell, passed) =
                (Quota::per_second(rate).burst(burst), AtomicU32::new(0), AtomicU32::new(0));
            let begun = now();
            std::thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| {
                        while now() - begun < SECOND / 10 {
                            passed
                                .fetch_add(u32::from(quota.refuse(&cell, now).is_none()), Ordering::Relaxed);
                        }
                    });
                }
            });
            let intervals = (now() - begun) / quota.interval + 1;
            let passed = u64::from(passed.into_inner());
            assert!(passed <= u64::from(burst) + intervals, "{passed} at {rate} and {burst}");
        }
    }
}
