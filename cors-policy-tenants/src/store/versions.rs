//! Versions of a policy, and which of them is active and which in the shadow.

use sqlx::{Row as _, query, query_scalar};

use super::document::{Checked, verify};
use super::edit::{Edit, Written};
use super::write::{Did, Found, Write};
use super::{Store, StoreError, answered, number};

/// A version that was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// Its number: 1, 2, 3 and so on for each tenant.
    pub version: u32,
    /// The write.
    pub written: Written,
}

/// What is known about a version besides its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionInfo {
    /// Its number.
    pub version: u32,
    /// The SHA-256 of its document, in hexadecimal digits.
    pub sha256: String,
    /// When it was published, in milliseconds since 1970.
    pub created_at: u64,
    /// By whom.
    pub actor: String,
    /// Why.
    pub note: String,
}

/// When a shadow may become active.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promotion {
    /// Only if nodes have reported requests, and none of them would be newly refused.
    IfNothingBreaks,
    /// Whatever was reported.
    Anyway,
}

impl Store {
    /// Stores a document as the next version of a tenant's policy, and makes it the active one if `activate`.
    ///
    /// # Errors
    /// [`StoreError::DocumentTooLarge`], [`StoreError::UnknownTenant`], [`StoreError::Deleted`],
    /// [`StoreError::Conflict`], or what the database says.
    pub async fn publish(
        &self,
        edit: Edit<'_>,
        slug: &str,
        document: &Checked,
        activate: bool,
    ) -> Result<Published, StoreError> {
        answered(self.write_version(edit, slug, document, activate)).await
    }

    async fn write_version(
        &self,
        edit: Edit<'_>,
        slug: &str,
        document: &Checked,
        activate: bool,
    ) -> Result<Published, StoreError> {
        document.fits()?;
        let mut write = self.write(edit).await?;
        let tenant = write.tenant(slug).await?;
        let next = "SELECT coalesce(max(version), 0) + 1 FROM cors_policy_version WHERE tenant_id = $1";
        let version: i64 = query_scalar(next).bind(tenant.id).fetch_one(&mut *write.tx).await?;
        write.insert_versions(std::iter::once((tenant.id, version, document))).await?;
        let mut did = Did { action: "publish", to: Some(version), ..Did::default() };
        if activate {
            did = Did { action: "publish_active", from: tenant.active, ..did };
            write.point(&tenant, Some(version), tenant.shadow).await?;
        }
        let written = write.finish(&tenant, did).await?;
        Ok(Published { version: number(version)?, written })
    }

    /// Makes a version the active one: also the way back to an older one.
    ///
    /// # Errors
    /// [`StoreError::UnknownVersion`], [`StoreError::UnknownTenant`], [`StoreError::Deleted`],
    /// [`StoreError::Conflict`], or what the database says.
    pub async fn activate(&self, edit: Edit<'_>, slug: &str, version: u32) -> Result<Written, StoreError> {
        answered(self.write_active(edit, slug, version)).await
    }

    async fn write_active(&self, edit: Edit<'_>, slug: &str, version: u32) -> Result<Written, StoreError> {
        let mut write = self.write(edit).await?;
        let tenant = write.tenant(slug).await?;
        write.has_version(&tenant, version).await?;
        let to = Some(i64::from(version));
        let action = if to < tenant.active { "rollback" } else { "activate" };
        write.point(&tenant, to, tenant.shadow).await?;
        write.finish(&tenant, Did { action, from: tenant.active, to, ..Did::default() }).await
    }

    /// Tries a version beside the active one, or none any more. Reports of an earlier try of the version are forgotten.
    ///
    /// # Errors
    /// [`StoreError::UnknownVersion`], [`StoreError::UnknownTenant`], [`StoreError::Deleted`],
    /// [`StoreError::Conflict`], or what the database says.
    pub async fn shadow(
        &self,
        edit: Edit<'_>,
        slug: &str,
        version: Option<u32>,
    ) -> Result<Written, StoreError> {
        answered(self.write_shadow(edit, slug, version)).await
    }

    async fn write_shadow(
        &self,
        edit: Edit<'_>,
        slug: &str,
        version: Option<u32>,
    ) -> Result<Written, StoreError> {
        let mut write = self.write(edit).await?;
        let tenant = write.tenant(slug).await?;
        if let Some(version) = version {
            write.has_version(&tenant, version).await?;
            query("DELETE FROM cors_shadow_report WHERE tenant_id = $1 AND version = $2")
                .bind(tenant.id)
                .bind(i64::from(version))
                .execute(&mut *write.tx)
                .await?;
        }
        let to = version.map(i64::from);
        write.point(&tenant, tenant.active, to).await?;
        query("UPDATE cors_tenant SET shadow_since = $1 WHERE id = $2")
            .bind(write.revision)
            .bind(tenant.id)
            .execute(&mut *write.tx)
            .await?;
        write.finish(&tenant, Did { action: "shadow", from: tenant.shadow, to, ..Did::default() }).await
    }

