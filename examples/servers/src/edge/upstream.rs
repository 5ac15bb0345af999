//! An upstream that gets CORS wrong on every response.

use std::fmt::Write;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::extract::ws::{WebSocket, WebSocketUpgrade};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{any, get};
use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, CONNECTION,
    VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use tokio::net::TcpListener;

/// A running upstream.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// Where it listens.
    pub address: SocketAddr,
    requests: Arc<AtomicUsize>,
}

impl Upstream {
    /// How many requests have reached it.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }
}

/// Starts one: `/headers` shows those of the request, `/echo` sends the body back, `/chat` is a WebSocket that does, and
/// `/slow` takes a minute.
///
/// # Errors
///
/// If the port is taken.
pub async fn wrong_upstream(port: u16) -> io::Result<Upstream> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let upstream = Upstream { address: listener.local_addr()?, requests: Arc::default() };
    let requests = Arc::clone(&upstream.requests);
    let router = Router::new()
        .route("/headers", get(show_headers))
        .route("/echo", any(|request: Request| async { Response::new(request.into_body()) }))
        .route("/chat", any(|upgrade: WebSocketUpgrade| async { upgrade.on_upgrade(echo) }))
        .route("/slow", get(slow))
        .fallback(|| async { "hello\n" })
        .layer(from_fn(move |request: Request, next: Next| {
            requests.fetch_add(1, Ordering::Relaxed);
            async move { spoil(next.run(request).await) }
        }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(upstream)
}

/// Any origin with credentials, twice: no browser accepts that.
fn spoil(mut response: Response) -> Response {
    let is_handshake = response.status().is_informational();
    let headers = response.headers_mut();
    headers.append(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.append(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("*"));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if !is_handshake {
        headers.insert(CONNECTION, HeaderValue::from_static("x-hop"));
        headers.insert(HeaderName::from_static("x-hop"), HeaderValue::from_static("for the proxy only"));
    }
    response
}

async fn show_headers(headers: HeaderMap) -> String {
    headers.iter().fold(String::new(), |mut text, (name, value)| {
        let _ = writeln!(text, "{name}: {}", String::from_utf8_lossy(value.as_bytes()));
        text
    })
}

async fn echo(mut socket: WebSocket) {
    while let Some(Ok(message)) = socket.recv().await {
        if socket.send(message).await.is_err() {
            return;
        }
    }
}

async fn slow() -> Body {
    tokio::time::sleep(Duration::from_secs(60)).await;
    Body::from("at last\n")
}
