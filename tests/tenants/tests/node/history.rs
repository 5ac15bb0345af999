//! Replicas that are behind, backups that were restored, and tombstones that were purged.

use std::fs;
use std::pin::pin;
use std::time::Duration;

use cors_policy::{MissingOrigin, Resolve as _};
use cors_policy_tenants::store::{Key, Store};
use cors_policy_tenants::{Node, Permit, Revoked, SyncError};
use cors_policy_tenants_tests::serving::{
    PATIENCE, break_down, host, listing, manual, me, publish, serves, tenant, tenants, unchecked,
};
use cors_policy_tenants_tests::{Place, on_both};
use http::Request;
use tokio::time::timeout;

use crate::guard::delete;
use crate::{ONE, THREE, TWO};

on_both!(
    purged_tombstones_start_a_node_over,
    a_permit_hears_of_a_tenant_that_was_purged,
    keys_move_between_tenants_in_one_change,
    a_shadow_that_is_tried_again_counts_anew,
    what_is_not_taken_over_is_not_counted_for,
);

/// A copy of a database of SQLite, as it is now.
async fn backup(place: &Place) -> Place {
    let copy = Place::sqlite();
    let raw = place.raw().await;
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&raw).await.unwrap();
    raw.close().await;
    fs::copy(file(place), file(&copy)).unwrap();
    copy
}

fn file(place: &Place) -> &str {
    place.url.strip_prefix("sqlite:").unwrap()
}

fn handshake(slug: &str, origin: &str) -> Request<()> {
    Request::get("/").header("host", host(slug)).header("origin", origin).body(()).unwrap()
}

fn permit(node: &Node, slug: &str, origin: &str) -> Permit {
    let request = handshake(slug, origin);
    node.tenants().check_upgrade(&request, request.headers(), MissingOrigin::Deny).unwrap()
}

async fn revoked(permit: &Permit) -> Revoked {
    timeout(PATIENCE, permit.revoked()).await.unwrap()
}

#[tokio::test]
async fn a_replica_that_is_behind_is_not_followed() {
    let place = Place::sqlite();
    let store = place.store().await;
    tenant(&store, "acme", &[ONE]).await;
    let stale = backup(&place).await;
    publish(&store, "acme", &[TWO]).await;
    let directory = tempfile::TempDir::new().unwrap();
    manual(&place).snapshots(directory.path()).start().await.unwrap().stop().await;
    let newest = store.head().await.unwrap().revision;

    let node = manual(&stale).snapshots(directory.path()).start().await.unwrap();
    let error = node.sync().await.unwrap_err();
    assert!(matches!(error, SyncError::Behind { served, store } if served == newest && store < newest));
    assert!(serves(&node, "acme", TWO) && !serves(&node, "acme", ONE));
    let health = node.health();
    assert!(health.degraded && health.errors[0].contains("a replica that is behind"), "{health:?}");
    // It catches up.
    let replica = Store::open(&stale.url).await.unwrap();
    publish(&replica, "acme", &[TWO]).await;
    publish(&replica, "acme", &[THREE]).await;
    node.sync().await.unwrap();
    assert!(serves(&node, "acme", THREE) && !node.health().degraded);
}

