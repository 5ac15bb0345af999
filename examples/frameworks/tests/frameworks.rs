//! What glue owes its users, over a real socket, for every framework.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a panic is how these tests fail")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use cors_policy::{Policy, cors_policy};
use cors_policy_framework_examples::apps::{self, BODY_LIMIT, CHUNKS};
use cors_policy_framework_examples::rocket::Cors;
use rocket::config::{Config, LogLevel};
use rocket::fairing::AdHoc;
use rocket::http::Header;
use rocket::local::blocking::Client;
use tokio::runtime::Runtime;

static SHOP: Policy = cors_policy! {
    origins: ["https://shop.example.com", "https://*.shop.example.com"],
    methods: [PUT, DELETE],
    request_headers: ["content-type"],
    expose_headers: ["etag"],
    max_age: "2h",
};

/// Methods and headers of preflights are echoed.
static ANYTHING: Policy = cors_policy! {
    origins: ["https://shop.example.com"],
    credentials: true,
    methods: any,
    request_headers: any,
};

const SHOP_ORIGIN: &str = "origin: https://shop.example.com\r\n";
const PUT: &str = "access-control-request-method: PUT\r\n";

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
static SHOPS: LazyLock<Vec<Server>> = LazyLock::new(|| serve_all(&SHOP));

struct Server {
    framework: &'static str,
    address: SocketAddr,
}

fn serve_all(policy: &Policy) -> Vec<Server> {
    let serve = |(framework, serve): (_, apps::Serve)| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let _guard = RUNTIME.enter();
        RUNTIME.spawn(serve(policy.clone(), listener));
        Server { framework, address }
    };
    apps::ALL.into_iter().map(serve).collect()
}

impl Server {
    fn ask(&self, method: &str, path: &str, lines: &str) -> Response {
        self.send(method, path, lines.as_bytes(), &[])
    }

    fn send(&self, method: &str, path: &str, lines: &[u8], body: &[u8]) -> Response {
        let mut stream = self.connect();
        let length = body.len();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: api\r\nconnection: close\r\ncontent-length: {length}\r\n"
        );
        let request = [head.as_bytes(), lines, b"\r\n", body].concat();
        // A server may answer, and close, before it has read all.
        drop(stream.write_all(&request));
        let mut response = Vec::new();
        drop(stream.read_to_end(&mut response));
        Response::parse(self.framework, &response)
    }

    /// Rocket may not be listening yet.
    fn connect(&self) -> TcpStream {
        let deadline = Instant::now() + Duration::from_secs(20);
        let mut connection = TcpStream::connect(self.address);
        while connection.is_err() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(20));
            connection = TcpStream::connect(self.address);
        }
        let stream = connection.unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }
}

struct Response {
    status: u16,
    lines: Vec<(String, String)>,
    body: String,
}

impl Response {
    fn parse(framework: &str, response: &[u8]) -> Response {
        let mut lines = [httparse::EMPTY_HEADER; 64];
        let mut head = httparse::Response::new(&mut lines);
        let parsed = head.parse(response).unwrap();
        assert!(parsed.is_complete(), "{framework}: no answer");
        let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
        let lines = head.headers.iter().map(|line| (line.name.to_ascii_lowercase(), text(line.value)));
        Response {
            status: head.code.unwrap(),
            lines: lines.collect(),
            body: text(&response[parsed.unwrap()..]),
        }
    }

    fn all(&self, name: &str) -> Vec<&str> {
        self.lines.iter().filter(|line| line.0 == name).map(|line| line.1.as_str()).collect()
    }

    fn is_handled(&self) -> bool {
        self.all("x-handled") == ["yes"]
    }

    /// The CORS headers, sorted, as they would stand in a request of these tests.
    fn cors(&self) -> String {
        let lines = self.lines.iter().filter(|line| line.0.starts_with("access-control-"));
        let mut lines: Vec<_> = lines.map(|(name, value)| format!("{name}: {value}\n")).collect();
        lines.sort();
        lines.concat()
    }

    /// The names in all lines of `Vary`, sorted.
    fn vary(&self) -> String {
        let names = self.all("vary").into_iter().flat_map(|line| line.split(',')).map(str::trim);
        let mut names: Vec<_> = names.map(str::to_ascii_lowercase).collect();
        names.sort();
        names.join(" ")
    }
}

const ADMITTED: &str = "\
access-control-allow-origin: https://shop.example.com
access-control-expose-headers: etag
";
const PREFLIGHT_VARY: &str = "access-control-request-headers access-control-request-method origin";

