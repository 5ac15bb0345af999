//! Counters that requests raise without waiting for each other.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// How many threads count without touching the same line of the cache.
const LANES: usize = 16;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counted {
    PreflightAdmitted,
    PreflightRefused,
    ActualAdmitted,
    ActualRefused,
    SameOrigin,
    NotCors,
    UnknownTenant,
    UpgradeRefused,
    WriteRefused,
    Limited,
    ShadowRefuses,
    ShadowAdmits,
    ShadowHeaders,
}

const COUNTERS: usize = Counted::ShadowHeaders as usize + 1;

/// A line of the cache, and the one that is fetched with it.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Lane([AtomicU64; COUNTERS]);

/// Counters since the process began.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    lanes: [Lane; LANES],
}

thread_local! {
    static LANE: Cell<usize> = const { Cell::new(usize::MAX) };
}

fn lane() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    LANE.with(|lane| {
        if lane.get() == usize::MAX {
            lane.set(NEXT.fetch_add(1, Ordering::Relaxed) % LANES);
        }
        lane.get()
    })
}

impl Counters {
    #[inline]
    pub(crate) fn count(&self, counted: Counted) {
        if let Some(counter) = self.lanes.get(lane()).and_then(|lane| lane.0.get(counted as usize)) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn sum(&self, counted: Counted) -> u64 {
        let in_lane =
            |lane: &Lane| lane.0.get(counted as usize).map_or(0, |counter| counter.load(Ordering::Relaxed));
        self.lanes.iter().map(in_lane).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_count_together() {
        let counters = Counters::default();
        std::thread::scope(|scope| {
            for _ in 0..LANES + 3 {
                scope.spawn(|| (0..100).for_each(|_| counters.count(Counted::Limited)));
            }
        });
        assert_eq!(counters.sum(Counted::Limited), 100 * (LANES as u64 + 3));
        assert_eq!(counters.sum(Counted::NotCors), 0);
    }
}
