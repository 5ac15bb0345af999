//! Losing many tenants at once is refused until somebody says that it is meant.

use cors_policy_tenants::store::Store;
use cors_policy_tenants::{Node, Refused, Served, SyncError};
use cors_policy_tenants_tests::serving::{manual, me, serves, tenant, tenants};
use cors_policy_tenants_tests::{Place, on_both};
use tempfile::TempDir;

use crate::ONE;

on_both!(
    many_at_once_wait_for_confirmation_in_the_store,
    one_node_can_be_told,
    a_few_go_without_asking,
    another_database_without_tenants_is_refused,
    a_confirmation_is_not_for_what_comes_later,
    what_comes_back_is_not_refused_any_more,
);

async fn delete(store: &Store, numbers: std::ops::Range<usize>) {
    for number in numbers {
        store.delete_tenant(me(), &format!("tenant-{number}")).await.unwrap();
    }
}

async fn refused(node: &Node) -> Refused {
    match node.sync().await {
        Err(SyncError::Shrinks(refused)) => refused,
        other => panic!("{other:?}"),
    }
}

fn served(node: &Node) -> usize {
    (0..10).filter(|number| serves(node, &format!("tenant-{number}"), &origin(*number))).count()
}

fn origin(number: usize) -> String {
    format!("https://app.tenant-{number}.test")
}

async fn many_at_once_wait_for_confirmation_in_the_store(place: Place) {
    let store = place.store().await;
    tenants(&store, 10).await;
    let node = manual(&place).start().await.unwrap();
    let before = node.health().revision;
    delete(&store, 0..3).await;
    let refusal = refused(&node).await;
    assert_eq!((refusal.lost, refusal.of), (3, 10));
    assert_eq!(refusal.revision, store.head().await.unwrap().revision);
    let health = node.health();
    assert_eq!((health.revision, health.tenants), (before, 10));
    assert_eq!((health.refused.as_ref(), health.degraded, health.ready), (Some(&refusal), true, true));
    assert_eq!(served(&node), 10);
    assert!(refusal.to_string().contains("3 of 10 tenants would be gone"), "{refusal}");
    // It stays refused, and what else is new waits with it.
    assert_eq!(refused(&node).await, refusal);
    tenant(&store, "new", &[ONE]).await;
    assert_eq!(refused(&node).await.lost, 3);
    assert!(!serves(&node, "new", ONE));

    store.confirm_shrink(me()).await.unwrap();
    node.sync().await.unwrap();
    let health = node.health();
    assert!(health.refused.is_none() && !health.degraded, "{health:?}");
    assert_eq!((served(&node), serves(&node, "new", ONE)), (7, true));
}

async fn one_node_can_be_told(place: Place) {
    let store = place.store().await;
    tenants(&store, 10).await;
    let (node, other) =
        (manual(&place).start().await.unwrap(), manual(&place).name("other").start().await.unwrap());
    delete(&store, 0..10).await;
    refused(&node).await;
    refused(&other).await;
    node.sync_accepting_shrink().await.unwrap();
    assert_eq!((served(&node), node.health().degraded), (0, false));
    assert_eq!((served(&other), other.health().degraded), (10, true));
}

async fn a_few_go_without_asking(place: Place) {
    let store = place.store().await;
    tenants(&store, 10).await;
    let node = manual(&place).start().await.unwrap();
    delete(&store, 0..2).await;
    node.sync().await.unwrap();
    assert_eq!(served(&node), 8);
    // One alone is never many, though it is more than a fifth.
    for last in 2..10 {
        store.suspend(me(), &format!("tenant-{last}")).await.unwrap();
        node.sync().await.unwrap();
    }
    assert_eq!((served(&node), node.health().tenants), (0, 0));
}

async fn another_database_without_tenants_is_refused(place: Place) {
    let directory = TempDir::new().unwrap();
    let store = place.store().await;
    tenants(&store, 10).await;
    manual(&place).snapshots(directory.path()).start().await.unwrap().stop().await;
    // The wrong address, or a database that was made anew.
    let empty = Place::sqlite();
    let wrong = empty.store().await;
    let node = manual(&empty).snapshots(directory.path()).start().await.unwrap();
    let refusal = refused(&node).await;
    assert_eq!((refusal.lost, refusal.of), (10, 10));
    assert_eq!((served(&node), node.health().served), (10, Served::Disk));
    wrong.confirm_shrink(me()).await.unwrap();
    node.sync().await.unwrap();
    assert_eq!((served(&node), node.health().served), (0, Served::Database));
}

async fn a_confirmation_is_not_for_what_comes_later(place: Place) {
    let store = place.store().await;
    tenants(&store, 10).await;
    let node = manual(&place).start().await.unwrap();
    delete(&store, 0..3).await;
    store.confirm_shrink(me()).await.unwrap();
    // The node has not seen any of it when these go, too.
    delete(&store, 3..9).await;
    assert_eq!(refused(&node).await.lost, 6);
    assert_eq!(served(&node), 10);
    store.confirm_shrink(me()).await.unwrap();
    node.sync().await.unwrap();
    assert_eq!(served(&node), 1);
}

async fn what_comes_back_is_not_refused_any_more(place: Place) {
    let store = place.store().await;
    tenants(&store, 10).await;
    let node = manual(&place).start().await.unwrap();
    for number in 0..10 {
        store.suspend(me(), &format!("tenant-{number}")).await.unwrap();
    }
    refused(&node).await;
    for number in 0..10 {
        store.resume(me(), &format!("tenant-{number}")).await.unwrap();
    }
    node.sync().await.unwrap();
    let health = node.health();
    assert_eq!((served(&node), health.refused, health.degraded), (10, None, false));
}
