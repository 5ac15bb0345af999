//! `CorsLayer` around a service that does nothing allocates what the growth of the response's header map takes, and
//! nothing else. An allocator counts.
#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use allocation_counter::measure;
use bytes::BytesMut;
use cors_policy::tower::CorsLayer;
use cors_policy::{LivePolicy, MissingOrigin, Policy, Resolve, Writes, cors_policy};
use cors_policy_adapter_tests::judged::compiled;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use tower_service::Service;

static SEVERAL: Policy = cors_policy! {
    origins: ["https://app.example.com", "https://*.app.example.com"],
    credentials: true, methods: any, request_headers: any, expose_headers: ["etag"], max_age: "2h",
};
static PUBLIC: Policy = cors_policy! { origins: any };

const DATA: &str = r#"{"origins": ["https://app.example.com", "https://*.app.example.com"], "credentials": true,
    "methods": "*", "request_headers": "*", "expose_headers": ["etag"], "max_age": "2h"}"#;

/// An application that does nothing.
#[derive(Clone)]
struct Nothing;

impl Service<Request<()>> for Nothing {
    type Response = Response<()>;
    type Error = Infallible;
    type Future = Ready<Result<Response<()>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        ready(Ok(Response::new(())))
    }
}

/// A value as a server has it: cut out of the buffer that it has read a request into.
fn received(value: &str) -> HeaderValue {
    let mut buffer = BytesMut::from(format!("name: {value}\r\n").as_bytes());
    let head = buffer.split_to(6 + value.len()).freeze();
    HeaderValue::from_maybe_shared(head.slice(6..)).unwrap()
}

fn request(method: &str, lines: &[(&'static str, &str)]) -> Request<()> {
    let mut request = Request::builder().method(method).uri("http://api.test/hello").body(()).unwrap();
    for (name, value) in lines {
        request.headers_mut().append(HeaderName::from_static(name), received(value));
    }
    request
}

fn requests() -> Vec<Request<()>> {
    const ASKS: (&str, &str) = ("access-control-request-method", "PURGE");
    const NAMES: (&str, &str) = ("access-control-request-headers", "x-one,x-two");
    let mut requests = vec![request("GET", &[]), request("OPTIONS", &[]), request("OPTIONS", &[ASKS])];
    for origin in ["https://app.example.com", "https://one.app.example.com", "https://evil.test", "null"] {
        let origin = ("origin", origin);
        requests.push(request("GET", &[origin]));
        requests.push(request("POST", &[origin, ("cookie", "id=7")]));
        requests.push(request("OPTIONS", &[origin]));
        requests.push(request("OPTIONS", &[origin, ASKS]));
        requests.push(request("OPTIONS", &[origin, ASKS, NAMES]));
        requests.push(request("GET", &[origin, origin]));
    }
    requests
}

/// How often the growth of a response's header map allocates.
fn growth(policy: &Policy, request: &Request<()>) -> u64 {
    let decision = policy.evaluate(request.method(), request.headers());
    let mut response = HeaderMap::new();
    measure(|| decision.apply(black_box(&mut response))).count_total
}

/// How often one request through a service allocates.
fn through<S>(service: &mut S, request: Request<()>) -> u64
where
    S: Service<Request<()>, Response = Response<()>, Error = Infallible>,
{
    let mut cx = Context::from_waker(Waker::noop());
    measure(|| {
        assert!(service.poll_ready(&mut cx).is_ready());
        let response = pin!(service.call(request)).poll(&mut cx);
        assert!(black_box(response).is_ready());
    })
    .count_total
}

fn assert_free<P: Resolve>(name: &str, layer: CorsLayer<P>, policy: &Policy) {
    let mut service = layer.wrap(Nothing);
    // Once in a thread, a policy that is replaced takes a place in a list of readers.
    through(&mut service, request("GET", &[]));
    let mut grown = 0;
    for request in requests() {
        let expected = growth(policy, &request);
        let described = format!("{name}: {} {:?}", request.method(), request.headers());
        assert_eq!(through(&mut service, request), expected, "{described}");
        grown += expected;
    }
    assert!(grown > 0, "{name}: there are headers");
}

#[test]
fn nothing_but_the_growth_of_the_map() {
    for policy in [&SEVERAL, &PUBLIC] {
        assert_free("static", CorsLayer::new(policy), policy);
        assert_free("owned", CorsLayer::new(policy.clone()), policy);
        assert_free("shared", CorsLayer::new(Arc::new(policy.clone())), policy);
        let live = LivePolicy::new(policy.clone());
        assert_free("live", CorsLayer::new(live.clone()), &live.current());
    }
    let data = compiled(DATA);
    assert_free("from data", CorsLayer::new(Arc::new(data.clone())), &data);
    let live = LivePolicy::new(data);
    assert_free("live, from data", CorsLayer::new(live.clone()), &live.current());
}

#[test]
fn nor_does_what_else_is_checked() {
    let checked = CorsLayer::new(&SEVERAL).check_upgrades(MissingOrigin::Deny).check_writes(Writes::Report);
    assert_free("checked", checked, &SEVERAL);
    let watched = CorsLayer::new(&SEVERAL).candidate(&SEVERAL).observe(|event| {
        black_box(event);
    });
    assert_free("watched", watched, &SEVERAL);
}

/// The counter must be able to count what a layer does.
#[test]
fn a_service_that_allocates_is_found() {
    let mut boxing = tower::service_fn(|_: Request<()>| {
        black_box(Box::new(7));
        ready(Ok::<_, Infallible>(Response::new(())))
    });
    assert_eq!(through(&mut boxing, request("GET", &[])), 1);
}

/// Around a response that has room, the layer allocates nothing at all.
#[test]
fn with_room_there_is_none() {
    let roomy = tower::service_fn(|response: Request<()>| {
        // The request's map stands in for one with room, made before the count begins.
        let (mut head, ()) = Response::new(()).into_parts();
        head.headers = response.into_parts().0.headers;
        ready(Ok::<_, Infallible>(Response::from_parts(head, ())))
    });
    let mut service = CorsLayer::new(&SEVERAL).wrap(roomy);
    for origin in ["https://one.app.example.com", "https://evil.test"] {
        let mut request = request("GET", &[("origin", origin)]);
        request.headers_mut().reserve(12);
        assert_eq!(through(&mut service, request), 0, "{origin}");
    }
}
