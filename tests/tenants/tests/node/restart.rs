//! A node that starts from its snapshot and finds the database where it left it is what it was before.

use cors_policy::Resolve as _;
use cors_policy_tenants::{Budgets, Ceiling, Node, Quota, Served, SyncError, Tier, Tiers, cors_ceiling};
use cors_policy_tenants_tests::serving::{
    CEILING, NEVER, break_down, checked, come_back, host, manual, me, publish, serves, tenant, tenants,
    unchecked,
};
use cors_policy_tenants_tests::{Place, on_both};
use tempfile::TempDir;

use crate::guard::delete;
use crate::{ONE, TWO};

on_both!(
    it_still_compares_with_the_shadow,
    it_still_tells_of_rejected_tenants,
    it_knows_tiers_that_it_did_not_know,
    it_tells_of_tiers_without_a_name,
    it_follows_from_where_it_was,
    a_lower_ceiling_holds_at_once,
    a_lower_ceiling_confirms_no_loss,
);

async fn it_still_compares_with_the_shadow(place: Place) {
    let directory = TempDir::new().unwrap();
    let start = || manual(&place).snapshots(directory.path()).start();
    let store = place.store().await;
    tenant(&store, "acme", &[ONE]).await;
    tenant(&store, "globex", &[ONE]).await;
    let tried =
        store.publish(me(), "acme", &checked(r#"{"origins": ["https://two.test"]}"#), false).await.unwrap();
    store.shadow(me(), "acme", Some(tried.version)).await.unwrap();
    // What was changed later is on the disk as well.
    publish(&store, "globex", &[TWO]).await;
    start().await.unwrap().stop().await;

    let node = start().await.unwrap();
    let tenants = node.tenants();
    let policy = tenants.policy(&host("acme")).unwrap();
    let shadow = tenants.candidate(&policy).unwrap();
    assert!(shadow.admits(TWO.as_bytes()) && !shadow.admits(ONE.as_bytes()));
    assert!(tenants.candidate(&tenants.policy(&host("globex")).unwrap()).is_none());
    assert!(serves(&node, "acme", ONE) && serves(&node, "globex", TWO));
}

async fn it_still_tells_of_rejected_tenants(place: Place) {
    let directory = TempDir::new().unwrap();
    let start = || manual(&place).snapshots(directory.path()).start();
    let store = place.store().await;
    tenant(&store, "acme", &[ONE]).await;
    tenant(&store, "globex", &[ONE]).await;
    store.create_tenant(me(), "never", "standard").await.unwrap();
    let node = start().await.unwrap();
    store.publish(me(), "acme", &unchecked("{}"), true).await.unwrap();
    store.publish(me(), "never", &unchecked("{}"), true).await.unwrap();
    publish(&store, "globex", &[TWO]).await;
    node.sync().await.unwrap();
    let rejected = node.health().rejected;
    assert_eq!(rejected.len(), 2);
    node.stop().await;

    let node = start().await.unwrap();
    assert_eq!(node.health().rejected, rejected);
    assert!(node.health().degraded && serves(&node, "acme", ONE) && serves(&node, "globex", TWO));
    publish(&store, "acme", &[TWO]).await;
    publish(&store, "never", &[TWO]).await;
    node.sync().await.unwrap();
    assert!(!node.health().degraded && serves(&node, "acme", TWO));
}

async fn it_knows_tiers_that_it_did_not_know(place: Place) {
    let directory = TempDir::new().unwrap();
    let start = |tiers| manual(&place).snapshots(directory.path()).tiers(tiers).start();
    let store = place.store().await;
    tenant(&store, "acme", &[ONE]).await;
    let tier_of = |node: &Node| {
        let policy = node.tenants().policy(&host("acme")).unwrap();
        node.tenants().tenant_of(&policy).unwrap().tier
    };
    let node = start(Tiers::none()).await.unwrap();
    assert_eq!(tier_of(&node), "default");
    node.stop().await;
    let limited = Tier::unlimited().tenant(Budgets::NONE.requests(Quota::per_minute(1)));
    let node = start(Tiers::none().tier("standard", limited).tier("a", Tier::unlimited())).await.unwrap();
    assert_eq!(tier_of(&node), "standard");
    node.stop().await;
    let node = start(Tiers::none().tier("default", limited)).await.unwrap();
    assert_eq!(tier_of(&node), "default");
}

async fn it_tells_of_tiers_without_a_name(place: Place) {
    let directory = TempDir::new().unwrap();
    let limited = Tier::unlimited().tenant(Budgets::NONE.requests(Quota::per_minute(1)));
    let gold = || Tiers::none().tier("gold", limited);
    let start = |tiers| manual(&place).snapshots(directory.path()).tiers(tiers).start();
    let store = place.store().await;
    tenants(&store, 3).await;
    store.set_tier(me(), "tenant-0", "gold").await.unwrap();
    let node = start(gold()).await.unwrap();
    assert_eq!(node.health().unknown_tier, 2);
    assert!(node.metrics().contains("\ncors_tenants_unknown_tier 2\n"), "{}", node.metrics());
    store.set_tier(me(), "tenant-1", "gold").await.unwrap();
    node.sync().await.unwrap();
    assert_eq!(node.health().unknown_tier, 1);
    node.stop().await;
    // The file knows it, too.
    break_down(&place).await;
    let node = start(gold()).await.unwrap();
    assert_eq!((node.health().served, node.health().unknown_tier), (Served::Disk, 1));
    drop(node);
    come_back(&place).await;
    let node = start(gold().tier("default", limited)).await.unwrap();
    assert_eq!((node.health().served, node.health().unknown_tier), (Served::Database, 0));
}

async fn it_follows_from_where_it_was(place: Place) {
    let directory = TempDir::new().unwrap();
    let start = || manual(&place).snapshots(directory.path()).start();
    let store = place.store().await;
    tenants(&store, 4).await;
    start().await.unwrap().stop().await;
    publish(&store, "tenant-0", &[ONE]).await;
    store.delete_tenant(me(), "tenant-1").await.unwrap();
    tenant(&store, "new", &[TWO]).await;
    let node = start().await.unwrap();
    assert!(serves(&node, "tenant-0", ONE) && serves(&node, "new", TWO));
    assert!(!serves(&node, "tenant-1", "https://app.tenant-1.test"));
    assert!(serves(&node, "tenant-2", "https://app.tenant-2.test"));
    assert_eq!((node.health().tenants, node.health().served), (4, Served::Database));
}

/// Like the usual one, without `PUT`.
static LOWER: Ceiling = cors_ceiling! {
    credentials: true,
    methods: [DELETE],
    request_headers: ["content-type", "authorization"],
    expose_headers: ["etag"],
    max_age: "2h",
    exact_origins: 500,
};

async fn a_lower_ceiling_holds_at_once(place: Place) {
    let directory = TempDir::new().unwrap();
    let store = place.store().await;
    tenant(&store, "below", &[ONE]).await;
    tenant(&store, "above", &[ONE]).await;
    let putting = checked(r#"{"origins": ["https://one.test"], "methods": ["PUT"]}"#);
    store.publish(me(), "above", &putting, true).await.unwrap();
    let revision = store.head().await.unwrap().revision;
    let epoch = store.head().await.unwrap().epoch;
    let node = manual(&place).snapshots(directory.path()).start().await.unwrap();
    assert!(serves(&node, "above", ONE));
    node.stop().await;

    break_down(&place).await;
    let lower = || Node::builder(&place.url, &LOWER).poll(NEVER).snapshots(directory.path());
    let node = lower().start().await.unwrap();
    let health = node.health();
    assert_eq!((health.served, health.tenants, health.degraded), (Served::Disk, 1, true));
    assert_eq!((health.revision, &health.epoch), (revision, &epoch));
    assert!(serves(&node, "below", ONE) && !serves(&node, "above", ONE));
    assert_eq!(health.rejected[0].slug, "above");

    // Everything is compiled again, though nothing is new.
    come_back(&place).await;
    node.sync().await.unwrap();
    let health = node.health();
    assert_eq!((health.served, health.tenants), (Served::Database, 1));
    assert!(health.rejected[0].slug == "above" && health.rejected[0].why.contains("PUT"), "{health:?}");
    publish(&store, "above", &[TWO]).await;
    node.sync().await.unwrap();
    assert!(serves(&node, "above", TWO) && !node.health().degraded);
    node.stop().await;

    // The other way around: what a higher one allows is there again.
    store.activate(me(), "above", 2).await.unwrap();
    lower().start().await.unwrap().stop().await;
    let node =
        Node::builder(&place.url, &CEILING).poll(NEVER).snapshots(directory.path()).start().await.unwrap();
    assert!(serves(&node, "above", ONE) && !node.health().degraded);
}

/// Compiling everything again is no other history: neither a replica that is behind nor a confirmation from before
/// counts for more.
async fn a_lower_ceiling_confirms_no_loss(place: Place) {
    let directory = TempDir::new().unwrap();
    let store = place.store().await;
    store.confirm_shrink(me()).await.unwrap();
    tenants(&store, 10).await;
    manual(&place).snapshots(directory.path()).start().await.unwrap().stop().await;
    delete(&place, 0..5).await;
    let node =
        Node::builder(&place.url, &LOWER).poll(NEVER).snapshots(directory.path()).start().await.unwrap();
    let Err(SyncError::Shrinks(refused)) = node.sync().await else { panic!("it lost five") };
    assert_eq!((refused.lost, node.health().tenants), (5, 10));
    // Until then, what was there is compiled below the old ceiling only where the new one covers it.
    assert!(node.health().degraded && serves(&node, "tenant-0", "https://app.tenant-0.test"));
}
