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
use std::future::poll_fn;

use cors_policy::Policy;
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
        + Clone
        + Send,
{
    service_fn(move |request: Request<Incoming>| {
        let decision = policy.evaluate(request.method(), request.headers());
        let mut routes = routes.clone();
        async move {
            if let Some(status) = decision.status() {
                let mut answer = status.into_response();
                decision.apply(answer.headers_mut());
                return Ok(answer);
            }
            poll_fn(|context| routes.poll_ready(context)).await?;
            let mut response = routes.call(request).await?;
            decision.apply(response.headers_mut());
            Ok(response)
        }
    })
}
