//! Losing many tenants at once is refused until somebody says that it is meant.

use std::time::Duration;

use cors_policy_tenants::{Node, Refused, Served, SyncError};
use cors_policy_tenants_tests::serving::{manual, me, serves, tenant, tenants, unchecked};
use cors_policy_tenants_tests::{Place, on_both};
use tempfile::TempDir;

use crate::ONE;

on_both!(
    many_at_once_wait_for_confirmation_in_the_store,
    one_node_can_be_told,
    a_few_go_without_asking,
    another_database_without_tenants_is_refused,
    another_database_with_other_tenants_is_refused,
    tenants_without_keys_are_gone_too,
    a_confirmation_is_not_for_what_comes_later,
    what_comes_back_is_not_refused_any_more,
    what_was_refused_forgets_nothing,
    purged_deletions_are_confirmed_like_others,
    what_was_removed_write_by_write_is_taken_over,
    a_write_by_each_explains_nothing_that_the_node_has_seen,
    a_confirmation_names_the_history_that_it_is_for,
);

/// Deletes them in one write: a node sees all of it, or nothing.
pub(crate) async fn delete(place: &Place, numbers: std::ops::Range<usize>) {
    let slugs: Vec<String> = numbers.map(|number| format!("'tenant-{number}'")).collect();
    let which = format!("slug IN ({})", slugs.join(","));
    let raw = place.raw().await;
    let mut write = raw.begin().await.unwrap();
    for statement in [
        "UPDATE cors_meta SET revision = revision + 1".to_owned(),
        format!("DELETE FROM cors_tenant_key WHERE tenant_id IN (SELECT id FROM cors_tenant WHERE {which})"),
        format!(
            "UPDATE cors_tenant SET state = 'deleted', active_version = NULL, row_version = row_version + 1, \
             changed_revision = (SELECT revision FROM cors_meta) WHERE {which}"
        ),
    ] {
        sqlx::query(&statement).execute(&mut *write).await.unwrap();
    }
    write.commit().await.unwrap();
    raw.close().await;
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
    delete(&place, 0..3).await;
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
    delete(&place, 0..10).await;
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
    delete(&place, 0..2).await;
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
    let epoch = store.head().await.unwrap().epoch;
    wrong.confirm_shrink_from(me(), &epoch).await.unwrap();
    node.sync().await.unwrap();
    assert_eq!((served(&node), node.health().served), (0, Served::Database));
}

/// Ids begin at 1 in every database.
async fn another_database_with_other_tenants_is_refused(place: Place) {
    let directory = TempDir::new().unwrap();
    tenants(&place.store().await, 10).await;
    manual(&place).snapshots(directory.path()).start().await.unwrap().stop().await;
    let other = Place::sqlite();
    let store = other.store().await;
    for number in 0..10 {
        tenant(&store, &format!("staging-{number}"), &[ONE]).await;
    }
    let node = manual(&other).snapshots(directory.path()).start().await.unwrap();
    let refusal = refused(&node).await;
    assert_eq!((refusal.lost, refusal.of, served(&node)), (10, 10, 10));
}

async fn tenants_without_keys_are_gone_too(place: Place) {
    let store = place.store().await;
    tenants(&store, 10).await;
    let node = manual(&place).start().await.unwrap();
    let raw = place.raw().await;
    let mut write = raw.begin().await.unwrap();
    for statement in [
        "UPDATE cors_meta SET revision = revision + 1",
        "DELETE FROM cors_tenant_key",
        "UPDATE cors_tenant SET changed_revision = (SELECT revision FROM cors_meta)",
    ] {
        sqlx::query(statement).execute(&mut *write).await.unwrap();
    }
    write.commit().await.unwrap();
    raw.close().await;
    let refusal = refused(&node).await;
    assert_eq!((refusal.lost, refusal.of, served(&node)), (10, 10, 10));
    store.confirm_shrink(me()).await.unwrap();
    node.sync().await.unwrap();
    assert_eq!((served(&node), node.health().tenants), (0, 10));
}

async fn a_confirmation_is_not_for_what_comes_later(place: Place) {
    let directory = TempDir::new().unwrap();
    let store = place.store().await;
    tenants(&store, 10).await;
    manual(&place).snapshots(directory.path()).start().await.unwrap().stop().await;
    // No node sees any of it before all of it is done.
    delete(&place, 0..3).await;
    store.confirm_shrink(me()).await.unwrap();
    delete(&place, 3..9).await;
    let node = manual(&place).snapshots(directory.path()).start().await.unwrap();
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
    let raw = place.raw().await;
    let all = async |state: &str| {
        let mut write = raw.begin().await.unwrap();
        let set = "UPDATE cors_tenant SET changed_revision = (SELECT revision FROM cors_meta), state = $1";
        sqlx::query("UPDATE cors_meta SET revision = revision + 1").execute(&mut *write).await.unwrap();
        sqlx::query(set).bind(state.to_owned()).execute(&mut *write).await.unwrap();
        write.commit().await.unwrap();
    };
    all("suspended").await;
    assert_eq!(refused(&node).await.lost, 10);
    all("active").await;
    node.sync().await.unwrap();
    let health = node.health();
    assert_eq!((served(&node), health.refused, health.degraded), (10, None, false));
}

