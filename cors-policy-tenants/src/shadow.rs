//! A candidate version of a tenant's policy, in the shadow of the one that answers.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError, TryLockError};
use std::time::{SystemTime, UNIX_EPOCH};

use cors_policy::{Change, Policy, Seen};
use serde::{Deserialize, Serialize};

use crate::store::ShadowCounts;

/// The most disagreements of which samples are kept.
const SAMPLES: usize = 32;
/// How many milliseconds pass at least before a sample takes the place of another again.
const REPLACED_EACH: u64 = 10;
/// The most characters of an origin, and of a method, that a sample keeps.
const LONGEST_TEXT: usize = 120;

/// A version in the shadow, and what it would have changed on this node since that was last reported.
#[derive(Debug)]
pub(crate) struct Shadow {
    /// The number of the version.
    pub(crate) version: u32,
    pub(crate) policy: Policy,
    /// The write that put it there.
    pub(crate) since: u64,
    requests: AtomicU64,
    newly_refused: AtomicU64,
    newly_admitted: AtomicU64,
    other_headers: AtomicU64,
    samples: Mutex<Samples>,
}

/// Some disagreements.
#[derive(Debug, Default)]
struct Samples {
    samples: Vec<Sample>,
    /// When one last took the place of another, in milliseconds since 1970.
    replaced: u64,
}

/// A disagreement, and how often it was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Sample {
    /// The origin, shortened, with what is not printable escaped.
    pub origin: String,
    /// The method: of a preflight, the one that it asks for.
    pub method: String,
    /// What the shadow would change: `newly_refused`, `newly_admitted` or `headers`.
    pub change: String,
    /// Why, in words.
    pub reason: String,
    /// How often.
    pub count: u64,
    /// When it was last seen, in milliseconds since 1970.
    pub last_seen: u64,
}

impl Shadow {
    pub(crate) fn new(version: u32, policy: Policy, since: u64) -> Self {
        Shadow {
            version,
            policy,
            since,
            requests: AtomicU64::new(0),
            newly_refused: AtomicU64::new(0),
            newly_admitted: AtomicU64::new(0),
            other_headers: AtomicU64::new(0),
            samples: Mutex::default(),
        }
    }

    /// A request was decided by both.
    pub(crate) fn seen(&self) {
        self.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// A request was decided differently.
    pub(crate) fn differs(&self, seen: &Seen<'_>, change: Change) {
        let counter = match change {
            Change::NewlyRefused => &self.newly_refused,
            Change::NewlyAdmitted => &self.newly_admitted,
            Change::Headers => &self.other_headers,
        };
        counter.fetch_add(1, Ordering::Relaxed);
        // Whoever would have to wait leaves no sample: requests wait for nobody.
        let mut samples = match self.samples.try_lock() {
            Ok(samples) => samples,
            Err(TryLockError::Poisoned(samples)) => samples.into_inner(),
            Err(TryLockError::WouldBlock) => return,
        };
        samples.count(seen, change, &self.policy);
    }

    /// What was counted since it was last taken, and all samples.
    pub(crate) fn take(&self) -> ShadowCounts {
        let of = |counter: &AtomicU64| counter.swap(0, Ordering::Relaxed);
        let mut samples = self.samples.lock().unwrap_or_else(PoisonError::into_inner).samples.clone();
        samples.sort_by_key(|sample| std::cmp::Reverse(sample.count));
        ShadowCounts {
            requests: of(&self.requests),
            newly_refused: of(&self.newly_refused),
            newly_admitted: of(&self.newly_admitted),
            other_headers: of(&self.other_headers),
            samples: serde_json::to_string(&samples).unwrap_or_default(),
        }
    }

    /// Counts again what could not be reported.
    pub(crate) fn give_back(&self, counts: &ShadowCounts) {
        let add = |counter: &AtomicU64, count| counter.fetch_add(count, Ordering::Relaxed);
        add(&self.requests, counts.requests);
        add(&self.newly_refused, counts.newly_refused);
        add(&self.newly_admitted, counts.newly_admitted);
        add(&self.other_headers, counts.other_headers);
    }
}

impl Samples {
    /// Counts a disagreement. Where there is no room, it takes the place of the one that was seen least, and its count, so
    /// that what is frequent stays (Metwally et al., "Efficient computation of frequent and top-k elements", 2005). That
    /// happens so often, and no more: to say why takes microseconds, and whoever sends another origin each time shall not
    /// take them from requests.
    fn count(&mut self, seen: &Seen<'_>, change: Change, shadow: &Policy) {
        let (origin, method) =
            (excerpt(&seen.origin().unwrap_or_default()), excerpt(seen.target().method().as_bytes()));
        let (change_name, last_seen) = (name(change).to_owned(), milliseconds());
        let is_same = |known: &&mut Sample| {
            known.origin == origin && known.method == method && known.change == change_name
        };
        if let Some(known) = self.samples.iter_mut().find(is_same) {
            known.count += 1;
            known.last_seen = last_seen;
            return;
        }
        let has_room = self.samples.len() < SAMPLES;
        if !has_room && last_seen.abs_diff(self.replaced) < REPLACED_EACH {
            return;
        }
        let reason = match change {
            Change::NewlyRefused => seen.explain_by(shadow).to_string(),
            Change::NewlyAdmitted => seen.explain().to_string(),
            Change::Headers => change.to_string(),
        };
        let mut sample = Sample { origin, method, change: change_name, reason, count: 1, last_seen };
        if has_room {
            self.samples.push(sample);
        } else if let Some(least) = self.samples.iter_mut().min_by_key(|sample| sample.count) {
            sample.count += least.count;
            *least = sample;
            self.replaced = last_seen;
        }
    }
}

fn name(change: Change) -> &'static str {
    match change {
        Change::NewlyRefused => "newly_refused",
        Change::NewlyAdmitted => "newly_admitted",
        Change::Headers => "headers",
    }
}

fn excerpt(bytes: &[u8]) -> String {
    let read = bytes.get(..LONGEST_TEXT).unwrap_or(bytes);
    read.escape_ascii().map(char::from).take(LONGEST_TEXT).collect()
}

fn milliseconds() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
