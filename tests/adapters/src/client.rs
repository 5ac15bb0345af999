//! A client that sends what it is told.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, Version};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper::ext::Protocol;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;
use tokio::runtime::Builder;
use tokio::time::timeout;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// A request.
#[derive(Clone, Debug)]
pub struct Message {
    /// The method.
    pub method: String,
    /// The path.
    pub path: String,
    /// The header lines, without `Host`.
    pub headers: Vec<(String, Vec<u8>)>,
    /// The body.
    pub body: Vec<u8>,
    /// The `:protocol` of an extended CONNECT.
    pub protocol: Option<&'static str>,
}

/// A response.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The header lines.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Message {
    /// A request without a body.
    #[must_use]
    pub fn new(method: &str, path: &str, headers: &[(&str, &[u8])]) -> Self {
        Message {
            method: method.to_owned(),
            path: path.to_owned(),
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), value.to_vec())).collect(),
            body: Vec::new(),
            protocol: None,
        }
    }

    /// A request without a body, its header values as text.
    #[must_use]
    pub fn text(method: &str, path: &str, headers: &[(&str, &str)]) -> Self {
        let headers: Vec<(&str, &[u8])> =
            headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
        Message::new(method, path, &headers)
    }

    /// Sends it on a connection of its own.
    ///
    /// # Errors
    ///
    /// Where no response comes within ten seconds.
    pub fn send(&self, to: SocketAddr, http2: bool) -> Result<Reply, Error> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let version = if http2 { Version::HTTP_2 } else { Version::HTTP_11 };
        runtime.block_on(async { timeout(Duration::from_secs(10), self.exchange(to, version)).await? })
    }

    async fn exchange(&self, to: SocketAddr, version: Version) -> Result<Reply, Error> {
        let io = TokioIo::new(TcpStream::connect(to).await?);
        let response = if version == Version::HTTP_2 {
            let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await?;
            tokio::spawn(connection);
            if self.protocol.is_some() {
                // The server's settings say whether it speaks the extended CONNECT. They come before its first response.
                sender.send_request(Message::new("GET", "/hello", &[]).request(to, version)?).await?;
            }
            sender.send_request(self.request(to, version)?).await?
        } else {
            let (mut sender, connection) = http1::handshake(io).await?;
            tokio::spawn(connection);
            sender.send_request(self.request(to, version)?).await?
        };
        Reply::read(response).await
    }

    /// `Host` is the address, unless there is a line of it; by HTTP/2 it is in the URI.
    fn request(&self, to: SocketAddr, version: Version) -> Result<Request<Full<Bytes>>, Error> {
        let (hosts, headers): (Vec<_>, Vec<_>) = self.headers.iter().partition(|(name, _)| name == "host");
        let host = match hosts.first() {
            Some((_, host)) => String::from_utf8(host.clone())?,
            None => to.to_string(),
        };
        let mut request = Request::builder().method(self.method.as_str());
        request = if version == Version::HTTP_2 {
            request.uri(format!("http://{host}{}", self.path)).version(version)
        } else {
            request.uri(self.path.as_str()).header("host", host)
        };
        if let Some(protocol) = self.protocol {
            request = request.extension(Protocol::from_static(protocol));
        }
        for (name, value) in headers {
            request = request.header(name.as_str(), HeaderValue::from_bytes(value)?);
        }
        Ok(request.body(Full::from(self.body.clone()))?)
    }
}

impl Reply {
    async fn read(response: Response<Incoming>) -> Result<Self, Error> {
        let (head, body) = response.into_parts();
        let body = body.collect().await?.to_bytes().to_vec();
        Ok(Reply { status: head.status.as_u16(), headers: head.headers, body })
    }

    /// Whether a handler made it.
    #[must_use]
    pub fn is_handled(&self) -> bool {
        self.headers.contains_key(crate::HANDLED)
    }

    /// The only line of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&[u8]> {
        let mut lines = self.headers.get_all(name).iter();
        let line = lines.next()?;
        lines.next().is_none().then_some(line.as_bytes())
    }

    /// The members of `Vary` in lower case, sorted.
    #[must_use]
    pub fn vary(&self) -> Vec<String> {
        let lines = self.headers.get_all("vary").iter();
        let members = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
        let mut names: Vec<String> = members
            .map(|name| String::from_utf8_lossy(name.trim_ascii()).to_ascii_lowercase())
            .filter(|name| !name.is_empty())
            .collect();
        names.sort_unstable();
        names
    }
}

/// A runtime that does one thing, forever.
///
/// # Errors
///
/// What ends it.
pub fn run<F: Future<Output = io::Result<()>>>(serve: F) -> io::Result<()> {
    Builder::new_current_thread().enable_all().build()?.block_on(serve)
}
