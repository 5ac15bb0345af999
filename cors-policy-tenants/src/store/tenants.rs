//! Tenants: to create them, to change what they are, and to look at them.

use sqlx::{Row as _, query, query_scalar};

use super::changes::State;
use super::edit::{Edit, RowVersion, Written};
use super::name::{Key, KeyKind, check_slug, check_tier};
use super::write::Did;
use super::{Store, StoreError, answered, number};
use crate::tenant::TenantId;

/// A tenant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// Never given to another one.
    pub id: TenantId,
    /// What people call it.
    pub slug: String,
    /// Whether it is served.
    pub state: State,
    /// The name of its limits.
    pub tier: String,
    /// What leads to it.
    pub keys: Vec<Key>,
    /// The version that is served.
    pub active: Option<u32>,
    /// The version that is tried beside it.
    pub shadow: Option<u32>,
    /// What a writer that has seen this expects.
    pub row_version: RowVersion,
    /// The last write that changed it.
    pub changed_revision: u64,
    /// When it was created, in milliseconds since 1970.
    pub created_at: u64,
    /// When it was last changed, in milliseconds since 1970.
    pub changed_at: u64,
}

/// How many tenants there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Those that are served.
    pub active: u64,
    /// Those that are not for now.
    pub suspended: u64,
    /// Those that are deleted and not purged yet.
    pub deleted: u64,
}

impl Store {
    /// Creates a tenant, without keys and without a policy.
    ///
    /// # Errors
    /// [`StoreError::Name`] for the slug or the tier, [`StoreError::SlugTaken`], or what the database says.
    pub async fn create_tenant(&self, edit: Edit<'_>, slug: &str, tier: &str) -> Result<Written, StoreError> {
        check_slug(slug)?;
        check_tier(tier)?;
        answered(async {
            let mut write = self.write(edit).await?;
            let there: Option<String> = query_scalar("SELECT state FROM cors_tenant WHERE slug = $1")
                .bind(slug)
                .fetch_optional(&mut *write.tx)
                .await?;
            if let Some(state) = there {
                let deleted = state == State::Deleted.name();
                return Err(StoreError::SlugTaken { slug: slug.to_owned(), deleted });
            }
            let create = "INSERT INTO cors_tenant (slug, tier, changed_revision, created_at, changed_at) \
                      VALUES ($1, $2, $3, $4, $4)";
            query(create)
                .bind(slug)
                .bind(tier)
                .bind(write.revision)
                .bind(write.at)
                .execute(&mut *write.tx)
                .await?;
            write.record(slug, Did { action: "create", detail: tier, ..Did::default() }).await?;
            write.commit(1).await
        })
        .await
    }

    /// Gives a tenant other limits.
    ///
    /// # Errors
    /// [`StoreError::Name`], [`StoreError::UnknownTenant`], [`StoreError::Deleted`], [`StoreError::Conflict`], or what
    /// the database says.
    pub async fn set_tier(&self, edit: Edit<'_>, slug: &str, tier: &str) -> Result<Written, StoreError> {
        check_tier(tier)?;
        answered(async {
            let mut write = self.write(edit).await?;
            let tenant = write.tenant(slug).await?;
            query("UPDATE cors_tenant SET tier = $1 WHERE id = $2")
                .bind(tier)
                .bind(tenant.id)
                .execute(&mut *write.tx)
                .await?;
            let detail = format!("{} -> {tier}", tenant.tier);
            write.finish(&tenant, Did { action: "set_tier", detail: &detail, ..Did::default() }).await
        })
        .await
    }

    /// Stops serving a tenant, for now.
    ///
    /// # Errors
    /// [`StoreError::UnknownTenant`], [`StoreError::Deleted`], [`StoreError::Conflict`], or what the database says.
    pub async fn suspend(&self, edit: Edit<'_>, slug: &str) -> Result<Written, StoreError> {
        self.set_state(edit, slug, State::Suspended, "suspend").await
    }

    /// Serves a suspended tenant again.
    ///
    /// # Errors
    /// [`StoreError::UnknownTenant`], [`StoreError::Deleted`], [`StoreError::Conflict`], or what the database says.
    pub async fn resume(&self, edit: Edit<'_>, slug: &str) -> Result<Written, StoreError> {
        self.set_state(edit, slug, State::Active, "resume").await
    }

