//! Starts, with and without the database.

use std::net::TcpListener;

use cors_policy::{Policy, cors_policy};
use cors_policy_tenants::{Bootstrap, Node, Served, StartError};
use cors_policy_tenants_tests::serving::{
    CEILING, admits, break_down, come_back, manual, publish, serves, tenant, until,
};
use cors_policy_tenants_tests::{Place, on_both};
use tempfile::TempDir;

use crate::{ONE, TWO};

on_both!(from_the_disk_while_the_database_is_down, with_neither_it_fails, with_neither_it_goes_on_if_told,);

async fn from_the_disk_while_the_database_is_down(place: Place) {
    let directory = TempDir::new().unwrap();
    let store = place.store().await;
    tenant(&store, "acme", &[ONE]).await;
    let start = || manual(&place).snapshots(directory.path());
    start().start().await.unwrap().stop().await;

    break_down(&place).await;
    let node = start().start().await.unwrap();
    let health = node.health();
    assert!(health.ready && health.degraded && health.served == Served::Disk, "{health:?}");
    assert_eq!((health.tenants, health.age), (1, None));
    assert!(serves(&node, "acme", ONE) && !serves(&node, "acme", TWO));
    until("the error is told", || !node.health().errors.is_empty()).await;

    come_back(&place).await;
    publish(&store, "acme", &[TWO]).await;
    node.sync().await.unwrap();
    let health = node.health();
    assert!(!health.degraded && health.served == Served::Database, "{health:?}");
    assert!(serves(&node, "acme", TWO) && !serves(&node, "acme", ONE));
}

async fn with_neither_it_fails(place: Place) {
    let directory = TempDir::new().unwrap();
    place.store().await;
    break_down(&place).await;
    let error = manual(&place).start().await.unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("there are no tenants to serve: the database has no tables"), "{text}");
    assert!(text.ends_with("; and there is no snapshot on disk"), "{text}");

    std::fs::write(directory.path().join("00000000000000000007.cors-snapshot"), b"nonsense").unwrap();
    let error = manual(&place).snapshots(directory.path()).start().await.unwrap_err();
    let StartError::NoTenants { snapshots, .. } = &error else { panic!("{error}") };
    assert_eq!(snapshots.len(), 1);
    let text = error.to_string();
    assert!(text.contains("00000000000000000007.cors-snapshot`: it is "), "{text}");
}

async fn with_neither_it_goes_on_if_told(place: Place) {
    static PLATFORM: Policy = cors_policy! { origins: ["https://platform.test"] };
    let store = place.store().await;
    tenant(&store, "acme", &[ONE]).await;
    break_down(&place).await;
    let builder = manual(&place).bootstrap(Bootstrap::WithoutTenants).without_tenant(PLATFORM.clone());
    let node = builder.start().await.unwrap();
    let health = node.health();
    assert!(!health.ready && health.degraded && health.served == Served::Nothing, "{health:?}");
    assert!(!serves(&node, "acme", ONE));
    assert!(admits(&node.tenants(), "platform.test", "https://platform.test"));
    come_back(&place).await;
    node.sync().await.unwrap();
    assert!(node.health().ready && serves(&node, "acme", ONE));
    // The platform's policy is for hosts that no tenant has.
    assert!(!serves(&node, "acme", "https://platform.test"));
    assert!(admits(&node.tenants(), "platform.test", "https://platform.test"));
}

/// A machine that is gone says nothing at all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_never_answers_does_not_hold_up_a_start_from_the_disk() {
    let place = Place::sqlite();
    let directory = TempDir::new().unwrap();
    tenant(&place.store().await, "acme", &[ONE]).await;
    manual(&place).snapshots(directory.path()).start().await.unwrap().stop().await;

    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("postgres://nobody@{}/none", silent.local_addr().unwrap());
    let node = Node::builder(url, &CEILING).snapshots(directory.path()).start().await.unwrap();
    assert!(serves(&node, "acme", ONE) && node.health().served == Served::Disk);
    until("the error is told", || !node.health().errors.is_empty()).await;
    node.stop().await;
}
