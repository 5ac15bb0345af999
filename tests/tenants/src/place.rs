//! A database for one test.

use std::sync::Once;

use cors_policy_tenants::store::Store;
use sqlx::any::AnyPoolOptions;
use sqlx::{AnyPool, Executor as _};
use tempfile::TempDir;

use crate::postgres;

/// What kind of database it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file in a directory of its own.
    Sqlite,
    /// A database of its own in a cluster that the tests of this process share.
    Postgres,
}

/// A database that one test has for itself, empty at first.
#[derive(Debug)]
pub struct Place {
    /// What kind it is.
    pub kind: Kind,
    /// How a store is opened there.
    pub url: String,
    _directory: Option<TempDir>,
}

impl Place {
    /// A file that does not exist yet.
    ///
    /// # Panics
    /// If there is no place for it.
    #[must_use]
    pub fn sqlite() -> Self {
        let directory = TempDir::new().unwrap();
        let url = format!("sqlite:{}", directory.path().join("tenants.db").display());
        Self { kind: Kind::Sqlite, url, _directory: Some(directory) }
    }

    /// A database in the shared cluster, or nothing where PostgreSQL is not installed.
    #[must_use]
    pub fn postgres() -> Option<Self> {
        let url = postgres::shared()?.create_database();
        Some(Self { kind: Kind::Postgres, url, _directory: None })
    }

    /// A store with its tables. Each call connects anew, like another process.
    ///
    /// # Panics
    /// If that fails.
    pub async fn store(&self) -> Store {
        Store::migrate(&self.url).await.unwrap()
    }

    /// The database without the store in between.
    ///
    /// # Panics
    /// If it cannot be opened.
    pub async fn raw(&self) -> AnyPool {
        static DRIVERS: Once = Once::new();
        DRIVERS.call_once(sqlx::any::install_default_drivers);
        let keys = match self.kind {
            Kind::Sqlite => "PRAGMA foreign_keys = ON",
            Kind::Postgres => "SELECT 1",
        };
        AnyPoolOptions::new()
            .max_connections(4)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    connection.execute(keys).await?;
                    Ok(())
                })
            })
            .connect(&self.url)
            .await
            .unwrap()
    }
}

/// Runs each async function with a [`Place`] of either kind, as a test of its own.
#[macro_export]
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name($crate::Place::sqlite()).await;
            })+
        }

        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                if let Some(place) = $crate::Place::postgres() {
                    super::$name(place).await;
                }
            })+
        }
    };
}
