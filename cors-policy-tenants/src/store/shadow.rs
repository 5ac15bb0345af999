//! What a version in the shadow would have done.

use sqlx::{Row as _, query};

use super::{Store, StoreError, answered, name, number, stored};
use crate::tenant::TenantId;

/// Requests that a node judged by the active version and by one in the shadow, since its last report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShadowCounts {
    /// How many there were.
    pub requests: u64,
    /// How many only the active version admitted.
    pub newly_refused: u64,
    /// How many only the version in the shadow would have admitted.
    pub newly_admitted: u64,
    /// How many both admitted, with other headers.
    pub other_headers: u64,
    /// Some of those that differ: JSON. It takes the place of what was there.
    pub samples: String,
}

/// What one node has counted for a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShadowReport {
    /// The version in the shadow.
    pub version: u32,
    /// The node.
    pub node: String,
    /// All that it reported.
    pub counts: ShadowCounts,
    /// Its first report, in milliseconds since 1970.
    pub first_seen: u64,
    /// Its last one.
    pub last_seen: u64,
}

impl Store {
    /// Adds what a node has counted since its last report. Returns whether it was: there may be no such version any
    /// more, which is no error.
    ///
    /// # Errors
    /// [`StoreError::Name`] for the name of the node, or what the database says, or that it does not answer.
    pub async fn report_shadow(
        &self,
        tenant: TenantId,
        version: u32,
        node: &str,
        counts: &ShadowCounts,
    ) -> Result<bool, StoreError> {
        name::check_label("node", node)?;
        let upsert = format!(
            "INSERT INTO cors_shadow_report AS r (tenant_id, version, node, requests, newly_refused, newly_admitted, \
             other_headers, samples, first_seen, last_seen) \
             SELECT tenant_id, version, $3, $4, $5, $6, $7, $8, {now}, {now} FROM cors_policy_version \
             WHERE tenant_id = $1 AND version = $2 \
             ON CONFLICT (tenant_id, version, node) DO UPDATE SET requests = r.requests + excluded.requests, \
             newly_refused = r.newly_refused + excluded.newly_refused, \
             newly_admitted = r.newly_admitted + excluded.newly_admitted, \
             other_headers = r.other_headers + excluded.other_headers, \
             samples = excluded.samples, last_seen = excluded.last_seen",
            now = self.address.backend.now()
        );
        let upsert = query(&upsert)
            .bind(stored(tenant.get()))
            .bind(i64::from(version))
            .bind(node)
            .bind(stored(counts.requests))
            .bind(stored(counts.newly_refused))
            .bind(stored(counts.newly_admitted))
            .bind(stored(counts.other_headers))
            .bind(counts.samples.as_str())
            .execute(&self.pool);
        Ok(answered(async { Ok(upsert.await?) }).await?.rows_affected() > 0)
    }

    /// What nodes have reported for a tenant, by version and node.
    ///
    /// # Errors
    /// [`StoreError::UnknownTenant`], or what the database says.
    pub async fn shadow_reports(&self, slug: &str) -> Result<Vec<ShadowReport>, StoreError> {
        answered(async {
            let id = self.tenant_id(slug).await?;
            let reports = "SELECT version, node, requests, newly_refused, newly_admitted, other_headers, samples, \
                           first_seen, last_seen FROM cors_shadow_report WHERE tenant_id = $1 ORDER BY version, node";
            let rows = query(reports).bind(id).fetch_all(&self.pool).await?;
            rows.iter()
                .map(|row| {
                    Ok(ShadowReport {
                        version: number(row.try_get(0)?)?,
                        node: row.try_get(1)?,
                        counts: ShadowCounts {
                            requests: number(row.try_get(2)?)?,
                            newly_refused: number(row.try_get(3)?)?,
                            newly_admitted: number(row.try_get(4)?)?,
                            other_headers: number(row.try_get(5)?)?,
                            samples: row.try_get(6)?,
                        },
                        first_seen: number(row.try_get(7)?)?,
                        last_seen: number(row.try_get(8)?)?,
                    })
                })
                .collect()
        })
        .await
    }
}
