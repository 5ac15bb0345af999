//! What a node knows of itself, beside its tenants.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::node::health::{Health, Refused, Rejected, Served};
use crate::page::Page;
use crate::tenants::Tenants;

/// Shared between a node's task and whoever asks. No request looks at it.
#[derive(Debug, Default)]
pub(crate) struct Status(Mutex<State>);

#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) served: Served,
    pub(crate) generation: u64,
    /// When the store was last known to have nothing newer.
    pub(crate) current: Option<Instant>,
    pub(crate) written: Option<Instant>,
    pub(crate) built: Duration,
    pub(crate) rejected: Vec<Rejected>,
    pub(crate) refused: Option<Refused>,
    pub(crate) store_error: Option<String>,
    pub(crate) disk_error: Option<String>,
    pub(crate) failures: u64,
    pub(crate) disk_failures: u64,
}

impl Status {
    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_loaded(&self) -> bool {
        self.lock().served != Served::Nothing
    }

    /// Whether what the store had last is served.
    pub(crate) fn is_current(&self) -> bool {
        let state = self.lock();
        state.served == Served::Database && state.store_error.is_none()
    }

    pub(crate) fn health(&self, tenants: &Tenants) -> Health {
        let (epoch, revision) = tenants.revision();
        let (count, bytes, unknown_tier) = (tenants.count(), tenants.bytes(), of_unknown_tier(tenants));
        let state = self.lock();
        let errors: Vec<String> = state.store_error.iter().chain(&state.disk_error).cloned().collect();
        let is_whole = errors.is_empty() && state.rejected.is_empty() && state.refused.is_none();
        Health {
            ready: state.served != Served::Nothing,
            degraded: state.served != Served::Database || !is_whole,
            served: state.served,
            epoch,
            revision,
            generation: state.generation,
            tenants: count,
            bytes,
            age: state.current.map(|at| at.elapsed()),
            built: state.built,
            written: state.written.map(|at| at.elapsed()),
            rejected: state.rejected.clone(),
            unknown_tier,
            refused: state.refused.clone(),
            errors,
            failures: state.failures,
            disk_failures: state.disk_failures,
        }
    }
}

fn of_unknown_tier(tenants: &Tenants) -> usize {
    let (snapshot, tiers) = (tenants.0.snapshot.load_full(), &tenants.0.tiers);
    let of_page = |(_, page): (u64, &Page)| {
        let owner = page.owner();
        let tiers_there = (0..page.pack().len()).filter_map(|place| Some(owner?.tier(place)));
        tiers_there.filter(|tier| tiers.is_unknown(*tier)).count()
    };
    snapshot.pages().map(of_page).sum()
}
