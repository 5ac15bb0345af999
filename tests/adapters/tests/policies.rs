//! Where policies come from: picked by what a request is for, and replaced while requests are served.
#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::thread;

use cors_policy::{LivePolicy, Policy, Target, cors_policy};
use cors_policy_adapter_tests::client::Message;
use cors_policy_adapter_tests::judged::problems;
use cors_policy_adapter_tests::log::Log;
use cors_policy_adapter_tests::setup::{Policies, Setup};
use cors_policy_adapter_tests::table::{Adapter, for_each_with_extras};

static SHOP: Policy = cors_policy! { origins: ["https://shop.example.com"], credentials: true };
static BLOG: Policy = cors_policy! { origins: any };
static WRITES: Policy =
    cors_policy! { origins: ["https://admin.example.com"], methods: [PUT], max_age: "1h" };

fn pick(target: &dyn Target) -> Option<Policy> {
    match (target.host()?, target.path(), target.method()) {
        ("blog.test", ..) => Some(BLOG.clone()),
        ("shop.test:8080", "/hello", "PUT") => Some(WRITES.clone()),
        ("shop.test:8080", "/hello" | "/fail", _) => Some(SHOP.clone()),
        _ => None,
    }
}

/// The response is what this policy says, which varies, because it was picked.
fn assert_by(adapter: Adapter, address: SocketAddr, policy: &Policy, message: &Message) {
    let reply = message.send(address, adapter.http2).unwrap();
    let wrong = problems(&policy.clone().varying(), message, &reply, &[]);
    let compressed = adapter.name.ends_with("compression outside");
    assert!(wrong.is_empty() || compressed, "{}: {wrong:?} {message:?} {reply:?}", adapter.name);
    let preflight = message.headers.iter().any(|(name, _)| name == "access-control-request-method");
    let admitted = message.headers.iter().any(|(_, value)| policy.admits(value));
    let expected = match (preflight, message.path.as_str()) {
        (true, _) if admitted => 204,
        (true, _) => 403,
        (false, "/hello") => 200,
        (false, "/fail") => 500,
        _ => 404,
    };
    assert_eq!(reply.status, expected, "{}: {message:?}", adapter.name);
}

#[test]
fn by_host_path_and_method() {
    const ASKS: &str = "access-control-request-method";
    for_each_with_extras(|adapter| {
        let address = adapter.start(Setup::new(Policies::By(Arc::new(pick)))).unwrap();
        let nobody = Policy::nobody();
        let (blog, shop, other) = (("host", "blog.test"), ("host", "shop.test:8080"), ("host", "other.test"));
        for origin in ["https://shop.example.com", "https://admin.example.com", "https://evil.test"] {
            let origin = ("origin", origin);
            for (policy, host, method, path, asks) in [
                (&BLOG, blog, "GET", "/hello", None),
                (&BLOG, blog, "GET", "/no-such-page", None),
                (&BLOG, blog, "OPTIONS", "/hello", Some("PUT")),
                (&SHOP, shop, "GET", "/hello", None),
                (&SHOP, shop, "OPTIONS", "/hello", None),
                (&SHOP, shop, "GET", "/fail", None),
                (&WRITES, shop, "PUT", "/hello", None),
                (&WRITES, shop, "OPTIONS", "/hello", Some("PUT")),
                (&SHOP, shop, "OPTIONS", "/hello", Some("DELETE")),
                (&nobody, shop, "GET", "/no-such-page", None),
                (&nobody, shop, "OPTIONS", "/moved", Some("PUT")),
                (&nobody, other, "GET", "/hello", None),
                (&nobody, other, "OPTIONS", "/hello", Some("PUT")),
            ] {
                let mut headers = vec![host, origin];
                headers.extend(asks.map(|asks| (ASKS, asks)));
                assert_by(adapter, address, policy, &Message::text(method, path, &headers));
            }
        }
    });
}

/// Preflight and request show the same target.
#[test]
fn what_a_target_shows() {
    for_each_with_extras(|adapter| {
        let seen: Arc<Mutex<Vec<String>>> = Arc::default();
        let notes = Arc::clone(&seen);
        let pick = move |target: &dyn Target| {
            let (method, host) = (target.method(), target.host().unwrap_or("none"));
            let (path, query) = (target.path(), target.query().unwrap_or("none"));
            notes.lock().unwrap().push(format!("{method} {host} {path} {query}"));
            None
        };
        let address = adapter.start(Setup::new(Policies::By(Arc::new(pick)))).unwrap();
        let headers = [
            ("host", "Shop.test:8080"),
            ("origin", "https://app.example.com"),
            ("access-control-request-method", "PATCH"),
        ];
        for (method, headers) in
            [("OPTIONS", &headers[..]), ("PATCH", &headers[..2]), ("OPTIONS", &headers[..2])]
        {
            Message::text(method, "/hello?a=b", headers).send(address, adapter.http2).unwrap();
        }
        let seen: Vec<String> = seen.lock().unwrap().iter().map(|line| line.to_ascii_lowercase()).collect();
        let expected =
            ["patch", "patch", "options"].map(|method| format!("{method} shop.test:8080 /hello a=b"));
        assert_eq!(seen, expected, "{}", adapter.name);
    });
}

#[test]
fn replaced_while_running() {
    for_each_with_extras(|adapter| {
        let live = LivePolicy::new(SHOP.clone());
        let log = Log::default();
        let address = adapter.start(log.observing(Setup::from(live.clone()))).unwrap();
        let message = |path: &str| Message::text("GET", path, &[("origin", "https://shop.example.com")]);
        assert_by(adapter, address, &SHOP, &message("/hello"));
        live.replace(BLOG.clone());
        assert_by(adapter, address, &BLOG, &message("/hello"));
        live.replace(Policy::nobody());
        assert_by(adapter, address, &Policy::nobody(), &message("/hello"));

        // What a request began with, it ends with.
        live.replace(SHOP.clone());
        let begun = log.len();
        let slow = thread::spawn(move || message("/slow").send(address, adapter.http2).unwrap());
        while log.len() == begun {
            thread::yield_now();
        }
        live.replace(BLOG.clone());
        let reply = slow.join().unwrap();
        assert_eq!(reply.status, 504, "{}", adapter.name);
        assert_eq!(reply.header("access-control-allow-origin"), Some(&b"https://shop.example.com"[..]));
        assert_eq!(reply.header("access-control-allow-credentials"), Some(&b"true"[..]));
    });
}
