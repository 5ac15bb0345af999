//! The last requests that were refused: bounded, and alike ones merged.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::SystemTime;

use crate::inspector::facts::{Facts, is_same};
use crate::inspector::finding::{Finding, HANDSHAKE_REFUSED, REFUSED};
use crate::inspector::told::Told;
use crate::policy::Policy;

/// How many entries are kept by default.
pub(super) const KEPT: usize = 100;
/// The most that can be asked for.
pub(super) const MOST_KEPT: usize = 1000;
/// The most findings about one entry. There are fewer kinds of them; candidates count one by one.
const MOST_FINDINGS: usize = 12;
/// The most policies that are remembered because they decided something.
const MOST_POLICIES: usize = 32;

/// What was noticed last.
#[derive(Debug)]
pub(super) struct Log(Mutex<State>);

#[derive(Debug)]
struct State {
    capacity: usize,
    /// How many things were noticed.
    revision: u64,
    next_id: u64,
    /// The one that was seen last is last.
    entries: VecDeque<Entry>,
    policies: VecDeque<Policy>,
}

/// Requests that are alike, and what is wrong with them.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) id: u64,
    pub(super) facts: Arc<Facts>,
    pub(super) first: SystemTime,
    pub(super) last: SystemTime,
    pub(super) findings: Vec<Finding>,
    told: Arc<OnceLock<Option<Told>>>,
}

/// The log at one moment.
#[derive(Debug)]
pub(super) struct Snapshot {
    pub(super) revision: u64,
    /// The one that was seen last is first.
    pub(super) entries: Vec<Entry>,
    pub(super) policies: Vec<Policy>,
}

impl Entry {
    /// Whether the page has what it asks for, and something is worth a note.
    pub(super) fn is_only_noted(&self) -> bool {
        !self.is_refused() && self.findings.iter().all(|finding| finding.status().is_none())
    }

    /// Whether the browser keeps the page from what it asks for.
    pub(super) fn is_refused(&self) -> bool {
        self.findings.iter().any(|finding| matches!(finding.kind, REFUSED | HANDSHAKE_REFUSED))
    }

    /// The story, once it is told; `None` where the page has what it asks for.
    pub(super) fn told(&self) -> Option<&Told> {
        self.told.get()?.as_ref()
    }

    pub(super) fn is_told(&self) -> bool {
        !self.is_refused() || self.told.get().is_some()
    }

    /// Works out the story, which takes as long as some dozen compilations of the policy.
    pub(super) fn tell(&self) {
        self.told.get_or_init(|| Told::of_facts(&self.facts));
    }

    /// How often such a request was seen.
    pub(super) fn count(&self) -> u64 {
        self.findings.iter().map(|finding| finding.count).max().unwrap_or_default()
    }
}

impl Log {
    pub(super) fn new() -> Self {
        let (entries, policies) = (VecDeque::new(), VecDeque::new());
        Log(Mutex::new(State { capacity: KEPT, revision: 0, next_id: 1, entries, policies }))
    }

    pub(super) fn keep(&self, entries: usize) {
        let mut state = self.state();
        state.capacity = entries.clamp(1, MOST_KEPT);
        state.make_room(0);
    }

    /// Writes down what was noticed. The finding is worked out where its like is not there yet, and without the lock.
    pub(super) fn note(
        &self,
        facts: Facts,
        kind: &'static str,
        subject: &str,
        find: impl FnOnce() -> Finding,
    ) {
        let now = SystemTime::now();
        if self.state().repeat(&facts, kind, subject, now) {
            return;
        }
        let finding = find();
        let mut state = self.state();
        // Another request may have been faster.
        if !state.repeat(&facts, kind, subject, now) {
            state.add(facts, finding, now);
        }
    }

    pub(super) fn snapshot(&self) -> Snapshot {
        let state = self.state();
        Snapshot {
            revision: state.revision,
            entries: state.entries.iter().rev().cloned().collect(),
            policies: state.policies.iter().cloned().collect(),
        }
    }

    pub(super) fn revision(&self) -> u64 {
        self.state().revision
    }

    /// A panic elsewhere leaves nothing half done here: what is written is counters and whole entries.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Counts a finding that is there already.
    fn repeat(&mut self, facts: &Facts, kind: &str, subject: &str, now: SystemTime) -> bool {
        let Some(place) = self.place_of(facts) else { return false };
        let Some(entry) = self.entries.get_mut(place) else { return false };
        let mut findings = entry.findings.iter_mut();
        let Some(finding) = findings.find(|finding| finding.kind == kind && *finding.subject == *subject)
        else {
            return false;
        };
        finding.count = finding.count.saturating_add(1);
        self.touch(place, now);
        true
    }

    fn add(&mut self, facts: Facts, finding: Finding, now: SystemTime) {
        if let Some(place) = self.place_of(&facts) {
            let entry = self.entries.get_mut(place).filter(|entry| entry.findings.len() < MOST_FINDINGS);
            if let Some(entry) = entry {
                entry.findings.push(finding);
            }
            return self.touch(place, now);
        }
        self.remember(&facts.policy);
        self.make_room(1);
        let id = self.next_id;
        self.next_id = id.saturating_add(1);
        self.revision = self.revision.saturating_add(1);
        let (facts, told) = (Arc::new(facts), Arc::default());
        self.entries.push_back(Entry { id, facts, first: now, last: now, findings: vec![finding], told });
    }

    fn place_of(&self, facts: &Facts) -> Option<usize> {
        // What repeats was mostly seen a moment ago.
        self.entries.iter().rposition(|entry| entry.facts.is_like(facts))
    }

    fn touch(&mut self, place: usize, now: SystemTime) {
        self.revision = self.revision.saturating_add(1);
        if let Some(mut entry) = self.entries.remove(place) {
            entry.last = now.max(entry.last);
            self.entries.push_back(entry);
        }
    }

    fn make_room(&mut self, new: usize) {
        let surplus = self.entries.len().saturating_add(new).saturating_sub(self.capacity);
        self.entries.drain(..surplus.min(self.entries.len()));
    }

    fn remember(&mut self, policy: &Policy) {
        if self.policies.iter().any(|known| is_same(known, policy)) {
            return;
        }
        if self.policies.len() == MOST_POLICIES {
            self.policies.pop_front();
        }
        self.policies.push_back(policy.clone());
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::Log;

    #[test]
    fn a_panic_elsewhere_does_not_end_it() {
        let log = Log::new();
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let _state = log.state();
            panic!("while it is locked");
        }));
        assert!(panicked.is_err() && log.0.is_poisoned());
        assert_eq!((log.revision(), log.snapshot().entries.len()), (0, 0));
    }
}
