//! The edge over real sockets, in front of an upstream that gets CORS wrong.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a panic is the report of a test")]

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use cors_policy::Event;
use cors_policy_server_examples::edge::{Proxy, Upstream, serve, wrong_upstream};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const SHOP: &str = "origin: https://shop.example.com";
const STRANGER: &str = "origin: https://evil.test";
const HANDSHAKE: [&str; 4] = [
    "connection: upgrade",
    "upgrade: websocket",
    "sec-websocket-version: 13",
    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
];

struct Edge {
    address: SocketAddr,
    upstream: Upstream,
    /// How often the layer noticed CORS headers of the upstream.
    misplaced: Arc<AtomicUsize>,
}

impl Edge {
    async fn start() -> Edge {
        let upstream = wrong_upstream(0).await.unwrap();
        let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let proxy = Proxy::new(&upstream.address.to_string(), Duration::from_millis(300)).unwrap();
        let misplaced = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&misplaced);
        let observer = move |event: &Event<'_>| {
            if let Event::Misplaced(..) = event {
                count.fetch_add(1, Ordering::Relaxed);
            }
        };
        let address = serve(0, proxy.except("/gone", &closed).unwrap(), observer).await.unwrap();
        Edge { address, upstream, misplaced }
    }

    async fn open(&self, method: &str, path: &str, headers: &[&str]) -> Exchange {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        let head = format!("{method} {path} HTTP/1.1\r\nhost: api.example.com\r\n");
        let lines: String = headers.iter().flat_map(|line| [*line, "\r\n"]).collect();
        stream.write_all(format!("{head}{lines}\r\n").as_bytes()).await.unwrap();
        Exchange { stream, received: Vec::new() }
    }

    async fn ask(&self, method: &str, path: &str, headers: &[&str]) -> Answer {
        let close = [headers, &["connection: close"]].concat();
        self.open(method, path, &close).await.answer().await
    }
}

/// A connection, and what came over it so far.
struct Exchange {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Exchange {
    async fn send(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    async fn receive_until(&mut self, wanted: &[u8]) {
        while !self.received.windows(wanted.len()).any(|window| window == wanted) {
            let read = timeout(Duration::from_secs(5), self.stream.read_buf(&mut self.received)).await;
            assert!(matches!(read, Ok(Ok(1..))), "{read:?} after {:?}", self.text());
        }
    }

    async fn answer(mut self) -> Answer {
        let whole = self.stream.read_to_end(&mut self.received);
        timeout(Duration::from_secs(5), whole).await.expect("an end").unwrap();
        Answer::parse(&self.received)
    }

    fn text(&self) -> String {
        self.received.escape_ascii().to_string()
    }
}

struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Answer {
    fn parse(bytes: &[u8]) -> Answer {
        let mut lines = [httparse::EMPTY_HEADER; 64];
        let mut head = httparse::Response::new(&mut lines);
        let length = head.parse(bytes).unwrap().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let headers = head.headers.iter().map(|line| (line.name.to_lowercase(), text(line.value)));
        Answer {
            status: head.code.unwrap(),
            headers: headers.collect(),
            body: text(bytes.get(length..).unwrap()),
        }
    }

    /// Every line of the field.
    fn all(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(line, _)| line == name).map(|(_, value)| value.as_str()).collect()
    }

    fn is_readable_by_the_shop(&self) {
        assert_eq!(self.all("access-control-allow-origin"), ["https://shop.example.com"]);
        assert_eq!(self.all("access-control-allow-credentials"), ["true"]);
        let vary = self.all("vary").join(", ");
        assert!(vary.split(", ").any(|name| name == "origin"), "{vary}");
    }
}

#[tokio::test]
async fn preflights_stay_at_the_edge() {
    let edge = Edge::start().await;
    let answer = edge.ask("OPTIONS", "/echo", &[SHOP, "access-control-request-method: PUT"]).await;
    assert_eq!(answer.status, 204);
    answer.is_readable_by_the_shop();
    assert_eq!(answer.all("access-control-allow-methods"), ["PUT, DELETE"]);
    let refused = edge.ask("OPTIONS", "/echo", &[STRANGER, "access-control-request-method: PUT"]).await;
    assert_eq!(refused.status, 403);
    assert_eq!(edge.upstream.requests(), 0);
    // An OPTIONS that is no preflight is the upstream's.
    assert_eq!(edge.ask("OPTIONS", "/", &[SHOP]).await.status, 200);
    assert_eq!(edge.upstream.requests(), 1);
}

#[tokio::test]
async fn wrong_headers_are_replaced() {
    let edge = Edge::start().await;
    let answer = edge.ask("GET", "/", &[SHOP]).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "hello\n"));
    answer.is_readable_by_the_shop();
    assert_eq!(answer.all("access-control-allow-methods"), [""; 0]);
    assert_eq!(answer.all("vary"), ["accept-encoding", "origin"]);
    let stranger = edge.ask("GET", "/", &[STRANGER]).await;
    assert_eq!(stranger.status, 200);
    assert!(!stranger.headers.iter().any(|(name, _)| name.starts_with("access-control-")));
    if cfg!(debug_assertions) {
        assert_eq!(edge.misplaced.load(Ordering::Relaxed), 2);
    }
}

