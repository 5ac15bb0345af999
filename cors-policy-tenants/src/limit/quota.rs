//! Quotas: so many requests in a time, counted in 32 bits.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Instant;

use cors_policy::Limited;

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
    pub(super) interval: u64,
    burst: u32,
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

impl Quota {
    /// Takes one request from a cell, or says when there will be one.
    ///
    /// The generic cell rate algorithm (ITU-T I.371) in 32 bits: a cell holds when the next request is due, in ticks, of
    /// which an interval has 256. A cell that nobody has touched until the ticks came around, some 16 million intervals,
    /// can by chance look as if it were due in the near future: then one request waits for at most a burst's time.
    ///
    /// The clock is read when the cell has been: a time from before would take what another thread has admitted meanwhile
    /// for a cell of long ago, and give the whole burst again.
    pub(super) fn refuse(&self, cell: &AtomicU32, clock: impl Fn() -> u64) -> Option<Limited> {
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

/// Takes one request from both cells, or from none if one of them has none left. Where threads race for the pattern's last
/// one, those that come too late have used up one of the tenant's.
pub(super) fn both(
    pattern: Option<(&Quota, &AtomicU32)>,
    tenant: Option<(&Quota, &AtomicU32)>,
    clock: impl Fn() -> u64 + Copy,
) -> Option<Limited> {
    let left = pattern.and_then(|(quota, cell)| quota.ahead(cell.load(Ordering::Acquire), clock()).err());
    let take = |(quota, cell): (&Quota, &AtomicU32)| quota.refuse(cell, clock);
    left.or_else(|| tenant.and_then(take)).or_else(|| pattern.and_then(take))
}

/// Nanoseconds since some request before.
pub(super) fn now() -> u64 {
    static START: OnceLock<Instant> = OnceLock::new();
    u64::try_from(START.get_or_init(Instant::now).elapsed().as_nanos()).unwrap_or(u64::MAX)
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