#[test]
fn preflights_are_answered_without_the_application() {
    for server in &*SHOPS {
        let framework = server.framework;
        // The last three have no route for OPTIONS, or none at all.
        for path in ["/hello", "/hello?a=b", "/panic", "/nowhere/at/all", "/"] {
            let admitted = server.ask("OPTIONS", path, &[SHOP_ORIGIN, PUT].concat());
            assert_eq!(admitted.status, 204, "{framework} {path}");
            assert_eq!(
                admitted.cors(),
                "access-control-allow-headers: content-type\n\
                 access-control-allow-methods: PUT, DELETE\n\
                 access-control-allow-origin: https://shop.example.com\n\
                 access-control-max-age: 7200\n",
                "{framework} {path}"
            );
            assert_eq!(admitted.vary(), PREFLIGHT_VARY, "{framework} {path}");
            let evil = "origin: https://evil.example\r\n";
            let refused = server.ask("OPTIONS", path, &[evil, PUT].concat());
            assert_eq!((refused.status, refused.cors().as_str()), (403, ""), "{framework} {path}");
            for answer in [admitted, refused] {
                assert!(!answer.is_handled() && answer.body.is_empty(), "{framework} {path}");
            }
        }
    }
}

/// Method, path, status, and whether a handler makes the response.
const ANSWERS: [(&str, &str, &[u16], bool); 19] = [
    ("GET", "/hello", &[200], true),
    ("HEAD", "/hello", &[200], true),
    ("PUT", "/hello", &[200], true),
    ("POST", "/hello", &[200], true),
    ("DELETE", "/hello", &[200], true),
    ("PATCH", "/hello", &[200], true),
    ("GET", "/moved", &[307], true),
    ("GET", "/fail", &[500], false),
    ("GET", "/panic", &[500], false),
    ("GET", "/slow", &[504], false),
    ("POST", "/limited", &[200], true),
    ("GET", "/inner", &[200], true),
    ("GET", "/stream", &[200], true),
    ("GET", "/nowhere", &[404], false),
    ("HEAD", "/nowhere", &[404], false),
    // Salvo finds the path, but no method for it. Rocket knows no 405.
    ("GET", "/", &[404, 405], false),
    ("DELETE", "/moved", &[404, 405], false),
    ("OPTIONS", "/moved", &[404, 405], false),
    ("OPTIONS", "/nowhere", &[404], false),
];

#[test]
fn every_response_is_brought_in_line() {
    for server in &*SHOPS {
        for (method, path, statuses, is_handled) in ANSWERS {
            let place = format!("{} {method} {path}", server.framework);
            let response = server.ask(method, path, SHOP_ORIGIN);
            assert!(statuses.contains(&response.status), "{place}: {}", response.status);
            assert_eq!(response.is_handled(), is_handled, "{place}");
            assert_eq!(response.cors(), ADMITTED, "{place}");
            assert!(response.vary().contains("origin"), "{place}: {}", response.vary());
            for origin in ["", "origin: https://evil.example\r\n"] {
                let response = server.ask(method, path, origin);
                assert!(statuses.contains(&response.status), "{place}: {}", response.status);
                assert_eq!(response.cors(), "", "{place}, {origin}");
                assert!(response.vary().contains("origin"), "{place}: {}", response.vary());
            }
        }
    }
}

#[test]
fn other_options_reach_the_application() {
    for server in &*SHOPS {
        for lines in ["", SHOP_ORIGIN, PUT] {
            let response = server.ask("OPTIONS", "/hello", lines);
            assert_eq!(response.status, 200, "{} {lines}", server.framework);
            assert!(response.is_handled() && !response.body.is_empty(), "{} {lines}", server.framework);
            assert_eq!(response.all("allow"), ["GET, HEAD, POST"], "{} {lines}", server.framework);
            assert_eq!(response.vary(), PREFLIGHT_VARY, "{} {lines}", server.framework);
        }
    }
}

#[test]
fn vary_of_the_application_survives() {
    for server in &*SHOPS {
        let response = server.ask("GET", "/inner", SHOP_ORIGIN);
        assert_eq!(response.vary(), "accept-encoding cookie origin", "{}", server.framework);
    }
}

/// Only the glue for Rocket merges by itself.
#[test]
fn rocket_names_nothing_twice() {
    let application = AdHoc::on_response("application", |request, response| {
        let vary = request.headers().get_one("x-vary").unwrap_or_default();
        Box::pin(async move { response.adjoin_header(Header::new("vary", vary)) })
    });
    let config = Config { log_level: LogLevel::Off, ..Config::default() };
    let client =
        Client::untracked(rocket::custom(config).attach(application).attach(Cors(SHOP.clone()))).unwrap();
    for (lines, merged) in [("cookie, Origin", "cookie, Origin"), ("*", "*"), ("cookie", "cookie origin")] {
        let response = client.get("/").header(Header::new("x-vary", lines)).dispatch();
        assert_eq!(response.headers().get("vary").collect::<Vec<_>>().join(" "), merged);
    }
}

