//! What the two databases do differently.

use std::sync::Arc;
use std::time::Duration;

use sqlx::any::{AnyPoolOptions, install_default_drivers};
use sqlx::{AnyPool, Executor as _};

use super::StoreError;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Backend {
    Sqlite,
    Postgres,
}

/// Where a store is.
#[derive(Clone)]
pub(super) struct Address {
    pub(super) backend: Backend,
    pub(super) url: Arc<str>,
}

impl Address {
    pub(super) fn parse(url: &str) -> Result<Self, StoreError> {
        let scheme = url.split_once(':').map_or("", |(scheme, _)| scheme);
        let (backend, built) = match scheme {
            "sqlite" => (Backend::Sqlite, cfg!(feature = "sqlite")),
            "postgres" | "postgresql" => (Backend::Postgres, cfg!(feature = "postgres")),
            _ => {
                let why = format!("`{scheme}:` is neither `sqlite:` nor `postgres:`");
                return Err(StoreError::Address { why });
            }
        };
        if !built {
            let why = format!("this program was built without the feature `{}`", backend.feature());
            return Err(StoreError::Address { why });
        }
        Ok(Self { backend, url: url.into() })
    }

    fn in_memory(&self) -> bool {
        self.url.contains(":memory:") || self.url.contains("mode=memory")
    }

    fn read_only(&self) -> bool {
        self.url.contains("mode=ro") || self.url.contains("immutable=")
    }

    /// Connects; a file that is missing is created if `create`.
    pub(super) async fn connect(&self, create: bool) -> Result<AnyPool, StoreError> {
        install_default_drivers();
        let mut options = AnyPoolOptions::new().acquire_timeout(Duration::from_secs(5));
        options = match self.backend {
            // Each connection would have a database in memory of its own, which is gone when it closes.
            Backend::Sqlite if self.in_memory() => options.max_connections(1).min_connections(1),
            Backend::Sqlite => options.max_connections(4),
            Backend::Postgres => options.max_connections(5).idle_timeout(Duration::from_secs(600)),
        };
        if self.in_memory() {
            options = options.idle_timeout(None).max_lifetime(None);
        }
        let session = self.session();
        let pool = options
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    for statement in session {
                        connection.execute(*statement).await?;
                    }
                    Ok(())
                })
            })
            .connect(&self.url(create))
            .await;
        pool.map_err(|error| match error {
            sqlx::Error::Configuration(error) => StoreError::Address { why: error.to_string() },
            sqlx::Error::Database(error) if self.is_missing(error.as_ref()) => StoreError::SchemaMissing,
            error => error.into(),
        })
    }

    fn url(&self, create: bool) -> String {
        let fresh = create && self.backend == Backend::Sqlite && !self.url.contains("mode=");
        match self.url.contains('?') {
            _ if !fresh => self.url.to_string(),
            true => format!("{}&mode=rwc", self.url),
            false => format!("{}?mode=rwc", self.url),
        }
    }

    /// `SQLITE_CANTOPEN`: there is no such file.
    fn is_missing(&self, error: &dyn sqlx::error::DatabaseError) -> bool {
        self.backend == Backend::Sqlite && error.code().as_deref() == Some("14")
    }

    /// What every connection starts with.
    fn session(&self) -> &'static [&'static str] {
        match self.backend {
            Backend::Sqlite if self.read_only() => &["PRAGMA busy_timeout = 10000"],
            // FULL: what is acknowledged is on the disk. In WAL mode, NORMAL would lose the last publishes when the power
            // fails; a publish is rare, and the write to the disk is what it costs.
            Backend::Sqlite => &[
                "PRAGMA busy_timeout = 10000",
                "PRAGMA journal_mode = WAL",
                "PRAGMA synchronous = FULL",
                "PRAGMA foreign_keys = ON",
            ],
            // Writers wait for one row: one that hangs in its transaction must not stop them all. And a publish that is
            // acknowledged is on the disk, even where the cluster trades that for speed.
            Backend::Postgres => &[
                "SET lock_timeout = '10s'",
                "SET idle_in_transaction_session_timeout = '60s'",
                "SELECT set_config('synchronous_commit', 'on', false) \
                 WHERE current_setting('synchronous_commit') = 'off'",
            ],
        }
    }
}

impl Backend {
    fn feature(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }

    /// Begins a transaction that writes. SQLite takes its lock at once: a reader that becomes a writer can fail with
    /// `SQLITE_BUSY` without waiting.
    pub(super) fn begin_write(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN IMMEDIATE",
            // Whatever the database's default is: one that waited for the row has to see what was written meanwhile.
            Self::Postgres => "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        }
    }

    /// Begins a transaction whose statements all see the same state.
    pub(super) fn begin_read(self) -> &'static str {
        match self {
            Self::Sqlite => "BEGIN DEFERRED",
            Self::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        }
    }

    /// Milliseconds since 1970, by the one clock that all nodes share.
    pub(super) fn now(self) -> &'static str {
        match self {
            Self::Sqlite => "CAST(unixepoch('subsec') * 1000 AS INTEGER)",
            Self::Postgres => "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
        }
    }

    /// 32 hexadecimal digits that were never there before.
    pub(super) fn random(self) -> &'static str {
        match self {
            Self::Sqlite => "lower(hex(randomblob(16)))",
            Self::Postgres => "replace(gen_random_uuid()::text, '-', '')",
        }
    }

    /// The bytes of a text. Whatever stands there can be read: SQLite does not check that text is UTF-8.
    pub(super) fn bytes(self, column: &str) -> String {
        match self {
            Self::Sqlite => format!("CAST({column} AS BLOB)"),
            Self::Postgres => format!("convert_to({column}, 'UTF8')"),
        }
    }

    /// 1 if the table of the schema's version is there.
    pub(super) fn has_schema(self) -> &'static str {
        match self {
            Self::Sqlite => "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'cors_meta'",
            Self::Postgres => "SELECT CASE WHEN to_regclass('cors_meta') IS NULL THEN 0 ELSE 1 END::BIGINT",
        }
    }
}
