//! What adapters answer by themselves, and what they leave alone.
#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use actix_web::ResponseError;
use axum::response::IntoResponse;
use cors_policy::tower::CorsLayer;
use cors_policy::{MissingOrigin, Policy, Refusal, UpgradeRefusal, WriteRefusal, Writes, cors_policy};
use cors_policy_adapter_tests::table::for_each_adapter;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::BodyExt;
use tower_service::Service;

static API: Policy = cors_policy! { origins: ["https://app.example.com"], methods: [PUT] };
static OK: Policy =
    cors_policy! { origins: ["https://app.example.com"], methods: [PUT], preflight_status: 200 };

fn head_of_preflight(address: SocketAddr, origin: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let request = format!(
        "OPTIONS /hello HTTP/1.1\r\nHost: a\r\nOrigin: {origin}\r\nAccess-Control-Request-Method: PUT\r\n\
         Connection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, "");
    head.to_ascii_lowercase()
}

/// There is no length where there can be no body (RFC 9110, section 8.6), and one where a client would wait for it.
#[test]
fn preflights_say_that_they_are_empty() {
    for_each_adapter(|adapter| {
        let address = adapter.start(API.clone()).unwrap();
        let admitted = head_of_preflight(address, "https://app.example.com");
        assert!(admitted.starts_with("http/1.1 204"), "{}: {admitted}", adapter.name);
        assert!(!admitted.contains("content-length"), "{}: {admitted}", adapter.name);
        let refused = head_of_preflight(address, "https://evil.test");
        assert!(refused.starts_with("http/1.1 403"), "{}: {refused}", adapter.name);
        let address = adapter.start(OK.clone()).unwrap();
        let ok = head_of_preflight(address, "https://app.example.com");
        assert!(ok.starts_with("http/1.1 200"), "{}: {ok}", adapter.name);
        for head in [admitted, refused.clone(), ok.clone()] {
            assert!(!head.contains("transfer-encoding"), "{}: {head}", adapter.name);
            assert!(!head.contains("\ncontent-type:"), "{}: {head}", adapter.name);
        }
        for head in [refused, ok] {
            assert!(!adapter.sees_bytes || head.contains("content-length: 0"), "{}: {head}", adapter.name);
        }
    });
}

/// The result, if there is one at once.
fn call<S: Service<Request<()>>>(
    service: &mut S,
    request: Request<()>,
) -> Option<Result<S::Response, S::Error>> {
    let mut future = std::pin::pin!(service.call(request));
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => Some(result),
        Poll::Pending => None,
    }
}

#[test]
fn errors_pass_as_they_are() {
    let failing = tower::service_fn(|_: Request<()>| std::future::ready(Err::<Response<()>, _>("failed")));
    let mut service = CorsLayer::new(&API).wrap(failing);
    let request = Request::builder().header("origin", "https://app.example.com").body(()).unwrap();
    assert_eq!(call(&mut service, request).unwrap().unwrap_err(), "failed");
}

/// Layers outside can see why a request was refused.
#[test]
fn refusals_are_in_the_extensions() {
    let hello = tower::service_fn(|_: Request<()>| std::future::ready(Ok::<_, ()>(Response::new(()))));
    let layer = CorsLayer::new(&API).check_upgrades(MissingOrigin::Deny).check_writes(Writes::Refuse);
    let mut service = layer.wrap(hello);
    let mut ask = |method: &str, upgrade: bool| {
        let mut request = Request::builder().method(method).header("origin", "https://evil.test");
        if upgrade {
            request = request.header("upgrade", "websocket");
        }
        let response = call(&mut service, request.body(()).unwrap()).unwrap().unwrap();
        (response.status().as_u16(), response.extensions().get::<Refusal>().copied())
    };
    assert_eq!(ask("GET", true), (403, Some(Refusal::Upgrade(UpgradeRefusal::OriginNotAdmitted))));
    assert_eq!(ask("POST", false), (403, Some(Refusal::Write(WriteRefusal::ForeignOrigin))));
    assert_eq!(ask("GET", false), (200, None));
}

/// Handlers that ask the policy themselves answer with its refusal.
#[test]
fn refusals_are_responses() {
    let refusal = API.check_upgrade(&HeaderMap::new(), MissingOrigin::Deny).unwrap_err();
    let response = refusal.into_response();
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    let mut body = std::pin::pin!(response.into_body().collect());
    let Poll::Ready(Ok(body)) = body.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("the body is there");
    };
    assert_eq!(body.to_bytes(), refusal.to_string());
    assert_eq!(refusal.error_response().status().as_u16(), 403);
    let write = WriteRefusal::CrossSite;
    assert_eq!(
        (write.error_response().status().as_u16(), write.into_response().status().as_u16()),
        (403, 403)
    );
    let either = Refusal::Write(write);
    assert_eq!(
        (either.error_response().status().as_u16(), either.into_response().status().as_u16()),
        (403, 403)
    );
}
