//! Tenants and their policies in a database: SQLite beside one application, PostgreSQL for a fleet.
//!
//! # What is in it
//!
//! A tenant has a slug, a state, a tier, keys by which a preflight finds it, and versions of its policy, which are never
//! changed: one may be active, and one in the shadow. Every write is one transaction, which raises one counter, the
//! *revision*, first: writers wait for each other, revisions become visible in their order, and whoever has read up to
//! one has missed nothing. Each write is in the audit, with who did it and why, and can say which row version it has
//! seen: if that is not the current one, nothing is written ([`StoreError::Conflict`]). A write ends within half a minute,
//! an import and a purge within five minutes: with [`StoreError::TimedOut`], if the database does not answer.
//!
//! Nodes ask for the [`head`](Store::head) every few seconds and for the [`changes`](Store::changes) when it has moved.
//! [`Hints`] make that faster and are never needed.
//!
//! # Who may do what
//!
//! [`Store::migrate`] creates tables and needs a role that may. A node calls [`Store::open`] and works with
//! [`SERVING_GRANTS`]: it reads, and writes about itself. On SQLite, who can write the file can do everything.
//!
//! # What a database must be told
//!
//! After a backup was restored, call [`Store::renew_epoch`]: revisions that nodes have seen may stand for something else
//! now. Behind PgBouncer in transaction mode there are no hints, as `LISTEN` never fires there.
//!
//! sqlx records migrations in the table `_sqlx_migrations`. An application that has migrations of its own in the same
//! database gives this store a schema of its own (`?options=-c%20search_path%3Dcors`), or lets its migrator
//! `set_ignore_missing(true)`.

mod audit;
mod backend;
mod changes;
mod document;
mod edit;
mod error;
mod hints;
mod import;
mod keys;
mod listing;
mod name;
mod nodes;
mod origins;
mod purge;
mod schema;
mod shadow;
mod tenants;
mod versions;
mod write;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sqlx::any::AnyRow;
use sqlx::{AnyPool, Row as _, query};
use tokio::sync::Mutex;

pub use audit::Entry;
pub use changes::{Cursor, Page, Row, State, Version};
pub use document::{Checked, MAX_DOCUMENT};
pub use edit::{Edit, RowVersion, Written};
pub use error::{Corrupt, StoreError};
pub use hints::Hints;
pub use import::NewTenant;
pub use listing::Listed;
pub use name::{Key, KeyKind};
#[cfg(feature = "admin")]
pub(crate) use name::{check_slug, check_tier};
pub use nodes::{Live, NodeReport, NodeStatus};
pub use origins::{Allowing, Role};
pub use purge::Purged;
pub use schema::SERVING_GRANTS;
pub use shadow::{ShadowCounts, ShadowReport};
pub use tenants::{Counts, Tenant};
pub use versions::{Promotion, Published, VersionInfo};

use backend::Address;

/// How long an answer is waited for, and a whole write: with its turn among the writers of this process. sqlx cannot ask for
/// TCP keepalives: a connection whose other end is gone would be waited for until the kernel gives up, after a quarter of an
/// hour.
const PATIENCE: Duration = Duration::from_secs(30);
/// The same for writes of many tenants.
const LONG_PATIENCE: Duration = Duration::from_secs(300);

/// A database of tenants. Clones share its connections.
#[derive(Clone)]
pub struct Store {
    address: Address,
    pool: AnyPool,
    /// Writers wait here, not in the database: there each would hold a connection, and SQLite wakes them in no order.
    turn: Arc<Mutex<()>>,
}

/// How far a store is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Which history revisions belong to: another one means that they have started over.
    pub epoch: String,
    /// The number of the last write.
    pub revision: u64,
    /// Deletions up to this revision may be purged.
    pub purged_revision: u64,
    /// The last write that said that losing many tenants at once is meant ([`Store::confirm_shrink`]); 0 without one.
    pub confirmed_revision: u64,
    /// The history of the nodes that may lose them; empty without such a write.
    pub confirmed_epoch: String,
}

impl Store {
    /// Opens a store whose tables exist: `sqlite:tenants.db`, or `postgres://user:password@host/database`.
    ///
    /// # Errors
    /// [`StoreError::Address`], [`StoreError::SchemaMissing`], [`StoreError::SchemaTooOld`],
    /// [`StoreError::SchemaTooNew`], or what the database says.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let store = Self::connect(url, false).await?;
        answered(schema::check(&store.pool, store.address.backend)).await?;
        Ok(store)
    }

    /// Creates the tables or brings them up to date, and opens the store. A file of SQLite is created if it is missing,
    /// and `sqlite::memory:` is a store that is gone with its last clone. Whoever calls this at the same time waits.
    ///
    /// # Errors
    /// As [`Store::open`], and when the role may not create tables.
    pub async fn migrate(url: &str) -> Result<Self, StoreError> {
        let store = Self::connect(url, true).await?;
        schema::migrate(&store.pool, store.address.backend).await?;
        answered(schema::check(&store.pool, store.address.backend)).await?;
        Ok(store)
    }

    async fn connect(url: &str, create: bool) -> Result<Self, StoreError> {
        let address = Address::parse(url)?;
        let pool = address.connect(create).await?;
        Ok(Self { address, pool, turn: Arc::default() })
    }

    /// How far the store is: one query for one row.
    ///
    /// # Errors
    /// What the database says, or that it does not answer.
    pub async fn head(&self) -> Result<Head, StoreError> {
        let head = query(HEAD).fetch_one(&self.pool);
        Head::read(&answered(async { Ok(head.await?) }).await?)
    }

    /// Closes all connections, and waits for what they are doing.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address may have a password.
        f.debug_struct("Store").field("backend", &self.address.backend).finish_non_exhaustive()
    }
}

const HEAD: &str =
    "SELECT epoch, revision, purged_revision, confirmed_revision, confirmed_epoch FROM cors_meta";

impl Head {
    fn read(row: &AnyRow) -> Result<Self, StoreError> {
        Ok(Self {
            epoch: row.try_get(0)?,
            revision: number(row.try_get(1)?)?,
            purged_revision: number(row.try_get(2)?)?,
            confirmed_revision: number(row.try_get(3)?)?,
            confirmed_epoch: row.try_get(4)?,
        })
    }
}

/// The answer, if it comes in time.
async fn answered<T>(question: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    answered_within(PATIENCE, question).await
}

async fn answered_within<T>(
    patience: Duration,
    question: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    tokio::time::timeout(patience, question).await.unwrap_or(Err(StoreError::TimedOut))
}

/// A number that cannot be negative, from a database that only knows signed ones.
fn number<T: TryFrom<i64>>(stored: i64) -> Result<T, StoreError> {
    T::try_from(stored).map_err(|_| {
        let why = format!("{stored} stands where only a number from zero on makes sense");
        StoreError::Database(why.into())
    })
}

/// The other way. What does not fit is the largest, which no counter reaches.
fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
