//! Two nodes on one database.

use std::time::Duration;

use cors_policy_tenants::Node;
use cors_policy_tenants_tests::serving::{PATIENCE, manual, publish, serves, tenant, until};
use cors_policy_tenants_tests::{Kind, Place, on_both};
use sqlx::{AnyPool, query_scalar};

use crate::{ONE, THREE, TWO};

on_both!(both_see_a_change, one_that_stops_does_not_stop_the_other);

async fn pair(place: &Place, poll: Duration) -> [Node; 2] {
    let start = |name| manual(place).name(name).poll(poll).start();
    [start("one").await.unwrap(), start("other").await.unwrap()]
}

async fn both_serve(nodes: &[Node; 2], slug: &str, origin: &str) {
    until("both serve it", || nodes.iter().all(|node| serves(node, slug, origin))).await;
}

/// On PostgreSQL by hints alone: there they are not told to ask within a day.
async fn both_see_a_change(place: Place) {
    let store = place.store().await;
    tenant(&store, "acme", &[ONE]).await;
    let poll = match place.kind {
        Kind::Sqlite => Duration::from_millis(50),
        Kind::Postgres => cors_policy_tenants_tests::serving::NEVER,
    };
    let nodes = pair(&place, poll).await;
    both_serve(&nodes, "acme", ONE).await;
    publish(&store, "acme", &[TWO]).await;
    both_serve(&nodes, "acme", TWO).await;
    tenant(&store, "globex", &[THREE]).await;
    both_serve(&nodes, "globex", THREE).await;
    assert!(nodes.iter().all(|node| !serves(node, "acme", ONE)));
    let revision = store.head().await.unwrap().revision;
    let live = store.wait_live(revision, PATIENCE, PATIENCE, Duration::from_millis(20)).await.unwrap();
    assert_eq!((live.live, live.behind.len()), (2, 0));
}

async fn one_that_stops_does_not_stop_the_other(place: Place) {
    let store = place.store().await;
    tenant(&store, "acme", &[ONE]).await;
    let [one, other] = pair(&place, Duration::from_millis(50)).await;
    one.stop().await;
    publish(&store, "acme", &[TWO]).await;
    until("it is served", || serves(&other, "acme", TWO)).await;
}

/// Ends the connections that listen; how many there were.
async fn kill_listeners(raw: &AnyPool) -> i64 {
    let kill = "SELECT count(*) FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                WHERE datname = current_database() AND query LIKE 'LISTEN%') killed";
    query_scalar(kill).fetch_one(raw).await.unwrap()
}

async fn until_both_listen(raw: &AnyPool) {
    let listening = "SELECT count(*) FROM pg_stat_activity \
                     WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    let end = tokio::time::Instant::now() + PATIENCE;
    while query_scalar::<_, i64>(listening).fetch_one(raw).await.unwrap() < 2 {
        assert!(tokio::time::Instant::now() < end, "they do not listen");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_hints_a_change_comes_with_the_next_look() {
    let Some(place) = Place::postgres() else { return };
    let store = place.store().await;
    tenant(&store, "acme", &[ONE]).await;
    let nodes = pair(&place, Duration::from_millis(100)).await;
    let raw = place.raw().await;
    until_both_listen(&raw).await;
    let killing = tokio::spawn({
        let raw = raw.clone();
        async move {
            loop {
                kill_listeners(&raw).await;
            }
        }
    });
    for round in 0..10 {
        let origin = format!("https://v{round}.test");
        publish(&store, "acme", &[&origin]).await;
        both_serve(&nodes, "acme", &origin).await;
    }
    assert!(!killing.is_finished());
    killing.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_written_while_nobody_listened_comes_with_the_listener() {
    let Some(place) = Place::postgres() else { return };
    let store = place.store().await;
    tenant(&store, "acme", &[ONE]).await;
    let nodes = pair(&place, cors_policy_tenants_tests::serving::NEVER).await;
    let raw = place.raw().await;
    for round in 0..3 {
        until_both_listen(&raw).await;
        assert_eq!(kill_listeners(&raw).await, 2);
        let origin = format!("https://v{round}.test");
        publish(&store, "acme", &[&origin]).await;
        both_serve(&nodes, "acme", &origin).await;
    }
}
