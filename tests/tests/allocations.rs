//! Deciding a request allocates nothing: every kind of decision is measured, for policies in the binary and for
//! policies from data, the first call of a process included.
//!
//! Two allocations are somebody else's, and measured here so that it is known which they are. A value that
//! nobody shares yet gets its reference count, an allocation of `bytes`, when an echo clones it for the first
//! time: servers cut values out of the buffer they read into, and those are shared from the start. And a
//! `HeaderMap` keeps the second and later lines of a field in a vector of its own, which it allocates when `Vary`
//! gets its second line.
#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::collections::BTreeSet;
use std::hint::black_box;
use std::process::Command;

use allocation_counter::measure;
use bytes::BytesMut;
use cors_policy::{Document, Operation, Packer, Policy, Value, cors_policy};
use http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN,
    SET_COOKIE, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method};

/// Defines policies by the macro, and the same from data.
macro_rules! policies {
    ($($name:ident { $($macro_spelling:tt)* } $data:literal)*) => {
        /// Every policy, with its name; those from data come second, those in packs third.
        fn policies() -> Vec<(&'static str, Policy)> {
            $(static $name: Policy = cors_policy! { $($macro_spelling)* };)*
            vec![$(
                (stringify!($name), $name.clone()),
                (concat!(stringify!($name), " from data"), load($data)),
                (concat!(stringify!($name), " in a pack"), packed(&$name)),
            )*]
        }
    };
}

policies! {
    PUBLIC { origins: any, methods: any, request_headers: any, expose_headers: any, max_age: "2h" }
        r#"{"origins": "*", "methods": "*", "request_headers": "*", "expose_headers": "*", "max_age": "2h"}"#
    ONE { origins: ["https://app.example.com"], credentials: true, methods: [PUT], request_headers: ["x-a"] }
        r#"{"origins": ["https://app.example.com"], "credentials": true, "methods": ["PUT"], "request_headers": ["x-a"]}"#
    SEVERAL {
        origins: ["https://app.example.com", "https://*.app.example.com", "https://pr-*.example.com"],
        credentials: true, methods: [PUT, DELETE], request_headers: ["content-type"], expose_headers: ["etag"],
    } r#"{"origins": ["https://app.example.com", "https://*.app.example.com", "https://pr-*.example.com"],
        "credentials": true, "methods": ["PUT", "DELETE"], "request_headers": ["content-type"],
        "expose_headers": ["etag"]}"#
    ECHO {
        origins: ["https://app.example.com", "https://*.app.example.com"],
        credentials: true, methods: any, request_headers: any, max_age: 0,
    } r#"{"origins": ["https://app.example.com", "https://*.app.example.com"],
        "credentials": true, "methods": "*", "request_headers": "*", "max_age": 0}"#
    RULES {
        apps: { origins: ["https://app.example.com"], credentials: true, methods: [PUT] },
        ports: { origins: ["http://localhost:*"], methods: [PATCH] },
        public: { origins: any },
    } r#"{"apps": {"origins": ["https://app.example.com"], "credentials": true, "methods": ["PUT"]},
        "ports": {"origins": ["http://localhost:*"], "methods": ["PATCH"]},
        "public": {"origins": "*"}}"#
}

fn packed(policy: &Policy) -> Policy {
    let mut packer = Packer::default();
    let mut builder = packer.builder();
    let place = builder.push("in a pack", b"", policy).unwrap();
    builder.build(()).policy(place).unwrap()
}

fn load(text: &str) -> Policy {
    let document: Document = serde_json::from_str(text).unwrap();
    Policy::compile(&document).unwrap().policy
}

/// A value as a server has it: cut out of the buffer that it has read a request into.
fn received(value: &str) -> HeaderValue {
    let mut buffer = BytesMut::from(format!("name: {value}\r\n").as_bytes());
    let head = buffer.split_to(6 + value.len()).freeze();
    HeaderValue::from_maybe_shared(head.slice(6..)).unwrap()
}

