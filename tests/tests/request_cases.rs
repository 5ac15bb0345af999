//! Every case of `cases/requests.json` and `cases/more_requests.json`, through the core and the `http` layer.
//!
//! The judges: the cases, the model of a browser in `src/judge.rs`, and the slow reading of the policy in
//! `src/meaning.rs`.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a panic is the report")]

use cors_policy::{Document, Operation, Outcome, Policy};
use cors_policy_tests::cases::{self, RequestCase};
use cors_policy_tests::check::Exchange;
use cors_policy_tests::judge::{Credentials, Kind, judge};
use cors_policy_tests::layers::{continues, from_map, through_bytes, to_map};
use cors_policy_tests::meaning::Meaning;
use cors_policy_tests::message::{Headers, Request, members};
use http::Method;

fn policy(case: &RequestCase) -> Policy {
    let document: Document = serde_json::from_str(&case.policy.document().to_string()).unwrap();
    Policy::compile(&document).unwrap_or_else(|diagnostics| panic!("{}: {diagnostics}", case.id)).policy
}

/// What is wrong with a case: against its expectation, and against everything that must always hold.
fn problems(case: &RequestCase) -> Vec<String> {
    let policy = policy(case);
    let meaning = Meaning::from(&case.policy);
    let request = Request::from(&case.request);
    let exchange = Exchange { policy: &policy, meaning: &meaning, request: &request };
    let mut problems = exchange.problems().unwrap();
    let kind = exchange.kind(case.policy.mode());
    if kind != case.expect.kind {
        problems.push(format!("the browser says {kind:?}, the case {:?}", case.expect.kind));
    }
    if continues(&policy, &request) != case.expect.handler_called {
        problems.push(format!("the application must be called: {}", case.expect.handler_called));
    }
    problems
}

#[test]
fn every_case() {
    let cases = cases::requests().unwrap();
    assert!(cases.len() > 60, "both files are read");
    let mut failures = Vec::new();
    for case in &cases {
        let problems = problems(case);
        if !problems.is_empty() {
            failures.push(format!("{} {}:\n  {}", case.id, case.desc, problems.join("\n  ")));
        }
    }
    assert!(failures.is_empty(), "{} cases fail:\n{}", failures.len(), failures.join("\n"));
}

fn compiled(document: &str) -> Policy {
    Policy::compile(&serde_json::from_str(document).unwrap()).unwrap().policy
}

fn request(method: &str, lines: &[(&str, &str)]) -> Request {
    Request { method: method.to_owned(), headers: lines.iter().copied().collect() }
}

/// What a browser makes of the answer to a request with 64 KiB in one place.
fn kind_of_large(document: &str, request: &Request) -> Kind {
    let policy = compiled(document);
    let response = through_bytes(&policy, request, Headers::default());
    let answered: usize = response.headers.iter().map(|(_, value)| value.len()).sum();
    assert!(answered < 1024, "an answer of {answered} bytes");
    judge(request, Credentials::Include, &response)
}

const LARGE: usize = 64 * 1024;
const ECHOES: &str = r#"{"origins": ["https://app.example", "https://*.app.example"], "credentials": true, "methods": "*", "request_headers": "*"}"#;

#[test]
fn origins_of_64_kib_are_refused() {
    let labels = "a.".repeat(LARGE / 2);
    for origin in [
        "x".repeat(LARGE),
        format!("https://{labels}app.example"),
        format!("https://app.example{}", "/".repeat(LARGE)),
        format!("https://{}.app.example", "a".repeat(LARGE)),
    ] {
        assert_eq!(kind_of_large(ECHOES, &request("GET", &[("origin", &origin)])), Kind::ActualDenied);
        let preflight = request("OPTIONS", &[("origin", &origin), ("access-control-request-method", "PUT")]);
        assert_eq!(kind_of_large(ECHOES, &preflight), Kind::PreflightRejected);
    }
}

#[test]
fn lists_of_64_kib_are_not_echoed() {
    let names: Vec<String> = (0..LARGE / 8).map(|number| format!("x-{number:05}")).collect();
    for list in [names.join(","), "x".repeat(LARGE), format!("{}x-a", ",".repeat(LARGE))] {
        let preflight = request(
            "OPTIONS",
            &[
                ("origin", "https://app.example"),
                ("access-control-request-method", "PUT"),
                ("access-control-request-headers", &list),
            ],
        );
        assert_eq!(kind_of_large(ECHOES, &preflight), Kind::PreflightRejected);
        let lines: Vec<(&str, &[u8])> = preflight.headers.iter().collect();
        let rejection = compiled(ECHOES).explain(b"OPTIONS", &lines[..]).into_rejection();
        assert!(rejection.is_some_and(|rejection| rejection.to_string().len() < 200));
    }
}

