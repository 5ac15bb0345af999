//! A document that cannot be served costs its own tenant only, which keeps what it had.

use cors_policy_tenants::store::{Checked, Store};
use cors_policy_tenants::{Ceiling, Node, Rejected, cors_ceiling};
use cors_policy_tenants_tests::serving::{listing, manual, me, publish, serves, tenant, unchecked};
use cors_policy_tenants_tests::{Kind, Place, on_both};
use sqlx::Executor as _;

use crate::{ONE, THREE, TWO};

on_both!(
    a_document_above_the_ceiling,
    a_document_of_a_newer_version,
    no_document_at_all,
    a_document_that_was_damaged_in_the_database,
    a_tenant_that_never_had_a_good_one_is_not_served,
    a_shadow_that_cannot_be_served,
    a_rollback_recovers,
);

/// What the platform allows elsewhere.
static WIDE: Ceiling = cors_ceiling! { methods: [PATCH] };

/// Tenants `first`, `broken` and `last`, and a node that serves them.
async fn three(place: &Place) -> (Store, Node) {
    let store = place.store().await;
    for slug in ["first", "broken", "last"] {
        tenant(&store, slug, &[ONE]).await;
    }
    (store, manual(place).start().await.unwrap())
}

/// The tenant keeps its last version, the others get new ones, everybody is told, and the next publish mends it.
async fn costs_only_its_tenant(store: &Store, node: &Node, because: &str) {
    publish(store, "first", &[TWO]).await;
    publish(store, "last", &[TWO]).await;
    node.sync().await.unwrap();
    assert!(serves(node, "first", TWO) && serves(node, "last", TWO));
    assert!(serves(node, "broken", ONE) && !serves(node, "broken", TWO));
    let health = node.health();
    let [Rejected { slug, version, why, .. }] = health.rejected.as_slice() else { panic!("{health:?}") };
    assert_eq!((slug.as_str(), health.degraded, health.ready), ("broken", true, true));
    assert!(why.contains(because), "{why}");
    let newest = store.tenant("broken").await.unwrap().active.unwrap();
    assert_eq!(*version, newest);
    let nodes = store.nodes().await.unwrap();
    let report: serde_json::Value = serde_json::from_str(&nodes[0].report.rejected).unwrap();
    assert_eq!((&report[0]["slug"], &report[0]["version"]), (&"broken".into(), &newest.into()));
    // What is told of a request is the version that answered it.
    let policy = node.tenants().policy("broken.api.test").unwrap();
    assert!(node.tenants().tenant_of(&policy).unwrap().version < newest);

    publish(store, "broken", &[THREE]).await;
    node.sync().await.unwrap();
    assert!(serves(node, "broken", THREE) && !serves(node, "broken", ONE));
    let health = node.health();
    assert!(health.rejected.is_empty() && !health.degraded, "{health:?}");
    assert_eq!(store.nodes().await.unwrap()[0].report.rejected, "[]");
}

async fn a_document_above_the_ceiling(place: Place) {
    let (store, node) = three(&place).await;
    let patching = r#"{"origins": ["https://two.test"], "methods": ["PATCH"]}"#;
    store.publish(me(), "broken", &Checked::new(patching, &WIDE).unwrap(), true).await.unwrap();
    costs_only_its_tenant(&store, &node, "PATCH").await;
}

async fn a_document_of_a_newer_version(place: Place) {
    let (store, node) = three(&place).await;
    let newer = unchecked(r#"{"v": 2, "origins": ["https://two.test"]}"#);
    store.publish(me(), "broken", &newer, true).await.unwrap();
    costs_only_its_tenant(&store, &node, "version").await;
}

async fn no_document_at_all(place: Place) {
    let (store, node) = three(&place).await;
    for text in ["", "null", "[]", "{", "{\"origins\": [\"https://two.test\"]", "\u{0}"] {
        // PostgreSQL's text cannot hold the last.
        let _ = store.publish(me(), "broken", &unchecked(text), true).await;
    }
    costs_only_its_tenant(&store, &node, "cannot be read").await;
}

async fn a_document_that_was_damaged_in_the_database(place: Place) {
    let (store, node) = three(&place).await;
    // No node sees it before it is damaged.
    store.publish(me(), "broken", &listing(&[TWO]), false).await.unwrap();
    let raw = place.raw().await;
    raw.execute(match place.kind {
        Kind::Sqlite => "DROP TRIGGER cors_policy_version_update",
        Kind::Postgres => "ALTER TABLE cors_policy_version DISABLE TRIGGER cors_policy_version_keep",
    })
    .await
    .unwrap();
    let damage = "UPDATE cors_policy_version SET document = '{\"origins\": [\"https://evil.test\"]}' \
                  WHERE version = 2 AND tenant_id = (SELECT id FROM cors_tenant WHERE slug = 'broken')";
    assert_eq!(raw.execute(damage).await.unwrap().rows_affected(), 1);
    store.activate(me(), "broken", 2).await.unwrap();
    costs_only_its_tenant(&store, &node, "something changed it in the database").await;
}

async fn a_tenant_that_never_had_a_good_one_is_not_served(place: Place) {
    let store = place.store().await;
    tenant(&store, "good", &[ONE]).await;
    store.create_tenant(me(), "bad", "standard").await.unwrap();
    store.publish(me(), "bad", &unchecked("{}"), true).await.unwrap();
    let node = manual(&place).start().await.unwrap();
    let health = node.health();
    assert_eq!((health.tenants, health.rejected.len(), health.ready), (1, 1, true));
    assert_eq!(health.rejected[0].slug, "bad");
    assert!(serves(&node, "good", ONE));
}

async fn a_shadow_that_cannot_be_served(place: Place) {
    let (store, node) = three(&place).await;
    let bad = store.publish(me(), "broken", &unchecked("{}"), false).await.unwrap();
    store.shadow(me(), "broken", Some(bad.version)).await.unwrap();
    node.sync().await.unwrap();
    assert!(serves(&node, "broken", ONE));
    let rejected = node.health().rejected;
    assert_eq!((rejected.len(), rejected[0].version), (1, bad.version));
    store.shadow(me(), "broken", None).await.unwrap();
    node.sync().await.unwrap();
    assert!(node.health().rejected.is_empty());
}

async fn a_rollback_recovers(place: Place) {
    let (store, node) = three(&place).await;
    store.publish(me(), "broken", &unchecked("{}"), true).await.unwrap();
    node.sync().await.unwrap();
    assert_eq!(node.health().rejected.len(), 1);
    store.activate(me(), "broken", 1).await.unwrap();
    node.sync().await.unwrap();
    assert!(node.health().rejected.is_empty() && serves(&node, "broken", ONE));
}
