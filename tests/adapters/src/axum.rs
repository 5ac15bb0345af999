//! axum, with what tower-http has for layers inside.

use std::convert::Infallible;
use std::io;
use std::net::TcpListener;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use axum::routing::{any, get, post};
use axum::serve::IncomingStream;
use axum::{Router, serve};
use cors_policy::tower::CorsLayer;
use tokio::net::TcpListener as TokioListener;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::timeout::TimeoutLayer;
use tower_layer::Layer;
use tower_service::Service;

use crate::chunks::Chunks;
use crate::client::run;
use crate::setup::{Policies, Setup};
use crate::{CHUNKS, HANDLED, INNER, long_text};

const MARK: [(&str, &str); 1] = [(HANDLED, "yes")];

/// The routes.
pub fn router() -> Router {
    let timeout = TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, Duration::from_millis(100));
    Router::new()
        .route("/hello", any(hello))
        .route("/moved", any(|| async { (MARK, Redirect::temporary("/hello")) }))
        .route("/fail", any(fail))
        .route("/panic", any(panics))
        .route("/slow", any(|| tokio::time::sleep(Duration::from_secs(60))).layer(timeout))
        .route("/limited", post(limited).layer(RequestBodyLimitLayer::new(1024)))
        .route("/inner", any(|| async { (MARK, AppendHeaders(INNER), "inner") }))
        .route("/gzip", get(|| async { (MARK, long_text()) }).layer(CompressionLayer::new()))
        .route("/stream", get(|| async { (MARK, Body::new(Chunks::new(CHUNKS))) }))
        .route("/socket", any(socket))
        .layer(CatchPanicLayer::new())
}

async fn hello(method: Method) -> Response {
    if method == Method::OPTIONS {
        return (MARK, [(header::ALLOW, "GET, HEAD, POST")], "options").into_response();
    }
    (MARK, "hello").into_response()
}

async fn fail() -> Result<&'static str, Failure> {
    Err(Failure)
}

struct Failure;

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        (StatusCode::INTERNAL_SERVER_ERROR, MARK, "failed").into_response()
    }
}

async fn panics() -> &'static str {
    std::panic::resume_unwind(Box::new("on purpose"))
}

async fn limited(body: Bytes) -> Response {
    (MARK, body.len().to_string()).into_response()
}

/// Switches protocols where that is asked for, as HTTP/1.1 does it.
async fn socket(headers: HeaderMap) -> Response {
    if headers.contains_key(header::UPGRADE) {
        let switch = [(header::CONNECTION, "upgrade"), (header::UPGRADE, "websocket")];
        return (StatusCode::SWITCHING_PROTOCOLS, MARK, switch).into_response();
    }
    MARK.into_response()
}

/// The layer, as set up.
pub fn layer(setup: Setup) -> CorsLayer<Policies> {
    let mut layer = CorsLayer::new(setup.policies).check_writes(setup.writes);
    if let Some(handshake) = setup.handshake {
        layer = layer.check_upgrades(handshake);
    }
    if let Some(candidate) = setup.candidate {
        layer = layer.candidate(candidate);
    }
    if let Some(observer) = setup.observer {
        layer = layer.observe(move |event| observer(event));
    }
    layer
}

/// Serves by `axum::serve`, which speaks both versions.
///
/// # Errors
///
/// What ends it.
pub fn serve_made<M, S>(make: M, listener: TcpListener) -> io::Result<()>
where
    M: for<'a> Service<IncomingStream<'a, TokioListener>, Error = Infallible, Response = S> + Send + 'static,
    for<'a> <M as Service<IncomingStream<'a, TokioListener>>>::Future: Send,
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    run(async {
        listener.set_nonblocking(true)?;
        serve(TokioListener::from_std(listener)?, make).await
    })
}

pub(crate) fn wrapped(setup: Setup, listener: TcpListener) -> io::Result<()> {
    serve_made(layer(setup).wrap(router()).into_make_service(), listener)
}

pub(crate) fn layered(setup: Setup, listener: TcpListener) -> io::Result<()> {
    serve_made(router().layer(layer(setup)).into_make_service(), listener)
}

pub(crate) fn deferred(setup: Setup, listener: TcpListener) -> io::Result<()> {
    serve_made(layer(setup).answer_before_ready().wrap(router()).into_make_service(), listener)
}

pub(crate) fn compressed(setup: Setup, listener: TcpListener) -> io::Result<()> {
    let covered = CompressionLayer::new().layer(layer(setup).wrap(router()));
    serve_made(Router::new().fallback_service(covered).into_make_service(), listener)
}
