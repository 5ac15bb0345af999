//! A request that finds its tenant allocates nothing, limits and counters included.
//!
//! The first request of a thread is somebody else's to answer for: `arc-swap` registers the thread with a node of its
//! own, which is kept for the thread that comes after it. It is measured here, so that it is known to be that one.
#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use allocation_counter::measure;
use axum::Router;
use axum::body::Body;
use cors_policy::tower::CorsLayer;
use cors_policy::{Event, Limited, Policy, Resolve, Seen, Target};
use cors_policy_tenants::{Budgets, Node, Quota, Tenants, Tier, Tiers};
use cors_policy_tenants_tests::Place;
use cors_policy_tenants_tests::serving::{checked, host, manual, me, tenant};
use http::Request;
use tower::ServiceExt as _;

const ONE: &str = "https://one.test";

async fn node(place: &Place) -> Node {
    let store = place.store().await;
    tenant(&store, "acme", &[ONE]).await;
    let text = r#"{"rules": [
        {"name": "apps", "origins": ["https://one.test"], "credentials": true, "methods": ["PUT"]},
        {"name": "others", "origins": ["https://*.wild.test", "https://two.test"], "expose_headers": ["etag"]}]}"#;
    store.publish(me(), "acme", &checked(text), true).await.unwrap();
    let tried = store.publish(me(), "acme", &checked(text), false).await.unwrap();
    store.shadow(me(), "acme", Some(tried.version)).await.unwrap();
    let budgets =
        Budgets::NONE.requests(Quota::per_minute(1).burst(5)).preflights(Quota::per_second(100_000));
    let tier = Tier::unlimited().tenant(budgets).pattern(budgets).unmatched(Quota::per_second(10));
    manual(place).tiers(Tiers::none().tier("standard", tier)).start().await.unwrap()
}

fn requests() -> Vec<Request<()>> {
    let hosts = [host("acme"), host("nobody"), "ACME.api.test:8080".to_owned()];
    let origins = [ONE, "https://two.test", "https://a.b.wild.test", "https://evil.test", "null"];
    let mut requests = Vec::new();
    for host in &hosts {
        for origin in origins {
            let request = || Request::builder().uri("/orders").header("host", host).header("origin", origin);
            requests.push(request().method("GET").body(()).unwrap());
            let preflight = request().method("OPTIONS").header("access-control-request-method", "PUT");
            requests.push(preflight.body(()).unwrap());
            requests.push(request().header("upgrade", "websocket").body(()).unwrap());
        }
        requests.push(Request::get("/").header("host", host).body(()).unwrap());
    }
    requests
}

fn answer(tenants: &Tenants, request: &Request<()>) {
    let policy = tenants.resolve(request).unwrap_or(Policy::nobody());
    let decision = policy.evaluate(request.method(), request.headers());
    black_box(decision.status());
    black_box(tenants.candidate(&policy));
}

#[tokio::test]
async fn a_tenant_is_found_and_answers() {
    let place = Place::sqlite();
    let node = node(&place).await;
    let tenants = node.tenants();
    let requests = requests();
    // Servers cut values out of the buffer that they read into: those are shared from the start.
    let _shared = requests.clone();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            // A snapshot is looked at for the first time in this thread.
            let first = measure(|| _ = black_box(tenants.count())).count_total;
            assert!(first <= 1, "{first} allocations by arc-swap");
            for request in &requests {
                let count = measure(|| answer(&tenants, request)).count_total;
                assert_eq!(count, 0, "{request:?}");
            }
        });
    });
}

/// Measures what an adapter asks for, from within.
#[derive(Clone)]
struct Measured {
    tenants: Tenants,
    allocations: Arc<AtomicU64>,
    limited: Arc<AtomicU64>,
}

impl Measured {
    fn measured<T>(&self, run: impl FnOnce() -> T) -> T {
        let mut answer = None;
        let count = measure(|| answer = Some(run())).count_total;
        self.allocations.fetch_add(count, Ordering::Relaxed);
        answer.unwrap()
    }
}

impl Resolve for Measured {
    fn resolve(&self, target: &dyn Target) -> Option<Policy> {
        self.measured(|| self.tenants.resolve(target))
    }

    fn candidate(&self, policy: &Policy) -> Option<Policy> {
        self.measured(|| self.tenants.candidate(policy))
    }

    fn limit(&self, seen: &Seen<'_>) -> Option<Limited> {
        let limited = self.measured(|| self.tenants.limit(seen));
        self.limited.fetch_add(u64::from(limited.is_some()), Ordering::Relaxed);
        limited
    }

    fn notice(&self, event: &Event<'_>) {
        self.measured(|| self.tenants.notice(event));
    }
}

#[tokio::test]
async fn limits_and_counters() {
    let place = Place::sqlite();
    let node = node(&place).await;
    let tenants = node.tenants();
    let measured =
        Measured { tenants: tenants.clone(), allocations: Arc::default(), limited: Arc::default() };
    black_box(tenants.count());
    let application = CorsLayer::new(measured.clone()).wrap(Router::new().fallback(|| async {}));
    for _ in 0..20 {
        for request in requests() {
            application.clone().oneshot(request.map(|()| Body::empty())).await.unwrap();
        }
    }
    assert_eq!(measured.allocations.load(Ordering::Relaxed), 0);
    // Both ways were gone: below the limit and above it.
    let limited = measured.limited.load(Ordering::Relaxed);
    assert!(limited > 100 && limited < 20 * requests().len() as u64, "{limited}");
}
