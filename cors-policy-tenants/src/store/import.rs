//! Many tenants at once: how a platform moves here.

use std::borrow::Cow;
use std::collections::HashMap;

use sqlx::{Row as _, query};

use super::document::{Checked, hash};
use super::edit::{Edit, Written};
use super::name::{Key, check_slug, check_tier};
use super::write::Write;
use super::{LONG_PATIENCE, Store, StoreError, answered_within};

/// How many values a statement has. SQLite finds each by its name, among all before it: with 10,000 of them a thousand
/// tenants took 1.4 s, with 400 a tenth of that.
const CELLS_AT_ONCE: usize = 400;

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
        answered_within(LONG_PATIENCE, async {
            let mut write = self.write(edit).await?;
            write.create_all(tenants).await?;
            let ids = write.ids().await?;
            let with_ids = || tenants.iter().filter_map(|tenant| Some((*ids.get(&tenant.slug)?, tenant)));
            write.insert_keys(with_ids()).await?;
            write.insert_versions(with_ids().map(|(id, tenant)| (id, 1, &tenant.document))).await?;
            write.record_import(tenants).await?;
            // The pointers last: a version must be there before something points at it.
            query("UPDATE cors_tenant SET active_version = 1 WHERE changed_revision = $1")
                .bind(write.revision)
                .execute(&mut *write.tx)
                .await?;
            write.commit(1).await
        })
        .await
    }
}

/// A value of a row.
enum Cell<'c> {
    Text(Cow<'c, str>),
    Number(i64),
}

fn text(text: &str) -> Cell<'_> {
    Cell::Text(Cow::Borrowed(text))
}

impl Write<'_> {
    async fn create_all(&mut self, tenants: &[NewTenant]) -> Result<(), StoreError> {
        let (revision, at) = (self.revision, self.at);
        let row = |tenant: &'_ NewTenant| -> Vec<Cell<'static>> {
            let [slug, tier] = [&tenant.slug, &tenant.tier].map(|text| Cell::Text(Cow::Owned(text.clone())));
            vec![slug, tier, Cell::Number(revision), Cell::Number(at), Cell::Number(at)]
        };
        let insert = "INSERT INTO cors_tenant (slug, tier, changed_revision, created_at, changed_at) VALUES";
        self.insert(insert, tenants.iter().map(row).collect(), "").await
    }

    /// The ids of the tenants that this write has created, by slug.
    async fn ids(&mut self) -> Result<HashMap<String, i64>, StoreError> {
        let created =
            query("SELECT slug, id FROM cors_tenant WHERE changed_revision = $1").bind(self.revision);
        let rows = created.fetch_all(&mut *self.tx).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }

    async fn insert_keys<'t>(
        &mut self,
        tenants: impl Iterator<Item = (i64, &'t NewTenant)>,
    ) -> Result<(), StoreError> {
        let rows = tenants.flat_map(|(id, tenant)| {
            let row = move |key: &'t Key| vec![text(key.kind().name()), text(key.value()), Cell::Number(id)];
            tenant.keys.iter().map(row)
        });
        self.insert("INSERT INTO cors_tenant_key (kind, value, tenant_id) VALUES", rows.collect(), "").await
    }

    /// Versions of tenants, and what can be asked about them. In few statements: other writers wait meanwhile.
    pub(super) async fn insert_versions<'d>(
        &mut self,
        versions: impl Iterator<Item = (i64, i64, &'d Checked)> + Clone,
    ) -> Result<(), StoreError> {
        let ((actor, note), at) = (self.author(), self.at);
        let row = |(tenant, version, document): (i64, i64, &'d Checked)| {
            let sum = Cell::Text(Cow::Owned(hash(document.text.as_bytes())));
            let ids = [Cell::Number(tenant), Cell::Number(version)];
            let rest = [text(&document.text), sum, Cell::Number(at), text(actor), text(note)];
            ids.into_iter().chain(rest).collect()
        };
        let insert = "INSERT INTO cors_policy_version \
                      (tenant_id, version, document, sha256, created_at, actor, note) VALUES";
        self.insert(insert, versions.clone().map(row).collect(), "").await?;
        let patterns = versions.flat_map(|(tenant, version, document)| {
            document.patterns.iter().map(move |(pattern, wildcard)| {
                let wildcard = Cell::Number(i64::from(*wildcard));
                vec![Cell::Number(tenant), Cell::Number(version), text(pattern), wildcard]
            })
        });
        let insert = "INSERT INTO cors_policy_origin (tenant_id, version, pattern, wildcard) VALUES";
        // Two rules of a document may name the same pattern.
        self.insert(insert, patterns.collect(), "ON CONFLICT DO NOTHING").await
    }

    async fn record_import(&mut self, tenants: &[NewTenant]) -> Result<(), StoreError> {
        let ((actor, note), at, revision) = (self.author(), self.at, self.revision);
        let rows = tenants.iter().map(|NewTenant { slug, tier, .. }| {
            let when = [Cell::Number(at), Cell::Number(revision), text(actor), text(slug), text("import")];
            when.into_iter().chain([Cell::Number(1), text(tier), text(note)]).collect()
        });
        let insert = "INSERT INTO cors_audit \
                      (at, revision, actor, slug, action, to_version, detail, note) VALUES";
        self.insert(insert, rows.collect(), "").await
    }

    /// Rows of one table, as many at once as a statement can have.
    async fn insert(&mut self, into: &str, rows: Vec<Vec<Cell<'_>>>, end: &str) -> Result<(), StoreError> {
        let Some(width) = rows.first().map(Vec::len) else { return Ok(()) };
        for rows in rows.chunks((CELLS_AT_ONCE / width.max(1)).max(1)) {
            let row = |row: usize| {
                let places: Vec<String> =
                    (1..=width).map(|cell| format!("${}", row * width + cell)).collect();
                format!("({})", places.join(", "))
            };
            let places: Vec<String> = (0..rows.len()).map(row).collect();
            let insert = format!("{into} {} {end}", places.join(", "));
            let mut insert = query(&insert).persistent(rows.len() == 1);
            for cell in rows.iter().flatten() {
                insert = match cell {
                    Cell::Text(text) => insert.bind(text.as_ref()),
                    Cell::Number(number) => insert.bind(*number),
                };
            }
            insert.execute(&mut *self.tx).await?;
        }
        Ok(())
    }
}
