//! Every case of `tests/cases/requests.json` and `more_requests.json`, over sockets, through every adapter.
//!
//! The judge is the model of a browser in `cors-policy-tests`.
#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::collections::BTreeMap;
use std::net::SocketAddr;

use cors_policy::{LivePolicy, Policy};
use cors_policy_adapter_tests::client::{Message, Reply};
use cors_policy_adapter_tests::judged::compiled;
use cors_policy_adapter_tests::table::{AXUM, Adapter, Extras, for_each_adapter};
use cors_policy_tests::cases::{self, RequestCase};
use cors_policy_tests::judge::judge;
use cors_policy_tests::message::{Request, Response};

/// Those that every router can be told.
const COMMON_METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];

/// Serves one policy after the other: by replacing it, or by another server.
struct Server {
    adapter: Adapter,
    live: LivePolicy,
    address: Option<SocketAddr>,
}

impl Server {
    fn new(adapter: Adapter) -> Self {
        Server { adapter, live: LivePolicy::new(Policy::nobody()), address: None }
    }

    fn with(&mut self, policy: Policy) -> SocketAddr {
        if self.adapter.extras == Extras::None {
            return self.adapter.start(policy).unwrap();
        }
        self.live.replace(policy);
        *self.address.get_or_insert_with(|| self.adapter.start(self.live.clone()).unwrap())
    }
}

fn message(case: &RequestCase) -> Message {
    let headers = case.request.headers.iter();
    let headers: Vec<(&str, &str)> = headers.map(|(name, value)| (name.as_str(), value.as_str())).collect();
    Message::text(&case.request.method, "/hello", &headers)
}

fn problems(case: &RequestCase, reply: &Reply) -> Vec<String> {
    let kind = judge(&Request::from(&case.request), case.policy.mode(), &Response::from(reply));
    let mut problems = Vec::new();
    if kind != case.expect.kind {
        problems.push(format!("the browser says {kind:?}, the case {:?}", case.expect.kind));
    }
    if reply.is_handled() != case.expect.handler_called {
        problems.push(format!("the application must be called: {}", case.expect.handler_called));
    }
    problems
}

fn failures(adapter: Adapter, cases: &[RequestCase]) -> Vec<String> {
    let mut by_policy: BTreeMap<String, Vec<&RequestCase>> = BTreeMap::new();
    for case in cases {
        by_policy.entry(case.policy.document().to_string()).or_default().push(case);
    }
    let mut server = Server::new(adapter);
    let mut failures = Vec::new();
    for (document, cases) in by_policy {
        let address = server.with(compiled(&document));
        for case in cases {
            if adapter.extras == Extras::None && !COMMON_METHODS.contains(&case.request.method.as_str()) {
                continue;
            }
            let found = match message(case).send(address, adapter.http2) {
                Ok(reply) => problems(case, &reply),
                Err(error) => vec![error.to_string()],
            };
            failures.extend(found.iter().map(|problem| format!("{} {}: {problem}", case.id, case.desc)));
        }
    }
    failures
}

#[test]
fn every_case_through_every_adapter() {
    let cases = cases::requests().unwrap();
    assert!(cases.len() >= 240, "{} cases", cases.len());
    for_each_adapter(|adapter| {
        let failures = failures(adapter, &cases);
        assert!(failures.is_empty(), "{}: {} fail:\n{}", adapter.name, failures.len(), failures.join("\n"));
    });
}

/// An adapter without extras is served anew for each policy; the suite must work for those, too.
#[test]
fn an_adapter_without_extras() {
    let failures = failures(AXUM.plain(), &cases::requests().unwrap());
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// The suite must be able to fail.
#[test]
fn an_adapter_that_does_nothing() {
    fn none(
        _: cors_policy_adapter_tests::setup::Setup,
        listener: std::net::TcpListener,
    ) -> std::io::Result<()> {
        let router = cors_policy_adapter_tests::axum::router().into_make_service();
        cors_policy_adapter_tests::axum::serve_made(router, listener)
    }
    let failures = failures(Adapter { serve: none, ..AXUM }, &cases::requests().unwrap());
    assert!(failures.len() >= 120, "{}", failures.join("\n"));
}
