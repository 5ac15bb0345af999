//! The application on Salvo 0.90.

use std::{io, net::TcpListener};

use cors_policy::Policy;
use salvo::catch_panic::CatchPanic;
use salvo::conn::tcp::TcpAcceptor;
use salvo::http::{HeaderName, HeaderValue, StatusError};
use salvo::size_limiter::max_size;
use salvo::timeout::Timeout;
use salvo::writing::Redirect;
use salvo::{Response, Router, Scribe, Server, Service, handler};

use crate::salvo::Cors;

/// Serves the application with a policy in front, until it is dropped.
///
/// # Errors
///
/// Those of the listener.
pub async fn serve(policy: Policy, listener: TcpListener) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let acceptor = TcpAcceptor::try_from(tokio::net::TcpListener::from_std(listener)?)?;
    let service = Service::new(application()).hoop(Cors(policy)).hoop(CatchPanic::new());
    Server::new(acceptor).try_serve(service).await
}

fn application() -> Router {
    let every_method = Router::with_path("hello")
        .get(hello)
        .head(hello)
        .put(hello)
        .post(hello)
        .delete(hello)
        .patch(hello)
        .options(options);
    let timeout = Timeout::new(super::TIMEOUT).error(StatusError::gateway_timeout);
    Router::new()
        .push(every_method)
        .push(Router::with_path("moved").get(moved))
        .push(Router::with_path("fail").get(fail))
        .push(Router::with_path("panic").get(broken))
        .push(Router::with_path("slow").hoop(timeout).get(slow))
        .push(Router::with_path("limited").hoop(max_size(super::BODY_LIMIT.into())).post(limited))
        .push(Router::with_path("inner").get(inner))
        .push(Router::with_path("stream").get(stream))
}

#[handler]
async fn hello(response: &mut Response) {
    handled(response, "hello");
}

#[handler]
async fn options(response: &mut Response) {
    response.headers_mut().insert("allow", HeaderValue::from_static("GET, HEAD, POST"));
    handled(response, "options");
}

#[handler]
async fn moved(response: &mut Response) {
    handled(response, Redirect::temporary("/hello"));
}

#[handler]
async fn fail() -> Result<(), StatusError> {
    Err(StatusError::internal_server_error())
}

#[handler]
async fn broken(response: &mut Response) {
    handled(response, super::broken());
}

#[handler]
async fn slow(response: &mut Response) {
    super::work().await;
    handled(response, "slow");
}

#[handler]
async fn limited(response: &mut Response) {
    handled(response, "limited");
}

#[handler]
async fn inner(response: &mut Response) {
    for (name, value) in super::INNER {
        response.headers_mut().append(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    handled(response, "inner");
}

#[handler]
async fn stream(response: &mut Response) {
    handled(response, "");
    response.stream(super::chunks());
}

fn handled(response: &mut Response, scribe: impl Scribe) {
    response.headers_mut().insert("x-handled", HeaderValue::from_static("yes"));
    response.render(scribe);
}
