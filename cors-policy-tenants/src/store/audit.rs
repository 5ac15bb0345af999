//! Who did what to a tenant, and why.

use sqlx::{Row as _, query};

use super::{Store, StoreError, answered, number};

/// Something that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When, in milliseconds since 1970.
    pub at: u64,
    /// The write that did it.
    pub revision: u64,
    /// Who did it.
    pub actor: String,
    /// What was done: `create`, `import`, `set_tier`, `suspend`, `resume`, `delete`, `add_key`, `remove_key`, `publish`,
    /// `publish_active`, `activate`, `rollback`, `shadow`, `promote`, `purge`; to no tenant: `confirm_shrink`,
    /// `renew_epoch`, `forget_node`.
    pub action: String,
    /// The version that a pointer was taken from.
    pub from_version: Option<u32>,
    /// The version that it was set to, or that was published.
    pub to_version: Option<u32>,
    /// What else is to be said: the key, the tiers.
    pub detail: String,
    /// Why.
    pub note: String,
}

impl Store {
    /// What was done last to the tenants that had this slug, the latest first. Also when they are gone.
    ///
    /// # Errors
    /// What the database says.
    pub async fn audit(&self, slug: &str, limit: u32) -> Result<Vec<Entry>, StoreError> {
        answered(async {
            let entries = "SELECT at, revision, actor, action, from_version, to_version, detail, note \
                           FROM cors_audit WHERE slug = $1 ORDER BY id DESC LIMIT $2";
            let rows = query(entries).bind(slug).bind(i64::from(limit)).fetch_all(&self.pool).await?;
            rows.iter()
                .map(|row| {
                    Ok(Entry {
                        at: number(row.try_get(0)?)?,
                        revision: number(row.try_get(1)?)?,
                        actor: row.try_get(2)?,
                        action: row.try_get(3)?,
                        from_version: row.try_get::<Option<i64>, _>(4)?.map(number).transpose()?,
                        to_version: row.try_get::<Option<i64>, _>(5)?.map(number).transpose()?,
                        detail: row.try_get(6)?,
                        note: row.try_get(7)?,
                    })
                })
                .collect()
        })
        .await
    }
}
