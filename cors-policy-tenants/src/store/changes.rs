//! What has changed since a node last asked.

use std::collections::HashMap;
use std::sync::Arc;

use sqlx::any::AnyRow;
use sqlx::{Any, Row as _, Transaction, query};

use super::document::verify;
use super::name::{Key, KeyKind};
use super::{Corrupt, HEAD, Head, Store, StoreError, answered, number, stored};
use crate::tenant::TenantId;

/// Whether a tenant is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// It is.
    Active,
    /// It is not for now.
    Suspended,
    /// It never will be again.
    Deleted,
}

impl State {
    /// The word that stands in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Deleted => "deleted",
        }
    }

    pub(super) fn read(row: &AnyRow, column: usize) -> Result<Self, StoreError> {
        let name: String = row.try_get(column)?;
        [Self::Active, Self::Suspended, Self::Deleted]
            .into_iter()
            .find(|state| state.name() == name)
            .ok_or_else(|| StoreError::Database(format!("`{name}` is no state of a tenant").into()))
    }
}

/// Up to where changes were read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    revision: i64,
    id: i64,
    /// Purges up to this revision have taken nothing that this walk needs.
    floor: i64,
    /// The history that is read, and how far it was at the least.
    history: Option<(Arc<str>, u64)>,
}

impl Cursor {
    /// Before everything, in whatever history the first page is of.
    pub const START: Self = Self { revision: 0, id: 0, floor: i64::MAX, history: None };

    /// After everything up to a revision, that one included: where a snapshot goes on that has all of it.
    #[must_use]
    pub fn after(revision: u64) -> Self {
        let revision = stored(revision);
        Self { revision, id: i64::MAX, floor: revision, history: None }
    }

    /// The same place, and only in the history of a head that was read before.
    #[must_use]
    pub fn within(self, head: &Head) -> Self {
        Self { history: Some((head.epoch.as_str().into(), head.revision)), ..self }
    }

    /// The revision of the last change that was read.
    #[must_use]
    pub fn revision(&self) -> u64 {
        u64::try_from(self.revision).unwrap_or_default()
    }

    /// Whether what is found now goes on where this was made. A backup that was put in the place of the database meanwhile
    /// has another epoch, or is behind.
    fn is_of(&self, head: &Head) -> bool {
        self.history.as_ref().is_none_or(|(epoch, seen)| **epoch == *head.epoch && *seen <= head.revision)
    }
}

/// Some of the changes after a cursor, oldest first, each tenant as it is now.
#[derive(Clone, Debug)]
pub struct Page {
    /// How far the store was when this was read.
    pub head: Head,
    /// The tenants that were changed, deleted ones included.
    pub rows: Vec<Row>,
    /// Where the next page begins.
    pub next: Cursor,
    /// Whether there was nothing more: with this page, a snapshot is what the store was at the head's revision. Before,
    /// it is no state that the store ever had: a key that moved may be with both tenants.
    pub complete: bool,
}

/// A tenant that was changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Never given to another one.
    pub id: TenantId,
    /// What people call it.
    pub slug: String,
    /// Whether it is served.
    pub state: State,
    /// The write that changed it last.
    pub changed_revision: u64,
    /// The name of its limits.
    pub tier: String,
    /// What leads to it.
    pub keys: Vec<Key>,
    /// The policy that is served.
    pub active: Option<Version>,
    /// The policy that is tried beside it.
    pub shadow: Option<Version>,
    /// The write that began to try it; 0 if there never was one.
    pub shadow_since: u64,
}

/// A version of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// Its number.
    pub number: u32,
    /// Its document, if it is what was published.
    pub document: Result<String, Corrupt>,
}

impl Store {
    /// What has changed after the cursor, at most `limit` tenants, from one consistent state of the database.
    ///
    /// Whoever goes on until a page is [`complete`](Page::complete) has every change once, also while others write: a
    /// tenant that is changed again meanwhile comes again. All pages are of one history: where another database stands in the
    /// place of the one that the walk began in, it ends.
    ///
    /// # Errors
    /// [`StoreError::CursorTooOld`], [`StoreError::OtherHistory`], or what the database says, or that it does not answer.
    pub async fn changes(&self, after: Cursor, limit: u32) -> Result<Page, StoreError> {
        answered(self.read_changes(&after, limit.max(1))).await
    }

