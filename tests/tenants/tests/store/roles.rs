//! A node works with few rights.

use std::time::Duration;

use cors_policy_tenants::store::{Cursor, NodeReport, SERVING_GRANTS, ShadowCounts, Store, StoreError};
use cors_policy_tenants_tests::{Place, postgres};
use sqlx::Executor as _;

use crate::{allowing, me, publish};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_serving_role_reads_and_reports() {
    let Some(place) = Place::postgres() else { return };
    let owner = place.store().await;
    publish(&owner, "acme", "https://one.test").await;
    let raw = place.raw().await;
    // Roles are the cluster's, so that this test is the only one to create it.
    raw.execute("CREATE ROLE cors_serving LOGIN").await.unwrap();
    raw.execute(SERVING_GRANTS).await.unwrap();
    let database = place.url.rsplit_once('/').unwrap().1.split('?').next().unwrap();
    let node = Store::open(&postgres::shared().unwrap().url("cors_serving", database)).await.unwrap();

    let head = node.head().await.unwrap();
    let page = node.changes(Cursor::START, 10).await.unwrap();
    assert_eq!(page.head, head);
    let active = page.rows[0].active.as_ref().unwrap();
    assert_eq!(active.document.as_ref().unwrap(), allowing("https://one.test").text());
    assert_eq!(node.count().await.unwrap().active, 1);
    assert_eq!(node.who_allows("https://one.test").await.unwrap().len(), 1);
    for _ in 0..2 {
        let report = NodeReport {
            node: "node-1".to_owned(),
            epoch: head.epoch.clone(),
            revision: head.revision,
            generation: 1,
            tenants: 1,
            rejected: "[]".to_owned(),
            refused: None,
        };
        node.report(&report).await.unwrap();
        let counts = ShadowCounts { requests: 1, ..ShadowCounts::default() };
        assert!(node.report_shadow(page.rows[0].id, 1, "node-1", &counts).await.unwrap());
    }
    node.leave("node-1").await.unwrap();
    assert_eq!(node.nodes().await.unwrap(), []);
    let mut hints = node.hints();
    tokio::time::timeout(Duration::from_secs(30), hints.next()).await.unwrap();

    let refused = node.publish(me(), "acme", &allowing("https://two.test"), true).await.unwrap_err();
    assert!(matches!(refused, StoreError::Database(_)), "{refused}");
    assert!(refused.to_string().contains("permission denied"), "{refused}");
    assert_eq!(owner.head().await.unwrap(), head);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_is_read_only_is_served() {
    let place = Place::sqlite();
    let owner = place.store().await;
    publish(&owner, "acme", "https://one.test").await;
    let node = Store::open(&format!("{}?mode=ro", place.url)).await.unwrap();
    assert_eq!(node.changes(Cursor::START, 10).await.unwrap().rows.len(), 1);
    assert!(node.suspend(me(), "acme").await.is_err());
    owner.suspend(me(), "acme").await.unwrap();
    assert_eq!(node.head().await.unwrap(), owner.head().await.unwrap());
}
