//! Times of policies from data: the text to a document, and the document to a policy.
//!
//! `cargo bench -p cors-policy-benches --bench compile`.

use std::hint::black_box;
use std::time::Duration;

use cors_policy::{Ceiling, Document, Policy, cors_ceiling};
use criterion::Criterion;

static CEILING: Ceiling = cors_ceiling! {
    credentials: true,
    methods: [PUT, DELETE],
    request_headers: ["content-type", "x-csrf-token"],
    expose_headers: ["etag"],
    max_age: "2h",
};

/// What a customer may ask for, by the kind of their origins.
const DOCUMENTS: [(&str, &str); 5] = [
    (
        "exact",
        r#"{"origins": ["https://shop.example.com", "https://www.example.com", "https://admin.example.com",
            "https://app.acme.dev", "https://portal.partner.co.uk"], "credentials": true, "methods": ["PUT", "DELETE"],
            "request_headers": ["content-type", "x-csrf-token"], "expose_headers": ["etag"], "max_age": "2h"}"#,
    ),
    (
        "wildcards",
        r#"{"origins": ["https://shop.acme.com", "https://*.example.com", "https://admin.acme.dev",
            "https://app.acme.dev", "https://pr-*.preview.partner.co.uk"], "credentials": true,
            "methods": ["PUT", "DELETE"], "request_headers": ["content-type", "x-csrf-token"],
            "expose_headers": ["etag"], "max_age": "2h"}"#,
    ),
    (
        "rules",
        r#"{"apps": {"origins": ["https://shop.example.com", "https://*.shop.example.com"], "credentials": true},
            "partners": {"origins": ["https://*.partner.co.uk", "https://a.acme.dev"], "methods": ["PUT"]}}"#,
    ),
    (
        "rules that overlap",
        r#"{"apps": {"origins": ["https://shop.example.com", "https://*.shop.example.com"], "credentials": true},
            "partners": {"origins": ["https://*.example.com", "https://a.acme.dev"], "methods": ["PUT"]}}"#,
    ),
    (
        "several stars",
        r#"{"origins": ["https://a-*-b.shop.example.com", "https://pr-*.*.example.com", "https://x.acme.dev"],
            "credentials": true}"#,
    ),
];

fn main() -> serde_json::Result<()> {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_secs(1))
        .sample_size(50)
        .configure_from_args();
    for (name, text) in DOCUMENTS {
        let document: Document = serde_json::from_str(text)?;
        let mut group = criterion.benchmark_group(name);
        group.bench_function("read", |bencher| {
            bencher.iter(|| serde_json::from_str::<Document>(black_box(text)));
        });
        group.bench_function("compile", |bencher| bencher.iter(|| Policy::compile(black_box(&document))));
        group.bench_function("compile below", |bencher| {
            bencher.iter(|| Policy::compile_below(black_box(&document), &CEILING));
        });
        group.finish();
    }
    criterion.final_summary();
    Ok(())
}
