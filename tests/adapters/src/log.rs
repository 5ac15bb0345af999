//! Events, written down.

use std::sync::{Arc, Mutex, PoisonError};

use cors_policy::Event;

use crate::setup::{Observer, Setup};

/// What has been observed, a line for each event.
#[derive(Clone, Debug, Default)]
pub struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    /// Writes down what the adapter tells.
    #[must_use]
    pub fn observing(&self, mut setup: Setup) -> Setup {
        setup.observer = Some(self.observer());
        setup
    }

    /// Writes down what it is told.
    #[must_use]
    pub fn observer(&self) -> Observer {
        let log = self.clone();
        Arc::new(move |event| log.lines(|lines| lines.push(line(event))))
    }

    /// What was observed since the last time.
    #[must_use]
    pub fn take(&self) -> Vec<String> {
        self.lines(std::mem::take)
    }

    /// How many events there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lines(|lines| lines.len())
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn lines<T>(&self, act: impl FnOnce(&mut Vec<String>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn line(event: &Event<'_>) -> String {
    match event {
        Event::Decided(seen) => format!("{:?} {:?}", seen.verdict().kind(), seen.verdict().outcome()),
        Event::UpgradeRefused(_, refusal) => format!("upgrade {}", refusal.word()),
        Event::WriteRefused { refusal, enforced: true, .. } => format!("write {}", refusal.word()),
        Event::WriteRefused { refusal, enforced: false, .. } => format!("would-be write {}", refusal.word()),
        Event::CandidateDiffers { candidate, change, .. } => format!("{} {change:?}", candidate.name()),
        Event::Misplaced(_, misplacement) => format!("{misplacement:?}"),
        other => format!("{other:?}"),
    }
}