    async fn set_state(
        &self,
        edit: Edit<'_>,
        slug: &str,
        state: State,
        action: &'static str,
    ) -> Result<Written, StoreError> {
        answered(async {
            let mut write = self.write(edit).await?;
            let tenant = write.tenant(slug).await?;
            query("UPDATE cors_tenant SET state = $1 WHERE id = $2")
                .bind(state.name())
                .bind(tenant.id)
                .execute(&mut *write.tx)
                .await?;
            write.finish(&tenant, Did { action, ..Did::default() }).await
        })
        .await
    }

    /// Deletes a tenant for good: its keys are free at once, its slug and its documents stay until they are
    /// [purged](Store::purge).
    ///
    /// # Errors
    /// [`StoreError::UnknownTenant`], [`StoreError::Deleted`], [`StoreError::Conflict`], or what the database says.
    pub async fn delete_tenant(&self, edit: Edit<'_>, slug: &str) -> Result<Written, StoreError> {
        answered(async {
            let mut write = self.write(edit).await?;
            let tenant = write.tenant(slug).await?;
            query("DELETE FROM cors_tenant_key WHERE tenant_id = $1")
                .bind(tenant.id)
                .execute(&mut *write.tx)
                .await?;
            let delete = "UPDATE cors_tenant SET state = $1, active_version = NULL, shadow_version = NULL \
                      WHERE id = $2";
            query(delete).bind(State::Deleted.name()).bind(tenant.id).execute(&mut *write.tx).await?;
            write.finish(&tenant, Did { action: "delete", from: tenant.active, ..Did::default() }).await
        })
        .await
    }

    /// A tenant, also one that is deleted and not purged yet.
    ///
    /// # Errors
    /// [`StoreError::UnknownTenant`], or what the database says.
    pub async fn tenant(&self, slug: &str) -> Result<Tenant, StoreError> {
        answered(async {
            let mut read = self.pool.begin_with(self.address.backend.begin_read()).await?;
            let tenant = "SELECT id, state, tier, active_version, shadow_version, row_version, changed_revision, \
                          created_at, changed_at FROM cors_tenant WHERE slug = $1";
            let row = query(tenant).bind(slug).fetch_optional(&mut *read).await?;
            let row = row.ok_or_else(|| StoreError::UnknownTenant { slug: slug.to_owned() })?;
            let id: i64 = row.try_get(0)?;
            let keys = "SELECT kind, value FROM cors_tenant_key WHERE tenant_id = $1 ORDER BY kind, value";
            let keys = query(keys).bind(id).fetch_all(&mut *read).await?;
            read.commit().await?;
            Ok(Tenant {
                id: TenantId(number(id)?),
                slug: slug.to_owned(),
                state: State::read(&row, 1)?,
                tier: row.try_get(2)?,
                keys: keys.iter().map(|key| KeyKind::read(key, 0)).collect::<Result<_, _>>()?,
                active: row.try_get::<Option<i64>, _>(3)?.map(number).transpose()?,
                shadow: row.try_get::<Option<i64>, _>(4)?.map(number).transpose()?,
                row_version: RowVersion(number(row.try_get(5)?)?),
                changed_revision: number(row.try_get(6)?)?,
                created_at: number(row.try_get(7)?)?,
                changed_at: number(row.try_get(8)?)?,
            })
        })
        .await
    }

    /// How many tenants there are.
    ///
    /// # Errors
    /// What the database says, or that it does not answer.
    pub async fn count(&self) -> Result<Counts, StoreError> {
        let count = query("SELECT state, count(*) FROM cors_tenant GROUP BY state").fetch_all(&self.pool);
        let mut counts = Counts::default();
        for row in answered(async { Ok(count.await?) }).await? {
            let of = match State::read(&row, 0)? {
                State::Active => &mut counts.active,
                State::Suspended => &mut counts.suspended,
                State::Deleted => &mut counts.deleted,
            };
            *of = number(row.try_get(1)?)?;
        }
        Ok(counts)
    }
}
