//! Limits: 429, told to who may read it, and apart for whatever should not use up what another has.

use std::time::Duration;

use cors_policy_tenants::{Budgets, Node, Quota, Tier, Tiers};
use cors_policy_tenants_tests::Place;
use cors_policy_tenants_tests::serving::{checked, me, publish, tenant};

use crate::client::{Reply, get, preflight, upgrade};
use crate::{ONE, STRANGER, Serve, TWO, on_each, start};

on_each!(
    one_too_many_is_told_to_the_page,
    preflights_requests_and_upgrades_are_apart,
    patterns_are_apart,
    tenants_are_apart,
    strangers_use_up_nothing,
    what_was_used_up_stays_so_when_the_policy_changes,
    what_was_used_up_stays_so_when_the_store_is_read_from_the_start,
);

/// So slow that nothing comes back while a test runs.
const fn once(burst: u32) -> Quota {
    Quota::per_minute(1).burst(burst)
}

/// A node with a tenant `acme`, whose tier is this.
async fn limited(place: &Place, tier: Tier) -> Node {
    let store = place.store().await;
    for slug in ["acme", "globex"] {
        tenant(&store, slug, &[ONE, TWO]).await;
        let text = r#"{"origins": ["https://one.test", "https://two.test"], "methods": ["PUT"], "expose_headers": ["etag"]}"#;
        store.publish(me(), slug, &checked(text), true).await.unwrap();
    }
    start(place, Tiers::none().tier("standard", tier)).await
}

fn is_limited(reply: &Reply) -> bool {
    match reply.status {
        429 => true,
        200 | 204 => false,
        _ => panic!("{reply:?}"),
    }
}

async fn one_too_many_is_told_to_the_page(serve: Serve) {
    let place = Place::sqlite();
    let budgets = Budgets::NONE.requests(once(2)).preflights(once(1));
    let node = limited(&place, Tier::unlimited().tenant(budgets)).await;
    let at = serve(node.tenants());
    for _ in 0..2 {
        assert_eq!(get(at, "acme", ONE).await.status, 200);
    }
    let reply = get(at, "acme", ONE).await;
    assert_eq!((reply.status, reply.body.contains("application")), (429, false));
    assert_eq!(reply.header("access-control-allow-origin"), Some(ONE));
    assert_eq!(reply.header("access-control-expose-headers"), Some("etag, retry-after"));
    assert!((1..=60).contains(&reply.header("retry-after").unwrap().parse::<u32>().unwrap()));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert!(reply.varies());

    assert_eq!(preflight(at, "acme", ONE).await.status, 204);
    let reply = preflight(at, "acme", ONE).await;
    assert_eq!(reply.status, 429);
    assert_eq!(reply.header("access-control-allow-origin"), Some(ONE));
    assert!(reply.header("retry-after").is_some() && reply.varies());
    assert!(node.metrics().contains("\ncors_refusals_total{check=\"limit\"} 2\n"));
}

async fn preflights_requests_and_upgrades_are_apart(serve: Serve) {
    let place = Place::sqlite();
    let budgets = Budgets::NONE.requests(once(1)).preflights(once(1)).upgrades(once(1));
    let node = limited(&place, Tier::unlimited().tenant(budgets)).await;
    let at = serve(node.tenants());
    assert!(!is_limited(&get(at, "acme", ONE).await) && is_limited(&get(at, "acme", ONE).await));
    assert!(!is_limited(&upgrade(at, "acme", ONE).await) && is_limited(&upgrade(at, "acme", ONE).await));
    assert!(!is_limited(&preflight(at, "acme", ONE).await) && is_limited(&preflight(at, "acme", ONE).await));
}

