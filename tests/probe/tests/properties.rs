//! Servers of any behaviour: the verdict is the model's, what is blocked has an error, and what is allowed and without
//! a finding is right.

use std::sync::{Arc, Mutex};

use cors_policy_probe_tests::server::Reply;
use cors_policy_probe_tests::{APP, Probed, Server, model};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};

const BINARY: &str = env!("CARGO_BIN_EXE_cors-policy-under-probe");

const ARGUMENTS: &[&[&str]] = &[
    &[],
    &["--credentials", "include"],
    &["--header", "x-custom: 1"],
    &["--header", "authorization: Bearer x", "--credentials", "include"],
    &["--method", "PUT", "--header", "content-type: application/json"],
    &["--method", "patch", "--credentials", "include", "--send"],
    &["--method", "POST", "--body", "a", "--send"],
    &["--method", "DELETE", "--credentials", "omit", "--send"],
    &["--reads", "etag"],
    &["--origin", "null"],
];

type Lines = Vec<(&'static str, &'static str)>;

/// A response: its status, and lines that are each there or not.
fn reply() -> impl Strategy<Value = (u16, Lines)> {
    let status =
        select(&[200, 200, 200, 204, 204, 302, 307, 304, 400, 401, 403, 404, 405, 407, 429, 500, 503][..]);
    let line = |name: &'static str, values: &'static [&'static str]| {
        let line = prop_oneof![1 => Just(None), 2 => select(values).prop_map(Some)];
        line.prop_map(move |value| value.map(|value| (name, value)))
    };
    let origins: &[&str] = &[
        APP,
        APP,
        APP,
        "*",
        "*",
        "null",
        "",
        "https://app.localhost/",
        "https://a.example, https://b.example",
        "https://*.localhost",
        "https://other.example",
        "http://app.localhost",
        "\u{e9}\u{202e}",
        "x",
    ];
    let lists: &[&str] = &["*", "PUT, PATCH, DELETE", "GET", "GET PUT", "", "patch", "\"PUT\"", "x-custom"];
    let names: &[&str] = &["*", "content-type, x-custom", "authorization", "*, authorization", "[a]", ""];
    (
        status,
        [
            line("access-control-allow-origin", origins).boxed(),
            line("access-control-allow-origin", &[APP, "*"]).boxed(),
            line("access-control-allow-credentials", &["true", "true", "True", "false"]).boxed(),
            line("access-control-allow-methods", lists).boxed(),
            line("access-control-allow-headers", names).boxed(),
            line("access-control-max-age", &["7200", "0", "-1", "", "9999999999999999999999", "1h"]).boxed(),
            line("access-control-expose-headers", &["*", "etag", "a b"]).boxed(),
            line("vary", &["Origin", "*", "accept-encoding"]).boxed(),
            line("location", &["/next", "http://[", "app://x", "/login", "https://user@127.0.0.1:1/"])
                .boxed(),
            line("etag", &["\"1\""]).boxed(),
            line("content-type", &["text/html", "application/json"]).boxed(),
            line("age", &["12", "x"]).boxed(),
        ],
        any::<bool>(),
    )
        .prop_map(|(status, lines, is_doubled)| {
            let lines = lines.into_iter().enumerate();
            let kept = lines.filter(|(place, _)| *place != 1 || is_doubled);
            (status, kept.filter_map(|(_, line)| line).collect())
        })
}

fn replied((status, lines): &(u16, Lines)) -> Reply {
    lines.iter().fold(Reply::new(*status), |reply, (name, value)| reply.with(name, value))
}

#[test]
fn whatever_a_server_does_the_verdict_is_the_models() {
    let behaviour = Arc::new(Mutex::new((Reply::new(200), Reply::new(200))));
    let kept = Arc::clone(&behaviour);
    let server = Server::new(move |asked| {
        let (preflight, actual) = kept.lock().unwrap().clone();
        if asked.is_preflight() { preflight } else { actual }
    });
    let url = server.url("/api/orders");
    let mut runner = TestRunner::new(Config { cases: 300, failure_persistence: None, ..Config::default() });
    let cases = (reply(), reply(), select(ARGUMENTS));
    let ran = runner.run(&cases, |(preflight, actual, arguments)| {
        *behaviour.lock().unwrap() = (replied(&preflight), replied(&actual));
        let probed = Probed::run(BINARY, &url, arguments);
        let exchange = model::replayed(&url, arguments, &probed.report);
        let first = exchange.failures().next().map(|failure| failure.reason.code());
        let has_error = probed.findings().any(|finding| finding["severity"] == "error");
        let starts_with_error =
            probed.findings().next().is_some_and(|finding| finding["severity"] == "error");
        match probed.verdict() {
            "allowed" => prop_assert!(exchange.verdict.is_allowed()),
            "not-sent" => prop_assert_eq!(first, Some("network")),
            _ => {
                prop_assert_eq!(first, probed.report["reason"]["code"].as_str());
                prop_assert!(has_error && starts_with_error, "{}", probed.report);
            }
        }
        let is_control = |text: char| text.is_control() && text != '\n';
        prop_assert!(!probed.ran.output.trim().contains(is_control));
        Ok(())
    });
    ran.unwrap();
}
