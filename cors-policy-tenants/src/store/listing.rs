//! All tenants, some at a time; and which names are taken.

use std::collections::HashMap;

use sqlx::any::AnyRow;
use sqlx::{Row as _, query};

use super::changes::State;
use super::edit::RowVersion;
use super::import::NewTenant;
use super::name::{Key, KeyKind};
use super::{Store, StoreError, answered, number};

/// Below the number of parameters that a statement may have in either database.
const NAMES_AT_ONCE: usize = 500;

/// A tenant in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// What people call it.
    pub slug: String,
    /// Whether it is served.
    pub state: State,
    /// The name of its limits.
    pub tier: String,
    /// The version that is served.
    pub active: Option<u32>,
    /// The version that is tried beside it.
    pub shadow: Option<u32>,
    /// What a writer that has seen this expects.
    pub row_version: RowVersion,
    /// When it was last changed, in milliseconds since 1970.
    pub changed_at: u64,
}

impl Store {
    /// Tenants by slug, those that are deleted and not purged yet included: at most `limit` that come after a slug, or
    /// after none. Fewer than `limit` are the last.
    ///
    /// # Errors
    /// What the database says.
    pub async fn tenants_after(&self, slug: &str, limit: u32) -> Result<Vec<Listed>, StoreError> {
        answered(async {
            let tenants = "SELECT slug, state, tier, active_version, shadow_version, row_version, changed_at \
                           FROM cors_tenant WHERE slug > $1 ORDER BY slug LIMIT $2";
            let rows = query(tenants).bind(slug).bind(i64::from(limit)).fetch_all(&self.pool).await?;
            rows.iter().map(Listed::read).collect()
        })
        .await
    }

    /// What keeps tenants from being [imported](Store::import): the place of each whose slug or key is taken, and
    /// [`StoreError::SlugTaken`] or [`StoreError::KeyTaken`]. Who writes meanwhile can still take one.
    ///
    /// # Errors
    /// What the database says.
    pub async fn taken(&self, tenants: &[NewTenant]) -> Result<Vec<(usize, StoreError)>, StoreError> {
        answered(async {
            let slugs: HashMap<&str, usize> =
                tenants.iter().enumerate().map(|(place, tenant)| (tenant.slug.as_str(), place)).collect();
            let mut taken = self.taken_slugs(&slugs).await?;
            for kind in [KeyKind::Host, KeyKind::Path, KeyKind::Query] {
                let keys = tenants.iter().enumerate().flat_map(|(place, tenant)| {
                    tenant.keys.iter().filter(|key| key.kind() == kind).map(move |key| (key.value(), place))
                });
                taken.extend(self.taken_keys(kind, &keys.collect()).await?);
            }
            taken.sort_by_key(|(place, _)| *place);
            Ok(taken)
        })
        .await
    }

    async fn taken_slugs(
        &self,
        slugs: &HashMap<&str, usize>,
    ) -> Result<Vec<(usize, StoreError)>, StoreError> {
        let rows = self.named("SELECT slug, state FROM cors_tenant WHERE slug IN", slugs).await?;
        let mut taken = Vec::new();
        for row in &rows {
            let slug: String = row.try_get(0)?;
            let deleted = State::read(row, 1)? == State::Deleted;
            if let Some(place) = slugs.get(slug.as_str()) {
                taken.push((*place, StoreError::SlugTaken { slug, deleted }));
            }
        }
        Ok(taken)
    }

    async fn taken_keys(
        &self,
        kind: KeyKind,
        keys: &HashMap<&str, usize>,
    ) -> Result<Vec<(usize, StoreError)>, StoreError> {
        let select = format!(
            "SELECT k.value, t.slug FROM cors_tenant_key k JOIN cors_tenant t ON t.id = k.tenant_id \
             WHERE k.kind = '{}' AND k.value IN",
            kind.name()
        );
        let mut taken = Vec::new();
        for row in &self.named(&select, keys).await? {
            let value: String = row.try_get(0)?;
            if let Some(place) = keys.get(value.as_str()) {
                let (key, by) = (Key::stored(kind, value), row.try_get(1)?);
                taken.push((*place, StoreError::KeyTaken { key, by }));
            }
        }
        Ok(taken)
    }

    /// The rows of a query that ends with `IN`, for all names.
    async fn named(&self, select: &str, names: &HashMap<&str, usize>) -> Result<Vec<AnyRow>, StoreError> {
        let names: Vec<&str> = names.keys().copied().collect();
        let mut rows = Vec::new();
        for names in names.chunks(NAMES_AT_ONCE) {
            let places: Vec<String> = (1..=names.len()).map(|place| format!("${place}")).collect();
            let select = format!("{select} ({})", places.join(", "));
            let mut asked = query(&select).persistent(false);
            for name in names {
                asked = asked.bind(*name);
            }
            rows.extend(asked.fetch_all(&self.pool).await?);
        }
        Ok(rows)
    }
}

impl Listed {
    fn read(row: &AnyRow) -> Result<Self, StoreError> {
        Ok(Self {
            slug: row.try_get(0)?,
            state: State::read(row, 1)?,
            tier: row.try_get(2)?,
            active: row.try_get::<Option<i64>, _>(3)?.map(number).transpose()?,
            shadow: row.try_get::<Option<i64>, _>(4)?.map(number).transpose()?,
            row_version: RowVersion(number(row.try_get(5)?)?),
            changed_at: number(row.try_get(6)?)?,
        })
    }
}