    /// Makes the version in the shadow the active one.
    ///
    /// # Errors
    /// [`StoreError::NoShadow`], [`StoreError::WouldRefuse`], [`StoreError::NothingSeen`], [`StoreError::UnknownTenant`],
    /// [`StoreError::Deleted`], [`StoreError::Conflict`], or what the database says.
    pub async fn promote(
        &self,
        edit: Edit<'_>,
        slug: &str,
        promotion: Promotion,
    ) -> Result<Written, StoreError> {
        answered(self.write_promotion(edit, slug, promotion)).await
    }

    async fn write_promotion(
        &self,
        edit: Edit<'_>,
        slug: &str,
        promotion: Promotion,
    ) -> Result<Written, StoreError> {
        let mut write = self.write(edit).await?;
        let tenant = write.tenant(slug).await?;
        let Some(shadow) = tenant.shadow else {
            return Err(StoreError::NoShadow { slug: tenant.slug });
        };
        if promotion == Promotion::IfNothingBreaks {
            let reported = "SELECT CAST(coalesce(sum(requests), 0) AS BIGINT), \
                            CAST(coalesce(sum(newly_refused), 0) AS BIGINT) FROM cors_shadow_report \
                            WHERE tenant_id = $1 AND version = $2";
            let reported = query(reported).bind(tenant.id).bind(shadow).fetch_one(&mut *write.tx).await?;
            let (seen, refused) = (number::<u64>(reported.try_get(0)?)?, number(reported.try_get(1)?)?);
            let (slug, version) = (tenant.slug.clone(), number(shadow)?);
            match (seen, refused) {
                (_, 1..) => return Err(StoreError::WouldRefuse { slug, version, requests: refused }),
                (0, _) => return Err(StoreError::NothingSeen { slug, version }),
                _ => {}
            }
        }
        write.point(&tenant, Some(shadow), None).await?;
        let did = Did { action: "promote", from: tenant.active, to: Some(shadow), ..Did::default() };
        write.finish(&tenant, did).await
    }

    /// The newest versions of a tenant's policy, the newest first.
    ///
    /// # Errors
    /// [`StoreError::UnknownTenant`], or what the database says.
    pub async fn versions(&self, slug: &str, limit: u32) -> Result<Vec<VersionInfo>, StoreError> {
        answered(async {
            let id = self.tenant_id(slug).await?;
            let versions = "SELECT version, sha256, created_at, actor, note FROM cors_policy_version \
                            WHERE tenant_id = $1 ORDER BY version DESC LIMIT $2";
            let rows = query(versions).bind(id).bind(i64::from(limit)).fetch_all(&self.pool).await?;
            rows.iter()
                .map(|row| {
                    Ok(VersionInfo {
                        version: number(row.try_get(0)?)?,
                        sha256: row.try_get(1)?,
                        created_at: number(row.try_get(2)?)?,
                        actor: row.try_get(3)?,
                        note: row.try_get(4)?,
                    })
                })
                .collect()
        })
        .await
    }

    /// The document of a version.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`], [`StoreError::UnknownVersion`], [`StoreError::UnknownTenant`], or what the database
    /// says.
    pub async fn document(&self, slug: &str, version: u32) -> Result<String, StoreError> {
        answered(async {
            let id = self.tenant_id(slug).await?;
            let document = format!(
                "SELECT {}, sha256 FROM cors_policy_version WHERE tenant_id = $1 AND version = $2",
                self.address.backend.bytes("document")
            );
            let row = query(&document).bind(id).bind(i64::from(version)).fetch_optional(&self.pool).await?;
            let Some(row) = row else {
                return Err(StoreError::UnknownVersion { slug: slug.to_owned(), version });
            };
            verify(row.try_get(0)?, row.try_get(1)?).map_err(|corrupt| StoreError::Corrupt {
                slug: slug.to_owned(),
                version,
                corrupt,
            })
        })
        .await
    }

    pub(super) async fn tenant_id(&self, slug: &str) -> Result<i64, StoreError> {
        let id: Option<i64> = query_scalar("SELECT id FROM cors_tenant WHERE slug = $1")
            .bind(slug)
            .fetch_optional(&self.pool)
            .await?;
        id.ok_or_else(|| StoreError::UnknownTenant { slug: slug.to_owned() })
    }
}

impl Write<'_> {
    async fn has_version(&mut self, tenant: &Found, version: u32) -> Result<(), StoreError> {
        let has = "SELECT count(*) FROM cors_policy_version WHERE tenant_id = $1 AND version = $2";
        let has: i64 =
            query_scalar(has).bind(tenant.id).bind(i64::from(version)).fetch_one(&mut *self.tx).await?;
        if has == 0 {
            return Err(StoreError::UnknownVersion { slug: tenant.slug.clone(), version });
        }
        Ok(())
    }

    async fn point(
        &mut self,
        tenant: &Found,
        active: Option<i64>,
        shadow: Option<i64>,
    ) -> Result<(), StoreError> {
        query("UPDATE cors_tenant SET active_version = $1, shadow_version = $2 WHERE id = $3")
            .bind(active)
            .bind(shadow)
            .bind(tenant.id)
            .execute(&mut *self.tx)
            .await?;
        Ok(())
    }
}
