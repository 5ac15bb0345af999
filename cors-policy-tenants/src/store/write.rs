//! The transaction that every write is.

use sqlx::any::AnyRow;
use sqlx::{Any, Row as _, Transaction, query};
use tokio::sync::OwnedMutexGuard;

use super::changes::State;
use super::edit::{Edit, RowVersion, Written};
use super::{Store, StoreError, name, number};

/// A transaction that has raised the revision: until it ends, no other writer gets further than that.
pub(super) struct Write<'a> {
    pub(super) tx: Transaction<'static, Any>,
    pub(super) revision: i64,
    /// By the clock of the database, in milliseconds since 1970.
    pub(super) at: i64,
    edit: Edit<'a>,
    _turn: OwnedMutexGuard<()>,
}

/// A tenant as a writer finds it.
pub(super) struct Found {
    pub(super) id: i64,
    pub(super) slug: String,
    pub(super) tier: String,
    pub(super) state: State,
    pub(super) active: Option<i64>,
    pub(super) shadow: Option<i64>,
    row_version: i64,
}

/// What the audit says about a write.
#[derive(Clone, Copy, Default)]
pub(super) struct Did<'a> {
    pub(super) action: &'static str,
    pub(super) from: Option<i64>,
    pub(super) to: Option<i64>,
    pub(super) detail: &'a str,
}

impl Store {
    pub(super) async fn write<'a>(&self, edit: Edit<'a>) -> Result<Write<'a>, StoreError> {
        name::check_label("actor", edit.actor)?;
        let turn = self.turn.clone().lock_owned().await;
        let backend = self.address.backend;
        let mut tx = self.pool.begin_with(backend.begin_write()).await?;
        let raise =
            format!("UPDATE cors_meta SET revision = revision + 1 RETURNING revision, {}", backend.now());
        let row = query(&raise).fetch_one(&mut *tx).await?;
        Ok(Write { tx, revision: row.try_get(0)?, at: row.try_get(1)?, edit, _turn: turn })
    }
}

impl<'a> Write<'a> {
    pub(super) fn author(&self) -> (&'a str, &'a str) {
        (self.edit.actor, self.edit.note)
    }

    /// The tenant, if it is there and what the writer had seen.
    pub(super) async fn tenant(&mut self, slug: &str) -> Result<Found, StoreError> {
        let found = "SELECT id, slug, tier, state, active_version, shadow_version, row_version \
                     FROM cors_tenant WHERE slug = $1";
        let row = query(found).bind(slug).fetch_optional(&mut *self.tx).await?;
        let Some(row) = row else { return Err(StoreError::UnknownTenant { slug: slug.to_owned() }) };
        let found = Found::read(&row)?;
        if found.state == State::Deleted {
            return Err(StoreError::Deleted { slug: found.slug });
        }
        let current = RowVersion(number(found.row_version)?);
        match self.edit.expected {
            Some(expected) if expected != current => {
                Err(StoreError::Conflict { slug: found.slug, expected, current })
            }
            _ => Ok(found),
        }
    }

    /// Makes what was done to the tenant a change that nodes see, records it, and commits.
    pub(super) async fn finish(mut self, tenant: &Found, did: Did<'_>) -> Result<Written, StoreError> {
        let touch = "UPDATE cors_tenant \
                     SET row_version = row_version + 1, changed_revision = $1, changed_at = $2 WHERE id = $3";
        query(touch).bind(self.revision).bind(self.at).bind(tenant.id).execute(&mut *self.tx).await?;
        self.record(&tenant.slug, did).await?;
        self.commit(tenant.row_version + 1).await
    }

    pub(super) async fn record(&mut self, slug: &str, did: Did<'_>) -> Result<(), StoreError> {
        let record = "INSERT INTO cors_audit \
                      (at, revision, actor, slug, action, from_version, to_version, detail, note) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
        query(record)
            .bind(self.at)
            .bind(self.revision)
            .bind(self.edit.actor)
            .bind(slug)
            .bind(did.action)
            .bind(did.from)
            .bind(did.to)
            .bind(did.detail)
            .bind(self.edit.note)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }

    pub(super) async fn commit(self, row_version: i64) -> Result<Written, StoreError> {
        let revision = number(self.revision)?;
        let row_version = RowVersion(number(row_version)?);
        self.tx.commit().await?;
        Ok(Written { revision, row_version })
    }
}

impl Found {
    fn read(row: &AnyRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.try_get(0)?,
            slug: row.try_get(1)?,
            tier: row.try_get(2)?,
            state: State::read(row, 3)?,
            active: row.try_get(4)?,
            shadow: row.try_get(5)?,
            row_version: row.try_get(6)?,
        })
    }
}
