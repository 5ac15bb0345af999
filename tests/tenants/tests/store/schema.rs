//! How the tables come to be, and what is said when they do not fit.

use cors_policy_tenants::store::{Cursor, Store, StoreError};
use cors_policy_tenants_tests::{Kind, Place, on_both};
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};
use sqlx::{AnyConnection, Connection as _, Executor as _, query_scalar};

use crate::{me, publish};

on_both!(
    migrating_twice_changes_nothing,
    whoever_migrates_at_once_waits,
    without_tables_it_says_what_to_do,
    tables_of_another_time_are_refused,
    an_application_has_migrations_of_its_own,
    what_is_acknowledged_is_on_the_disk,
);

async fn migrating_twice_changes_nothing(place: Place) {
    let store = place.store().await;
    publish(&store, "acme", "https://one.test").await;
    let head = store.head().await.unwrap();
    assert_eq!((head.epoch.len(), head.revision), (32, 2));
    let again = place.store().await;
    assert_eq!(again.head().await.unwrap(), head);
    assert_eq!(Store::open(&place.url).await.unwrap().tenant("acme").await.unwrap().active, Some(1));
}

async fn whoever_migrates_at_once_waits(place: Place) {
    let url = place.url.as_str();
    let stores = futures_util::future::join_all((0..6).map(|_| Store::migrate(url))).await;
    let mut epochs = Vec::new();
    for store in stores {
        epochs.push(store.unwrap().head().await.unwrap().epoch);
    }
    epochs.dedup();
    assert_eq!(epochs.len(), 1);
}

async fn without_tables_it_says_what_to_do(place: Place) {
    let missing = Store::open(&place.url).await.unwrap_err();
    assert!(matches!(missing, StoreError::SchemaMissing), "{missing}");
    assert_eq!(
        missing.to_string(),
        "the database has no tables of tenants: run the migrations once, as a role that may create tables"
    );
    // A file that is there, and empty, is the same.
    if place.kind == Kind::Sqlite {
        std::fs::write(place.url.strip_prefix("sqlite:").unwrap(), "").unwrap();
        assert!(matches!(Store::open(&place.url).await, Err(StoreError::SchemaMissing)));
    }
}

async fn tables_of_another_time_are_refused(place: Place) {
    let store = place.store().await;
    let raw = place.raw().await;
    raw.execute("UPDATE cors_meta SET schema_version = 1000").await.unwrap();
    for newer in [Store::open(&place.url).await, Store::migrate(&place.url).await] {
        let newer = newer.unwrap_err();
        assert!(matches!(newer, StoreError::SchemaTooNew { found: 1000, newest: 1 }), "{newer}");
        assert!(newer.to_string().contains("deploy the newer program"), "{newer}");
    }
    raw.execute("UPDATE cors_meta SET schema_version = 0").await.unwrap();
    let older = Store::open(&place.url).await.unwrap_err();
    assert!(matches!(older, StoreError::SchemaTooOld { found: 0, oldest: 1 }), "{older}");
    assert!(older.to_string().ends_with("run the migrations"), "{older}");
    // Whoever has it open goes on.
    store.head().await.unwrap();
}

async fn an_application_has_migrations_of_its_own(place: Place) {
    place.store().await;
    let own = Migration::new(
        1,
        "orders".into(),
        MigrationType::Simple,
        "CREATE TABLE orders (id BIGINT PRIMARY KEY)".into(),
        false,
    );
    let mut migrator = Migrator { migrations: vec![own].into(), ..Migrator::DEFAULT };
    // What the documentation says: sqlx has one table for the migrations of all. A refused migrator keeps its lock for as
    // long as its connection is open; one of a pool would stay open.
    let raw = place.raw().await;
    let mut alone = AnyConnection::connect(&place.url).await.unwrap();
    let refused = migrator.run(&mut alone).await.unwrap_err();
    assert!(matches!(refused, MigrateError::VersionMissing(_)), "{refused}");
    alone.close().await.unwrap();
    migrator.set_ignore_missing(true);
    migrator.run(&raw).await.unwrap();
    place.store().await;
    if place.kind == Kind::Postgres {
        raw.execute("CREATE SCHEMA cors").await.unwrap();
        let apart = Store::migrate(&format!("{}&options=-c%20search_path%3Dcors", place.url)).await.unwrap();
        publish(&apart, "acme", "https://one.test").await;
        let tenants: i64 =
            query_scalar("SELECT count(*) FROM cors.cors_tenant").fetch_one(&raw).await.unwrap();
        assert_eq!(tenants, 1);
    }
}

async fn what_is_acknowledged_is_on_the_disk(place: Place) {
    if place.kind == Kind::Postgres {
        // Where the cluster trades safety for speed, the store does not.
        let raw = place.raw().await;
        let database: String = query_scalar("SELECT current_database()::TEXT").fetch_one(&raw).await.unwrap();
        let alter = format!("ALTER DATABASE {database} SET synchronous_commit = off");
        raw.execute(alter.as_str()).await.unwrap();
    }
    let store = place.store().await;
    let raw = place.raw().await;
    match place.kind {
        Kind::Sqlite => {
            let mode: String = query_scalar("PRAGMA journal_mode").fetch_one(&raw).await.unwrap();
            assert_eq!(mode, "wal");
        }
        Kind::Postgres => {
            // A trigger of the test looks at the session that writes.
            raw.execute(
                "CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
                 NEW.detail = current_setting('synchronous_commit'); RETURN NEW; END $$; \
                 CREATE TRIGGER look BEFORE INSERT ON cors_audit FOR EACH ROW EXECUTE FUNCTION look()",
            )
            .await
            .unwrap();
            store.create_tenant(me(), "acme", "standard").await.unwrap();
            assert_eq!(store.audit("acme", 1).await.unwrap()[0].detail, "on");
        }
    }
}

#[tokio::test]
async fn a_store_in_memory_is_shared_by_its_clones() {
    let store = Store::migrate("sqlite::memory:").await.unwrap();
    let clone = store.clone();
    publish(&clone, "acme", "https://one.test").await;
    assert_eq!(store.changes(Cursor::START, 10).await.unwrap().rows.len(), 1);
    let other = Store::migrate("sqlite::memory:").await.unwrap();
    assert_eq!(other.head().await.unwrap().revision, 0);
}

#[tokio::test]
async fn addresses_that_lead_nowhere() {
    let refused = Store::open("mysql://localhost/tenants").await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the address of the store cannot be used: `mysql:` is neither `sqlite:` nor `postgres:`"
    );
    let refused = Store::open("tenants.db").await.unwrap_err();
    assert!(matches!(refused, StoreError::Address { .. }), "{refused}");
    let refused = Store::open("sqlite:tenants.db?mode=upside-down").await.unwrap_err();
    assert!(matches!(refused, StoreError::Address { .. }), "{refused}");
    let hidden = format!("{:?}", Store::migrate("sqlite::memory:").await.unwrap());
    assert_eq!(hidden, "Store { backend: Sqlite, .. }");
}
