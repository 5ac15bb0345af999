//! Applications that are not ready: what waits for them, and what does not.
#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

use cors_policy::tower::CorsLayer;
use cors_policy::{Policy, cors_policy};
use cors_policy_adapter_tests::chunks::Chunks;
use cors_policy_adapter_tests::client::Message;
use cors_policy_adapter_tests::hyper::serve;
use http::{Request, Response, StatusCode};
use tower_service::Service;

static API: Policy = cors_policy! { origins: ["https://app.example.com"], methods: [PUT] };

const APP: (&str, &str) = ("origin", "https://app.example.com");
const ASKS: (&str, &str) = ("access-control-request-method", "PUT");

/// An application that is ready when it is told so, and counts its calls.
#[derive(Clone, Default)]
struct Gated {
    open: Arc<AtomicBool>,
    calls: Arc<AtomicUsize>,
}

impl<B> Service<Request<B>> for Gated {
    type Response = Response<Chunks>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Chunks>, Infallible>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        if self.open.load(Ordering::SeqCst) {
            return Poll::Ready(Ok(()));
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    fn call(&mut self, _: Request<B>) -> Self::Future {
        self.calls.fetch_add(1, Ordering::SeqCst);
        ready(Ok(Response::new(Chunks::new(["hello"]))))
    }
}

fn layer() -> CorsLayer<&'static Policy, cors_policy::tower::EmptyBody<fn() -> Chunks>> {
    let empty: fn() -> Chunks = || Chunks::new([""; 0]);
    CorsLayer::new(&API).empty_body(empty)
}

fn request(method: &str, headers: &[(&str, &str)]) -> Request<()> {
    let builder = Request::builder().method(method);
    headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value)).body(()).unwrap()
}

/// The status, if there is a response at once.
fn poll<F: Future<Output = Result<Response<Chunks>, Infallible>>>(
    future: std::pin::Pin<&mut F>,
) -> Option<StatusCode> {
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(response)) => Some(response.status()),
        Poll::Pending => None,
    }
}

#[test]
fn the_plain_layer_is_as_ready_as_the_application() {
    let gated = Gated::default();
    let mut service = layer().wrap(gated.clone());
    let mut cx = Context::from_waker(Waker::noop());
    let mut is_ready = || Service::<Request<()>>::poll_ready(&mut service, &mut cx).is_ready();
    assert!(!is_ready());
    gated.open.store(true, Ordering::SeqCst);
    assert!(is_ready());
}

#[test]
fn the_deferring_layer_is_always_ready() {
    let gated = Gated::default();
    let mut service = layer().answer_before_ready().wrap(gated.clone());
    let mut cx = Context::from_waker(Waker::noop());
    assert!(Service::<Request<()>>::poll_ready(&mut service, &mut cx).is_ready());
    let preflight = std::pin::pin!(service.call(request("OPTIONS", &[APP, ASKS])));
    assert_eq!(poll(preflight), Some(StatusCode::NO_CONTENT));
    let mut waiting = std::pin::pin!(service.call(request("GET", &[APP])));
    assert_eq!(poll(waiting.as_mut()), None);
    assert_eq!(gated.calls.load(Ordering::SeqCst), 0);
    gated.open.store(true, Ordering::SeqCst);
    assert_eq!(poll(waiting), Some(StatusCode::OK));
    assert_eq!(gated.calls.load(Ordering::SeqCst), 1);
}

#[test]
fn over_sockets() {
    let plain = Gated::default();
    let deferred = Gated::default();
    let (served_plain, served_deferred) = (plain.clone(), deferred.clone());
    let listen = || TcpListener::bind("127.0.0.1:0").unwrap();
    let (first, second) = (listen(), listen());
    let addresses = (first.local_addr().unwrap(), second.local_addr().unwrap());
    thread::spawn(move || serve(layer().wrap(served_plain), first));
    thread::spawn(move || serve(layer().answer_before_ready().wrap(served_deferred), second));
    let preflight = Message::text("OPTIONS", "/hello", &[APP, ASKS]);

    assert_eq!(preflight.send(addresses.1, false).unwrap().status, 204);
    let waits = preflight.clone();
    let waiting = thread::spawn(move || waits.send(addresses.0, false).unwrap().status);
    thread::sleep(Duration::from_millis(50));
    assert!(!waiting.is_finished(), "the plain layer waits");
    plain.open.store(true, Ordering::SeqCst);
    assert_eq!(waiting.join().unwrap(), 204);
    assert_eq!(plain.calls.load(Ordering::SeqCst) + deferred.calls.load(Ordering::SeqCst), 0);
}
