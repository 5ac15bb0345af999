//! The inspector, as events come in and requests ask.

mod kept;
mod shown;

use http::{Request, Response};
use serde_json::Value;

use crate::event::{Event, Seen};
use crate::inspector::Inspector;
use crate::{Policy, cors_policy};

static API: Policy = cors_policy! {
    name: "api",
    apps: { origins: ["https://app.example.com"], credentials: true, methods: [PUT], request_headers: ["x-a"] },
    partners: { origins: ["https://*.partner.example"] },
};
static NEXT: Policy = cors_policy! { name: "next", origins: ["https://next.example.com"] };

const APP: (&str, &str) = ("origin", "https://app.example.com");
const EVIL: (&str, &str) = ("origin", "https://evil.test");

fn request(method: &str, uri: &str, headers: &[(&str, &str)]) -> Request<()> {
    let mut request = Request::builder().method(method).uri(uri).header("host", "localhost:3000");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap()
}

fn seen<'r>(policy: &'r Policy, request: &'r Request<()>) -> Seen<'r> {
    let method = Request::method(request).as_str().as_bytes();
    let verdict = policy.decide(method, request.headers());
    Seen { policy, verdict, method, request: request.headers(), target: request }
}

fn decided(inspector: &Inspector, method: &str, uri: &str, headers: &[(&str, &str)]) {
    let request = request(method, uri, headers);
    inspector.observe(&Event::Decided(seen(&API, &request)));
}

fn preflight(inspector: &Inspector, origin: (&str, &str), method: &str, headers: &str) {
    let mut lines = vec![origin, ("access-control-request-method", method)];
    if !headers.is_empty() {
        lines.push(("access-control-request-headers", headers));
    }
    decided(inspector, "OPTIONS", "/orders", &lines);
}

fn inspector() -> Inspector {
    Inspector::in_build(true)
}

fn get(inspector: &Inspector, uri: &str) -> Response<String> {
    inspector.answer(&request("GET", uri, &[]))
}

fn page(inspector: &Inspector) -> String {
    get(inspector, "/.cors").into_body()
}

fn json(inspector: &Inspector, query: &str) -> Value {
    serde_json::from_str(get(inspector, &format!("/.cors?format=json{query}")).body()).unwrap()
}

fn codes(inspector: &Inspector) -> Vec<String> {
    let shown = json(inspector, "");
    let codes = shown["requests"].as_array().unwrap().iter().map(|entry| {
        let codes =
            entry["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap());
        format!("{} {}", entry["count"], codes.collect::<Vec<_>>().join(" "))
    });
    codes.collect()
}
