//! The application on warp 0.4.

use std::panic::AssertUnwindSafe;
use std::{io, net::TcpListener};

use cors_policy::Policy;
use futures_util::future::{FutureExt, TryFutureExt};
use warp::http::{HeaderName, HeaderValue, Method, StatusCode, Uri};
use warp::reject::{Reject, Rejection, custom};
use warp::reply::{Reply, Response, with_header};
use warp::{Filter, body, get, path};

use super::listen::listen;
use crate::warp::with_cors;

/// Serves the application with a policy in front, until it is dropped.
///
/// # Errors
///
/// Those of the listener.
pub async fn serve(policy: Policy, listener: TcpListener) -> io::Result<()> {
    listen(listener, with_cors(policy, warp::service(application()))).await
}

/// Rejections that are not recovered from are answered with 500.
#[derive(Debug)]
enum Failure {
    Broken,
    NoDatabase,
    TooSlow,
}

impl Reject for Failure {}

fn application() -> impl Filter<Extract: Reply, Error = Rejection, Future: Send> + Clone {
    let hello = path!("hello").and(warp::method()).map(|method: Method| hello(&method));
    let moved =
        path!("moved").and(get()).map(|| handled(warp::redirect::temporary(Uri::from_static("/hello"))));
    let fail = path!("fail").and(get()).and_then(async || Err::<&str, _>(custom(Failure::NoDatabase)));
    let broken = path!("panic").and(get()).and_then(|| {
        let reply = AssertUnwindSafe(async { handled(super::broken()) });
        reply.catch_unwind().map_err(|_panic| custom(Failure::Broken))
    });
    let slow = path!("slow").and(get()).and_then(|| {
        super::work_in_time().map_ok(|()| handled("slow")).map_err(|_elapsed| custom(Failure::TooSlow))
    });
    let limit = body::content_length_limit(super::BODY_LIMIT.into());
    let limited =
        path!("limited").and(warp::post()).and(limit).and(body::bytes()).map(|_body| handled("limited"));
    let inner = path!("inner").and(get()).map(inner);
    let stream = path!("stream").and(get()).map(|| handled(warp::reply::stream(super::chunks())));
    hello.or(moved).or(fail).or(broken).or(slow).or(limited).or(inner).or(stream).recover(recover)
}

fn hello(method: &Method) -> Response {
    match *method {
        Method::OPTIONS => with_header(handled("options"), "allow", "GET, HEAD, POST").into_response(),
        _ => handled("hello").into_response(),
    }
}

fn inner() -> impl Reply {
    let mut response = handled("inner").into_response();
    for (name, value) in super::INNER {
        response.headers_mut().append(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    response
}

async fn recover(rejection: Rejection) -> Result<StatusCode, Rejection> {
    match rejection.find() {
        Some(Failure::TooSlow) => Ok(StatusCode::GATEWAY_TIMEOUT),
        _ => Err(rejection),
    }
}

fn handled(reply: impl Reply) -> impl Reply {
    with_header(reply, "x-handled", "yes")
}
