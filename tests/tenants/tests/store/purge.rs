//! Tombstones go when all nodes know.

use std::time::Duration;

use cors_policy_tenants::store::{Cursor, NodeReport, Store, StoreError};
use cors_policy_tenants_tests::{Place, on_both};

use sqlx::Executor as _;

use crate::{me, publish};

on_both!(
    tombstones_stay_until_every_node_has_passed,
    a_node_of_another_history_has_passed_nothing,
    a_cursor_that_missed_a_purge_starts_over
);

const MINUTE: Duration = Duration::from_secs(60);

async fn report(store: &Store, node: &str, revision: u64) {
    let epoch = store.head().await.unwrap().epoch;
    let rejected = "[]".to_owned();
    let (node, refused) = (node.to_owned(), None);
    let report = NodeReport { node, epoch, revision, generation: 1, tenants: 1, rejected, refused };
    store.report(&report).await.unwrap();
}

async fn tombstones_stay_until_every_node_has_passed(place: Place) {
    let store = place.store().await;
    for slug in ["early", "late", "stays"] {
        publish(&store, slug, &format!("https://{slug}.test")).await;
    }
    let early = store.delete_tenant(me(), "early").await.unwrap().revision;
    let late = store.delete_tenant(me(), "late").await.unwrap().revision;
    report(&store, "node-1", late).await;
    report(&store, "node-2", early - 1).await;
    assert!(store.purge(me(), MINUTE).await.unwrap().slugs.is_empty());
    report(&store, "node-2", early).await;
    assert_eq!(store.purge(me(), MINUTE).await.unwrap().slugs, ["early"]);
    assert_eq!(store.head().await.unwrap().purged_revision, early);
    assert!(matches!(store.tenant("early").await, Err(StoreError::UnknownTenant { .. })));
    assert!(store.tenant("late").await.is_ok());

    // A node that has not been seen for long is not waited for.
    let long_ago = "UPDATE cors_node SET seen_at = seen_at - 3600000 WHERE node = 'node-2'";
    place.raw().await.execute(long_ago).await.unwrap();
    assert_eq!(store.purge(me(), MINUTE).await.unwrap().slugs, ["late"]);
    let nodes: Vec<String> = store.nodes().await.unwrap().into_iter().map(|node| node.report.node).collect();
    assert_eq!(nodes, ["node-1"]);
    // The names are free, what was done under them is still known, and ids do not come back.
    let stays = store.tenant("stays").await.unwrap();
    publish(&store, "early", "https://new.test").await;
    let early = store.tenant("early").await.unwrap();
    assert!(early.id > stays.id);
    let actions: Vec<String> =
        store.audit("early", 10).await.unwrap().into_iter().map(|entry| entry.action).collect();
    assert_eq!(actions, ["publish_active", "create", "purge", "delete", "publish_active", "create"]);
    assert_eq!(store.versions("early", 10).await.unwrap().len(), 1);
}

async fn a_node_of_another_history_has_passed_nothing(place: Place) {
    let store = place.store().await;
    publish(&store, "acme", "https://acme.test").await;
    let deleted = store.delete_tenant(me(), "acme").await.unwrap().revision;
    report(&store, "node-1", deleted).await;
    store.renew_epoch(me()).await.unwrap();
    assert!(store.purge(me(), MINUTE).await.unwrap().slugs.is_empty());
    report(&store, "node-1", deleted).await;
    assert_eq!(store.purge(me(), MINUTE).await.unwrap().slugs, ["acme"]);
}

async fn a_cursor_that_missed_a_purge_starts_over(place: Place) {
    let store = place.store().await;
    for slug in ["a", "b", "c", "d"] {
        publish(&store, slug, &format!("https://{slug}.test")).await;
    }
    let old = store.changes(Cursor::START, 10).await.unwrap().next;
    let walking = store.changes(Cursor::START, 2).await.unwrap();
    assert!(!walking.complete);
    let deleted = store.delete_tenant(me(), "a").await.unwrap().revision;
    let current = store.changes(old.clone(), 10).await.unwrap().next;
    assert_eq!(store.purge(me(), MINUTE).await.unwrap().slugs, ["a"]);

    // Neither of these would ever hear that `a` is gone, and both may serve it.
    for cursor in [old, walking.next] {
        let error = store.changes(cursor, 10).await.unwrap_err();
        assert!(matches!(error, StoreError::CursorTooOld { purged_revision } if purged_revision == deleted));
    }
    // This one has.
    assert!(store.changes(current, 10).await.unwrap().rows.is_empty());
    // A walk that begins after the purge goes through it.
    let mut cursor = Cursor::START;
    let mut slugs = Vec::new();
    loop {
        let page = store.changes(cursor, 1).await.unwrap();
        slugs.extend(page.rows.into_iter().map(|row| row.slug));
        cursor = page.next;
        if page.complete {
            break;
        }
    }
    assert_eq!(slugs, ["b", "c", "d"]);
}
