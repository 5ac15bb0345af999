//! Requests over a socket.

use std::time::Duration;

use bytes::Bytes;
use http::header::HOST;
use http::{HeaderMap, HeaderValue};
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::requests::Request;

/// How much of a body is read, so that its connection can be used again.
const DRAIN: usize = 256 * 1024;
/// How long.
const PATIENCE: Duration = Duration::from_millis(100);

/// A response, as far as CORS is about it.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// How many bytes of body came, within limits.
    pub(crate) body: usize,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Silence {
    /// Nothing listens.
    Unreachable(String),
    /// The connection was closed instead.
    Closed(String),
    /// Too long.
    TimedOut,
}

/// A client that speaks one version of HTTP to one server, by one connection after the other.
pub(crate) struct Client<'t> {
    authority: &'t str,
    http2: bool,
    within: Duration,
    connection: Option<Connection>,
}

enum Connection {
    One(http1::SendRequest<Empty<Bytes>>),
    Two(http2::SendRequest<Empty<Bytes>>),
}

impl<'t> Client<'t> {
    /// `authority` is host and port.
    pub(crate) fn new(authority: &'t str, http2: bool, within: Duration) -> Self {
        Client { authority, http2, within, connection: None }
    }

    /// Sends a request. On a connection that has been used before and turns out to be closed, it is sent once more on
    /// a new one.
    pub(crate) async fn send(&mut self, request: &Request) -> Result<Answer, Silence> {
        let used_before = self.connection.is_some();
        match self.try_send(request).await {
            Err(Silence::Closed(_)) if used_before => self.try_send(request).await,
            result => result,
        }
    }

    async fn try_send(&mut self, request: &Request) -> Result<Answer, Silence> {
        let within = self.within;
        let exchange = async {
            let mut connection = match self.connection.take() {
                Some(connection) => connection,
                None => self.connect().await?,
            };
            let message = self.message(request).map_err(closed)?;
            let response = connection.send(message).await.map_err(closed)?;
            let (head, body) = response.into_parts();
            let (body, is_whole) = drained(body).await;
            self.connection = Some(connection).filter(|_| is_whole);
            Ok(Answer { status: head.status.as_u16(), headers: head.headers, body })
        };
        timeout(within, exchange).await.unwrap_or(Err(Silence::TimedOut))
    }

    async fn connect(&self) -> Result<Connection, Silence> {
        let stream = TcpStream::connect(self.authority)
            .await
            .map_err(|error| Silence::Unreachable(format!("{}: {error}", self.authority)))?;
        // Small requests one after the other: do not wait for more to send.
        let _ = stream.set_nodelay(true);
        let io = TokioIo::new(stream);
        if self.http2 {
            let (sender, connection) = http2::handshake(TokioExecutor::new(), io).await.map_err(closed)?;
            tokio::spawn(connection);
            return Ok(Connection::Two(sender));
        }
        let (sender, connection) = http1::handshake(io).await.map_err(closed)?;
        tokio::spawn(connection);
        Ok(Connection::One(sender))
    }

    fn message(&self, request: &Request) -> Result<http::Request<Empty<Bytes>>, http::Error> {
        let mut message = http::Request::builder().method(request.method);
        message = if self.http2 {
            message.uri(format!("http://{}{}", self.authority, request.path))
        } else {
            message.uri(request.path.as_str()).header(HOST, self.authority)
        };
        for (name, value) in &request.headers {
            message = message.header(*name, HeaderValue::from_bytes(value)?);
        }
        message.body(Empty::new())
    }
}

impl Connection {
    async fn send(
        &mut self,
        message: http::Request<Empty<Bytes>>,
    ) -> hyper::Result<http::Response<Incoming>> {
        match self {
            Connection::One(sender) => {
                sender.ready().await?;
                sender.send_request(message).await
            }
            Connection::Two(sender) => {
                sender.ready().await?;
                sender.send_request(message).await
            }
        }
    }
}

fn closed(error: impl std::error::Error) -> Silence {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    Silence::Closed(text)
}

/// How many bytes a body has, and whether it came to its end: some never do.
async fn drained(mut body: Incoming) -> (usize, bool) {
    let mut read = 0;
    let reading = async {
        while read < DRAIN {
            match body.frame().await {
                None => return true,
                Some(Ok(frame)) => read += frame.data_ref().map_or(0, Bytes::len),
                Some(Err(_)) => return false,
            }
        }
        false
    };
    let is_whole = timeout(PATIENCE, reading).await.unwrap_or(false);
    (read, is_whole)
}
