//! A reverse proxy that keeps a policy in front of an upstream that knows nothing of CORS, or gets it wrong.
//!
//! - Preflights are answered here, and the upstream never sees them.
//! - CORS headers of the upstream are removed; its `Vary` stays, and is extended.
//! - What the proxy answers itself, because the upstream is gone (502) or slow (504), has the policy's headers, too:
//!   pages can tell these errors from each other.
//! - WebSocket handshakes are passed on where the policy admits the page, and refused with 403 otherwise. Clients that
//!   are no browsers and send no `Origin` connect without cookies and the like. No other protocol is switched to.
//! - Bodies stream both ways. How long the upstream may take is counted up to the head of its response.

mod forward;
mod headers;
mod tunnel;
mod upstream;

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use cors_policy::tower::CorsLayer;
use cors_policy::{Event, MissingOrigin, Policy, cors_policy};
use http::uri::{Authority, InvalidUri};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpListener;

pub use upstream::{Upstream, wrong_upstream};

/// Who may call what is behind the proxy.
pub static SHOP: Policy = cors_policy! {
    name: "shop",
    origins: ["https://shop.example.com", "https://*.shop.example.com"],
    credentials: true,
    methods: [PUT, DELETE],
    request_headers: ["content-type"],
    expose_headers: ["etag"],
    max_age: "2h",
};

/// Where requests go, and how long they may take.
#[derive(Clone, Debug)]
pub struct Proxy {
    client: Client<HttpConnector, Body>,
    upstream: Authority,
    /// Paths that begin like this go elsewhere.
    exceptions: Vec<(String, Authority)>,
    patience: Duration,
}

impl Proxy {
    /// Everything goes to one upstream, which may take so long for the head of a response.
    ///
    /// # Errors
    ///
    /// If the upstream is no host with a port.
    pub fn new(upstream: &str, patience: Duration) -> Result<Self, InvalidUri> {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Ok(Proxy { client, upstream: upstream.parse()?, exceptions: Vec::new(), patience })
    }

    /// What begins with this path goes to another upstream.
    ///
    /// # Errors
    ///
    /// If the upstream is no host with a port.
    pub fn except(mut self, path: &str, upstream: &str) -> Result<Self, InvalidUri> {
        self.exceptions.push((path.to_owned(), upstream.parse()?));
        Ok(self)
    }

    fn upstream_of(&self, path: &str) -> &Authority {
        let exception = self.exceptions.iter().find(|(prefix, _)| path.starts_with(prefix));
        exception.map_or(&self.upstream, |(_, upstream)| upstream)
    }
}

/// Serves the proxy with its policy, until the runtime ends. The observer hears of what the layer notices, such as CORS
/// headers that the upstream sets.
///
/// # Errors
///
/// If the port is taken.
pub async fn serve(
    port: u16,
    proxy: Proxy,
    observer: impl Fn(&Event<'_>) + Send + Sync + 'static,
) -> io::Result<SocketAddr> {
    let proxy = Arc::new(proxy);
    let application = Router::new().fallback(move |request: Request| {
        let proxy = Arc::clone(&proxy);
        async move { forward::forward(&proxy, request).await }
    });
    let layer = CorsLayer::new(&SHOP).check_upgrades(MissingOrigin::AllowAnonymous).observe(observer);
    // The router around it adds no routes: it tells the proxy who connects.
    let served = Router::new().fallback_service(layer.wrap(application));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    let address = listener.local_addr()?;
    let service = served.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    Ok(address)
}
