//! One request, there and back.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::response::{IntoResponse, Response};
use http::uri::{PathAndQuery, Scheme};
use http::{StatusCode, Uri, Version};
use hyper::body::Incoming;
use tokio::time::timeout;

use crate::edge::{Proxy, headers, tunnel};

/// Every outcome is a response: an error that passed the layer would have no CORS headers.
pub(crate) async fn forward(proxy: &Proxy, mut request: Request) -> Response {
    let Some(target) = target(proxy, request.uri()) else {
        return (StatusCode::BAD_REQUEST, "The proxy forwards paths only.\n").into_response();
    };
    let client = tunnel::take_upgrade(&mut request);
    let asked = prepare(request, target, client.is_some());
    match timeout(proxy.patience, proxy.client.request(asked)).await {
        Ok(Ok(response)) => pass_back(response, client),
        Ok(Err(error)) if error.is_connect() => {
            (StatusCode::BAD_GATEWAY, "The upstream cannot be reached.\n").into_response()
        }
        Ok(Err(_)) => (StatusCode::BAD_GATEWAY, "The connection to the upstream broke.\n").into_response(),
        Err(_) => (StatusCode::GATEWAY_TIMEOUT, "The upstream takes too long.\n").into_response(),
    }
}

/// `None` for the targets of `CONNECT` and of `OPTIONS *`.
fn target(proxy: &Proxy, uri: &Uri) -> Option<Uri> {
    let path = uri.path_and_query().map(PathAndQuery::as_str).filter(|path| path.starts_with('/'))?;
    let upstream = proxy.upstream_of(path).clone();
    Uri::builder().scheme(Scheme::HTTP).authority(upstream).path_and_query(path).build().ok()
}

fn prepare(request: Request, target: Uri, switches_protocol: bool) -> http::Request<Body> {
    let (mut head, body) = request.into_parts();
    let peer = head.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    headers::strip_hop_by_hop(&mut head.headers);
    headers::tell_upstream(&mut head.headers, head.version, peer);
    if switches_protocol {
        headers::ask_for_websocket(&mut head.headers);
    }
    let mut asked = http::Request::new(body);
    *asked.method_mut() = head.method;
    *asked.uri_mut() = target;
    *asked.version_mut() = Version::HTTP_11;
    *asked.headers_mut() = head.headers;
    asked
}

fn pass_back(mut response: http::Response<Incoming>, client: Option<tunnel::Upgrade>) -> Response {
    let switches = response.status() == StatusCode::SWITCHING_PROTOCOLS;
    let upstream = switches.then(|| tunnel::Upgrade::of_response(&mut response));
    let version = response.version();
    headers::strip_hop_by_hop(response.headers_mut());
    headers::add_via(response.headers_mut(), version);
    match (client, upstream) {
        (_, None) => response.map(Body::new),
        (Some(client), Some(upstream)) => {
            tunnel::join(client, upstream);
            headers::ask_for_websocket(response.headers_mut());
            response.map(|_| Body::empty())
        }
        (None, Some(_)) => {
            (StatusCode::BAD_GATEWAY, "The upstream switches protocols unasked.\n").into_response()
        }
    }
}
