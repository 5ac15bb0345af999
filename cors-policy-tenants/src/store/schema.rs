//! The tables, and how they come to be.

use std::pin::Pin;

use sqlx::error::BoxDynError;
use sqlx::migrate::{MigrateError, Migration, MigrationSource, MigrationType, Migrator};
use sqlx::{AnyPool, Connection as _, query_scalar};

use super::backend::Backend;
use super::{StoreError, number};

/// The version of the tables that this crate writes.
const NEWEST: u64 = 1;

/// The oldest that it reads: programs are deployed first, then the tables are migrated.
const OLDEST: u64 = if NEWEST > 1 { NEWEST - 1 } else { 1 };

/// sqlx keeps one table of migrations per database, and an application may have its own there: these numbers are not
/// among those that people give, from 1 upwards or a date.
const FIRST: i64 = 16_682_481_790_000;

/// Each with its number and name. Released ones never change: sqlx compares their hashes.
const SQLITE: &[(i64, &str, &str)] =
    &[(1, "schema", include_str!("../../migrations/sqlite/0001_schema.sql"))];
const POSTGRES: &[(i64, &str, &str)] =
    &[(1, "schema", include_str!("../../migrations/postgres/0001_schema.sql"))];

/// The rights of a role `cors_serving` on PostgreSQL that serves requests and changes nothing: SQL to run as the owner
/// of the tables.
pub const SERVING_GRANTS: &str = include_str!("../../migrations/postgres/serving_grants.sql");

/// Whether this program can work with the tables.
pub(super) async fn check(pool: &AnyPool, backend: Backend) -> Result<(), StoreError> {
    let has: i64 = query_scalar(backend.has_schema()).fetch_one(pool).await?;
    if has == 0 {
        return Err(StoreError::SchemaMissing);
    }
    let found: i64 = query_scalar("SELECT schema_version FROM cors_meta").fetch_one(pool).await?;
    match number(found)? {
        found if found > NEWEST => Err(StoreError::SchemaTooNew { found, newest: NEWEST }),
        found if found < OLDEST => Err(StoreError::SchemaTooOld { found, oldest: OLDEST }),
        _ => Ok(()),
    }
}

/// Brings the tables up to date.
pub(super) async fn migrate(pool: &AnyPool, backend: Backend) -> Result<(), StoreError> {
    let failed = |error| StoreError::Database(Box::new(error));
    let migrator = migrator(backend).await.map_err(failed)?;
    let mut connection = pool.acquire().await?;
    let done = match backend {
        // sqlx takes no lock on SQLite: two programs that start at once would both create the tables.
        Backend::Sqlite => {
            let mut all = connection.begin_with("BEGIN IMMEDIATE").await?;
            match migrator.run(&mut *all).await {
                Ok(()) => all.commit().await.map_err(Into::into),
                Err(error) => Err(error),
            }
        }
        Backend::Postgres => migrator.run(&mut *connection).await,
    };
    if done.is_err() {
        // With the connection goes the lock that a failed migration leaves behind.
        connection.close_on_drop();
    }
    done.map_err(failed)
}

/// The files of one backend.
#[derive(Debug)]
struct Files(&'static [(i64, &'static str, &'static str)]);

impl MigrationSource<'static> for Files {
    fn resolve(self) -> Pin<Box<dyn Future<Output = Result<Vec<Migration>, BoxDynError>> + Send>> {
        let migrations = self.0.iter().map(|&(number, name, sql)| {
            Migration::new(FIRST + number, name.into(), MigrationType::Simple, sql.into(), false)
        });
        let migrations = migrations.collect();
        Box::pin(async move { Ok(migrations) })
    }
}

async fn migrator(backend: Backend) -> Result<Migrator, MigrateError> {
    let mut migrator = Migrator::new(Files(match backend {
        Backend::Sqlite => SQLITE,
        Backend::Postgres => POSTGRES,
    }))
    .await?;
    migrator.set_ignore_missing(true);
    Ok(migrator)
}
