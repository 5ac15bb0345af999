//! A WebSocket, after the handshake: bytes both ways.

use axum::extract::Request;
use cors_policy::Handshake;
use hyper::body::Incoming;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::io::copy_bidirectional;

/// A connection that becomes a tunnel when the handshake is done.
pub(crate) struct Upgrade(OnUpgrade);

impl Upgrade {
    pub(crate) fn of_response(response: &mut http::Response<Incoming>) -> Upgrade {
        Upgrade(hyper::upgrade::on(response))
    }
}

/// The client's connection, if it asks for a WebSocket. The layer has admitted it.
pub(crate) fn take_upgrade(request: &mut Request) -> Option<Upgrade> {
    Handshake::is_asked_for(request.headers()).then(|| Upgrade(hyper::upgrade::on(request)))
}

pub(crate) fn join(client: Upgrade, upstream: Upgrade) {
    tokio::spawn(async move {
        if let (Ok(client), Ok(upstream)) = tokio::join!(client.0, upstream.0) {
            // Who hangs up ends it; there is nobody left to tell of an error.
            let _ = copy_bidirectional(&mut TokioIo::new(client), &mut TokioIo::new(upstream)).await;
        }
    });
}
