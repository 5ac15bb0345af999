//! The application on hyper 1.

use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::{io, net::TcpListener};

use cors_policy::Policy;
use futures_util::{FutureExt, TryStreamExt};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, Limited, StreamBody};
use hyper::body::{Bytes, Frame, Incoming};
use hyper::header::{ALLOW, HeaderName, HeaderValue, LOCATION};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};

use super::listen::listen;
use crate::hyper::with_cors;

type Body = UnsyncBoxBody<Bytes, io::Error>;

/// Serves the application with a policy in front, until it is dropped.
///
/// # Errors
///
/// Those of the listener.
pub async fn serve(policy: Policy, listener: TcpListener) -> io::Result<()> {
    let service = service_fn(move |request| {
        let policy = policy.clone();
        async move { with_cors(&policy, request, application).await }
    });
    listen(listener, service).await
}

/// Makes errors and panics responses: hyper would close the connection.
async fn application(request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    let response = AssertUnwindSafe(route(request)).catch_unwind().await;
    Ok(response.unwrap_or(Err(StatusCode::INTERNAL_SERVER_ERROR)).unwrap_or_else(|status| {
        let mut response = Response::new(Body::default());
        *response.status_mut() = status;
        response
    }))
}

async fn route(request: Request<Incoming>) -> Result<Response<Body>, StatusCode> {
    match (request.method().as_str(), request.uri().path()) {
        ("GET" | "HEAD" | "PUT" | "POST" | "DELETE" | "PATCH", "/hello") => Ok(handled("hello")),
        ("OPTIONS", "/hello") => {
            let mut response = handled("options");
            response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD, POST"));
            Ok(response)
        }
        ("GET", "/moved") => {
            let mut response = handled("");
            *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
            response.headers_mut().insert(LOCATION, HeaderValue::from_static("/hello"));
            Ok(response)
        }
        ("GET", "/fail") => Err(StatusCode::INTERNAL_SERVER_ERROR),
        ("GET", "/panic") => Ok(handled(super::broken())),
        ("GET", "/slow") => match super::work_in_time().await {
            Ok(()) => Ok(handled("slow")),
            Err(_elapsed) => Err(StatusCode::GATEWAY_TIMEOUT),
        },
        ("POST", "/limited") => {
            match Limited::new(request.into_body(), super::BODY_LIMIT.into()).collect().await {
                Ok(_body) => Ok(handled("limited")),
                Err(_too_long) => Err(StatusCode::PAYLOAD_TOO_LARGE),
            }
        }
        ("GET", "/inner") => {
            let mut response = handled("inner");
            for (name, value) in super::INNER {
                let value = HeaderValue::from_static(value);
                response.headers_mut().append(HeaderName::from_static(name), value);
            }
            Ok(response)
        }
        ("GET", "/stream") => {
            let frames = super::chunks().map_ok(|chunk| Frame::data(Bytes::from(chunk)));
            Ok(handled("").map(|_empty| StreamBody::new(frames).boxed_unsync()))
        }
        (_, "/hello" | "/moved" | "/fail" | "/panic" | "/slow" | "/limited" | "/inner" | "/stream") => {
            Err(StatusCode::METHOD_NOT_ALLOWED)
        }
        _ => Err(StatusCode::NOT_FOUND),
    }
}

fn handled(text: &'static str) -> Response<Body> {
    let body = Full::from(text).map_err(|never| match never {}).boxed_unsync();
    let mut response = Response::new(body);
    response.headers_mut().insert("x-handled", HeaderValue::from_static("yes"));
    response
}
