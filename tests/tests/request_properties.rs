//! Generated policies and requests.
//!
//! The judges: the model of a browser in `src/judge.rs`, and the slow reading of the policy in `src/meaning.rs`,
//! which asks `cors_policy_program::pattern::admits` of each pattern of each rule in order.
#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::cell::RefCell;

use cors_policy::{Diagnostic, Document, Policy, Severity};
use cors_policy_program::pattern;
use cors_policy_tests::check::Exchange;
use cors_policy_tests::judge::{Credentials, Kind};
use cors_policy_tests::meaning::{Meaning, Names, Rule};
use cors_policy_tests::message::Request;
use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

/// Patterns that fire no lint under credentials. Some cover others, and some overlap.
const PATTERNS: [&str; 14] = [
    "https://app.example.com",
    "https://eu.app.example.com",
    "https://*.app.example.com",
    "https://pr-*.app.example.com",
    "https://a*b.app.example.com",
    "https://*.x.*.app.example.com",
    "https://shop.example.net:8443",
    "https://*.shop.example.net",
    "https://*.eu.shop.example.net",
    "http://localhost:*",
    "http://localhost:3000",
    "http://[::1]:3000",
    "https://xn--bcher-kva.example.org",
    "capacitor://localhost",
];

const ORIGINS: [&str; 30] = [
    "https://app.example.com",
    "https://eu.app.example.com",
    "https://pr-1.app.example.com",
    "https://pr-.app.example.com",
    "https://pr-1.eu.app.example.com",
    "https://axb.app.example.com",
    "https://a.x.b.app.example.com",
    "https://x.b.app.example.com",
    "https://app.example.com:443",
    "https://app.example.com.",
    "https://app.example.com/",
    "https://APP.example.com",
    "http://app.example.com",
    "https://xapp.example.com",
    "https://.app.example.com",
    "https://a..app.example.com",
    "https://evil/.app.example.com",
    "https://shop.example.net",
    "https://shop.example.net:8443",
    "https://de.shop.example.net",
    "https://a.eu.shop.example.net",
    "http://localhost",
    "http://localhost:3000",
    "http://localhost:65536",
    "http://[::1]:3000",
    "https://xn--bcher-kva.example.org",
    "capacitor://localhost",
    "https://evil.example",
    "null",
    "",
];

const METHODS: [&str; 7] = ["PUT", "DELETE", "PATCH", "PURGE", "OPTIONS", "M-SEARCH", "a!b"];
const REQUESTED_METHODS: [&str; 13] = [
    "PUT",
    "DELETE",
    "PATCH",
    "PURGE",
    "GET",
    "HEAD",
    "POST",
    "put",
    "patch",
    "*",
    "GAR BAGE",
    "PUT,DELETE",
    "",
];
const HEADERS: [&str; 6] = ["content-type", "X-Api-Key", "x-a", "authorization", "range", "x-request-id"];
const REQUESTED_HEADERS: [&str; 9] =
    ["content-type", "x-api-key", "X-A", "authorization", "Authorization", "x-unlisted", "*", "bad name", ""];
const EXPOSED: [&str; 4] = ["x-request-id", "etag", "X-Total", "authorization"];

fn names(pool: &'static [&'static str]) -> impl Strategy<Value = Names> {
    subsequence(pool, 0..=pool.len()).prop_map(|names| names.iter().collect())
}

/// Names, or the wildcard.
fn names_or_any(pool: &'static [&'static str]) -> impl Strategy<Value = Names> {
    prop_oneof![2 => names(pool), 1 => Just(["*"].iter().collect())]
}

fn request_headers() -> impl Strategy<Value = Names> {
    prop_oneof![3 => names_or_any(&HEADERS), 1 => Just(["*", "authorization"].iter().collect())]
}

/// A rule for these origins; without them, for any.
fn rule(patterns: &[&str]) -> impl Strategy<Value = Rule> + use<> {
    let origins: Names = if patterns.is_empty() { ["*"].iter().collect() } else { patterns.iter().collect() };
    let credentials = if origins.any { Just(false).boxed() } else { any::<bool>().boxed() };
    let max_age = of(select(&[0, 5, 60, 7200, 86_400][..]));
    let lists = (names_or_any(&METHODS), request_headers(), names_or_any(&EXPOSED));
    (Just(origins), credentials, lists, max_age).prop_map(|(origins, credentials, lists, max_age)| {
        let (methods, request_headers, mut expose_headers) = lists;
        expose_headers.any &= !credentials;
        Rule { origins, credentials, methods, request_headers, expose_headers, max_age }
    })
}

/// One to four rules, the last of which may be for any origin.
fn meaning() -> impl Strategy<Value = Meaning> {
    let patterns = subsequence(&PATTERNS[..], 1..=8).prop_shuffle();
    let rules = (patterns, 1..=3_usize, any::<bool>()).prop_flat_map(|(patterns, count, public)| {
        let size = patterns.len().div_ceil(count);
        let mut rules: Vec<_> = patterns.chunks(size).map(rule).collect();
        if public {
            rules.push(rule(&[]));
        }
        rules
    });
    let only_public = rule(&[]).prop_map(|rule| vec![rule]);
    let one_exact = rule(&PATTERNS[..1]).prop_map(|rule| vec![rule]);
    let rules = prop_oneof![8 => rules, 1 => only_public, 1 => one_exact];
    (rules, 200..=299_u16).prop_map(|(rules, preflight_status)| Meaning { rules, preflight_status })
}