#[test]
fn bodies_come_whole() {
    for server in &*SHOPS {
        let stream = server.ask("GET", "/stream", SHOP_ORIGIN);
        for chunk in CHUNKS {
            assert!(stream.body.contains(chunk), "{}: {}", server.framework, stream.body);
        }
        let body = vec![b'x'; usize::from(BODY_LIMIT) * 2];
        let lines = format!("{SHOP_ORIGIN}content-type: text/plain\r\n");
        let too_long = server.send("POST", "/limited", lines.as_bytes(), &body);
        assert_eq!((too_long.status, too_long.cors().as_str()), (413, ADMITTED), "{}", server.framework);
        let fits = server.send("POST", "/limited", lines.as_bytes(), &body[..usize::from(BODY_LIMIT)]);
        assert_eq!((fits.status, fits.is_handled()), (200, true), "{}", server.framework);
    }
}

#[test]
fn every_line_is_seen() {
    for server in &*SHOPS {
        let twice = [SHOP_ORIGIN, "origin: https://eu.shop.example.com\r\n"].concat();
        let response = server.ask("GET", "/hello", &twice);
        assert_eq!((response.status, response.cors().as_str()), (200, ""), "{}", server.framework);
        let preflight = server.ask("OPTIONS", "/hello", &[&twice, PUT].concat());
        assert_eq!((preflight.status, preflight.cors().as_str()), (403, ""), "{}", server.framework);
    }
}

#[test]
fn what_is_asked_for_is_echoed() {
    for server in serve_all(&ANYTHING) {
        let framework = server.framework;
        let lines = [SHOP_ORIGIN, PUT, "access-control-request-headers: x-a,x-b\r\n"].concat();
        let preflight = server.ask("OPTIONS", "/hello", &lines);
        assert_eq!(
            preflight.cors(),
            "access-control-allow-credentials: true\n\
             access-control-allow-headers: x-a,x-b\n\
             access-control-allow-methods: PUT\n\
             access-control-allow-origin: https://shop.example.com\n",
            "{framework}"
        );
        let split = [lines.as_str(), "access-control-request-headers: x-c\r\n"].concat();
        let preflight = server.ask("OPTIONS", "/hello", &split);
        assert_eq!(preflight.all("access-control-allow-headers"), [""; 0], "{framework}");
        let inner = server.ask("GET", "/inner", SHOP_ORIGIN);
        assert_eq!(inner.all("access-control-allow-origin"), ["https://shop.example.com"], "{framework}");
        assert_eq!(inner.all("access-control-max-age"), [""; 0], "{framework}");
    }
}

#[test]
fn strange_requests_do_no_harm() {
    let huge = format!("origin: https://{}.shop.example.com\r\n{PUT}", "a".repeat(1 << 16));
    let many = "access-control-request-headers: x-a\r\n".repeat(1000);
    let strange: [(&[u8], &[u16]); 5] = [
        (b"origin: https://sh\xf6p.example.com\r\naccess-control-request-method: PUT\r\n", &[200, 403]),
        (b"origin: https://shop.example.com\r\naccess-control-request-method: \xff\xfe\r\n", &[200, 204]),
        (b"origin: \r\n", &[200]),
        (huge.as_bytes(), &[403, 431]),
        (many.as_bytes(), &[200, 400, 431]),
    ];
    for server in &*SHOPS {
        for (place, (lines, statuses)) in strange.into_iter().enumerate() {
            let response = server.send("OPTIONS", "/hello", lines, &[]);
            assert!(statuses.contains(&response.status), "{} {place}: {}", server.framework, response.status);
            assert_eq!(
                server.ask("GET", "/hello", SHOP_ORIGIN).cors(),
                ADMITTED,
                "{} {place}",
                server.framework
            );
        }
    }
}

/// Glue that grows longer is a fault of the API.
#[test]
fn glue_is_short() {
    let glue = [
        ("hyper", include_str!("../src/hyper.rs")),
        ("poem", include_str!("../src/poem.rs")),
        ("rocket", include_str!("../src/rocket.rs")),
        ("salvo", include_str!("../src/salvo.rs")),
        ("warp", include_str!("../src/warp.rs")),
    ];
    for (framework, text) in glue {
        let is_code = |line: &&str| !line.is_empty() && !line.starts_with("//");
        let lines = text.lines().map(str::trim).filter(is_code).count();
        assert!(lines < 60, "{framework}: {lines} lines");
    }
}
