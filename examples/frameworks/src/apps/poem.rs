//! The application on Poem 3.

use std::{io, net::TcpListener};

use cors_policy::Policy;
use poem::http::StatusCode;
use poem::listener::TcpAcceptor;
use poem::middleware::{CatchPanic, SizeLimit};
use poem::web::{Redirect, WithHeader};
use poem::{Body, Endpoint, EndpointExt, Error, IntoResponse, Response, Result, Route, Server};
use poem::{get, handler, post};

use crate::poem::Cors;

/// Serves the application with a policy in front, until it is dropped.
///
/// # Errors
///
/// Those of the listener.
pub async fn serve(policy: Policy, listener: TcpListener) -> io::Result<()> {
    listener.set_nonblocking(true)?;
    let application = application().with(CatchPanic::new()).with(Cors(policy));
    Server::new_with_acceptor(TcpAcceptor::from_std(listener)?).run(application).await
}

fn application() -> impl Endpoint {
    let all = get(hello).put(hello).post(hello).delete(hello).patch(hello).options(options);
    Route::new()
        .at("/hello", all)
        .at("/moved", get(moved))
        .at("/fail", get(fail))
        .at("/panic", get(broken))
        .at("/slow", get(slow))
        .at("/limited", post(limited.with(SizeLimit::new(super::BODY_LIMIT.into()))))
        .at("/inner", get(inner))
        .at("/stream", get(stream))
}

#[handler]
fn hello() -> WithHeader<&'static str> {
    handled("hello")
}

#[handler]
fn options() -> WithHeader<WithHeader<&'static str>> {
    handled("options".with_header("allow", "GET, HEAD, POST"))
}

#[handler]
fn moved() -> WithHeader<Redirect> {
    handled(Redirect::temporary("/hello"))
}

#[handler]
fn fail() -> Result<()> {
    Err(Error::from_string("the database is gone", StatusCode::INTERNAL_SERVER_ERROR))
}

#[handler]
fn broken() -> WithHeader<&'static str> {
    handled(super::broken())
}

#[handler]
async fn slow() -> Result<WithHeader<&'static str>> {
    super::work_in_time().await.map_err(|elapsed| Error::new(elapsed, StatusCode::GATEWAY_TIMEOUT))?;
    Ok(handled("slow"))
}

#[handler]
fn limited(_body: Vec<u8>) -> WithHeader<&'static str> {
    handled("limited")
}

#[handler]
fn inner() -> WithHeader<Response> {
    let lines = super::INNER.into_iter();
    let response = lines.fold(Response::builder(), |response, (name, value)| response.header(name, value));
    handled(response.body("inner"))
}

#[handler]
fn stream() -> WithHeader<Body> {
    handled(Body::from_bytes_stream(super::chunks()))
}

fn handled<R: IntoResponse>(response: R) -> WithHeader<R> {
    response.with_header("x-handled", "yes")
}
