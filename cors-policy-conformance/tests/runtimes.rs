//! Checks from within and without a runtime, of applications that are served by others.
#![cfg(feature = "tower")]
#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::get;
use cors_policy::tower::CorsLayer;
use cors_policy::{Policy, cors_policy};
use cors_policy_conformance::{Conformance, check_service, check_url};
use tokio::net::TcpListener;
use tokio::runtime::Builder;

static PUBLIC: Policy = cors_policy! { origins: any, methods: [PUT], request_headers: any };

fn router() -> Router {
    Router::new().route("/orders", get(|| async { "none" }))
}

async fn serve() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/orders", listener.local_addr().unwrap());
    let application = CorsLayer::new(&PUBLIC).wrap(router());
    tokio::spawn(async { axum::serve(listener, application.into_make_service()).await });
    url
}

#[test]
fn on_the_runtime_that_serves() {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let url = serve().await;
        Conformance::of(&PUBLIC).check_url_async(&url).await.assert();
    });
}

#[test]
fn blocking_within_a_runtime() {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let url = serve().await;
        check_url(&PUBLIC, &url).assert();
        check_service(&PUBLIC, CorsLayer::new(&PUBLIC).wrap(router())).assert();
    });
}

#[test]
fn bodies_without_end() {
    async fn endless() -> Body {
        Body::new(Endless)
    }
    let router = Router::new().route("/", get(endless));
    let check = Conformance::of(&PUBLIC);
    check.check_service(CorsLayer::new(&PUBLIC).wrap(router)).assert();
}

/// A stream of events on which nothing happens.
struct Endless;

impl http_body::Body for Endless {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, Self::Error>>> {
        std::task::Poll::Pending
    }
}

/// Whatever the policy: also one that admits nobody, and one that echoes everybody.
#[test]
fn other_policies() {
    static MANY: Policy = cors_policy! {
        apps: {
            origins: ["https://*.example.com", "app://localhost"],
            credentials: true, methods: any, request_headers: [any, "authorization"],
        },
        local: { origins: ["http://localhost:*", "http://[::1]:3000"], methods: [PUT], max_age: 0 },
        public: { origins: any, expose_headers: any },
        preflight_status: 200,
    };
    for policy in [&Policy::nobody(), &MANY, &PUBLIC.clone().varying()] {
        let service = CorsLayer::new(policy.clone()).wrap(router());
        Conformance::of(policy).path("/orders?a=b").path("/").check_service(service).assert();
    }
}

#[test]
#[should_panic(expected = "the policy is inside of the router")]
fn assert_panics_with_the_report() {
    check_service(&PUBLIC, router()).assert();
}
