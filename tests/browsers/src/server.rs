//! The servers: pages for the browser, and an API behind policies that keeps a log.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::ready;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use cors_policy::tower::CorsLayer;
use cors_policy::{Document, MissingOrigin, Policy};
use cors_policy_tests::meaning::Meaning;
use cors_policy_tests::message;
use http::header::{CONNECTION, CONTENT_TYPE, COOKIE, HeaderValue, SET_COOKIE, UPGRADE};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tower::ServiceExt;
use tungstenite::handshake::derive_accept_key;

use crate::case::{Case, Resource};
use crate::reply::{Body, Content, Reply};
use crate::seen::Exchange;
use crate::site::Site;

/// The servers of one run. They end with the process.
pub(crate) struct Server {
    pub(crate) site: Site,
    shared: Arc<Shared>,
}

/// What all connections share.
struct Shared {
    site: Site,
    /// The resources by path.
    resources: BTreeMap<String, Guarded>,
    /// The exchanges of each case, in the order of the requests.
    log: Mutex<BTreeMap<String, Vec<Exchange>>>,
}

/// A resource behind its policy.
struct Guarded {
    case: String,
    resource: Resource,
    policy: Policy,
}

/// Listeners whose ports are known before there are cases: policies name ports.
pub(crate) struct Bound {
    pub(crate) site: Site,
    listeners: Vec<std::net::TcpListener>,
}

impl Bound {
    pub(crate) fn new() -> Self {
        let bind = || std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let listeners = [bind(), bind(), bind(), bind()];
        let [pages, other_pages, api, cdn] =
            listeners.each_ref().map(|listener| listener.local_addr().unwrap().port());
        Bound { site: Site { pages, other_pages, api, cdn }, listeners: listeners.into() }
    }

    pub(crate) fn serve(self, cases: &[Case]) -> Server {
        let Bound { site, listeners } = self;
        let resources = cases.iter().enumerate().flat_map(|(place, case)| {
            case.resources.iter().map(move |resource| {
                let (policy, resource) = (compile(&resource.policy), resource.clone());
                (path(place, resource.name), Guarded { case: case.name.clone(), resource, policy })
            })
        });
        let resources = resources.collect();
        let shared = Arc::new(Shared { site, resources, log: Mutex::default() });
        let server = Server { site, shared: Arc::clone(&shared) };
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build().unwrap();
            runtime.block_on(async {
                for listener in listeners {
                    tokio::spawn(listen(listener, Arc::clone(&shared)));
                }
                std::future::pending::<()>().await;
            });
        });
        server
    }
}

impl Server {
    /// What reached the API in a case.
    pub(crate) fn log(&self, case: &str) -> Vec<Exchange> {
        let log = self.shared.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.get(case).cloned().unwrap_or_default()
    }
}

/// Where a resource of a case is, by the place of the case.
pub(crate) fn path(case: usize, resource: &str) -> String {
    format!("/{case}/{resource}")
}

fn compile(meaning: &Meaning) -> Policy {
    let document: Document = serde_json::from_value(meaning.document()).unwrap();
    Policy::compile(&document).unwrap_or_else(|mistakes| panic!("{mistakes}")).policy
}

async fn listen(listener: std::net::TcpListener, shared: Arc<Shared>) {
    listener.set_nonblocking(true).unwrap();
    let listener = TcpListener::from_std(listener).unwrap();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let shared = Arc::clone(&shared);
        let service = service_fn(move |request| answer(Arc::clone(&shared), request));
        let connection =
            http1::Builder::new().serve_connection(TokioIo::new(stream), service).with_upgrades();
        tokio::spawn(connection);
    }
}

async fn answer(shared: Arc<Shared>, mut request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    let path = request.uri().path().to_owned();
    let Some(guarded) = shared.resources.get(&path) else { return Ok(harness(&path)) };
    // A body that nobody reads would close the connection.
    let _ = request.body_mut().collect().await;
    let upgrade = hyper::upgrade::on(&mut request);
    let request = request.map(drop);
    let response = guarded.answer(shared.site, &path, &request).await;
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        tokio::spawn(hold(upgrade));
    }
    shared.note(guarded, &request, &response);
    Ok(response)
}

impl Shared {
    fn note(&self, guarded: &Guarded, request: &Request<()>, response: &Response<Body>) {
        let asked =
            message::Request { method: request.method().to_string(), headers: lines(request.headers()) };
        let answered =
            message::Response { status: response.status().as_u16(), headers: lines(response.headers()) };
        let resource = guarded.resource.name.to_owned();
        let exchange = Exchange { resource, request: asked, response: answered };
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.entry(guarded.case.clone()).or_default().push(exchange);
    }
}

impl Guarded {
    /// The application behind the layer.
    async fn answer(&self, site: Site, path: &str, request: &Request<()>) -> Response<Body> {
        let application =
            tower::service_fn(|request| ready(Ok::<_, Infallible>(self.application(site, path, &request))));
        let mut layer = CorsLayer::new(self.policy.clone());
        if self.resource.reply.content == (Content::Socket { guarded: true }) {
            layer = layer.check_upgrades(MissingOrigin::Deny);
        }
        let Ok(mut response) = layer.wrap(application).oneshot(request.clone()).await;
        if let Some(fault) = self.resource.fault {
            fault.spoil(request, &mut response);
        }
        response
    }

    fn application(&self, site: Site, path: &str, request: &Request<()>) -> Response<Body> {
        let Reply { content, location, .. } = self.resource.reply;
        if let Content::Socket { .. } = content {
            return open_socket(request);
        }
        let case = path.split('/').nth(1).unwrap_or_default();
        let location = location.map(|(host, name)| format!("{}/{case}/{name}", site.host(host)));
        let for_user = request.headers().contains_key(COOKIE);
        self.resource.reply.response(path, for_user, location.as_deref())
    }
}

fn empty(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = status;
    response
}

fn open_socket(request: &Request<()>) -> Response<Body> {
    let Some(key) = request.headers().get("sec-websocket-key") else { return empty(StatusCode::BAD_REQUEST) };
    let accepted = derive_accept_key(key.as_bytes());
    let mut response = empty(StatusCode::SWITCHING_PROTOCOLS);
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert("sec-websocket-accept", HeaderValue::from_str(&accepted).unwrap());
    response
}

/// Keeps a WebSocket open until the page says something, which is that it closes.
async fn hold(upgrade: hyper::upgrade::OnUpgrade) {
    if let Ok(socket) = upgrade.await {
        let _ = TokioIo::new(socket).read(&mut [0; 16]).await;
    }
}

/// Pages and scripts of the tests, and the cookies.
fn harness(path: &str) -> Response<Body> {
    let (kind, body) = match path {
        "/" => ("text/html", "<!doctype html><body><script src=runner.js></script>"),
        "/frame" => ("text/html", "<!doctype html><body><script src=actor.js></script>"),
        "/runner.js" => ("text/javascript", include_str!("../pages/runner.js")),
        "/actor.js" => ("text/javascript", include_str!("../pages/actor.js")),
        "/cookie" => ("text/plain", "a cookie"),
        _ => return empty(StatusCode::NOT_FOUND),
    };
    let mut response = Response::new(Full::new(body.into()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    if path == "/cookie" {
        let cookie = HeaderValue::from_static("session=1; Path=/; SameSite=Lax");
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
    response
}

fn lines(headers: &HeaderMap) -> message::Headers {
    headers.iter().collect()
}
