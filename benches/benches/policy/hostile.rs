//! Requests that no browser sends.

use std::hint::black_box;

use cors_policy::{Policy, cors_policy};
use criterion::{BenchmarkId, Criterion};
use http::header::InvalidHeaderValue;
use http::{HeaderMap, HeaderValue, Method, header};

use crate::subject::Subject;

/// Answers with the names that were asked for.
static ECHOES: Policy = cors_policy! {
    origins: ["https://*.example.com"],
    credentials: true,
    methods: any,
    request_headers: any,
};

pub(crate) fn measure(criterion: &mut Criterion, subject: &Subject) {
    let admitted = subject.admitted();
    // One of the pattern that takes any number of labels.
    let Some(origin) = admitted.iter().find(|origin| origin.contains("://feature-branch")) else { return };
    let (listed, commas) = (&subject.policy, ",".repeat(10_000));
    let names: Vec<String> = (0..1_000).map(|number| format!("x-header-{number}")).collect();
    let names = names.join(",");
    let cases = [
        ("origin of 8 KB", listed, origins(&format!("https://{}.example.com", "a".repeat(8_000)), 1)),
        ("origin of 8 KB, admitted but for its length", listed, origins(&long_below(origin), 1)),
        ("origin of 1,000 labels", listed, origins(&format!("https://{}example.com", "a.".repeat(1_000)), 1)),
        ("100 Origin lines", listed, origins(origin, 100)),
        ("10,000 commas asked for", listed, preflight(origin, &commas)),
        ("10,000 commas asked for, echoed", &ECHOES, preflight(origin, &commas)),
        ("1,000 headers asked for", listed, preflight(origin, &names)),
        ("1,000 headers asked for, echoed", &ECHOES, preflight(origin, &names)),
    ];
    for (name, policy, headers) in cases {
        match headers {
            Ok(headers) => evaluate(criterion, name, policy, &headers),
            Err(error) => println!("{name} is skipped: {error}"),
        }
    }
}

fn evaluate(criterion: &mut Criterion, name: &str, policy: &Policy, headers: &HeaderMap) {
    let is_preflight = headers.contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    let method = if is_preflight { Method::OPTIONS } else { Method::GET };
    criterion.bench_with_input(BenchmarkId::new("hostile", name), headers, |bencher, headers| {
        bencher.iter(|| policy.evaluate(black_box(&method), black_box(headers)));
    });
}

/// A host that ends as an admitted one does, and is far too long.
fn long_below(origin: &str) -> String {
    let host = origin.rsplit_once("://").map_or(origin, |(_, host)| host);
    format!("https://{}{host}", "a.".repeat(4_000))
}

fn origins(origin: &str, lines: usize) -> Result<HeaderMap, InvalidHeaderValue> {
    let mut headers = HeaderMap::new();
    let origin = HeaderValue::from_str(origin)?;
    for _ in 0..lines {
        headers.append(header::ORIGIN, origin.clone());
    }
    Ok(headers)
}

fn preflight(origin: &str, asked: &str) -> Result<HeaderMap, InvalidHeaderValue> {
    let mut headers = origins(origin, 1)?;
    headers.insert(header::ACCESS_CONTROL_REQUEST_METHOD, HeaderValue::from_static("PUT"));
    headers.insert(header::ACCESS_CONTROL_REQUEST_HEADERS, HeaderValue::from_str(asked)?);
    Ok(headers)
}