type Request = (Method, HeaderMap);

fn request(method: Method, lines: &[(&'static str, &str)]) -> Request {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(HeaderName::from_static(name), received(value));
    }
    (method, headers)
}

fn requests() -> Vec<Request> {
    const METHOD: &str = "access-control-request-method";
    const HEADERS: &str = "access-control-request-headers";
    let app = ("origin", "https://app.example.com");
    let below = ("origin", "https://a.b.app.example.com");
    let preview = ("origin", "https://pr-17.example.com");
    let evil = ("origin", "https://app.example.com.evil.test");
    let long = format!("https://{}.app.example.com", "a.".repeat(4000));
    let many = "x-header-one, x-header-two, ".repeat(50);
    let too_many = many.repeat(40);
    vec![
        request(Method::GET, &[]),
        request(Method::GET, &[("cookie", "id=7")]),
        request(Method::GET, &[("authorization", "Bearer 7")]),
        request(Method::GET, &[app]),
        request(Method::GET, &[below, ("cookie", "id=7")]),
        request(Method::POST, &[preview]),
        request(Method::PUT, &[("origin", "http://localhost:5173")]),
        request(Method::GET, &[evil]),
        request(Method::GET, &[("origin", "null")]),
        request(Method::GET, &[("origin", "\u{e9}")]),
        request(Method::GET, &[("origin", &long)]),
        request(Method::GET, &[app, app]),
        request(Method::POST, &[evil, ("sec-fetch-site", "same-origin")]),
        request(Method::OPTIONS, &[]),
        request(Method::OPTIONS, &[app]),
        request(Method::OPTIONS, &[(METHOD, "PUT")]),
        request(Method::OPTIONS, &[app, (METHOD, "PUT")]),
        request(Method::OPTIONS, &[below, (METHOD, "PURGE"), (HEADERS, &many)]),
        request(Method::OPTIONS, &[below, (METHOD, "PURGE"), (HEADERS, &too_many)]),
        request(Method::OPTIONS, &[app, (METHOD, "PUT"), (HEADERS, "x-a"), (HEADERS, "x-b")]),
        request(Method::OPTIONS, &[app, (METHOD, "PUT"), (HEADERS, "authorization")]),
        request(Method::OPTIONS, &[evil, (METHOD, "PUT")]),
        request(Method::OPTIONS, &[app, evil, (METHOD, "PUT")]),
    ]
}

/// How often the closure allocates.
fn allocations(run: impl FnOnce()) -> u64 {
    measure(run).count_total
}

/// Everything on the way of one request, with a response that has no headers yet, which is brought in line
/// twice.
fn evaluate_and_apply(policy: &Policy, (method, headers): &Request, response: &mut HeaderMap) {
    let decision = policy.evaluate(method, headers);
    black_box(decision.status());
    decision.headers().for_each(|header| drop(black_box(header)));
    decision.apply(response);
    decision.apply(response);
}

fn for_each_exchange(mut check: impl FnMut(&str, &Policy, &Request)) {
    let requests = requests();
    for (name, policy) in policies() {
        for request in &requests {
            check(&format!("{name}: {} {:?}", request.0, request.1.iter().next()), &policy, request);
            check(&format!("{name}, varying: {}", request.0), &policy.clone().varying(), request);
        }
    }
}

#[test]
fn the_counter_counts() {
    assert_eq!(allocations(|| drop(black_box(Box::new(7)))), 1);
    assert_eq!(allocations(|| drop(black_box([Box::new(7), Box::new(7)]))), 2);
}

#[test]
fn deciding_allocates_nothing() {
    for_each_exchange(|name, policy, (method, headers)| {
        let count = allocations(|| {
            let verdict = policy.decide(method.as_str().as_bytes(), headers);
            black_box(policy.operations(verdict).count());
            for origin in headers.get_all(ORIGIN) {
                black_box(policy.admits(origin.as_bytes()));
            }
        });
        assert_eq!(count, 0, "{name}");
    });
}

#[test]
fn evaluating_allocates_nothing() {
    for_each_exchange(|name, policy, (method, headers)| {
        let count = allocations(|| {
            let decision = policy.evaluate(method, headers);
            black_box(decision.status());
            decision.headers().for_each(|header| drop(black_box(header)));
            drop(black_box(decision));
        });
        assert_eq!(count, 0, "{name}");
    });
}

/// A map with room, as responses mostly have: even the first time allocates nothing.
#[test]
fn applying_to_a_map_with_room_allocates_nothing() {
    for_each_exchange(|name, policy, request| {
        let mut response = HeaderMap::with_capacity(8);
        let count = allocations(|| evaluate_and_apply(policy, request, &mut response));
        assert_eq!(count, 0, "{name}");
    });
}

/// Whatever room there was, and whatever an inner layer left: the second time allocates nothing.
#[test]
fn applying_again_allocates_nothing() {
    for_each_exchange(|name, policy, (method, headers)| {
        let decision = policy.evaluate(method, headers);
        let mut response = HeaderMap::new();
        response.append(VARY, HeaderValue::from_static("accept-encoding"));
        response.append(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("https://left.example"));
        response.append(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("https://over.example"));
        decision.apply(&mut response);
        assert_eq!(allocations(|| decision.apply(&mut response)), 0, "{name}");
    });
}

/// `Vary` is merged by appending lines, which `HeaderMap` keeps in a vector that does not exist before the first
/// second line of any field. That one allocation is all, and there is none if the vector has been needed before.
#[test]
fn a_second_line_of_vary_costs_at_most_the_vector_for_it() {
    let vary = || (VARY, HeaderValue::from_static("accept-encoding"));
    let cookies = ["a=b", "c=d", "e=f", "g=h"].map(|cookie| (SET_COOKIE, HeaderValue::from_static(cookie)));
    let mut merging = 0;
    for_each_exchange(|name, policy, (method, headers)| {
        let decision = policy.evaluate(method, headers);
        let merges = decision.headers().any(|(header, _)| header == VARY);
        merging += u64::from(merges);
        let mut response = with_room([vary()]);
        assert_eq!(allocations(|| decision.apply(&mut response)), u64::from(merges), "{name}");

        let mut response = with_room(cookies.clone().into_iter().chain([vary()]));
        response.remove(SET_COOKIE);
        assert_eq!(allocations(|| decision.apply(&mut response)), 0, "{name}");
    });
    assert!(merging > 0);
}

fn with_room(lines: impl IntoIterator<Item = (HeaderName, HeaderValue)>) -> HeaderMap {
    let mut headers = HeaderMap::with_capacity(12);
    for (name, value) in lines {
        headers.append(name, value);
    }
    headers
}

/// A value that was copied for its header, as tests do and some servers: its first clone makes its count.
#[test]
fn echoing_an_unshared_value_costs_its_reference_count() {
    let policy = load(
        r#"{"origins": ["https://a.example.com", "https://b.example.com"], "credentials": true,
        "methods": "*", "request_headers": "*"}"#,
    );
    let mut headers = HeaderMap::new();
    for (name, value) in [
        (ORIGIN, "https://a.example.com"),
        (ACCESS_CONTROL_REQUEST_METHOD, "PURGE"),
        (ACCESS_CONTROL_REQUEST_HEADERS, "x-a, x-b"),
    ] {
        headers.insert(name, HeaderValue::from_bytes(value.as_bytes()).unwrap());
    }
    let request = (Method::OPTIONS, headers);
    let mut response = HeaderMap::with_capacity(12);
    assert_eq!(allocations(|| evaluate_and_apply(&policy, &request, &mut response)), 3);
    assert_eq!(allocations(|| evaluate_and_apply(&policy, &request, &mut response)), 0);
}

