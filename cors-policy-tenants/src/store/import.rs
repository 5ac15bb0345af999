//! Many tenants at once: how a platform moves here.

use sqlx::{query, query_scalar};

use super::document::{Checked, hash};
use super::edit::{Edit, Written};
use super::name::{Key, check_slug, check_tier};
use super::write::{Did, Write};
use super::{Store, StoreError};

/// Far below the number of parameters that a statement may have in either database.
const PATTERNS_AT_ONCE: usize = 500;

/// A tenant with its first policy.
#[derive(Clone, Debug)]
pub struct NewTenant {
    /// What people call it.
    pub slug: String,
    /// The name of its limits.
    pub tier: String,
    /// What leads to it.
    pub keys: Vec<Key>,
    /// Its policy, which becomes active.
    pub document: Checked,
}

impl Store {
    /// Creates tenants, each with its keys and an active version 1: all of them in one transaction, or none. A thousand
    /// at a time keep other writers from waiting for long.
    ///
    /// # Errors
    /// [`StoreError::Name`], [`StoreError::DocumentTooLarge`], or what the database says of a slug or a key that is taken.
    pub async fn import(&self, edit: Edit<'_>, tenants: &[NewTenant]) -> Result<Written, StoreError> {
        for NewTenant { slug, tier, document, .. } in tenants {
            check_slug(slug)?;
            check_tier(tier)?;
            document.fits()?;
        }
        let mut write = self.write(edit).await?;
        for tenant in tenants {
            write.import(tenant).await?;
        }
        // The pointers last: a version must be there before something points at it.
        query("UPDATE cors_tenant SET active_version = 1 WHERE changed_revision = $1")
            .bind(write.revision)
            .execute(&mut *write.tx)
            .await?;
        write.commit(1).await
    }
}

impl Write<'_> {
    async fn import(&mut self, tenant: &NewTenant) -> Result<(), StoreError> {
        let create = "INSERT INTO cors_tenant (slug, tier, changed_revision, created_at, changed_at) \
                      VALUES ($1, $2, $3, $4, $4) RETURNING id";
        let id: i64 = query_scalar(create)
            .bind(tenant.slug.as_str())
            .bind(tenant.tier.as_str())
            .bind(self.revision)
            .bind(self.at)
            .fetch_one(&mut *self.tx)
            .await?;
        for key in &tenant.keys {
            query("INSERT INTO cors_tenant_key (kind, value, tenant_id) VALUES ($1, $2, $3)")
                .bind(key.kind().name())
                .bind(key.value())
                .bind(id)
                .execute(&mut *self.tx)
                .await?;
        }
        self.insert_version(id, 1, &tenant.document).await?;
        self.record(&tenant.slug, Did { action: "import", to: Some(1), ..Did::default() }).await
    }

    pub(super) async fn insert_version(
        &mut self,
        tenant: i64,
        version: i64,
        document: &Checked,
    ) -> Result<(), StoreError> {
        let insert = "INSERT INTO cors_policy_version \
                      (tenant_id, version, document, sha256, created_at, actor, note) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let (actor, note) = self.author();
        query(insert)
            .bind(tenant)
            .bind(version)
            .bind(document.text.as_str())
            .bind(hash(document.text.as_bytes()))
            .bind(self.at)
            .bind(actor)
            .bind(note)
            .execute(&mut *self.tx)
            .await?;
        for patterns in document.patterns.chunks(PATTERNS_AT_ONCE) {
            self.insert_patterns(tenant, version, patterns).await?;
        }
        Ok(())
    }

    /// In one statement: other writers wait meanwhile.
    async fn insert_patterns(
        &mut self,
        tenant: i64,
        version: i64,
        patterns: &[(String, bool)],
    ) -> Result<(), StoreError> {
        let rows: Vec<String> =
            (0..patterns.len()).map(|row| format!("($1, $2, ${}, ${})", row * 2 + 3, row * 2 + 4)).collect();
        // Two rules of a document may name the same pattern.
        let insert = format!(
            "INSERT INTO cors_policy_origin (tenant_id, version, pattern, wildcard) VALUES {} \
             ON CONFLICT DO NOTHING",
            rows.join(", ")
        );
        let mut insert = query(&insert).persistent(false).bind(tenant).bind(version);
        for (pattern, wildcard) in patterns {
            insert = insert.bind(pattern.as_str()).bind(i64::from(*wildcard));
        }
        insert.execute(&mut *self.tx).await?;
        Ok(())
    }
}