#[tokio::test]
async fn errors_of_the_edge_are_readable() {
    let edge = Edge::start().await;
    for (path, status) in [("/gone", 502), ("/slow", 504)] {
        let answer = edge.ask("GET", path, &[SHOP]).await;
        assert_eq!(answer.status, status);
        answer.is_readable_by_the_shop();
        assert!(answer.body.starts_with("The upstream"), "{}", answer.body);
    }
}

#[tokio::test]
async fn hop_by_hop_fields_end_at_the_edge() {
    let edge = Edge::start().await;
    let headers = [
        "connection: close, x-mine",
        "x-mine: 1",
        "keep-alive: timeout=9",
        "te: trailers",
        "upgrade: h2c",
        "proxy-connection: keep-alive",
        "forwarded: for=192.0.2.1",
        "x-forwarded-for: 192.0.2.1",
        "via: 1.1 other",
        "x-yours: 2",
    ];
    let answer = edge.open("GET", "/headers", &headers).await.answer().await;
    for gone in ["x-mine", "keep-alive", "te:", "upgrade", "connection", "x-forwarded-for", "192.0.2.1"] {
        assert!(!answer.body.contains(gone), "{gone}: {}", answer.body);
    }
    for there in [
        "x-yours: 2",
        "via: 1.1 other",
        "via: 1.1 edge",
        "forwarded: for=127.0.0.1;host=\"api.example.com\";proto=http",
    ] {
        assert!(answer.body.contains(there), "{there}: {}", answer.body);
    }
    assert!(answer.body.contains(&format!("host: {}", edge.upstream.address)), "{}", answer.body);
    assert_eq!(answer.all("x-hop"), [""; 0]);
    assert_eq!(answer.all("via"), ["1.1 edge"]);
}

#[tokio::test]
async fn bodies_stream_both_ways() {
    let edge = Edge::start().await;
    let headers = [SHOP, "transfer-encoding: chunked", "connection: close"];
    let mut exchange = edge.open("POST", "/echo", &headers).await;
    exchange.send(b"5\r\nfirst\r\n").await;
    exchange.receive_until(b"first").await;
    exchange.send(b"6\r\nsecond\r\n0\r\n\r\n").await;
    let answer = exchange.answer().await;
    answer.is_readable_by_the_shop();
    assert!(answer.body.contains("second"), "{}", answer.body);
}

#[tokio::test]
async fn head_has_the_headers_of_get() {
    let edge = Edge::start().await;
    let answer = edge.ask("HEAD", "/", &[SHOP]).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    assert_eq!(answer.all("content-length"), ["6"]);
    answer.is_readable_by_the_shop();
}

#[tokio::test]
async fn websockets_pass_where_the_policy_admits_them() {
    let edge = Edge::start().await;
    let mut socket = edge.open("GET", "/chat", &[&HANDSHAKE[..], &[SHOP]].concat()).await;
    socket.receive_until(b"\r\n\r\n").await;
    assert!(socket.received.starts_with(b"HTTP/1.1 101"), "{}", socket.text());
    // A text frame, masked with zeros, and the same unmasked (RFC 6455, section 5.2).
    socket.send(b"\x81\x82\0\0\0\0hi").await;
    socket.receive_until(b"\x81\x02hi").await;
}

#[tokio::test]
async fn websockets_of_strangers_stay_at_the_edge() {
    let edge = Edge::start().await;
    let close = ["connection: close"];
    let stranger = edge.open("GET", "/chat", &[&HANDSHAKE[..], &[STRANGER], &close].concat()).await;
    let answer = stranger.answer().await;
    assert_eq!(answer.status, 403);
    assert_eq!(answer.all("cors-policy-refusal"), ["origin-not-admitted"]);
    let hijack = edge.open("GET", "/chat", &[&HANDSHAKE[..], &["cookie: a=1"], &close].concat()).await;
    assert_eq!(hijack.answer().await.status, 403);
    assert_eq!(edge.upstream.requests(), 0);
}

#[tokio::test]
async fn what_has_no_path_is_not_forwarded() {
    let edge = Edge::start().await;
    assert_eq!(edge.ask("OPTIONS", "*", &[]).await.status, 400);
    assert_eq!(edge.upstream.requests(), 0);
}
