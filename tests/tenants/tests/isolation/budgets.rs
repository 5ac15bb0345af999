//! What one tenant's requests count for no other: neither in limits nor in shadows.

use axum::Router;
use axum::body::Body;
use cors_policy::tower::CorsLayer;
use cors_policy_tenants::store::Store;
use cors_policy_tenants::{Budgets, Node, Quota, Tier, Tiers};
use cors_policy_tenants_tests::Place;
use cors_policy_tenants_tests::serving::{checked, host, listing, manual, me, tenant};
use cors_policy_tests::generate::runner;
use http::Request;
use proptest::collection::vec;
use proptest::prelude::*;
use tower::ServiceExt as _;

use crate::runtime;

const TENANTS: usize = 3;
const BURST: usize = 4;

#[derive(Clone, Copy, Debug)]
struct Sent {
    tenant: usize,
    /// Whose page it is; that of nobody from `TENANTS` on.
    page: usize,
    preflight: bool,
}

fn sent() -> impl Strategy<Value = Sent> {
    let parts = (0..TENANTS, prop_oneof![0..TENANTS, 0..=TENANTS], any::<bool>());
    // Mostly pages of its own.
    (parts, prop::bool::weighted(0.6)).prop_map(|((tenant, page, preflight), own)| Sent {
        tenant,
        page: if own { tenant } else { page },
        preflight,
    })
}

fn slug(number: usize) -> String {
    format!("tenant-{number}")
}

fn origin(number: usize) -> String {
    format!("https://page-{number}.test")
}

async fn start(place: &Place) -> (Store, Node) {
    let store = place.store().await;
    for number in 0..TENANTS {
        tenant(&store, &slug(number), &[&origin(number)]).await;
        let text = format!(r#"{{"origins": [{:?}], "methods": ["PUT"]}}"#, origin(number));
        store.publish(me(), &slug(number), &checked(&text), true).await.unwrap();
        let shadow = listing(&[&origin((number + 1) % TENANTS)]);
        let tried = store.publish(me(), &slug(number), &shadow, false).await.unwrap();
        store.shadow(me(), &slug(number), Some(tried.version)).await.unwrap();
    }
    let quota = Quota::per_minute(1).burst(u32::try_from(BURST).unwrap());
    let budgets = Budgets::NONE.requests(quota).preflights(quota);
    let tier = Tier::unlimited().tenant(budgets).unmatched(quota);
    let node = manual(place).tiers(Tiers::none().tier("standard", tier)).start().await.unwrap();
    (store, node)
}

/// How many of these there may still be.
fn is_too_many(left: &mut usize) -> bool {
    let is_too_many = *left == 0;
    *left = left.saturating_sub(1);
    is_too_many
}

async fn check(sent: &[Sent]) {
    let place = Place::sqlite();
    let (store, node) = start(&place).await;
    let application = CorsLayer::new(node.tenants()).wrap(Router::new().fallback(|| async { "application" }));
    // By tenant: requests, preflights and what strangers send.
    let mut left = [[BURST; 3]; TENANTS];
    let mut seen = [[0_u64; 3]; TENANTS];
    for Sent { tenant, page, preflight } in sent {
        let mut request =
            Request::get("/").header("host", host(&slug(*tenant))).header("origin", origin(*page));
        if *preflight {
            request = request.method("OPTIONS").header("access-control-request-method", "PUT");
        }
        let response = application.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let is_admitted = tenant == page;
        let charge = if is_admitted { usize::from(*preflight) } else { 2 };
        let is_limited = is_too_many(&mut left[*tenant][charge]);
        assert_eq!(response.status() == 429, is_limited, "{sent:?}");
        assert_eq!(response.headers().contains_key("access-control-allow-origin"), is_admitted);
        seen[*tenant][0] += 1;
        let is_admitted_by_shadow = !preflight && *page == (tenant + 1) % TENANTS;
        seen[*tenant][1] += u64::from(is_admitted && !is_admitted_by_shadow);
        seen[*tenant][2] += u64::from(!is_admitted && is_admitted_by_shadow);
    }
    node.sync().await.unwrap();
    for (number, [requests, newly_refused, newly_admitted]) in seen.into_iter().enumerate() {
        let reports = store.shadow_reports(&slug(number)).await.unwrap();
        let counted = reports.first().map_or([0; 3], |report| {
            [report.counts.requests, report.counts.newly_refused, report.counts.newly_admitted]
        });
        assert_eq!(counted, [requests, newly_refused, newly_admitted], "{sent:?}");
    }
}

#[test]
fn a_tenant_is_charged_for_its_own_requests_alone() {
    let runtime = runtime();
    runner(32)
        .run(&vec(sent(), 1..60), |sent| {
            runtime.block_on(check(&sent));
            Ok(())
        })
        .unwrap();
}
