//! Who allows an origin: the question of an incident.

use cors_policy_program::pattern;
use sqlx::{Row as _, query};

use super::changes::State;
use super::{LONG_PATIENCE, Store, StoreError, answered_within, number};

/// What a version is for its tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// It is served.
    Active,
    /// It is tried beside the one that is served.
    Shadow,
}

/// A tenant that allows an origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowing {
    /// The tenant.
    pub slug: String,
    /// Whether it is served at all.
    pub state: State,
    /// The version that allows it.
    pub version: u32,
    /// What that version is.
    pub role: Role,
    /// The pattern that admits the origin.
    pub pattern: String,
}

impl Store {
    /// The tenants whose active or shadow version allows an origin, written as browsers send it.
    ///
    /// Exact origins are found by an index. Patterns with wildcards are all looked at: the database drops those that
    /// cannot admit the origin, and the meaning of a pattern in the policy language decides about the rest.
    ///
    /// # Errors
    /// What the database says.
    pub async fn who_allows(&self, origin: &str) -> Result<Vec<Allowing>, StoreError> {
        answered_within(LONG_PATIENCE, async {
            // `LIKE` admits more than a wildcard does, and `_` stands for itself too: nothing that matters is dropped. `:*`
            // may stand for nothing.
            let patterns = "SELECT t.slug, t.state, o.version, o.pattern, \
                            CASE WHEN o.version = t.active_version THEN 1 ELSE 0 END AS active, o.wildcard \
                            FROM cors_policy_origin o JOIN cors_tenant t ON t.id = o.tenant_id \
                            AND (o.version = t.active_version OR o.version = t.shadow_version) ";
            let exact = format!("{patterns} WHERE o.wildcard = 0 AND o.pattern = $1");
            let like = format!(
                "{patterns} WHERE o.wildcard = 1 AND $1 LIKE replace(replace(o.pattern, ':*', '%'), '*', '%')"
            );
            let both = format!("{exact} UNION ALL {like} ORDER BY 1, 3, 4");
            let rows = query(&both).bind(origin).fetch_all(&self.pool).await?;
            let mut allowing = Vec::new();
            for row in &rows {
                let pattern: String = row.try_get(3)?;
                let wildcard = row.try_get::<i64, _>(5)? == 1;
                if wildcard && pattern != "*" && !pattern::admits(&pattern, origin.as_bytes()) {
                    continue;
                }
                let active = row.try_get::<i64, _>(4)? == 1;
                allowing.push(Allowing {
                    slug: row.try_get(0)?,
                    state: State::read(row, 1)?,
                    version: number(row.try_get(2)?)?,
                    role: if active { Role::Active } else { Role::Shadow },
                    pattern,
                });
            }
            Ok(allowing)
        })
        .await
    }
}