/// The exchanges above are worth nothing if some kind of decision is not among them.
#[test]
fn every_kind_of_decision_is_measured() {
    let mut seen = BTreeSet::new();
    for_each_exchange(|_, policy, (method, headers)| {
        let verdict = policy.decide(method.as_str().as_bytes(), headers);
        seen.insert(format!("{:?} {:?}", verdict.kind(), verdict.outcome()));
        for operation in policy.operations(verdict) {
            seen.insert(match operation {
                Operation::Set(header, Value::Static("*")) => format!("{} *", header.name()),
                Operation::Set(header, Value::Static(_)) => format!("{} listed", header.name()),
                Operation::Set(header, value) => format!("{} {value:?}", header.name()),
                Operation::Strip(header) => format!("no {}", header.name()),
                Operation::MergeVary(field) => format!("vary {}", field.name()),
            });
        }
    });
    let seen: Vec<&str> = seen.iter().map(String::as_str).collect();
    assert_eq!(
        seen,
        [
            "Actual Admitted",
            "Actual NotCors",
            "Actual Refused",
            "Actual SameOrigin",
            "Preflight Admitted",
            "Preflight Refused",
            "access-control-allow-credentials listed",
            "access-control-allow-headers *",
            "access-control-allow-headers Echo(AccessControlRequestHeaders)",
            "access-control-allow-headers listed",
            "access-control-allow-methods *",
            "access-control-allow-methods Echo(AccessControlRequestMethod)",
            "access-control-allow-methods listed",
            "access-control-allow-origin *",
            "access-control-allow-origin Echo(Origin)",
            "access-control-allow-origin listed",
            "access-control-expose-headers *",
            "access-control-expose-headers listed",
            "access-control-max-age listed",
            "no access-control-allow-credentials",
            "no access-control-allow-headers",
            "no access-control-allow-methods",
            "no access-control-allow-origin",
            "no access-control-expose-headers",
            "no access-control-max-age",
            "vary access-control-request-headers",
            "vary access-control-request-method",
            "vary origin",
        ]
    );
}