/// 4,096 bytes are echoed, one more is not.
#[test]
fn the_longest_echo_is_4096_bytes() {
    for (length, expected) in
        [(4095, Kind::PreflightOk), (4096, Kind::PreflightOk), (4097, Kind::PreflightRejected)]
    {
        let list = format!("x-a,{}", "y".repeat(length - 4));
        let preflight = request(
            "OPTIONS",
            &[
                ("origin", "https://a.app.example"),
                ("access-control-request-method", "PUT"),
                ("access-control-request-headers", &list),
            ],
        );
        let response = through_bytes(&compiled(ECHOES), &preflight, Headers::default());
        let kind = judge(&preflight, Credentials::Include, &response);
        assert_eq!(kind, expected, "{length} bytes");
    }
}

/// What becomes of these lines of `Vary` on the response to an `OPTIONS`.
fn merged(lines: &[&str]) -> Headers {
    let policy = compiled(r#"{"origins": ["https://app.example", "https://b.example"]}"#);
    let request = to_map(&[("origin", "https://app.example")].into_iter().collect()).unwrap();
    let mut response = to_map(&lines.iter().map(|line| ("vary", line)).collect()).unwrap();
    policy.evaluate(&Method::OPTIONS, &request).apply(&mut response);
    from_map(&response)
}

/// `Vary` is merged by token, whatever its case and however it is split into lines; `*` is left alone.
#[test]
fn vary_is_merged() {
    let ours = ["access-control-request-headers", "access-control-request-method", "origin"];
    for (there, added) in [
        (&[][..], &ours[..]),
        (&["Accept"], &ours),
        (&["Origin"], &ours[..2]),
        (&["Accept, ORIGIN ,x", "Access-Control-Request-Method"], &ours[..1]),
        (&["origins", "x-origin"], &ours),
        (&["*"], &[]),
        (&["Accept, *"], &[]),
        (&["Accept", "*"], &[]),
        (&[""], &ours),
    ] {
        let headers = merged(there);
        let mut lines: Vec<&[u8]> = headers.lines("vary").collect();
        if !there.is_empty() {
            let kept: Vec<&[u8]> = there.iter().map(|line| line.as_bytes()).collect();
            assert_eq!(lines.drain(..there.len()).collect::<Vec<_>>(), kept, "what is there stays");
        }
        let rest: Headers = lines.into_iter().map(|line| ("vary", line)).collect();
        let mut names = members(&rest, "vary");
        names.sort_unstable();
        let expected: Vec<Vec<u8>> = added.iter().map(|name| name.as_bytes().to_vec()).collect();
        assert_eq!(names, expected, "added to {there:?}");
    }
}

/// A verdict given to another policy yields a denial.
#[test]
fn a_verdict_belongs_to_its_policy() {
    let strict = compiled(r#"{"origins": ["https://app.example", "https://b.example"]}"#);
    let lax = compiled(r#"{"origins": ["https://app.example", "https://b.example"], "credentials": true}"#);
    let lines = [("origin", "https://app.example")];
    let verdict = strict.decide(b"GET", &lines[..]);
    let set = |policy: &Policy| {
        policy.operations(verdict).filter(|operation| matches!(operation, Operation::Set(..))).count()
    };
    assert_eq!(set(&strict), 1);
    assert_eq!(set(&lax), 0);
}

/// A refusal varies on `Origin` as always, also where the verdict's own policy answers everybody alike: else a cache
/// keeps the refusal for the origins that the policy admits.
#[test]
fn a_verdict_of_another_policy_varies() {
    let public = compiled(r#"{"origins": "*"}"#);
    let listed = compiled(r#"{"origins": ["https://app.example", "https://b.example"]}"#);
    let verdict = public.decide(b"GET", &[("origin", "https://app.example")][..]);
    let refusal = listed.decide(b"GET", &[("origin", "https://evil.example")][..]);
    let operations = |verdict| listed.operations(verdict).collect::<Vec<_>>();
    assert_eq!(operations(verdict), operations(refusal));
}

/// Images, forms and sockets carry `Origin` without asking for permission to read: they are no refusals, and get the
/// headers of one.
#[test]
fn requests_without_cors_are_not_refused() {
    let policy = compiled(r#"{"origins": ["https://app.example", "https://b.example"]}"#);
    let outcome = |origin: &str, mode: &[&str]| {
        let mut lines = vec![("origin", origin)];
        lines.extend(mode.iter().map(|mode| ("sec-fetch-mode", *mode)));
        let verdict = policy.decide(b"POST", &lines[..]);
        assert_eq!(
            policy.operations(verdict).any(|operation| matches!(operation, Operation::Set(..))),
            origin == "https://app.example"
        );
        verdict.outcome()
    };
    for mode in ["no-cors", "navigate", "websocket"] {
        assert_eq!(outcome("https://evil.example", &[mode]), Outcome::NotCors, "{mode}");
        assert_eq!(outcome("null", &[mode]), Outcome::NotCors, "{mode}");
        assert_eq!(outcome("https://app.example", &[mode]), Outcome::Admitted, "{mode}");
        assert_eq!(outcome("https://evil.example", &[mode, mode]), Outcome::Refused, "{mode}");
    }
    for mode in ["cors", "same-origin", "", "NO-CORS"] {
        assert_eq!(outcome("https://evil.example", &[mode]), Outcome::Refused, "{mode}");
    }
    assert_eq!(outcome("https://evil.example", &[]), Outcome::Refused);
}
