//! warp 0.4: a service around that of all filters.
//!
//! ```ignore
//! let service = with_cors(SHOP.clone(), warp::service(routes));
//! http1::Builder::new().serve_connection(io, service).await?;
//! ```
//!
//! A filter around filters would let rejections, 404 among them, pass by; but `warp::serve` takes filters only, so
//! that hyper serves, and `warp::addr::remote()` finds nothing. A panic closes the connection, unless a filter
//! makes it a rejection.

use std::convert::Infallible;
use std::future::ready;

use cors_policy::Policy;
use futures_util::future::Either;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::{Service, service_fn};
use warp::reply::{Reply, Response};

/// Answers preflights, and brings every response of the routes in line with the policy.
pub fn with_cors<S>(
    policy: Policy,
    routes: S,
) -> impl Service<Request<Incoming>, Response = Response, Error = Infallible, Future: Send> + Clone
where
    S: tower_service::Service<Request<Incoming>, Response = Response, Error = Infallible, Future: Send>
        + Clone,
{
    service_fn(move |request: Request<Incoming>| {
        let decision = policy.evaluate(request.method(), request.headers());
        let response = match decision.status() {
            Some(status) => Either::Left(ready(Ok(status.into_response()))),
            None => Either::Right(routes.clone().call(request)),
        };
        async move {
            let mut response = response.await?;
            decision.apply(response.headers_mut());
            Ok(response)
        }
    })
}
