//! What nodes say about themselves, and waiting for them.

use std::time::Duration;

use cors_policy_tenants::store::{NodeReport, Store};
use cors_policy_tenants_tests::{Place, on_both};
use sqlx::Executor as _;
use tokio::time::{Instant, sleep};

use crate::{me, publish};

on_both!(
    a_node_says_one_thing,
    a_node_is_forgotten,
    waiting_tells_who_is_behind,
    waiting_ends_when_all_are_there,
    who_rejects_a_write_does_not_serve_it,
    who_leaves_is_not_waited_for,
);

const MINUTE: Duration = Duration::from_secs(60);
const SHORT: Duration = Duration::from_millis(20);

async fn report(store: &Store, node: &str, revision: u64) {
    let epoch = store.head().await.unwrap().epoch;
    let rejected = r#"[{"slug":"globex","version":2,"why":"it is damaged"}]"#.to_owned();
    let refused = (node == "node-2").then(|| r#"{"lost":2}"#.to_owned());
    let node = node.to_owned();
    let report = NodeReport { node, epoch, revision, generation: 7, tenants: 3, rejected, refused };
    store.report(&report).await.unwrap();
}

async fn a_node_says_one_thing(place: Place) {
    let store = place.store().await;
    report(&store, "node-2", 1).await;
    report(&store, "node-1", 1).await;
    report(&store, "node-1", 2).await;
    let nodes = store.nodes().await.unwrap();
    let said: Vec<_> = nodes.iter().map(|node| (node.report.node.as_str(), node.report.revision)).collect();
    assert_eq!(said, [("node-1", 2), ("node-2", 1)]);
    assert_eq!((nodes[0].report.generation, nodes[0].report.tenants), (7, 3));
    assert_eq!(nodes[0].report.rejected, r#"[{"slug":"globex","version":2,"why":"it is damaged"}]"#);
    assert_eq!(
        (&nodes[0].report.refused, nodes[1].report.refused.as_deref()),
        (&None, Some(r#"{"lost":2}"#))
    );
    assert!(nodes[0].seen_at >= nodes[1].seen_at && nodes[1].age < MINUTE);
    // That a node reports is no change.
    assert_eq!(store.head().await.unwrap().revision, 0);
}

async fn a_node_is_forgotten(place: Place) {
    let store = place.store().await;
    report(&store, "gone", 1).await;
    report(&store, "there", 1).await;
    assert!(store.forget_node(me(), "gone").await.unwrap());
    assert!(!store.forget_node(me(), "gone").await.unwrap());
    let nodes = store.nodes().await.unwrap();
    assert_eq!(nodes.iter().map(|node| node.report.node.as_str()).collect::<Vec<_>>(), ["there"]);
    let entries = store.audit("", 10).await.unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!((entries[0].action.as_str(), entries[0].detail.as_str()), ("forget_node", "gone"));
}

async fn waiting_tells_who_is_behind(place: Place) {
    let store = place.store().await;
    let revision = publish(&store, "acme", "https://one.test").await;
    let nobody = store.wait_live(revision, MINUTE, MINUTE, SHORT).await.unwrap();
    assert_eq!((nobody.live, nobody.behind.len()), (0, 0));
    report(&store, "ahead", revision + 1).await;
    report(&store, "there", revision).await;
    report(&store, "behind", revision - 1).await;
    let live = store.wait_live(revision, MINUTE, Duration::from_millis(100), SHORT).await.unwrap();
    assert_eq!((live.live, live.behind.len()), (2, 1));
    assert_eq!(live.behind[0].report.node, "behind");
    // Who has not been seen for long is not waited for.
    let long_ago = "UPDATE cors_node SET seen_at = seen_at - 3600000 WHERE node = 'behind'";
    place.raw().await.execute(long_ago).await.unwrap();
    let live = store.wait_live(revision, MINUTE, Duration::ZERO, SHORT).await.unwrap();
    assert_eq!((live.live, live.behind.len()), (2, 0));
    // The revisions of another history are not the ones that are waited for.
    store.renew_epoch(me()).await.unwrap();
    let live = store.wait_live(revision, MINUTE, Duration::ZERO, SHORT).await.unwrap();
    assert_eq!((live.live, live.behind.len()), (0, 2));
}

async fn waiting_ends_when_all_are_there(place: Place) {
    let store = place.store().await;
    let revision = publish(&store, "acme", "https://one.test").await;
    report(&store, "slow", 0).await;
    let started = Instant::now();
    let node = {
        let store = place.store().await;
        tokio::spawn(async move {
            sleep(Duration::from_millis(200)).await;
            report(&store, "slow", revision).await;
        })
    };
    let live = store.wait_live(revision, MINUTE, MINUTE, SHORT).await.unwrap();
    node.await.unwrap();
    assert_eq!((live.live, live.behind.len()), (1, 0));
    assert!(started.elapsed() < MINUTE);
}

async fn who_rejects_a_write_does_not_serve_it(place: Place) {
    let store = place.store().await;
    let globex = publish(&store, "globex", "https://one.test").await;
    let acme = publish(&store, "acme", "https://one.test").await;
    // Each of them rejects what `globex` has.
    for node in ["node-1", "node-2"] {
        report(&store, node, acme).await;
    }
    let live = store.wait_live(globex, MINUTE, MINUTE, SHORT).await.unwrap();
    let rejecting: Vec<_> = live.rejecting.iter().map(|node| node.report.node.as_str()).collect();
    assert_eq!((live.live, live.behind.len(), rejecting), (0, 0, vec!["node-1", "node-2"]));
    let live = store.wait_live(acme, MINUTE, MINUTE, SHORT).await.unwrap();
    assert_eq!((live.live, live.behind.len(), live.rejecting.len()), (2, 0, 0));
    // What nobody can read is no good news.
    let garbled = "UPDATE cors_node SET rejected = '?' WHERE node = 'node-1'";
    place.raw().await.execute(garbled).await.unwrap();
    let live = store.wait_live(acme, MINUTE, MINUTE, SHORT).await.unwrap();
    assert_eq!((live.live, live.rejecting.len()), (1, 1));
}

async fn who_leaves_is_not_waited_for(place: Place) {
    let store = place.store().await;
    let revision = publish(&store, "acme", "https://one.test").await;
    report(&store, "stopped", revision - 1).await;
    report(&store, "there", revision).await;
    store.leave("stopped").await.unwrap();
    store.leave("stopped").await.unwrap();
    let live = store.wait_live(revision, MINUTE, MINUTE, SHORT).await.unwrap();
    assert_eq!((live.live, live.behind.len(), live.rejecting.len()), (1, 0, 0));
}
