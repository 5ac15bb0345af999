//! What a version in the shadow would have done.

use cors_policy_tenants::store::ShadowCounts;
use cors_policy_tenants_tests::{Place, on_both};

use crate::{allowing, me, publish};

on_both!(counts_of_nodes_add_up);

async fn counts_of_nodes_add_up(place: Place) {
    let store = place.store().await;
    publish(&store, "acme", "https://one.test").await;
    store.publish(me(), "acme", &allowing("https://two.test"), false).await.unwrap();
    store.shadow(me(), "acme", Some(2)).await.unwrap();
    let id = store.tenant("acme").await.unwrap().id;
    let counts = |requests, samples: &str| ShadowCounts {
        requests,
        newly_refused: 1,
        newly_admitted: 2,
        other_headers: 3,
        samples: samples.to_owned(),
    };
    for (node, counts) in
        [("node-1", counts(10, "[1]")), ("node-2", counts(100, "[2]")), ("node-1", counts(5, "[3]"))]
    {
        assert!(store.report_shadow(id, 2, node, &counts).await.unwrap());
    }
    // Nobody knows such versions, which is no reason to fail.
    assert!(!store.report_shadow(id, 3, "node-1", &counts(1, "[]")).await.unwrap());
    store.create_tenant(me(), "bare", "free").await.unwrap();
    let bare = store.tenant("bare").await.unwrap().id;
    assert!(!store.report_shadow(bare, 1, "node-1", &counts(1, "[]")).await.unwrap());

    let reports = store.shadow_reports("acme").await.unwrap();
    let [first, second] = reports.as_slice() else { panic!("{reports:?}") };
    assert_eq!((first.version, first.node.as_str()), (2, "node-1"));
    let sum = ShadowCounts {
        requests: 15,
        newly_refused: 2,
        newly_admitted: 4,
        other_headers: 6,
        samples: "[3]".to_owned(),
    };
    assert_eq!(first.counts, sum);
    assert!(first.first_seen <= first.last_seen);
    assert_eq!(second.counts, counts(100, "[2]"));
    // Tried again, it starts from nothing; the reports of others stay.
    store.shadow(me(), "acme", Some(1)).await.unwrap();
    assert_eq!(store.shadow_reports("acme").await.unwrap().len(), 2);
    store.shadow(me(), "acme", Some(2)).await.unwrap();
    assert!(store.shadow_reports("acme").await.unwrap().is_empty());
}
