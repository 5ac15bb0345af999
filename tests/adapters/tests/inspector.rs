//! The inspector beside applications, over sockets: outside of the policy, and as a route within it.
#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::net::{SocketAddr, TcpListener};
use std::thread;

use actix_web::{App, HttpServer, web};
use axum::Router;
use axum::routing::get;
use cors_policy::inspector::Inspector;
use cors_policy::tower::CorsLayer;
use cors_policy::{Policy, actix, cors_policy};
use cors_policy_adapter_tests::axum::serve_made;
use cors_policy_adapter_tests::client::{Message, Reply};

static API: Policy = cors_policy! { name: "api", origins: ["https://app.example.com"], methods: [PUT] };

const APP: (&str, &str) = ("origin", "https://app.example.com");
const EVIL: (&str, &str) = ("origin", "https://evil.test");

/// A way to serve it: its name, whether it is outside of the policy, whether it speaks HTTP/2, and how it starts.
type Way = (&'static str, bool, bool, fn(&Inspector, TcpListener));

const WAYS: [Way; 4] = [
    ("tower, outside", true, false, outside),
    ("tower, outside, HTTP/2", true, true, outside),
    ("tower, a route", false, false, route),
    ("actix-web, a route", false, false, actix_route),
];

fn router() -> Router {
    Router::new().route("/", get(|| async { "hello" }))
}

fn outside(inspector: &Inspector, listener: TcpListener) {
    let application = CorsLayer::new(&API).observe(inspector.observer()).wrap(router());
    serve_made(inspector.layer("/.cors").wrap(application).into_make_service(), listener).unwrap();
}

fn route(inspector: &Inspector, listener: TcpListener) {
    let router = router().route_service("/.cors", inspector.service());
    let application = CorsLayer::new(&API).observe(inspector.observer()).wrap(router);
    serve_made(application.into_make_service(), listener).unwrap();
}

fn actix_route(inspector: &Inspector, listener: TcpListener) {
    let inspector = inspector.clone();
    let server = HttpServer::new(move || {
        App::new()
            .route("/", web::get().to(|| async { "hello" }))
            .route("/.cors", web::route().to(inspector.handler()))
            .wrap(actix::Cors::new(&API).observe(inspector.observer()))
    });
    let server = server.workers(1).disable_signals().listen(listener).unwrap().run();
    actix_web::rt::System::new().block_on(server).unwrap();
}

struct Served {
    name: &'static str,
    address: SocketAddr,
    http2: bool,
}

impl Served {
    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
        Message::text(method, path, headers).send(self.address, self.http2).unwrap()
    }

    fn page(&self, query: &str) -> String {
        let reply = self.ask("GET", &format!("/.cors{query}"), &[("sec-fetch-site", "none")]);
        assert_eq!(reply.status, 200, "{}", self.name);
        String::from_utf8(reply.body).unwrap()
    }
}

fn for_each_way(check: impl Fn(&Served, bool)) {
    for (name, is_outside, http2, start) in WAYS {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        // Tests run with debug assertions or without.
        let inspector = Inspector::new().serve_in_release_builds().policy(&API);
        thread::spawn(move || start(&inspector, listener));
        check(&Served { name, address, http2 }, is_outside);
    }
}

#[test]
fn refused_requests_show_up() {
    for_each_way(|served, _| {
        assert!(served.page("").contains("Nothing was refused yet."), "{}", served.name);
        assert_eq!(served.ask("GET", "/", &[EVIL]).body, b"hello");
        for _ in 0..2 {
            let asked = served.ask("OPTIONS", "/", &[APP, ("access-control-request-method", "PATCH")]);
            assert_eq!(asked.status, 204);
        }
        served.ask("GET", "/", &[APP]);
        let page = served.page("");
        for text in ["https://evil.test", "2 times", "methods: [PUT, PATCH]", "2 kinds"] {
            assert!(page.contains(text), "{}: {text}", served.name);
        }
        let report: serde_json::Value =
            serde_json::from_str(&served.page("?format=json&search=patch")).unwrap();
        assert_eq!(report["requests"].as_array().unwrap().len(), 1, "{}", served.name);
        assert_eq!(report["requests"][0]["host"], served.address.to_string());
        assert_eq!(served.page("?format=revision"), "3");
    });
}

#[test]
fn nobody_else_gets_it() {
    for_each_way(|served, is_outside| {
        for headers in [&[EVIL][..], &[APP], &[("sec-fetch-site", "cross-site")], &[("host", "evil.test")]] {
            let reply = served.ask("GET", "/.cors", headers);
            assert_eq!(reply.status, 403, "{}: {headers:?}", served.name);
            assert!(!String::from_utf8_lossy(&reply.body).contains("<html"), "{}", served.name);
            let cors = reply.headers.keys().any(|name| name.as_str().starts_with("access-control"));
            assert!(!is_outside || !cors, "{}: {:?}", served.name, reply.headers);
        }
        let preflight = [APP, ("access-control-request-method", "GET")];
        assert!(!is_outside || served.ask("OPTIONS", "/.cors", &preflight).status == 403, "{}", served.name);
        let post = served.ask("POST", "/.cors", &[]);
        assert_eq!((post.status, post.header("allow")), (405, Some(&b"GET, HEAD"[..])), "{}", served.name);
        let style = served.page("?file=style.css");
        let head = served.ask("HEAD", "/.cors?file=style.css", &[]);
        assert_eq!((head.status, head.body.len()), (200, 0), "{}", served.name);
        let length = head.header("content-length").map(<[u8]>::to_vec);
        assert_eq!(length, Some(style.len().to_string().into_bytes()), "{}", served.name);
    });
}
