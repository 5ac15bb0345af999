//! What leads to a tenant.

use sqlx::any::AnyRow;
use sqlx::{Row as _, query, query_scalar};

use super::edit::{Edit, Written};
use super::name::{Key, KeyKind};
use super::write::Did;
use super::{Store, StoreError, answered};

impl KeyKind {
    /// A key of two columns, its kind and its value.
    pub(super) fn read(row: &AnyRow, column: usize) -> Result<Key, StoreError> {
        let kind: String = row.try_get(column)?;
        let value = row.try_get(column + 1)?;
        match Self::from_name(&kind) {
            Some(kind) => Ok(Key::stored(kind, value)),
            None => Err(StoreError::Database(format!("`{kind}` is no kind of key").into())),
        }
    }
}

impl Store {
    /// Leads a key to a tenant.
    ///
    /// # Errors
    /// [`StoreError::KeyTaken`], [`StoreError::UnknownTenant`], [`StoreError::Deleted`], [`StoreError::Conflict`], or
    /// what the database says.
    pub async fn add_key(&self, edit: Edit<'_>, slug: &str, key: &Key) -> Result<Written, StoreError> {
        answered(async {
            let mut write = self.write(edit).await?;
            let tenant = write.tenant(slug).await?;
            let by = "SELECT t.slug FROM cors_tenant_key k JOIN cors_tenant t ON t.id = k.tenant_id \
                      WHERE k.kind = $1 AND k.value = $2";
            let by: Option<String> = query_scalar(by)
                .bind(key.kind().name())
                .bind(key.value())
                .fetch_optional(&mut *write.tx)
                .await?;
            if let Some(by) = by {
                return Err(StoreError::KeyTaken { key: key.clone(), by });
            }
            query("INSERT INTO cors_tenant_key (kind, value, tenant_id) VALUES ($1, $2, $3)")
                .bind(key.kind().name())
                .bind(key.value())
                .bind(tenant.id)
                .execute(&mut *write.tx)
                .await?;
            let detail = key.to_string();
            write.finish(&tenant, Did { action: "add_key", detail: &detail, ..Did::default() }).await
        })
        .await
    }

    /// Takes a key from a tenant.
    ///
    /// # Errors
    /// [`StoreError::UnknownKey`], [`StoreError::UnknownTenant`], [`StoreError::Deleted`], [`StoreError::Conflict`], or
    /// what the database says.
    pub async fn remove_key(&self, edit: Edit<'_>, slug: &str, key: &Key) -> Result<Written, StoreError> {
        answered(async {
            let mut write = self.write(edit).await?;
            let tenant = write.tenant(slug).await?;
            let removed =
                query("DELETE FROM cors_tenant_key WHERE kind = $1 AND value = $2 AND tenant_id = $3")
                    .bind(key.kind().name())
                    .bind(key.value())
                    .bind(tenant.id)
                    .execute(&mut *write.tx)
                    .await?;
            if removed.rows_affected() == 0 {
                return Err(StoreError::UnknownKey { slug: tenant.slug, key: key.clone() });
            }
            let detail = key.to_string();
            write.finish(&tenant, Did { action: "remove_key", detail: &detail, ..Did::default() }).await
        })
        .await
    }
}
