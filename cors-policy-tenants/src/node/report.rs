//! Says in the store how the node is. Nothing that is served rests on it.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::node::status::Status;
use crate::page::Owner;
use crate::shadow::Shadow;
use crate::store::{NodeReport, Store};
use crate::tenant::TenantId;
use crate::tenants::Tenants;

/// How often a node says how it is, also where nothing changes.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// For how long a node tells of shadows before it looks for changes again. The next time it goes on with the others.
const SHADOWS: Duration = Duration::from_secs(5);

/// What reports.
#[derive(Debug)]
pub(crate) struct Reporter {
    node: String,
    reported: Option<Instant>,
    /// The tenant whose shadow was told of last.
    last: Option<TenantId>,
}

impl Reporter {
    pub(crate) fn new(node: String) -> Self {
        Reporter { node, reported: None, last: None }
    }

    /// Something happened that somebody may wait for.
    pub(crate) fn hurry(&mut self) {
        self.reported = None;
    }

    /// Reports, if it is time.
    pub(crate) async fn report(&mut self, store: &Store, status: &Status, tenants: &Tenants) {
        if self.reported.is_some_and(|at| at.elapsed() < HEARTBEAT) {
            return;
        }
        let health = status.health(tenants);
        let report = NodeReport {
            node: self.node.clone(),
            epoch: health.epoch,
            revision: health.revision,
            generation: health.generation,
            tenants: health.tenants as u64,
            rejected: serde_json::to_string(&health.rejected).unwrap_or_default(),
            refused: health.refused.and_then(|refused| serde_json::to_string(&refused).ok()),
        };
        // Each question to a store that does not answer takes half a minute: the first is enough.
        if store.report(&report).await.is_ok() {
            self.reported = Some(Instant::now());
            // What was not taken over may be another try of the version, or another database.
            if status.is_current() {
                self.report_shadows(store, tenants).await;
            }
        }
    }

    /// Reports for the last time: nobody waits for this node any more.
    pub(crate) async fn leave(&mut self, store: &Store, status: &Status, tenants: &Tenants) {
        self.hurry();
        self.report(store, status, tenants).await;
        // Where that fails, it counts as gone after a minute.
        drop(store.leave(&self.node).await);
    }

    async fn report_shadows(&mut self, store: &Store, tenants: &Tenants) {
        let until = Instant::now() + SHADOWS;
        let snapshot = tenants.0.snapshot.load_full();
        let owners = snapshot.pages().filter_map(|(_, page)| page.owner());
        let shadows: Vec<(TenantId, &Arc<Shadow>)> = owners.flat_map(Owner::shadows).collect();
        let told = shadows.partition_point(|(tenant, _)| Some(*tenant) <= self.last);
        for (tenant, shadow) in shadows.iter().cycle().skip(told).take(shadows.len()) {
            let counts = shadow.take();
            // A request can have been counted before, and its difference only now.
            if counts.requests + counts.newly_refused + counts.newly_admitted + counts.other_headers == 0 {
                continue;
            }
            let report = store.report_shadow(*tenant, shadow.version, &self.node, &counts);
            if !matches!(timeout_at(until, report).await, Ok(Ok(_))) {
                shadow.give_back(&counts);
                return;
            }
            self.last = Some(*tenant);
            if Instant::now() >= until {
                return;
            }
        }
    }
}
