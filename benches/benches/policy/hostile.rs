//! Requests that no browser sends.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion};
use http::header::InvalidHeaderValue;
use http::{HeaderMap, HeaderValue, Method, header};

use crate::subject::Subject;

pub(crate) fn measure(criterion: &mut Criterion, subject: &Subject) {
    let admitted = subject.admitted();
    // One of the pattern that takes any number of labels.
    let Some(origin) = admitted.iter().find(|origin| origin.contains("://feature-branch")) else { return };
    let preflight = preflight(origin, &",".repeat(10_000));
    let named = preflight_with_names(origin);
    let cases = [
        ("origin of 8 KB", Method::GET, origins(&format!("https://{}.example.com", "a".repeat(8_000)), 1)),
        ("origin of 8 KB behind an admitted suffix", Method::GET, origins(&long_below(origin), 1)),
        (
            "origin of 1,000 labels",
            Method::GET,
            origins(&format!("https://{}example.com", "a.".repeat(1_000)), 1),
        ),
        ("100 Origin lines", Method::GET, origins(origin, 100)),
        ("10,000 commas asked for", Method::OPTIONS, preflight),
        ("1,000 headers asked for", Method::OPTIONS, named),
    ];
    for (name, method, headers) in cases {
        match headers {
            Ok(headers) => {
                let id = BenchmarkId::new("hostile", name);
                criterion.bench_with_input(id, &headers, |bencher, headers| {
                    bencher.iter(|| subject.policy.evaluate(black_box(&method), black_box(headers)));
                });
            }
            Err(error) => println!("{name} is skipped: {error}"),
        }
    }
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

fn preflight_with_names(origin: &str) -> Result<HeaderMap, InvalidHeaderValue> {
    let names: Vec<String> = (0..1_000).map(|number| format!("x-header-{number}")).collect();
    preflight(origin, &names.join(","))
}
