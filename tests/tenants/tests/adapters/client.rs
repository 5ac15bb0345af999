//! Requests as bytes, and what comes back.

use std::net::SocketAddr;

use cors_policy_tenants_tests::serving::{PATIENCE, host};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A response without its body.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    lines: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Reply {
    /// The only line of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.lines.iter().filter(|(line, _)| line == name);
        let (_, value) = lines.next()?;
        assert!(lines.next().is_none(), "{name} twice");
        Some(value)
    }

    pub(crate) fn has_cors(&self) -> bool {
        self.lines.iter().any(|(name, _)| name.starts_with("access-control-"))
    }

    /// Whether caches know that the answer is for one origin only.
    pub(crate) fn varies(&self) -> bool {
        let lines = self.lines.iter().filter(|(name, _)| name == "vary");
        lines.flat_map(|(_, value)| value.split(',')).any(|name| name.trim().eq_ignore_ascii_case("origin"))
    }
}

/// Sends a request with these lines, on a connection of its own.
pub(crate) async fn send(to: SocketAddr, start: &str, lines: &[(&str, &str)]) -> Reply {
    let lines: Vec<&str> = lines.iter().flat_map(|(name, value)| [name, ": ", value, "\r\n"]).collect();
    let request = format!("{start} HTTP/1.1\r\n{}connection: close\r\n\r\n", lines.concat());
    let exchange = async {
        let mut stream = TcpStream::connect(to).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut response = Vec::new();
        stream.read_to_end(&mut response).await.unwrap();
        String::from_utf8(response).unwrap()
    };
    let response = timeout(PATIENCE, exchange).await.unwrap();
    let (head, body) = response.split_once("\r\n\r\n").unwrap();
    let mut head = head.lines();
    let status = head.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let lines = head.map(|line| {
        let (name, value) = line.split_once(':').unwrap();
        (name.to_ascii_lowercase(), value.trim().to_owned())
    });
    Reply { status, lines: lines.collect(), body: body.to_owned() }
}

/// A page reads from a tenant.
pub(crate) async fn get(to: SocketAddr, slug: &str, origin: &str) -> Reply {
    send(to, "GET /", &[("host", &host(slug)), ("origin", origin)]).await
}

/// A page asks a tenant whether it may PUT.
pub(crate) async fn preflight(to: SocketAddr, slug: &str, origin: &str) -> Reply {
    let asks = ("access-control-request-method", "PUT");
    send(to, "OPTIONS /", &[("host", &host(slug)), ("origin", origin), asks]).await
}

/// A page opens a WebSocket. The application takes none: what it answers is 200.
pub(crate) async fn upgrade(to: SocketAddr, slug: &str, origin: &str) -> Reply {
    let asks = [("upgrade", "websocket"), ("sec-websocket-version", "13"), ("sec-websocket-key", "AAAA")];
    let host = host(slug);
    let lines: Vec<_> = [("host", host.as_str()), ("origin", origin)].into_iter().chain(asks).collect();
    send(to, "GET /socket", &lines).await
}
