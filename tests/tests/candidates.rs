//! What a candidate policy changes, against what comes over the wire and what a browser makes of it.

use cors_policy::{Change, Policy, cors_policy};
use cors_policy_tests::judge::{Credentials, Kind, judge};
use cors_policy_tests::layers::through_bytes;
use cors_policy_tests::message::{Headers, Request};

static POLICIES: [Policy; 9] = [
    cors_policy! { origins: ["https://app.example"] },
    cors_policy! { origins: ["https://app.example"], credentials: true },
    cors_policy! { origins: ["https://app.example", "https://b.example"] },
    cors_policy! { origins: ["https://app.example", "https://*.b.example"], credentials: true, methods: [PUT] },
    cors_policy! { origins: ["https://app.example"], methods: [PUT], expose_headers: ["etag"] },
    cors_policy! { origins: any },
    cors_policy! { origins: any, methods: any, request_headers: any },
    cors_policy! { origins: ["https://b.example"], credentials: true, methods: any, request_headers: any },
    cors_policy! {
        apps: { origins: ["https://app.example"], credentials: true, methods: [PUT] },
        public: { origins: any },
    },
];

fn requests() -> Vec<Request> {
    let origins: [&[&str]; 6] = [
        &[],
        &["https://app.example"],
        &["https://b.example"],
        &["https://x.b.example"],
        &["null"],
        &["https://app.example", "https://app.example"],
    ];
    let extras: [&[(&str, &str)]; 6] = [
        &[],
        &[("cookie", "session=1")],
        &[("access-control-request-method", "PUT")],
        &[("access-control-request-method", "PUT"), ("access-control-request-headers", "x-a")],
        &[("access-control-request-method", "GET")],
        &[("sec-fetch-site", "same-origin")],
    ];
    let mut requests = Vec::new();
    for method in ["GET", "OPTIONS"] {
        for origin in origins {
            for extra in extras {
                let lines = origin.iter().map(|origin| ("origin", *origin)).chain(extra.iter().copied());
                requests.push(Request { method: method.to_owned(), headers: lines.collect() });
            }
        }
    }
    requests
}

/// A request with cookies from another origin has the credentials mode `include`.
fn passes(policy: &Policy, request: &Request) -> (Kind, bool) {
    let mode = if request.headers.has("cookie") { Credentials::Include } else { Credentials::Omit };
    let kind = judge(request, mode, &through_bytes(policy, request, Headers::default()));
    (kind, !matches!(kind, Kind::ActualDenied | Kind::PreflightRejected))
}

/// Everything but `Vary`, in order.
fn answer(policy: &Policy, request: &Request) -> Vec<(String, Vec<u8>)> {
    let response = through_bytes(policy, request, Headers::default());
    let lines = response.headers.iter().filter(|(name, _)| *name != "vary");
    let mut lines: Vec<_> = lines.map(|(name, value)| (name.to_owned(), value.to_vec())).collect();
    lines.sort();
    lines.push((String::from("status"), response.status.to_string().into_bytes()));
    lines
}

#[test]
fn every_pair_of_policies() {
    let mut seen = std::collections::BTreeMap::new();
    for ours in &POLICIES {
        for theirs in &POLICIES {
            for request in requests() {
                let (kind, passes_now) = passes(ours, &request);
                let (_, passes_then) = passes(theirs, &request);
                let expected = match (passes_now, passes_then) {
                    _ if kind == Kind::NotCors => None,
                    (true, false) => Some(Change::NewlyRefused),
                    (false, true) => Some(Change::NewlyAdmitted),
                    (false, false) => None,
                    (true, true) if answer(ours, &request) == answer(theirs, &request) => None,
                    (true, true) => Some(Change::Headers),
                };
                let lines: Vec<(&str, &[u8])> = request.headers.iter().collect();
                let change = ours.change(theirs, request.method.as_bytes(), &lines[..]);
                assert_eq!(change, expected, "{} to {}: {request:?}", ours.name(), theirs.name());
                *seen.entry(format!("{change:?}")).or_insert(0) += 1;
            }
        }
    }
    assert_eq!(seen.len(), 4, "{seen:?}");
    assert!(seen.values().all(|count| *count > 50), "{seen:?}");
}