/// Another history is refused, and then the old one is there again: what is wrong in that is still told.
async fn what_was_refused_forgets_nothing(place: Place) {
    let store = place.store().await;
    tenants(&store, 10).await;
    let node = manual(&place).start().await.unwrap();
    store.publish(me(), "tenant-9", &unchecked("{}"), true).await.unwrap();
    node.sync().await.unwrap();
    let (rejected, epoch) = (node.health().rejected, store.head().await.unwrap().epoch);
    assert_eq!(rejected.len(), 1);
    let raw = place.raw().await;
    let set_epoch = "UPDATE cors_meta SET epoch = $1, revision = revision + 1";
    let suspend = async |state: &str| {
        let all = "UPDATE cors_tenant SET state = $1 WHERE slug <> 'tenant-9'";
        sqlx::query(all).bind(state.to_owned()).execute(&raw).await.unwrap();
    };
    suspend("suspended").await;
    sqlx::query(set_epoch).bind("0".repeat(32)).execute(&raw).await.unwrap();
    assert_eq!(refused(&node).await.lost, 9);
    suspend("active").await;
    sqlx::query(set_epoch).bind(epoch).execute(&raw).await.unwrap();
    node.sync().await.unwrap();
    assert_eq!((served(&node), node.health().rejected), (10, rejected));
}

async fn purged_deletions_are_confirmed_like_others(place: Place) {
    let directory = TempDir::new().unwrap();
    let store = place.store().await;
    tenants(&store, 10).await;
    manual(&place).snapshots(directory.path()).start().await.unwrap().stop().await;
    delete(&place, 0..4).await;
    store.confirm_shrink(me()).await.unwrap();
    delete(&place, 4..8).await;
    // Nobody was seen within no time at all: nobody is waited for.
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert_eq!(store.purge(me(), Duration::ZERO).await.unwrap().slugs.len(), 8);
    let node = manual(&place).snapshots(directory.path()).start().await.unwrap();
    assert_eq!(refused(&node).await.lost, 8);
    store.confirm_shrink(me()).await.unwrap();
    node.sync().await.unwrap();
    assert_eq!(served(&node), 2);
}

/// What happened while the node was away, and what its file has not.
async fn what_was_removed_write_by_write_is_taken_over(place: Place) {
    let directory = TempDir::new().unwrap();
    let store = place.store().await;
    tenants(&store, 10).await;
    manual(&place).snapshots(directory.path()).start().await.unwrap().stop().await;
    for number in 0..4 {
        store.delete_tenant(me(), &format!("tenant-{number}")).await.unwrap();
    }
    for number in 4..6 {
        store.suspend(me(), &format!("tenant-{number}")).await.unwrap();
    }
    let keys = store.tenant("tenant-6").await.unwrap().keys;
    store.remove_key(me(), "tenant-6", &keys[0]).await.unwrap();
    let node = manual(&place).snapshots(directory.path()).start().await.unwrap();
    let health = node.health();
    assert_eq!((served(&node), health.served, health.refused), (3, Served::Database, None));
    // One that runs does not mind either; what one write does, it minds.
    store.suspend(me(), "tenant-7").await.unwrap();
    store.resume(me(), "tenant-5").await.unwrap();
    node.sync().await.unwrap();
    delete(&place, 8..10).await;
    assert_eq!((refused(&node).await.lost, served(&node)), (2, 3));
}

/// Rows that were changed behind the back of the store stand at writes that everybody has seen.
async fn a_write_by_each_explains_nothing_that_the_node_has_seen(place: Place) {
    let store = place.store().await;
    tenants(&store, 10).await;
    let node = manual(&place).start().await.unwrap();
    let raw = place.raw().await;
    sqlx::query("UPDATE cors_tenant SET state = 'suspended'").execute(&raw).await.unwrap();
    // Nodes read all of it again after a purge that they have not seen.
    sqlx::query("UPDATE cors_meta SET revision = revision + 1, purged_revision = revision + 1")
        .execute(&raw)
        .await
        .unwrap();
    assert_eq!((refused(&node).await.lost, served(&node)), (10, 10));
}

/// Staging was shrunk on purpose once. That is nothing to a node of production that comes there by a wrong address.
async fn a_confirmation_names_the_history_that_it_is_for(place: Place) {
    let directory = TempDir::new().unwrap();
    let store = place.store().await;
    tenants(&store, 10).await;
    manual(&place).snapshots(directory.path()).start().await.unwrap().stop().await;
    let other = Place::sqlite();
    let staging = other.store().await;
    for number in 0..12 {
        tenant(&staging, &format!("staging-{number}"), &[ONE]).await;
    }
    staging.confirm_shrink(me()).await.unwrap();
    let node = manual(&other).snapshots(directory.path()).start().await.unwrap();
    assert_eq!((refused(&node).await.lost, served(&node)), (10, 10));
    staging.confirm_shrink(me()).await.unwrap();
    staging.confirm_shrink_from(me(), &"0".repeat(32)).await.unwrap();
    assert_eq!((refused(&node).await.lost, served(&node)), (10, 10));
    let epoch = store.head().await.unwrap().epoch;
    staging.confirm_shrink_from(me(), &epoch).await.unwrap();
    node.sync().await.unwrap();
    assert_eq!((served(&node), node.health().tenants), (0, 12));
    let audit = staging.audit("", 10).await.unwrap();
    assert_eq!((audit[0].action.as_str(), &audit[0].detail), ("confirm_shrink", &epoch));
}