    async fn read_changes(&self, after: &Cursor, limit: u32) -> Result<Page, StoreError> {
        let mut read = self.pool.begin_with(self.address.backend.begin_read()).await?;
        let head = Head::read(&query(HEAD).fetch_one(&mut *read).await?)?;
        if !after.is_of(&head) {
            return Err(StoreError::OtherHistory);
        }
        let purged = stored(head.purged_revision);
        if purged > after.floor {
            return Err(StoreError::CursorTooOld { purged_revision: head.purged_revision });
        }
        let mut rows = self.read_tenants(&mut read, after, limit).await?;
        // One more than asked for was read, to know whether there is one.
        let complete = rows.len() <= limit as usize;
        rows.truncate(limit as usize);
        let next = match rows.last() {
            Some(last) if !complete => Cursor {
                revision: stored(last.changed_revision),
                id: stored(last.id.get()),
                floor: if after.floor == i64::MAX { purged } else { after.floor },
                history: None,
            },
            // A store that is behind the cursor is not followed backwards: whoever sees its head decides.
            _ => Cursor::after(head.revision.max(after.revision())),
        };
        let mut keys = read_keys(&mut read, after, &next).await?;
        let next = next.within(&head);
        read.commit().await?;
        for row in &mut rows {
            row.keys = keys.remove(&stored(row.id.get())).unwrap_or_default();
        }
        Ok(Page { head, rows, next, complete })
    }

    async fn read_tenants(
        &self,
        read: &mut Transaction<'static, Any>,
        after: &Cursor,
        limit: u32,
    ) -> Result<Vec<Row>, StoreError> {
        let backend = self.address.backend;
        let tenants = format!(
            "SELECT t.id, t.slug, t.state, t.changed_revision, t.tier, \
             a.version, {}, a.sha256, s.version, {}, s.sha256, t.shadow_since \
             FROM cors_tenant t \
             LEFT JOIN cors_policy_version a ON a.tenant_id = t.id AND a.version = t.active_version \
             LEFT JOIN cors_policy_version s ON s.tenant_id = t.id AND s.version = t.shadow_version \
             WHERE (t.changed_revision, t.id) > ($1, $2) ORDER BY t.changed_revision, t.id LIMIT $3",
            backend.bytes("a.document"),
            backend.bytes("s.document"),
        );
        let rows = query(&tenants)
            .bind(after.revision)
            .bind(after.id)
            .bind(i64::from(limit) + 1)
            .fetch_all(&mut **read)
            .await?;
        rows.iter().map(Row::read).collect()
    }
}

async fn read_keys(
    read: &mut Transaction<'static, Any>,
    after: &Cursor,
    until: &Cursor,
) -> Result<HashMap<i64, Vec<Key>>, StoreError> {
    let keys = "SELECT k.tenant_id, k.kind, k.value \
                FROM cors_tenant t JOIN cors_tenant_key k ON k.tenant_id = t.id \
                WHERE (t.changed_revision, t.id) > ($1, $2) AND (t.changed_revision, t.id) <= ($3, $4) \
                ORDER BY k.tenant_id, k.kind, k.value";
    let rows = query(keys)
        .bind(after.revision)
        .bind(after.id)
        .bind(until.revision)
        .bind(until.id)
        .fetch_all(&mut **read)
        .await?;
    let mut by_tenant: HashMap<i64, Vec<Key>> = HashMap::new();
    for row in &rows {
        by_tenant.entry(row.try_get(0)?).or_default().push(KeyKind::read(row, 1)?);
    }
    Ok(by_tenant)
}

impl Row {
    /// A tenant and its policies; the keys are read apart.
    fn read(row: &AnyRow) -> Result<Self, StoreError> {
        Ok(Self {
            id: TenantId(number(row.try_get(0)?)?),
            slug: row.try_get(1)?,
            state: State::read(row, 2)?,
            changed_revision: number(row.try_get(3)?)?,
            tier: row.try_get(4)?,
            keys: Vec::new(),
            active: Version::read(row, 5)?,
            shadow: Version::read(row, 8)?,
            shadow_since: number(row.try_get(11)?)?,
        })
    }
}

impl Version {
    /// A version of three columns, its number, its document and its hash, all of them or none.
    fn read(row: &AnyRow, column: usize) -> Result<Option<Self>, StoreError> {
        let Some(version) = row.try_get::<Option<i64>, _>(column)? else { return Ok(None) };
        let document = verify(row.try_get(column + 1)?, row.try_get(column + 2)?);
        Ok(Some(Self { number: number(version)?, document }))
    }
}
