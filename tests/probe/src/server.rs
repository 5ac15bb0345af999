//! Servers of HTTP, that answer by a function and keep what they were asked.

use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response, StatusCode};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::runtime::{Builder, Runtime};

use crate::APP;

/// What a server is asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// The method.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// The header lines.
    pub headers: HeaderMap,
}

impl Asked {
    /// A header as text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The origin.
    #[must_use]
    pub fn origin(&self) -> Option<&str> {
        self.header("origin")
    }

    /// Whether it is a preflight.
    #[must_use]
    pub fn is_preflight(&self) -> bool {
        self.method == "OPTIONS" && self.headers.contains_key("access-control-request-method")
    }
}

/// What it answers.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The header lines.
    pub headers: Vec<(String, Vec<u8>)>,
}

impl Reply {
    /// A response without headers.
    #[must_use]
    pub fn new(status: u16) -> Self {
        Reply { status, headers: Vec::new() }
    }

    /// With one line more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.headers.push((name.to_owned(), value.as_ref().to_vec()));
        self
    }

    /// Without any line of a header.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(line, _)| line != name);
        self
    }

    /// With one line in place of all.
    #[must_use]
    pub fn set(self, name: &str, value: impl AsRef<[u8]>) -> Self {
        self.without(name).with(name, value)
    }

    /// With another status.
    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Without anything that CORS has to do with.
    #[must_use]
    pub fn bare(mut self) -> Self {
        self.headers.retain(|(line, _)| !line.starts_with("access-control-") && line != "vary");
        self
    }

    fn response(self) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(Bytes::new()));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap();
        for (name, value) in self.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            response.headers_mut().append(name, HeaderValue::from_bytes(&value).unwrap());
        }
        response
    }
}

/// What a server does that gets everything right: it admits [`APP`], with credentials.
#[must_use]
pub fn right(asked: &Asked) -> Reply {
    right_for(&[APP], asked)
}

/// As [`right`], for these origins.
#[must_use]
pub fn right_for(origins: &[&str], asked: &Asked) -> Reply {
    let mut reply = Reply::new(200).with("vary", "Origin").with("content-type", "application/json");
    if asked.path.contains("no-such-path") {
        reply = reply.status(404);
    }
    let origin = asked.origin().filter(|origin| origins.contains(origin));
    if let Some(origin) = origin {
        reply = reply.with("access-control-allow-origin", origin);
        reply = reply.with("access-control-allow-credentials", "true");
    }
    if asked.is_preflight() {
        reply = reply.status(204).without("content-type");
        if origin.is_some() {
            reply = reply
                .with("access-control-allow-methods", "PUT, DELETE")
                .with("access-control-allow-headers", "content-type, x-custom, authorization")
                .with("access-control-max-age", "7200");
        }
    }
    reply
}

/// A server that runs until it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    runtime: Option<Runtime>,
}

impl Server {
    /// A server on loopback that answers by a function.
    #[must_use]
    pub fn new(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (answer, kept) = (Arc::new(answer), Arc::clone(&asked));
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                let (answer, kept) = (Arc::clone(&answer), Arc::clone(&kept));
                let service = service_fn(move |request: Request<Incoming>| {
                    let asked = Asked {
                        method: request.method().to_string(),
                        path: request.uri().to_string(),
                        headers: request.headers().clone(),
                    };
                    kept.lock().unwrap_or_else(PoisonError::into_inner).push(asked.clone());
                    let response = answer(&asked).response();
                    async move { Ok::<_, Infallible>(response) }
                });
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Server { address, asked, runtime: Some(runtime) }
    }

    /// Its address.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A URL on it.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// What it was asked so far.
    #[must_use]
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