/// The same file, from a backup: numbers of tenants and revisions stand for others now.
#[tokio::test]
async fn a_restored_backup_begins_anew() {
    let place = Place::sqlite();
    let store = place.store().await;
    tenants(&store, 8).await;
    let old = backup(&place).await;
    tenant(&store, "acme", &[ONE, TWO]).await;
    let directory = tempfile::TempDir::new().unwrap();
    let node = manual(&place).snapshots(directory.path()).start().await.unwrap();
    let stays = permit(&node, "tenant-0", "https://app.tenant-0.test");
    let acme = permit(&node, "acme", TWO);
    let acme_id = store.tenant("acme").await.unwrap().id;
    node.stop().await;

    let restored = Store::open(&old.url).await.unwrap();
    restored.renew_epoch(me()).await.unwrap();
    tenant(&restored, "globex", &[TWO]).await;
    assert_eq!(restored.tenant("globex").await.unwrap().id, acme_id);
    // What cannot be served leaves a tenant with what it had: with what another one had, never.
    restored.publish(me(), "globex", &unchecked("{}"), true).await.unwrap();
    let node = manual(&old).snapshots(directory.path()).start().await.unwrap();
    let health = node.health();
    assert_eq!((health.tenants, health.rejected.len()), (8, 1), "{health:?}");
    assert_eq!(health.rejected[0].slug, "globex");
    assert_eq!(health.epoch, restored.head().await.unwrap().epoch);
    assert!(!serves(&node, "acme", ONE) && !serves(&node, "globex", ONE) && !serves(&node, "globex", TWO));
    assert!(serves(&node, "tenant-0", "https://app.tenant-0.test"));
    drop((stays, acme));

    publish(&restored, "globex", &[TWO]).await;
    node.sync().await.unwrap();
    assert!(serves(&node, "globex", TWO) && !node.health().degraded);
}

/// A node that runs meanwhile, and sockets that are open.
#[tokio::test]
async fn permits_do_not_pass_to_who_gets_the_number() {
    let place = Place::sqlite();
    let store = place.store().await;
    tenants(&store, 8).await;
    let old = backup(&place).await;
    tenant(&store, "acme", &[TWO]).await;
    let node = manual(&place).start().await.unwrap();
    let stays = permit(&node, "tenant-0", "https://app.tenant-0.test");
    let acme = permit(&node, "acme", TWO);
    let number = acme.tenant().get();

    store.close().await;
    let restored = Store::open(&old.url).await.unwrap();
    restored.renew_epoch(me()).await.unwrap();
    tenant(&restored, "globex", &[TWO]).await;
    restored.close().await;
    // The node's own connections have the old file: they go with the first error.
    let raw = old.raw().await;
    sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&raw).await.unwrap();
    raw.close().await;
    break_down(&place).await;
    node.sync().await.unwrap_err();
    for suffix in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(format!("{}{suffix}", file(&place)));
    }
    fs::copy(file(&old), file(&place)).unwrap();
    node.sync().await.unwrap();
    let globex = node.tenants().policy(&host("globex")).unwrap();
    assert_eq!(node.tenants().tenant_of(&globex).unwrap().id.get(), number);
    assert!(serves(&node, "globex", TWO));
    assert_eq!(acme.check(), Err(Revoked::Tenant));
    assert_eq!(revoked(&acme).await, Revoked::Tenant);
    assert_eq!(stays.check(), Ok(()));
}

async fn purge_behind_the_back(store: &Store, slug: &str) {
    store.delete_tenant(me(), slug).await.unwrap();
    // Nobody was seen within no time at all.
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert_eq!(store.purge(me(), Duration::ZERO).await.unwrap().slugs, [slug]);
}

async fn purged_tombstones_start_a_node_over(place: Place) {
    let store = place.store().await;
    tenants(&store, 10).await;
    let node = manual(&place).start().await.unwrap();
    purge_behind_the_back(&store, "tenant-3").await;
    publish(&store, "tenant-4", &[ONE]).await;
    node.sync().await.unwrap();
    assert!(!serves(&node, "tenant-3", "https://app.tenant-3.test"));
    assert!(serves(&node, "tenant-4", ONE) && serves(&node, "tenant-9", "https://app.tenant-9.test"));
    let health = node.health();
    assert_eq!((health.tenants, health.degraded), (9, false));
}

async fn a_permit_hears_of_a_tenant_that_was_purged(place: Place) {
    let store = place.store().await;
    tenants(&store, 10).await;
    let node = manual(&place).start().await.unwrap();
    let gone = permit(&node, "tenant-3", "https://app.tenant-3.test");
    let mut waiting = pin!(gone.revoked());
    // It waits before anything happens.
    assert!(timeout(Duration::ZERO, waiting.as_mut()).await.is_err());
    purge_behind_the_back(&store, "tenant-3").await;
    node.sync().await.unwrap();
    assert_eq!(timeout(PATIENCE, waiting).await.unwrap(), Revoked::Tenant);
}

