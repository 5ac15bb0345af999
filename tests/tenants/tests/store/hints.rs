//! Hints come on PostgreSQL, come back, and are not needed.

use std::time::Duration;

use cors_policy_tenants::store::{Cursor, Hints};
use cors_policy_tenants_tests::Place;
use sqlx::{AnyPool, Executor as _, query_scalar};
use tokio::time::{sleep, timeout};

use crate::{me, publish};

/// Longer than any hint takes on a machine that is busy with something else.
const PATIENCE: Duration = Duration::from_secs(30);

/// Waits until nothing comes any more: beginning to listen is a hint too.
async fn quiet(hints: &mut Hints) {
    timeout(PATIENCE, hints.next()).await.unwrap();
    while timeout(Duration::from_millis(300), hints.next()).await.is_ok() {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_write_elsewhere_is_hinted_at() {
    let Some(place) = Place::postgres() else { return };
    let (store, elsewhere) = (place.store().await, place.store().await);
    let mut hints = store.hints();
    quiet(&mut hints).await;
    publish(&elsewhere, "acme", "https://one.test").await;
    timeout(PATIENCE, hints.next()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listener_that_is_killed_comes_back() {
    let Some(place) = Place::postgres() else { return };
    let store = place.store().await;
    let mut hints = store.hints();
    quiet(&mut hints).await;
    let raw = place.raw().await;
    let killed = "SELECT count(*) FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                  WHERE datname = current_database() AND query LIKE 'LISTEN%') killed";
    let killed: i64 = query_scalar(killed).fetch_one(&raw).await.unwrap();
    assert_eq!(killed, 1);
    // That it was gone is a hint, and so is the next write.
    quiet(&mut hints).await;
    publish(&store, "acme", "https://one.test").await;
    timeout(PATIENCE, hints.next()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listener_that_cannot_come_back_tries_again() {
    let Some(place) = Place::postgres() else { return };
    let store = place.store().await;
    let mut hints = store.hints();
    quiet(&mut hints).await;
    let (address, options) = place.url.split_once('?').unwrap();
    let (server, database) = address.rsplit_once('/').unwrap();
    let server = AnyPool::connect(&format!("{server}/postgres?{options}")).await.unwrap();
    let allow = |allowed: bool| format!("ALTER DATABASE {database} ALLOW_CONNECTIONS {allowed}");
    server.execute(allow(false).as_str()).await.unwrap();
    let kill = format!(
        "SELECT count(*) FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
         WHERE datname = '{database}' AND query LIKE 'LISTEN%') killed"
    );
    assert_eq!(query_scalar::<_, i64>(&kill).fetch_one(&server).await.unwrap(), 1);
    // That it was lost is a hint, and the database lets nobody in again.
    timeout(PATIENCE, hints.next()).await.unwrap();
    assert!(timeout(Duration::from_secs(1), hints.next()).await.is_err());
    server.execute(allow(true).as_str()).await.unwrap();
    timeout(PATIENCE, hints.next()).await.unwrap();
    publish(&store, "acme", "https://one.test").await;
    timeout(PATIENCE, hints.next()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_listener_ends_with_its_hints() {
    let Some(place) = Place::postgres() else { return };
    let store = place.store().await;
    let mut hints = store.hints();
    quiet(&mut hints).await;
    drop(hints);
    let raw = place.raw().await;
    let listening = "SELECT count(*) FROM pg_stat_activity \
                     WHERE datname = current_database() AND query LIKE '%LISTEN%' AND pid <> pg_backend_pid()";
    let gone = async {
        while query_scalar::<_, i64>(listening).fetch_one(&raw).await.unwrap() > 0 {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, gone).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_gives_none_and_misses_nothing() {
    let place = Place::sqlite();
    let (store, elsewhere) = (place.store().await, place.store().await);
    let mut hints = store.hints();
    let revision = publish(&elsewhere, "acme", "https://one.test").await;
    assert!(timeout(Duration::from_millis(300), hints.next()).await.is_err());
    assert_eq!(store.head().await.unwrap().revision, revision);
    assert_eq!(store.changes(Cursor::START, 10).await.unwrap().rows.len(), 1);
    store.suspend(me(), "acme").await.unwrap();
}
