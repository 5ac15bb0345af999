//! Requests that no browser sends: an answer, no panic, and no header that admits.
#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::net::SocketAddr;

use cors_policy::{Policy, cors_policy};
use cors_policy_adapter_tests::client::{Message, Reply};
use cors_policy_adapter_tests::judged::admits;
use cors_policy_adapter_tests::table::{Adapter, for_each_adapter};
use cors_policy_tests::judge::{Credentials, Kind, judge};
use cors_policy_tests::message::{Request, Response};

static ECHOES: Policy = cors_policy! {
    origins: ["https://app.example.com", "https://*.app.example.com"],
    credentials: true, methods: any, request_headers: any, expose_headers: ["etag"], max_age: "2h",
};

const METHOD: &str = "access-control-request-method";
const HEADERS: &str = "access-control-request-headers";
const LARGE: usize = 64 * 1024;
const APP: (&str, &[u8]) = ("origin", b"https://app.example.com");

/// What no rule admits.
fn origins() -> Vec<Vec<(&'static str, Vec<u8>)>> {
    let below = [b"https://".as_slice(), &b"a.".repeat(LARGE / 2), b"app.example.com"].concat();
    let values: Vec<Vec<u8>> = vec![
        Vec::new(),
        b"\xff".to_vec(),
        b"https://app.example.com\xff".to_vec(),
        b"https://\xc3\xa4.app.example.com".to_vec(),
        b"https://app.example.com\thttps://app.example.com".to_vec(),
        vec![b'x'; LARGE],
        below,
    ];
    let mut all: Vec<Vec<_>> = values.into_iter().map(|value| vec![("origin", value)]).collect();
    let app = ("origin", APP.1.to_vec());
    all.push(vec![app.clone(), app.clone()]);
    all.push(vec![app, ("origin", b"https://evil.test".to_vec())]);
    all
}

/// The answer. By HTTP/2, hyper closes the connection in place of one if the headers are much too large.
fn answer(adapter: Adapter, address: SocketAddr, message: &Message, large: bool) -> Option<Reply> {
    match message.send(address, adapter.http2) {
        Err(error) if large && adapter.http2 && format!("{error:?}").contains("way_too_large") => None,
        result => Some(result.unwrap()),
    }
}

fn is_text(headers: &[(&str, &[u8])]) -> bool {
    headers.iter().all(|(_, value)| str::from_utf8(value).is_ok())
}

#[test]
fn origins_that_are_none() {
    for_each_adapter(|adapter| {
        let address = adapter.start(ECHOES.clone()).unwrap();
        for origin in origins() {
            let lines: Vec<(&str, &[u8])> =
                origin.iter().map(|(name, value)| (*name, value.as_slice())).collect();
            let preflight = [&lines[..], &[(METHOD, b"PUT")]].concat();
            for (method, headers, refusal) in [("GET", &lines, 200), ("OPTIONS", &preflight, 403)] {
                if !adapter.sees_bytes && !is_text(headers) {
                    continue;
                }
                let large = lines.iter().any(|(_, value)| value.len() > 1000);
                let message = Message::new(method, "/hello", headers);
                let Some(reply) = answer(adapter, address, &message, large) else { continue };
                assert!(!admits(&reply), "{}: {reply:?}", adapter.name);
                let expected = reply.status == refusal || large && matches!(reply.status, 400 | 431);
                assert!(expected, "{}: {} {:.200?}", adapter.name, reply.status, lines);
            }
        }
    });
}

/// What of a preflight is no text is not echoed, and nothing passes.
#[test]
fn questions_that_are_none() {
    let many: Vec<String> = (0..1000).map(|number| format!("x-{number}")).collect();
    let mut lines = vec![APP, (METHOD, b"PUT")];
    lines.extend(many.iter().map(|name| (HEADERS, name.as_bytes())));
    let long = vec![b'x'; LARGE];
    let questions: [&[(&str, &[u8])]; 7] = [
        &[APP, (METHOD, b"P\xffT")],
        &[APP, (METHOD, b"PUT\xc3\xa4"), (HEADERS, b"x-a")],
        &[APP, (METHOD, b"")],
        &[APP, (METHOD, b"PUT"), (METHOD, b"PATCH")],
        &[APP, (METHOD, b"PUT"), (HEADERS, b"x-a,\xff")],
        &[APP, (METHOD, b"PUT"), (HEADERS, &long)],
        &lines,
    ];
    for_each_adapter(|adapter| {
        let address = adapter.start(ECHOES.clone()).unwrap();
        for headers in questions {
            if !adapter.sees_bytes && !is_text(headers) {
                continue;
            }
            let large = headers.len() > 10 || headers.iter().any(|(_, value)| value.len() > 1000);
            let message = Message::new("OPTIONS", "/hello", headers);
            let Some(reply) = answer(adapter, address, &message, large) else { continue };
            let kind = judge(&Request::from(&message), Credentials::Include, &Response::from(&reply));
            assert_eq!(kind, Kind::PreflightRejected, "{}: {reply:?}", adapter.name);
            let expected = reply.status == 204 || large && matches!(reply.status, 400 | 431);
            assert!(expected && !reply.is_handled(), "{}: {reply:?}", adapter.name);
        }
        let after = Message::new("GET", "/hello", &[APP]).send(address, adapter.http2).unwrap();
        assert_eq!(after.status, 200, "{}: it serves on", adapter.name);
    });
}
