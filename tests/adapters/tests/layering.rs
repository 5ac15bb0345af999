//! Whatever response leaves, however it came about: its headers are what the policy says, its `Vary` has what the
//! application put there, its body is untouched.
#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::net::SocketAddr;

use cors_policy::{Policy, cors_policy};
use cors_policy_adapter_tests::client::{Message, Reply};
use cors_policy_adapter_tests::judged::problems;
use cors_policy_adapter_tests::table::{Adapter, Extras, Panics, for_each_adapter, for_each_with_extras};
use cors_policy_adapter_tests::{CHUNKS, long_text};

static PUBLIC: Policy = cors_policy! { origins: any, expose_headers: any, max_age: "1h" };
static ONE: Policy = cors_policy! { origins: ["https://app.example.com"], credentials: true, methods: [PUT] };
static SEVERAL: Policy = cors_policy! {
    origins: ["https://app.example.com", "https://*.app.example.com"],
    credentials: true, methods: any, request_headers: any, expose_headers: ["etag"], max_age: "2h",
};

/// A response of the application.
struct Route {
    method: &'static str,
    path: &'static str,
    status: u16,
    body: Option<&'static str>,
    /// What the application has in `Vary`.
    vary: &'static [&'static str],
}

const fn route(method: &'static str, path: &'static str, status: u16) -> Route {
    Route { method, path, status, body: None, vary: &[] }
}

impl Route {
    const fn says(mut self, body: &'static str) -> Self {
        self.body = Some(body);
        self
    }

    const fn varies(mut self, names: &'static [&'static str]) -> Self {
        self.vary = names;
        self
    }
}

const ROUTES: [Route; 14] = [
    route("GET", "/hello", 200).says("hello"),
    route("HEAD", "/hello", 200).says(""),
    route("PUT", "/hello", 200).says("hello"),
    route("POST", "/hello", 200).says("hello"),
    route("DELETE", "/hello", 200).says("hello"),
    route("PATCH", "/hello", 200).says("hello"),
    route("OPTIONS", "/hello", 200),
    route("GET", "/moved", 307),
    route("GET", "/fail", 500),
    route("GET", "/no-such-page", 404),
    route("GET", "/limited", 405),
    route("GET", "/slow", 504),
    route("GET", "/inner", 200).varies(&["accept-encoding", "cookie"]),
    route("GET", "/stream", 200).says("one\ntwo\nthree\n"),
];

const ORIGINS: [&[(&str, &str)]; 5] = [
    &[("origin", "https://app.example.com")],
    &[("origin", "https://one.app.example.com")],
    &[("origin", "https://evil.test")],
    &[],
    &[("cookie", "id=7")],
];

fn assert_right(adapter: Adapter, policy: &Policy, message: &Message, vary: &[&str], reply: &Reply) {
    let mut vary = vary.to_vec();
    // Compression outside says of whatever it would compress that it depends on what is accepted.
    if adapter.name.ends_with("compression outside") && !vary.contains(&"accept-encoding") {
        vary.extend(reply.vary().contains(&"accept-encoding".to_owned()).then_some("accept-encoding"));
    }
    let problems = problems(policy, message, reply, &vary);
    let (name, policy) = (adapter.name, policy.name());
    assert!(problems.is_empty(), "{name}, {policy}: {message:?}\n{}\n{reply:?}", problems.join("\n"));
}

fn check_route(adapter: Adapter, policy: &Policy, address: SocketAddr, route: &Route) {
    // Each costs its timeout: once is enough.
    let origins = if route.path == "/slow" { &ORIGINS[..1] } else { &ORIGINS };
    for origin in origins {
        let message = Message::text(route.method, route.path, origin);
        let reply = message.send(address, adapter.http2).unwrap();
        // Some routers know no 405.
        let no_method = route.status == 405 && reply.status == 404 && adapter.extras == Extras::None;
        assert!(reply.status == route.status || no_method, "{}: {message:?} {reply:?}", adapter.name);
        if let Some(body) = route.body {
            assert_eq!(String::from_utf8_lossy(&reply.body), body, "{}: {message:?}", adapter.name);
        }
        assert_right(adapter, policy, &message, route.vary, &reply);
        if route.path == "/hello" {
            assert!(reply.is_handled(), "{}: {message:?}", adapter.name);
        }
    }
}