/// A list as an HTTP parser hands it over: without white space around it.
fn list_of_headers() -> impl Strategy<Value = String> {
    let names = vec(select(&REQUESTED_HEADERS[..]), 0..4);
    (names, select(&[",", ", ", " ,\t", ",,"][..]))
        .prop_map(|(names, separator)| names.join(separator).trim().to_owned())
}

fn request() -> impl Strategy<Value = Request> {
    let method = select(&["GET", "POST", "PUT", "OPTIONS", "OPTIONS", "OPTIONS", "options"][..]);
    let origins = prop_oneof![
        1 => vec(select(&ORIGINS[..]), 0),
        8 => vec(select(&ORIGINS[..]), 1),
        1 => vec(select(&ORIGINS[..]), 2),
    ];
    let requested = (
        weighted(0.8, select(&REQUESTED_METHODS[..])),
        prop_oneof![3 => vec(list_of_headers(), 0..=1), 1 => vec(list_of_headers(), 2)],
    );
    let others = (
        weighted(0.2, Just("a=b")),
        weighted(0.2, Just("Bearer t")),
        weighted(0.2, select(&["same-origin", "same-site", "cross-site", "none"][..])),
    );
    (method, origins, requested, others).prop_map(|(method, origins, (asked, lists), others)| {
        let (cookie, authorization, site) = others;
        let lines = (origins.into_iter().map(|origin| ("Origin", origin)))
            .chain(asked.map(|method| ("Access-Control-Request-Method", method)))
            .chain(lists.iter().map(|list| ("access-control-request-headers", list.as_str())))
            .chain(cookie.map(|cookie| ("COOKIE", cookie)))
            .chain(authorization.map(|token| ("Authorization", token)))
            .chain(site.map(|site| ("Sec-Fetch-Site", site)));
        let headers = lines.collect();
        Request { method: method.to_owned(), headers }
    })
}

/// The policy, unless a generated rule is out of reach behind earlier ones.
fn compile(meaning: &Meaning) -> Result<Policy, TestCaseError> {
    let document: Document = serde_json::from_str(&meaning.document().to_string()).unwrap();
    let diagnostics = match Policy::compile(&document) {
        Ok(compiled) => {
            check_reach(meaning)?;
            return Ok(compiled.policy);
        }
        Err(diagnostics) => diagnostics,
    };
    for found in diagnostics.iter().filter(|found| found.severity != Severity::Warning) {
        check_out_of_reach(meaning, found)?;
    }
    Err(TestCaseError::reject("out of reach"))
}

/// Where a policy is accepted, each origin that it lists is decided by the rule that lists it.
fn check_reach(meaning: &Meaning) -> Result<(), TestCaseError> {
    for (place, rule) in meaning.rules.iter().enumerate() {
        for origin in rule.origins.names.iter().filter(|name| !name.contains('*')) {
            prop_assert_eq!(meaning.place(&from(origin)), Some(place), "{} is out of reach", origin);
        }
    }
    Ok(())
}

/// Where a rule or an entry of it is out of reach, the rule decides none of the origins that would show the contrary.
fn check_out_of_reach(meaning: &Meaning, found: &Diagnostic) -> Result<(), TestCaseError> {
    prop_assert!(matches!(found.rule, "unreachable_rule" | "unreachable_origin"), "{found}");
    let (rule, entry) = found.path.split_once(".origins").unwrap_or((&found.path, ""));
    let place: usize = rule.strip_prefix("rule_").unwrap().parse().unwrap();
    let names = &meaning.rules.get(place).unwrap().origins.names;
    let index: Option<usize> =
        entry.strip_prefix('[').map(|rest| rest.trim_end_matches(']').parse().unwrap());
    let patterns: Vec<&String> = names
        .iter()
        .enumerate()
        .filter(|(at, _)| index.is_none_or(|index| index == *at))
        .map(|(_, name)| name)
        .collect();
    for origin in ORIGINS {
        let admitted = patterns.iter().any(|pattern| pattern::admits(pattern, origin.as_bytes()));
        let decided = meaning.place(&from(origin)) == Some(place);
        prop_assert!(!(admitted && decided), "{origin} is decided there: {found}");
    }
    Ok(())
}

fn from(origin: &str) -> Request {
    Request { method: "GET".to_owned(), headers: [("origin", origin)].into_iter().collect() }
}

/// How often each kind of outcome was generated.
#[derive(Default)]
struct Tally(RefCell<Vec<(Kind, usize)>>);

impl Tally {
    fn count(&self, kind: Kind) {
        let mut counts = self.0.borrow_mut();
        match counts.iter_mut().find(|(counted, _)| *counted == kind) {
            Some((_, count)) => *count += 1,
            None => counts.push((kind, 1)),
        }
    }
}

/// What the page has is what the policy means it to have, and everything else that must always hold.
#[test]
fn pages_have_what_the_policy_grants() {
    let config =
        Config { cases: 400, max_global_rejects: 4000, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let tally = Tally::default();
    let result = runner.run(&(meaning(), vec(request(), 1..=24)), |(meaning, requests)| {
        let policy = compile(&meaning)?;
        for request in &requests {
            let exchange = Exchange { policy: &policy, meaning: &meaning, request };
            let problems = exchange.problems().unwrap();
            prop_assert!(problems.is_empty(), "{request:?}:\n  {}", problems.join("\n  "));
            tally.count(exchange.kind(Credentials::Omit));
            tally.count(exchange.kind(Credentials::Include));
        }
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.unwrap_err());
    let counts = tally.0.into_inner();
    assert!(counts.len() == 5 && counts.iter().all(|(_, count)| *count > 100), "hardly tested: {counts:?}");
}
