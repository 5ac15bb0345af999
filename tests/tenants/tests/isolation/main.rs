//! Whatever is published, moved and suspended: a request is answered by what its own tenant says, and nobody else's.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a panic is the report")]

mod budgets;
mod matchers;
mod properties;
mod regressions;

use cors_policy_tenants::{Ceiling, cors_ceiling};
use tokio::runtime::{Builder, Runtime};

/// Nearly everything that the language has.
static WIDE: Ceiling = cors_ceiling! {
    schemes: ["https", "http", "app", "com.example.app", "moz-extension", "a+b"],
    credentials: true,
    any_origin: true,
    any_port: true,
    rules: 255,
    exact_origins: 500,
    wildcard_origins: 100,
    methods: any,
    request_headers: [any, "authorization"],
    expose_headers: any,
    max_age: "2h",
    lints: [insecure_origin, open_pattern, shared_host, any_port],
};

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}