#[test]
fn every_response_has_the_headers() {
    for_each_adapter(|adapter| {
        for policy in [&PUBLIC, &ONE, &SEVERAL] {
            let address = adapter.start(policy.clone()).unwrap();
            for route in &ROUTES {
                check_route(adapter, policy, address, route);
            }
        }
    });
}

/// Only `OPTIONS` of the application says what it allows.
#[test]
fn options_reaches_the_application() {
    for_each_adapter(|adapter| {
        let address = adapter.start(SEVERAL.clone()).unwrap();
        for headers in
            [&[][..], &[("origin", "https://app.example.com")], &[("access-control-request-method", "PUT")]]
        {
            let reply = Message::text("OPTIONS", "/hello", headers).send(address, adapter.http2).unwrap();
            assert_eq!(reply.header("allow"), Some(&b"GET, HEAD, POST"[..]), "{}", adapter.name);
        }
    });
}

#[test]
fn preflights_are_answered_everywhere() {
    const METHOD: (&str, &str) = ("access-control-request-method", "PUT");
    for_each_adapter(|adapter| {
        let address = adapter.start(SEVERAL.clone()).unwrap();
        for path in ["/hello", "/no-such-page", "/panic", "/slow", "/limited", "/inner", "/stream"] {
            for (origin, status) in [("https://app.example.com", 204), ("https://evil.test", 403)] {
                let message = Message::text("OPTIONS", path, &[("origin", origin), METHOD]);
                let reply = message.send(address, adapter.http2).unwrap();
                assert_eq!(reply.status, status, "{}: {message:?}", adapter.name);
                assert!(reply.body.is_empty() && !reply.is_handled(), "{}: {reply:?}", adapter.name);
                assert_right(adapter, &SEVERAL, &message, &[], &reply);
            }
        }
    });
}

#[test]
fn panicking_handlers() {
    for_each_adapter(|adapter| {
        let address = adapter.start(SEVERAL.clone()).unwrap();
        for origin in ORIGINS {
            let message = Message::text("GET", "/panic", origin);
            let result = message.send(address, adapter.http2);
            match adapter.panics {
                Panics::Closed => assert!(result.is_err(), "{}: {result:?}", adapter.name),
                Panics::Answered => {
                    let reply = result.unwrap();
                    assert_eq!(reply.status, 500, "{}", adapter.name);
                    assert_right(adapter, &SEVERAL, &message, &[], &reply);
                }
            }
        }
        let after = Message::text("GET", "/hello", &[]).send(address, adapter.http2).unwrap();
        assert_eq!(after.status, 200, "{}: it serves on", adapter.name);
    });
}

#[test]
fn bodies_that_are_too_large() {
    for_each_adapter(|adapter| {
        let address = adapter.start(SEVERAL.clone()).unwrap();
        for (size, status) in [(1024, 200), (1025, 413)] {
            for origin in ORIGINS {
                let mut message = Message::text("POST", "/limited", origin);
                message.body = vec![b'x'; size];
                let reply = message.send(address, adapter.http2).unwrap();
                assert_eq!(reply.status, status, "{}", adapter.name);
                assert_right(adapter, &SEVERAL, &message, &[], &reply);
            }
        }
    });
}

#[test]
fn compression_keeps_vary() {
    for_each_with_extras(|adapter| {
        let address = adapter.start(SEVERAL.clone()).unwrap();
        for origin in ORIGINS {
            let headers = [&[("accept-encoding", "gzip")], origin].concat();
            let message = Message::text("GET", "/gzip", &headers);
            let reply = message.send(address, adapter.http2).unwrap();
            assert_right(adapter, &SEVERAL, &message, &["accept-encoding"], &reply);
            let compresses = !adapter.name.starts_with("hyper");
            assert_eq!(reply.header("content-encoding").is_some(), compresses, "{}", adapter.name);
            assert_eq!(reply.body.len() < long_text().len() / 2, compresses, "{}", adapter.name);
        }
    });
}

/// The chunks come as they are made: there is no length, and nothing is collected.
#[test]
fn streams_stay_streams() {
    for_each_adapter(|adapter| {
        let address = adapter.start(SEVERAL.clone()).unwrap();
        let reply = Message::text("GET", "/stream", ORIGINS[0]).send(address, adapter.http2).unwrap();
        assert_eq!(reply.header("content-length"), None, "{}", adapter.name);
        assert_eq!(reply.body, CHUNKS.concat().as_bytes(), "{}", adapter.name);
    });
}