/// Runs one of the ignored tests below in a process of its own.
fn alone(test: &str) {
    let binary = std::env::current_exe().unwrap();
    let output = Command::new(binary).args(["--exact", test, "--ignored"]).output().unwrap();
    let report = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && report.contains("1 passed"), "{report}");
}

#[test]
fn the_first_call_of_a_process_allocates_nothing() {
    alone("first_call");
    alone("first_call_from_data");
    alone("first_preflight");
}

fn assert_first_call_is_free(policy: &Policy, request: &Request) {
    let mut response = HeaderMap::with_capacity(12);
    assert_eq!(allocations(|| evaluate_and_apply(policy, request, &mut response)), 0);
    assert!(response.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN));
}

static FIRST: Policy = cors_policy! {
    origins: ["https://app.example.com", "https://*.app.example.com"],
    credentials: true, methods: any, request_headers: any, max_age: "2h",
};

#[test]
#[ignore = "counts in a process of its own, which `the_first_call_of_a_process_allocates_nothing` starts"]
fn first_call() {
    assert_first_call_is_free(&FIRST, &request(Method::GET, &[("origin", "https://a.app.example.com")]));
}

#[test]
#[ignore = "counts in a process of its own, which `the_first_call_of_a_process_allocates_nothing` starts"]
fn first_call_from_data() {
    let policy = load(r#"{"origins": ["https://*.app.example.com"], "expose_headers": ["etag"]}"#);
    assert_first_call_is_free(&policy, &request(Method::GET, &[("origin", "https://a.app.example.com")]));
}

#[test]
#[ignore = "counts in a process of its own, which `the_first_call_of_a_process_allocates_nothing` starts"]
fn first_preflight() {
    let lines = [
        ("origin", "https://app.example.com"),
        ("access-control-request-method", "PURGE"),
        ("access-control-request-headers", "x-a"),
    ];
    assert_first_call_is_free(&FIRST, &request(Method::OPTIONS, &lines));
}
