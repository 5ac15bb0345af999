//! What nodes say about themselves, and how long a change takes to reach all of them.

use std::collections::HashSet;
use std::time::Duration;

use sqlx::{Row as _, query, query_scalar};
use tokio::time::{Instant, sleep};

use crate::node::Rejected;

use super::edit::Edit;
use super::write::Did;
use super::{Head, Store, StoreError, answered, name, number, stored};

/// What a node serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeReport {
    /// The name of the node, the same after it restarts.
    pub node: String,
    /// The history that its revision belongs to.
    pub epoch: String,
    /// The last write that it serves.
    pub revision: u64,
    /// How many snapshots it has made.
    pub generation: u64,
    /// How many tenants it serves.
    pub tenants: u64,
    /// The tenants whose policy it does not serve, and why: JSON.
    pub rejected: String,
    /// The change that it refuses because too many tenants would be gone: JSON.
    pub refused: Option<String>,
}

/// What a node said last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeStatus {
    /// What it said.
    pub report: NodeReport,
    /// When, in milliseconds since 1970, by the clock of the database.
    pub seen_at: u64,
    /// How long ago that is.
    pub age: Duration,
}

/// Which nodes serve a write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live {
    /// How many do.
    pub live: usize,
    /// Those that do not yet, as they last reported.
    pub behind: Vec<NodeStatus>,
    /// Those that have read it, and do not serve a tenant that it changed: they will not before another write.
    pub rejecting: Vec<NodeStatus>,
}

impl Store {
    /// Says what a node serves, in place of what it said before.
    ///
    /// # Errors
    /// [`StoreError::Name`] for the name of the node, or what the database says, or that it does not answer.
    pub async fn report(&self, report: &NodeReport) -> Result<(), StoreError> {
        name::check_label("node", &report.node)?;
        let upsert = format!(
            "INSERT INTO cors_node (node, epoch, revision, generation, tenants, rejected, refused, seen_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, {}) \
             ON CONFLICT (node) DO UPDATE SET epoch = excluded.epoch, revision = excluded.revision, \
             generation = excluded.generation, tenants = excluded.tenants, rejected = excluded.rejected, \
             refused = excluded.refused, seen_at = excluded.seen_at",
            self.address.backend.now()
        );
        let upsert = query(&upsert)
            .bind(report.node.as_str())
            .bind(report.epoch.as_str())
            .bind(stored(report.revision))
            .bind(stored(report.generation))
            .bind(stored(report.tenants))
            .bind(report.rejected.as_str())
            .bind(report.refused.as_deref())
            .execute(&self.pool);
        answered(async { Ok(upsert.await?) }).await?;
        Ok(())
    }

    /// Takes back what a node said: it has stopped, and nobody waits for it. If it was the last that knew of a deletion, that
    /// can be purged, and the node starts over when it comes back.
    ///
    /// # Errors
    /// What the database says, or that it does not answer.
    pub async fn leave(&self, node: &str) -> Result<(), StoreError> {
        let delete = query("DELETE FROM cors_node WHERE node = $1").bind(node).execute(&self.pool);
        answered(async { Ok(delete.await?) }).await?;
        Ok(())
    }

    /// All nodes that reported and have not left, by name.
    ///
    /// # Errors
    /// What the database says, or that it does not answer.
    pub async fn nodes(&self) -> Result<Vec<NodeStatus>, StoreError> {
        let nodes = format!(
            "SELECT node, epoch, revision, generation, tenants, rejected, refused, seen_at, {} FROM cors_node \
             ORDER BY node",
            self.address.backend.now()
        );
        let rows = query(&nodes).fetch_all(&self.pool);
        let rows = answered(async { Ok(rows.await?) }).await?;
        rows.iter()
            .map(|row| {
                let (seen_at, now): (u64, u64) = (number(row.try_get(7)?)?, number(row.try_get(8)?)?);
                Ok(NodeStatus {
                    report: NodeReport {
                        node: row.try_get(0)?,
                        epoch: row.try_get(1)?,
                        revision: number(row.try_get(2)?)?,
                        generation: number(row.try_get(3)?)?,
                        tenants: number(row.try_get(4)?)?,
                        rejected: row.try_get(5)?,
                        refused: row.try_get(6)?,
                    },
                    seen_at,
                    age: Duration::from_millis(now.saturating_sub(seen_at)),
                })
            })
            .collect()
    }

    /// Forgets a node that is gone for good, so that nobody waits for it; gives whether it was known. One that still runs
    /// reports again. A purge does not wait for it either: if it comes back, it starts over.
    ///
    /// # Errors
    /// What the database says.
    pub async fn forget_node(&self, edit: Edit<'_>, node: &str) -> Result<bool, StoreError> {
        answered(async {
            let mut write = self.write(edit).await?;
            let forgotten =
                query("DELETE FROM cors_node WHERE node = $1").bind(node).execute(&mut *write.tx).await?;
            if forgotten.rows_affected() == 0 {
                return Ok(false);
            }
            write.record("", Did { action: "forget_node", detail: node, ..Did::default() }).await?;
            write.commit(0).await?;
            Ok(true)
        })
        .await
    }

    /// Waits until every node that reported within `seen_within` has read a write, at most for `patience`, and looks every
    /// `interval`. A node of another epoch has not, and one that rejects what a tenant of the write has now does not serve
    /// it.
    ///
    /// # Errors
    /// What the database says. That nodes are behind or reject it is no error.
    pub async fn wait_live(
        &self,
        revision: u64,
        seen_within: Duration,
        patience: Duration,
        interval: Duration,
    ) -> Result<Live, StoreError> {
        let until = Instant::now() + patience;
        let changed = self.changed_by(revision).await?;
        loop {
            let Head { epoch, .. } = self.head().await?;
            let nodes = self.nodes().await?.into_iter().filter(|node| node.age <= seen_within);
            let (read, behind): (Vec<_>, Vec<_>) = nodes
                .partition(|NodeStatus { report, .. }| report.epoch == epoch && report.revision >= revision);
            if behind.is_empty() || Instant::now() >= until {
                let (rejecting, live): (Vec<_>, Vec<_>) =
                    read.into_iter().partition(|node| node.report.rejects(&changed));
                return Ok(Live { live: live.len(), behind, rejecting });
            }
            sleep(interval.min(until.duration_since(Instant::now()))).await;
        }
    }

    /// The tenants that a write changed.
    async fn changed_by(&self, revision: u64) -> Result<HashSet<String>, StoreError> {
        let slugs = query_scalar("SELECT slug FROM cors_audit WHERE revision = $1")
            .bind(stored(revision))
            .fetch_all(&self.pool);
        Ok(answered(async { Ok(slugs.await?) }).await?.into_iter().collect())
    }
}

impl NodeReport {
    /// Whether it does not serve what one of these tenants has. What cannot be read says nothing good.
    fn rejects(&self, tenants: &HashSet<String>) -> bool {
        match serde_json::from_str::<Vec<Rejected>>(&self.rejected) {
            Ok(rejected) => rejected.iter().any(|rejected| tenants.contains(&rejected.slug)),
            Err(_) => true,
        }
    }
}
