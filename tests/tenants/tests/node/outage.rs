//! The database is gone for a while.

use std::time::Duration;

use cors_policy_tenants::{Served, SyncError};
use cors_policy_tenants_tests::serving::{break_down, come_back, manual, publish, serves, tenant, until};
use cors_policy_tenants_tests::{Place, on_both};

use crate::{ONE, TWO};

on_both!(the_last_good_is_served_until_it_comes_back, a_storm_of_publishes_is_collected,);

async fn the_last_good_is_served_until_it_comes_back(place: Place) {
    let store = place.store().await;
    tenant(&store, "acme", &[ONE]).await;
    let node = manual(&place).poll(Duration::from_millis(50)).start().await.unwrap();
    let health = node.health();
    assert!(health.ready && !health.degraded && health.served == Served::Database, "{health:?}");
    assert!(health.errors.is_empty() && health.failures == 0 && health.age.is_some(), "{health:?}");

    break_down(&place).await;
    until("the outage is seen", || node.health().failures > 1).await;
    let during = node.health();
    assert!(during.ready && during.degraded && during.served == Served::Database, "{during:?}");
    assert_eq!((during.errors.len(), during.tenants), (1, 1));
    assert!(matches!(node.sync().await, Err(SyncError::Store(_))));
    assert!(serves(&node, "acme", ONE));
    until("it gets older", || node.health().age > during.age).await;
    assert!(node.health().failures > during.failures);

    come_back(&place).await;
    publish(&store, "acme", &[TWO]).await;
    until("the change is served", || serves(&node, "acme", TWO) && !serves(&node, "acme", ONE)).await;
    until("all is well", || !node.health().degraded).await;
    assert!(node.health().errors.is_empty());
}

/// What comes together is served together, and the last of it in the end.
async fn a_storm_of_publishes_is_collected(place: Place) {
    const PUBLISHES: u32 = 500;
    const TENANTS: u32 = 5;
    let store = place.store().await;
    for number in 0..TENANTS {
        tenant(&store, &format!("storm-{number}"), &["https://v1.test"]).await;
    }
    let node = manual(&place).poll(Duration::from_millis(100)).start().await.unwrap();
    let asking = tokio::spawn({
        let tenants = node.tenants();
        async move {
            let host = cors_policy_tenants_tests::serving::host("storm-0");
            loop {
                // Whatever is served, all of it is there.
                assert!(tenants.policy(&host).is_some() && tenants.count() == TENANTS as usize);
                tokio::task::yield_now().await;
            }
        }
    });
    for publish_number in 0..PUBLISHES {
        let slug = format!("storm-{}", publish_number % TENANTS);
        publish(&store, &slug, &[&format!("https://v{publish_number}.test")]).await;
    }
    for number in 0..TENANTS {
        let last = format!("https://v{}.test", PUBLISHES - TENANTS + number);
        until("the last is served", || serves(&node, &format!("storm-{number}"), &last)).await;
    }
    assert!(!asking.is_finished());
    asking.abort();
    let (generation, head) = (node.health().generation, store.head().await.unwrap());
    assert!(generation < u64::from(PUBLISHES) / 2, "{generation} snapshots");
    until("all is served", || node.health().revision == head.revision).await;
}
