//! tower: tower-http.

use std::cell::RefCell;
use std::convert::Infallible;
use std::future::{Ready, ready};
use std::hint::black_box;
use std::task::{Context, Poll};

use cors_policy::tower::CorsLayer;
use cors_policy::{LivePolicy, Policy};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, header};
use tower_http::cors::{AllowOrigin, CorsLayer as Theirs};
use tower_layer::Layer;
use tower_service::Service;

use super::answer::Answer;
use super::policy::{MAX_AGE, METHODS, request_headers};
use super::{Application, Drive, Framework, Origins, Peer, answered, at_once};
use crate::measure::Failure;

pub(super) static FRAMEWORK: Framework = Framework {
    name: "tower",
    bare: |_| Ok(served(Handler::default())),
    ours: |policy| Ok(served(CorsLayer::new(policy).layer(Handler::default()))),
    peers: &[
        Peer {
            name: "tower-http",
            serves: Origins::are_exact,
            layered: |origins| Ok(served(listed(origins)?.layer(Handler::default()))),
            configured: |origins| Ok(Box::new(listed(origins)?)),
        },
        Peer {
            name: "tower-http, predicate",
            serves: Origins::are_wildcards,
            layered: |origins| Ok(served(by_predicate(origins.by_ending()).layer(Handler::default()))),
            configured: |origins| Ok(Box::new(by_predicate(origins.by_ending()))),
        },
        Peer {
            name: "tower-http, `RegexSet`",
            serves: Origins::are_wildcards,
            layered: |origins| Ok(served(by_predicate(origins.by_regex()?).layer(Handler::default()))),
            configured: |origins| Ok(Box::new(by_predicate(origins.by_regex()?))),
        },
    ],
};

fn listed(origins: Origins) -> Result<Theirs, Failure> {
    let mut values = origins.values()?;
    let allowed = match values.len() {
        1 => values.pop().map(AllowOrigin::exact).ok_or("no origin")?,
        _ => AllowOrigin::list(values),
    };
    Ok(configured(allowed))
}

fn by_predicate(admits: impl Fn(&[u8]) -> bool + Clone + Send + Sync + 'static) -> Theirs {
    configured(AllowOrigin::predicate(move |origin: &HeaderValue, _| admits(origin.as_bytes())))
}

fn configured(origins: AllowOrigin) -> Theirs {
    Theirs::new()
        .allow_origin(origins)
        .allow_credentials(true)
        .allow_methods(METHODS)
        .allow_headers(request_headers())
        .expose_headers([header::ETAG])
        .max_age(MAX_AGE)
}

struct Tower<S>(RefCell<S>);

fn served<S>(service: S) -> Box<dyn Drive>
where
    S: Service<Request<()>, Response = Response<()>, Error = Infallible> + 'static,
{
    Box::new(Tower(RefCell::new(service)))
}

impl<S> Tower<S>
where
    S: Service<Request<()>, Response = Response<()>, Error = Infallible>,
{
    fn respond(&self, (method, headers): &(Method, HeaderMap)) -> S::Future {
        let mut request = Request::new(());
        *request.method_mut() = method.clone();
        request.headers_mut().clone_from(headers);
        self.0.borrow_mut().call(black_box(request))
    }
}

impl<S> Application for Tower<S>
where
    S: Service<Request<()>, Response = Response<()>, Error = Infallible> + 'static,
{
    type Request = (Method, HeaderMap);

    fn request(method: &Method, headers: &HeaderMap) -> Result<(Method, HeaderMap), Failure> {
        Ok((method.clone(), headers.clone()))
    }

    fn call(&self, request: &(Method, HeaderMap)) {
        drop(black_box(at_once(self.respond(request))));
    }

    fn answer(&self, request: &(Method, HeaderMap)) -> Result<Answer, Failure> {
        let (parts, ()) = answered(self.respond(request))??.into_parts();
        Ok(Answer { status: parts.status.as_u16(), headers: parts.headers })
    }
}

/// Ours, for a policy that can be replaced while requests are served.
pub(super) fn live(policy: Policy) -> Box<dyn Drive> {
    served(CorsLayer::new(LivePolicy::new(policy)).layer(Handler::default()))
}

/// An application that puts these headers on its responses itself.
pub(super) fn inserting(headers: Vec<(HeaderName, HeaderValue)>) -> Box<dyn Drive> {
    served(Handler(headers))
}

/// Does nothing but put headers on its response.
#[derive(Default)]
struct Handler(Vec<(HeaderName, HeaderValue)>);

impl Service<Request<()>> for Handler {
    type Response = Response<()>;
    type Error = Infallible;
    type Future = Ready<Result<Response<()>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        drop(request);
        let mut response = Response::new(());
        for (name, value) in &self.0 {
            response.headers_mut().insert(name.clone(), value.clone());
        }
        ready(Ok(response))
    }
}
