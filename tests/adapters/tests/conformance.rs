//! The conformance kit against every adapter.

use cors_policy::{LivePolicy, Policy, cors_policy};
use cors_policy_adapter_tests::table::for_each_adapter;
use cors_policy_conformance::{Conformance, Failure};

static PUBLIC: Policy =
    cors_policy! { origins: any, methods: any, request_headers: any, expose_headers: any };
static RULES: Policy = cors_policy! {
    apps: {
        origins: ["https://app.example.com", "https://*.app.example.com", "https://pr-*.example.com"],
        credentials: true, methods: any, request_headers: any, expose_headers: ["etag"], max_age: "2h",
    },
    local: { origins: ["http://localhost:*"], methods: [PUT] },
    public: { origins: any },
};

const PATHS: [&str; 8] =
    ["/hello?query", "/moved", "/fail", "/limited", "/inner", "/gzip", "/stream", "/socket"];

#[test]
fn every_adapter_conforms() {
    let live = LivePolicy::new(RULES.clone());
    for_each_adapter(|adapter| {
        let cases = [(&PUBLIC, &PATHS[..1]), (&live.current(), &PATHS[..2]), (&RULES, &PATHS)];
        for (policy, paths) in cases {
            let address = adapter.start(policy.clone()).unwrap();
            let mut check = Conformance::of(policy);
            if adapter.http2 {
                check = check.http2();
            }
            let check = paths.iter().copied().fold(check, Conformance::path);
            let report = check.check_url(&format!("http://{address}"));
            let may_fail = |failure: &Failure| !adapter.sees_bytes && failure.asked().contains("\\x");
            assert!(report.failures().iter().all(may_fail), "{}: {report}", adapter.name);
            assert!(report.requests() > 100, "{}", report.requests());
        }
    });
}