async fn patterns_are_apart(serve: Serve) {
    let place = Place::sqlite();
    let tier = Tier::unlimited()
        .tenant(Budgets::NONE.requests(once(3)))
        .pattern(Budgets::NONE.requests(once(2)).preflights(once(1)));
    let node = limited(&place, tier).await;
    let at = serve(node.tenants());
    assert!(!is_limited(&get(at, "acme", ONE).await) && !is_limited(&get(at, "acme", ONE).await));
    // One application has had its share, the other has the rest of what both have.
    assert!(is_limited(&get(at, "acme", ONE).await));
    assert!(!is_limited(&get(at, "acme", TWO).await) && is_limited(&get(at, "acme", TWO).await));
    for origin in [ONE, TWO] {
        assert!(!is_limited(&preflight(at, "acme", origin).await));
        assert!(is_limited(&preflight(at, "acme", origin).await));
    }
}

async fn tenants_are_apart(serve: Serve) {
    let place = Place::sqlite();
    let node = limited(&place, Tier::unlimited().tenant(Budgets::NONE.requests(once(1)))).await;
    let at = serve(node.tenants());
    assert!(!is_limited(&get(at, "acme", ONE).await));
    for _ in 0..20 {
        assert!(is_limited(&get(at, "acme", ONE).await));
    }
    assert!(!is_limited(&get(at, "globex", ONE).await));
}

async fn strangers_use_up_nothing(serve: Serve) {
    let place = Place::sqlite();
    let budgets = Budgets::NONE.requests(once(1)).preflights(once(1)).upgrades(once(1));
    let tier = Tier::unlimited().tenant(budgets).pattern(budgets).unmatched(once(5));
    let node = limited(&place, tier).await;
    let at = serve(node.tenants());
    let mut statuses = Vec::new();
    for number in 0..10 {
        statuses.push(get(at, "acme", &format!("https://stranger-{number}.test")).await.status);
        statuses.push(preflight(at, "acme", STRANGER).await.status);
    }
    assert_eq!(statuses[..5], [200, 403, 200, 403, 200]);
    assert!(statuses[5..].iter().all(|status| *status == 429), "{statuses:?}");
    // Who may not read the response is not told when to come again by headers that a page reads.
    let reply = get(at, "acme", STRANGER).await;
    assert!(!reply.has_cors() && reply.varies() && reply.header("retry-after").is_some());
    assert_eq!(get(at, "acme", ONE).await.status, 200);
    assert_eq!(preflight(at, "acme", ONE).await.status, 204);
    assert_eq!(upgrade(at, "acme", ONE).await.status, 200);
}

async fn what_was_used_up_stays_so_when_the_policy_changes(serve: Serve) {
    let place = Place::sqlite();
    let tier = Tier::unlimited().pattern(Budgets::NONE.requests(once(1))).unmatched(once(1));
    let node = limited(&place, tier).await;
    let at = serve(node.tenants());
    assert!(!is_limited(&get(at, "acme", TWO).await) && !is_limited(&get(at, "acme", STRANGER).await));
    let store = place.store().await;
    // Another one in front, and another tenant's change in the same page.
    publish(&store, "acme", &["https://new.test", TWO]).await;
    publish(&store, "globex", &[ONE]).await;
    node.sync().await.unwrap();
    assert!(is_limited(&get(at, "acme", TWO).await) && is_limited(&get(at, "acme", STRANGER).await));
    assert!(!is_limited(&get(at, "acme", "https://new.test").await));
}

async fn what_was_used_up_stays_so_when_the_store_is_read_from_the_start(serve: Serve) {
    let place = Place::sqlite();
    let node = limited(&place, Tier::unlimited().tenant(Budgets::NONE.requests(once(1)))).await;
    let at = serve(node.tenants());
    assert!(!is_limited(&get(at, "acme", ONE).await));
    let store = place.store().await;
    // What the node has not seen cannot be asked for any more once it is purged.
    store.delete_tenant(me(), "globex").await.unwrap();
    tokio::time::sleep(Duration::from_millis(5)).await;
    assert_eq!(store.purge(me(), Duration::ZERO).await.unwrap().slugs, ["globex"]);
    node.sync().await.unwrap();
    assert_eq!(node.tenants().count(), 1);
    assert!(is_limited(&get(at, "acme", ONE).await));
    // As another database has the same tenant; whoever has its number there is somebody else.
    store.renew_epoch(me()).await.unwrap();
    node.sync().await.unwrap();
    assert!(is_limited(&get(at, "acme", ONE).await));
}
