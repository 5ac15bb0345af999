//! warp: its own filter.

use std::cell::RefCell;
use std::convert::Infallible;
use std::hint::black_box;

use bytes::Bytes;
use cors_policy::tower::CorsLayer;
use http::{HeaderMap, Method, Request};
use http_body_util::Empty;
use tower_service::Service;
use warp::filters::cors::Cors;
use warp::reply::Response;
use warp::{Filter, Reply};

use super::answer::Answer;
use super::policy::{EXPOSED, MAX_AGE, METHODS, REQUEST_HEADERS};
use super::{Application, Drive, Framework, Origins, Peer, answered, at_once};
use crate::measure::Failure;

pub(super) static FRAMEWORK: Framework = Framework {
    name: "warp",
    bare: |_| Ok(served(warp::service(handler()))),
    // The layer, which fits warp's services. The glue of the examples takes bodies that only hyper can make.
    ours: |policy| Ok(served(CorsLayer::new(policy).wrap(warp::service(handler())))),
    // It knows exact origins only: no wildcards, no function.
    peers: &[Peer {
        name: "warp",
        serves: Origins::are_exact,
        layered: |origins| Ok(served(warp::service(handler().with(listed(origins))))),
        configured: |origins| Ok(Box::new(listed(origins))),
    }],
};

fn listed(origins: Origins) -> Cors {
    warp::cors()
        .allow_origins(origins.patterns().iter().map(String::as_str))
        .allow_credentials(true)
        .allow_methods(METHODS)
        .allow_headers(REQUEST_HEADERS)
        .expose_headers([EXPOSED])
        .max_age(MAX_AGE)
        .build()
}

fn handler() -> impl Filter<Extract = impl Reply, Error = Infallible> + Clone {
    warp::any().map(warp::reply)
}

struct Warp<S>(RefCell<S>);

type Asked = Request<Empty<Bytes>>;

fn served<S>(service: S) -> Box<dyn Drive>
where
    S: Service<Asked, Response = Response, Error = Infallible> + 'static,
{
    Box::new(Warp(RefCell::new(service)))
}

impl<S: Service<Asked, Response = Response, Error = Infallible>> Warp<S> {
    fn respond(&self, (method, headers): &(Method, HeaderMap)) -> S::Future {
        let mut request = Request::new(Empty::new());
        *request.method_mut() = method.clone();
        request.headers_mut().clone_from(headers);
        self.0.borrow_mut().call(black_box(request))
    }
}

impl<S> Application for Warp<S>
where
    S: Service<Asked, Response = Response, Error = Infallible> + 'static,
{
    type Request = (Method, HeaderMap);

    fn request(method: &Method, headers: &HeaderMap) -> Result<(Method, HeaderMap), Failure> {
        Ok((method.clone(), headers.clone()))
    }

    fn call(&self, request: &(Method, HeaderMap)) {
        drop(black_box(at_once(self.respond(request))));
    }

    fn answer(&self, request: &(Method, HeaderMap)) -> Result<Answer, Failure> {
        let (parts, _) = answered(self.respond(request))??.into_parts();
        Ok(Answer { status: parts.status.as_u16(), headers: parts.headers })
    }
}
