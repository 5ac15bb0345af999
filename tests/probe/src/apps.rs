//! One application, behind layers that get CORS right, or nearly.

use std::net::{SocketAddr, TcpListener};
use std::thread;

use axum::Router;
use axum::http::{Method, StatusCode};
use axum::response::IntoResponse;
use axum::routing::any;
use cors_policy::Policy;
use cors_policy::tower::CorsLayer;
use tokio::runtime::{Builder, Runtime};

const HEADERS: [(&str, &str); 3] =
    [("etag", "\"1\""), ("x-total-count", "7"), ("content-type", "application/json")];

/// An application that is served until this is dropped.
#[derive(Debug)]
pub struct App {
    runtime: Option<Runtime>,
    /// Its address.
    pub url: String,
}

/// `/api/orders` is there, and nothing else; OPTIONS is for whoever stands in front.
fn router() -> Router {
    async fn orders(method: Method) -> impl IntoResponse {
        let is_options = method == Method::OPTIONS;
        (if is_options { StatusCode::METHOD_NOT_ALLOWED } else { StatusCode::OK }, HEADERS)
    }
    Router::new().route("/api/orders", any(orders))
}

impl App {
    /// Behind a policy of ours.
    #[must_use]
    pub fn ours(policy: Policy) -> Self {
        // The layer serves policies that live as long as the process.
        let policy: &'static Policy = Box::leak(Box::new(policy));
        App::serve(move |listener| async move {
            axum::serve(listener, CorsLayer::new(policy).wrap(router()).into_make_service()).await.unwrap();
        })
    }

    /// Behind the layer of tower-http, around everything.
    #[must_use]
    pub fn tower_http(layer: tower_http::cors::CorsLayer) -> Self {
        let router = Router::new().fallback_service(router()).layer(layer);
        App::serve(|listener| async { axum::serve(listener, router).await.unwrap() })
    }

    /// Behind nothing.
    #[must_use]
    pub fn alone() -> Self {
        App::serve(|listener| async { axum::serve(listener, router()).await.unwrap() })
    }

    /// actix-web behind actix-cors. It stays until the process ends.
    #[must_use]
    pub fn actix(cors: fn() -> actix_cors::Cors) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/api/orders", listener.local_addr().unwrap());
        thread::spawn(move || {
            let application = move || {
                let orders = actix_web::web::to(|| async {
                    let mut response = actix_web::HttpResponse::Ok();
                    for header in HEADERS {
                        response.insert_header(header);
                    }
                    response.finish()
                });
                actix_web::App::new().wrap(cors()).route("/api/orders", orders)
            };
            let server = actix_web::HttpServer::new(application).workers(1).disable_signals();
            let server = server.listen(listener).unwrap().run();
            actix_web::rt::System::new().block_on(server).unwrap();
        });
        App { runtime: None, url }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        let authority = self.url.trim_start_matches("http://").split('/').next();
        authority.unwrap_or_default().parse().unwrap()
    }

    fn serve<F: Future<Output = ()> + Send + 'static>(
        serve: impl FnOnce(tokio::net::TcpListener) -> F,
    ) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}/api/orders", listener.local_addr().unwrap());
        runtime.spawn(serve(listener));
        App { runtime: Some(runtime), url }
    }
}

impl Drop for App {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