async fn keys_move_between_tenants_in_one_change(place: Place) {
    let store = place.store().await;
    for (slug, origin) in [("a", ONE), ("b", TWO), ("c", THREE)] {
        tenant(&store, slug, &[origin]).await;
    }
    let node = manual(&place).start().await.unwrap();
    let key = |slug| Key::host(&host(slug)).unwrap();
    // All in a circle, and in the other direction of their numbers, too.
    for round in [["a", "b", "c"], ["c", "b", "a"]] {
        for slug in round {
            let had = store.tenant(slug).await.unwrap().keys;
            store.remove_key(me(), slug, &had[0]).await.unwrap();
        }
        for (slug, gets) in round.iter().zip(round.iter().cycle().skip(1)) {
            store.add_key(me(), slug, &key(gets)).await.unwrap();
        }
        // Who was changed first is changed again: it comes last.
        store.set_tier(me(), round[0], "other").await.unwrap();
        node.sync().await.unwrap();
        for (slug, origin) in [("a", ONE), ("b", TWO), ("c", THREE)] {
            let keys = store.tenant(slug).await.unwrap().keys;
            for host_of in ["a", "b", "c"] {
                assert_eq!(serves(&node, host_of, origin), keys[0].value() == host(host_of), "{slug}");
            }
        }
    }
}

/// Requests that both versions decide.
fn count(node: &Node, requests: usize) {
    let tenants = node.tenants();
    let policy = tenants.policy(&host("acme")).unwrap();
    for _ in 0..requests {
        assert!(tenants.candidate(&policy).unwrap().admits(TWO.as_bytes()));
    }
}

async fn a_shadow_that_is_tried_again_counts_anew(place: Place) {
    let store = place.store().await;
    tenant(&store, "acme", &[ONE]).await;
    let tried = store.publish(me(), "acme", &listing(&[TWO]), false).await.unwrap().version;
    store.shadow(me(), "acme", Some(tried)).await.unwrap();
    let node = manual(&place).start().await.unwrap();
    let reported = async || -> u64 {
        node.sync().await.unwrap();
        store.shadow_reports("acme").await.unwrap().iter().map(|report| report.counts.requests).sum()
    };
    count(&node, 2);
    // What else becomes of the tenant does not matter.
    store.add_key(me(), "acme", &Key::host("acme.example").unwrap()).await.unwrap();
    assert_eq!(reported().await, 2);
    count(&node, 3);
    store.shadow(me(), "acme", None).await.unwrap();
    store.shadow(me(), "acme", Some(tried)).await.unwrap();
    assert_eq!(reported().await, 0);
    count(&node, 4);
    // In another history, the same number may be that of another document.
    store.renew_epoch(me()).await.unwrap();
    assert_eq!(reported().await, 0);
    count(&node, 5);
    assert_eq!(reported().await, 5);
}

/// It may be another try of the version, or the same number in another database.
async fn what_is_not_taken_over_is_not_counted_for(place: Place) {
    let store = place.store().await;
    tenants(&store, 4).await;
    tenant(&store, "acme", &[ONE]).await;
    let tried = store.publish(me(), "acme", &listing(&[TWO]), false).await.unwrap().version;
    store.shadow(me(), "acme", Some(tried)).await.unwrap();
    let node = manual(&place).start().await.unwrap();
    count(&node, 3);
    delete(&place, 0..4).await;
    store.shadow(me(), "acme", Some(tried)).await.unwrap();
    assert!(matches!(node.sync().await, Err(SyncError::Shrinks(_))));
    assert_eq!(store.nodes().await.unwrap().len(), 1);
    assert_eq!(store.shadow_reports("acme").await.unwrap(), []);
}
