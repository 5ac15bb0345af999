//! The shapes in which people use the layer and the middleware: that they compile is most of the test.
#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::convert::Infallible;
use std::sync::Arc;

use actix_web::App;
use cors_policy::actix::Cors;
use cors_policy::tower::{Bodies, CorsLayer};
use cors_policy::{LivePolicy, MissingOrigin, Policy, Refusal, Resolve, Target, cors_policy};
use http::{HeaderMap, Request, Response, StatusCode};
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tower::{ServiceBuilder, ServiceExt, service_fn};

static API: Policy = cors_policy! { origins: ["https://app.example.com"], methods: [PUT] };
static PUBLIC: Policy = cors_policy! { origins: any };

fn preflight(host: &str) -> Request<()> {
    let request = Request::options("/").header("host", host).header("origin", "https://app.example.com");
    request.header("access-control-request-method", "PUT").body(()).unwrap()
}

async fn hello(_: Request<()>) -> Result<Response<String>, Infallible> {
    Ok(Response::new("hello".to_owned()))
}

async fn status<P: Resolve>(policies: P) -> StatusCode {
    let Ok(response) = CorsLayer::new(policies).wrap(service_fn(hello)).oneshot(preflight("a.test")).await;
    response.status()
}

#[tokio::test]
async fn wherever_policies_come_from() {
    assert_eq!(status(&API).await, 204);
    assert_eq!(status(API.clone()).await, 204);
    assert_eq!(status(Arc::new(API.clone())).await, 204);
    assert_eq!(status(LivePolicy::new(API.clone())).await, 204);
    assert_eq!(status(Arc::new(LivePolicy::new(API.clone()))).await, 204);
    assert_eq!(status(|_: &dyn Target| Some(API.clone())).await, 204);
    let boxed: Box<dyn Resolve + Send + Sync> = Box::new(&API);
    assert_eq!(status(boxed).await, 204);
    let shared: Arc<dyn Resolve + Send + Sync> = Arc::new(LivePolicy::new(API.clone()));
    assert_eq!(status(shared).await, 204);
    let local = API.clone();
    assert_eq!(status(&local).await, 204);
}

/// Picked by host; each answer says that it depends on the origin, though `any` by itself does not.
#[tokio::test]
async fn picked_for_each_request() {
    let layer = CorsLayer::per_request(|target| match target.host()? {
        "api.test" => Some(API.clone()),
        "open.test" => Some(PUBLIC.clone()),
        _ => None,
    });
    for (host, status) in [("api.test", 204), ("open.test", 204), ("unknown.test", 403)] {
        let Ok(response) = layer.clone().wrap(service_fn(hello)).oneshot(preflight(host)).await;
        assert_eq!(response.status(), status, "{host}");
        let get = Request::get("/").header("host", host).body(()).unwrap();
        let Ok(response) = layer.clone().wrap(service_fn(hello)).oneshot(get).await;
        assert_eq!(response.headers()["vary"], "origin", "{host}");
    }
    let _ = App::new().wrap(Cors::per_request(|target| (target.path() != "/health").then(|| API.clone())));
}

/// A resolver that somebody writes is not fixed, and need not think of `Vary`.
struct Flips;

impl Resolve for Flips {
    fn resolve(&self, _: &dyn Target) -> Option<Policy> {
        Some(PUBLIC.clone())
    }
}

#[tokio::test]
async fn own_resolvers_vary() {
    let get = Request::get("/").body(()).unwrap();
    let Ok(response) = CorsLayer::new(Flips).wrap(service_fn(hello)).oneshot(get).await;
    assert_eq!(response.headers()["vary"], "origin");
}

/// The accept loop of hyper-util, in a task: the layer is held across an await.
#[tokio::test]
async fn in_a_task_of_its_own() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let application = service_fn(|_| async { Ok::<_, Infallible>(Response::new(String::new())) });
        let service = ServiceBuilder::new().layer(CorsLayer::new(&API)).service(application);
        http1::Builder::new().serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)).await
    });
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    assert!(
        String::from_utf8_lossy(&answer).contains("access-control-allow-origin: https://app.example.com")
    );
}

/// Bodies of refusals in words of one's own.
#[derive(Clone, Copy)]
struct Words;

impl Bodies<String> for Words {
    type Body = String;

    fn pass(&self, response: Response<String>) -> Response<String> {
        response
    }

    fn empty(&self) -> String {
        String::new()
    }

    fn refused(&self, refusal: Refusal) -> String {
        refusal.to_string()
    }
}

#[tokio::test]
async fn refusals_in_words() {
    let layer = CorsLayer::new(&API).check_upgrades(MissingOrigin::Deny).bodies(Words);
    let handshake = Request::get("/").header("upgrade", "websocket").header("origin", "https://evil.test");
    let Ok(response) = layer.wrap(service_fn(hello)).oneshot(handshake.body(()).unwrap()).await;
    assert_eq!(response.status(), StatusCode::FORBIDDEN);
    assert_eq!(response.headers()["cors-policy-refusal"], "origin-not-admitted");
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert!(response.body().contains("does not admit the origin"), "{}", response.body());
    assert!(response.extensions().get::<Refusal>().is_some());
}

/// What is fixed is prepared, and a clone must be as good as the decision itself.
#[tokio::test]
async fn prepared_answers_are_those_of_the_policy() {
    static SEVERAL: Policy = cors_policy! {
        apps: {
            origins: ["https://app.example.com", "https://*.app.example.com"],
            credentials: true, methods: [PUT], request_headers: ["content-type"], max_age: "2h",
        },
        echoes: { origins: ["https://echo.example.com"], credentials: true, methods: any, request_headers: any },
        public: { origins: any, methods: any },
    };
    for origin in
        ["https://app.example.com", "https://eu.app.example.com", "https://echo.example.com", "null", "x"]
    {
        for policy in [&SEVERAL, &API, &PUBLIC] {
            let mut request = preflight("a.test");
            request.headers_mut().insert("origin", origin.parse().unwrap());
            request.headers_mut().insert("access-control-request-headers", "x-a".parse().unwrap());
            let decision = policy.evaluate(request.method(), request.headers());
            let mut expected = HeaderMap::new();
            decision.apply(&mut expected);
            let Ok(response) = CorsLayer::new(policy).wrap(service_fn(hello)).oneshot(request).await;
            assert_eq!(
                (Some(response.status()), response.headers()),
                (decision.status(), &expected),
                "{origin}"
            );
        }
    }
}
