//! The layer for tower and the middleware for actix-web, with tenants, over sockets.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a panic is the report")]

mod answers;
mod client;
mod limits;
mod metrics;
mod permits;
mod shadow;
mod upgrades;

use std::net::{SocketAddr, TcpListener};

use cors_policy::MissingOrigin;
use cors_policy_tenants::{Node, Tenants, Tiers};
use cors_policy_tenants_tests::Place;
use cors_policy_tenants_tests::serving::manual;

const ONE: &str = "https://one.test";
const TWO: &str = "https://two.test";
const STRANGER: &str = "https://stranger.test";

/// Serves an application with these tenants.
type Serve = fn(Tenants) -> SocketAddr;

/// Runs each async function with either adapter, as a test of its own.
macro_rules! on_each {
    ($($name:ident),+ $(,)?) => {
        mod tower {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name($crate::tower).await;
            })+
        }

        mod actix {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                super::$name($crate::actix).await;
            })+
        }
    };
}
pub(crate) use on_each;

/// A node with these tiers, before anything is published.
async fn start(place: &Place, tiers: Tiers) -> Node {
    place.store().await;
    manual(place).tiers(tiers).start().await.unwrap()
}

fn tower(tenants: Tenants) -> SocketAddr {
    let application = axum::Router::new().fallback(|| async { "application" });
    let cors =
        cors_policy::tower::CorsLayer::new(tenants).check_upgrades(MissingOrigin::Deny).wrap(application);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    listener.set_nonblocking(true).unwrap();
    let listener = tokio::net::TcpListener::from_std(listener).unwrap();
    tokio::spawn(async move { axum::serve(listener, cors.into_make_service()).await });
    address
}

fn actix(tenants: Tenants) -> SocketAddr {
    use actix_web::{App, HttpServer, rt, web};

    let cors = cors_policy::actix::Cors::new(tenants).check_upgrades(MissingOrigin::Deny);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        rt::System::new().block_on(async move {
            let application =
                move || App::new().wrap(cors.clone()).default_service(web::to(|| async { "application" }));
            HttpServer::new(application).workers(1).disable_signals().listen(listener)?.run().await
        })
    });
    address
}
