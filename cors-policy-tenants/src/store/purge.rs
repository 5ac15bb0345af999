//! What is done to a store as a whole: tombstones are removed, and a history begins anew.

use std::time::Duration;

use sqlx::{query, query_scalar};

use super::edit::Edit;
use super::write::{Did, Write};
use super::{LONG_PATIENCE, Store, StoreError, answered, answered_within};

/// What was purged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purged {
    /// The slugs of the tenants, which are free now.
    pub slugs: Vec<String>,
    /// The write that did it.
    pub revision: u64,
}

impl Store {
    /// Removes deleted tenants and their documents, as far as every node that reported within `seen_within` has seen
    /// that they are deleted, and forgets the other nodes. One that comes back after a longer time is told to start
    /// over ([`StoreError::CursorTooOld`]).
    ///
    /// # Errors
    /// What the database says.
    pub async fn purge(&self, edit: Edit<'_>, seen_within: Duration) -> Result<Purged, StoreError> {
        answered_within(LONG_PATIENCE, async {
            let mut write = self.write(edit).await?;
            let since = write.at.saturating_sub(i64::try_from(seen_within.as_millis()).unwrap_or(i64::MAX));
            // A node of another epoch has seen nothing of this one.
            let passed = "SELECT min(CASE WHEN n.epoch = m.epoch THEN n.revision ELSE 0 END) \
                      FROM cors_node n CROSS JOIN cors_meta m WHERE n.seen_at >= $1";
            let passed: Option<i64> = query_scalar(passed).bind(since).fetch_one(&mut *write.tx).await?;
            let passed = passed.unwrap_or(write.revision);
            let slugs: Vec<String> = query_scalar(
            "SELECT slug FROM cors_tenant WHERE state = 'deleted' AND changed_revision <= $1 ORDER BY slug",
        )
        .bind(passed)
        .fetch_all(&mut *write.tx)
        .await?;
            write.remove_tombstones(passed).await?;
            query("DELETE FROM cors_node WHERE seen_at < $1").bind(since).execute(&mut *write.tx).await?;
            for slug in &slugs {
                write.record(slug, Did { action: "purge", ..Did::default() }).await?;
            }
            let revision = write.commit(0).await?.revision;
            Ok(Purged { slugs, revision })
        })
        .await
    }

    /// Says that what was written up to now is meant, also where a node would lose more than a fifth of its tenants by it,
    /// which it refuses until then. It holds for nodes that serve the history of this store, and no longer than until the
    /// next confirmation.
    ///
    /// # Errors
    /// What the database says.
    pub async fn confirm_shrink(&self, edit: Edit<'_>) -> Result<u64, StoreError> {
        self.confirm(edit, None).await
    }

    /// The same, for nodes that serve another history, which is named: the epoch from before the backup was restored, or
    /// that of the database that this one takes the place of. No other confirmation lets them lose so many tenants by
    /// following this store: they may have come here by a wrong address.
    ///
    /// # Errors
    /// What the database says.
    pub async fn confirm_shrink_from(&self, edit: Edit<'_>, epoch: &str) -> Result<u64, StoreError> {
        self.confirm(edit, Some(epoch)).await
    }

    async fn confirm(&self, edit: Edit<'_>, from: Option<&str>) -> Result<u64, StoreError> {
        answered(async {
            let mut write = self.write(edit).await?;
            query(
                "UPDATE cors_meta SET confirmed_revision = revision, confirmed_epoch = coalesce($1, epoch)",
            )
            .bind(from)
            .execute(&mut *write.tx)
            .await?;
            let detail = from.unwrap_or_default();
            write.record("", Did { action: "confirm_shrink", detail, ..Did::default() }).await?;
            Ok(write.commit(0).await?.revision)
        })
        .await
    }

    /// Begins a new history, so that every node reads everything again: for a database that was restored from a backup.
    ///
    /// # Errors
    /// What the database says.
    pub async fn renew_epoch(&self, edit: Edit<'_>) -> Result<String, StoreError> {
        answered(async {
        let mut write = self.write(edit).await?;
        let epoch = format!(
            "UPDATE cors_meta SET epoch = {}, confirmed_revision = 0, confirmed_epoch = '' RETURNING epoch",
            self.address.backend.random()
        );
        let epoch: String = query_scalar(&epoch).fetch_one(&mut *write.tx).await?;
        write.record("", Did { action: "renew_epoch", detail: &epoch, ..Did::default() }).await?;
        write.commit(0).await?;
        Ok(epoch)
        })
        .await
    }
}

impl Write<'_> {
    async fn remove_tombstones(&mut self, passed: i64) -> Result<(), StoreError> {
        let gone = "SELECT id FROM cors_tenant WHERE state = 'deleted' AND changed_revision <= $1";
        let mark = "SELECT coalesce(max(changed_revision), 0) FROM cors_tenant \
                    WHERE state = 'deleted' AND changed_revision <= $1";
        let mark: i64 = query_scalar(mark).bind(passed).fetch_one(&mut *self.tx).await?;
        query("UPDATE cors_meta SET purged_revision = $1 WHERE purged_revision < $1")
            .bind(mark)
            .execute(&mut *self.tx)
            .await?;
        for statement in [
            format!("DELETE FROM cors_shadow_report WHERE tenant_id IN ({gone})"),
            format!("DELETE FROM cors_policy_origin WHERE tenant_id IN ({gone})"),
            format!("DELETE FROM cors_policy_version WHERE tenant_id IN ({gone})"),
            format!("DELETE FROM cors_tenant WHERE id IN ({gone})"),
        ] {
            query(&statement).bind(passed).execute(&mut *self.tx).await?;
        }
        Ok(())
    }
}
