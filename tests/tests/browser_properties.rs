//! Generated policies, and pages that ask through the model of a browser: a page has what its policy means it to have,
//! with a preflight cache as without one.
//!
//! What a policy means is read by `src/meaning.rs`; which preflight a request needs is told here, from how it was
//! generated.
#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::Duration;

use cors_policy::{Document, Policy};
use cors_policy_browser::{
    Browser, CredentialsMode, Exchange, HttpRequest, HttpResponse, Origin, Page, Preflight, Profile,
    Request as Asked, Url, Verdict,
};
use cors_policy_tests::generate::runner;
use cors_policy_tests::judge::{Credentials, Kind};
use cors_policy_tests::layers::through_bytes;
use cors_policy_tests::meaning::{Meaning, Names, Rule};
use cors_policy_tests::message::{Headers, Request};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use proptest::test_runner::TestCaseError;

const PATTERNS: [&str; 7] = [
    "https://app.example.com",
    "https://*.app.example.com",
    "https://pr-*.app.example.com",
    "https://shop.example.net:8443",
    "http://localhost:*",
    "https://xn--bcher-kva.example.org",
    "capacitor://localhost",
];

/// Origins of pages, as browsers serialise them.
const PAGES: [&str; 11] = [
    "https://app.example.com",
    "https://eu.app.example.com",
    "https://pr-1.app.example.com",
    "http://app.example.com",
    "https://xapp.example.com",
    "https://shop.example.net:8443",
    "https://shop.example.net",
    "http://localhost:3000",
    "https://xn--bcher-kva.example.org",
    "capacitor://localhost",
    "null",
];

const METHODS: [&str; 5] = ["PUT", "DELETE", "PATCH", "PURGE", "a!b"];
const ASKED_METHODS: [&str; 8] = ["GET", "HEAD", "POST", "put", "PUT", "DELETE", "patch", "PURGE"];
const HEADERS: [&str; 4] = ["content-type", "x-a", "authorization", "x-api-key"];
/// Headers of requests, and whether they need a preflight.
const ASKED_HEADERS: [(&str, &str, bool); 6] = [
    ("Content-Type", "application/json", true),
    ("X-A", "1", true),
    ("Authorization", "Bearer 1", true),
    ("X-Unlisted", "1", true),
    ("Accept", "text/plain", false),
    ("Accept-Language", "de", false),
];
const EXPOSED: [&str; 3] = ["etag", "x-total", "x-request-id"];
/// Headers of responses.
const SENT: [&str; 6] = ["etag", "X-Total", "x-request-id", "x-unlisted", "content-type", "set-cookie"];

fn names(pool: &'static [&'static str]) -> impl Strategy<Value = Names> {
    prop_oneof![
        3 => subsequence(pool, 0..=pool.len()).prop_map(|names| names.iter().collect()),
        1 => Just(["*"].iter().collect()),
    ]
}

fn rule(patterns: &[&str]) -> impl Strategy<Value = Rule> + use<> {
    let origins: Names = if patterns.is_empty() { ["*"].iter().collect() } else { patterns.iter().collect() };
    let credentials = if origins.any { Just(false).boxed() } else { any::<bool>().boxed() };
    let lists = (names(&METHODS), names(&HEADERS), names(&EXPOSED));
    let max_age = of(select(&[0, 1, 60, 86_400][..]));
    (credentials, lists, max_age).prop_map(move |(credentials, lists, max_age)| {
        let (methods, request_headers, mut expose_headers) = lists;
        expose_headers.any &= !credentials;
        Rule { origins: origins.clone(), credentials, methods, request_headers, expose_headers, max_age }
    })
}

fn meaning() -> impl Strategy<Value = Meaning> {
    let patterns = subsequence(&PATTERNS[..], 0..=4).prop_shuffle();
    let rules = (patterns, any::<bool>()).prop_flat_map(|(patterns, public)| {
        let mut rules: Vec<_> = patterns.chunks(2).map(rule).collect();
        if public || rules.is_empty() {
            rules.push(rule(&[]));
        }
        rules
    });
    rules.prop_map(|rules| Meaning { rules, preflight_status: 204 })
}

/// What a page asks for, how long after the last time.
#[derive(Clone, Debug)]
struct Call {
    page: &'static str,
    method: &'static str,
    headers: Vec<(&'static str, &'static str, bool)>,
    credentials: CredentialsMode,
    path: &'static str,
    after: u64,
}

fn call() -> impl Strategy<Value = Call> {
    let credentials =
        select(&[CredentialsMode::Omit, CredentialsMode::SameOrigin, CredentialsMode::Include][..]);
    let headers = subsequence(&ASKED_HEADERS[..], 0..=3);
    let place = (select(&["/a", "/b"][..]), select(&[0, 0, 1, 30, 4000][..]));
    (select(&PAGES[..]), select(&ASKED_METHODS[..]), headers, credentials, place).prop_map(
        |(page, method, headers, credentials, (path, after))| Call {
            page,
            method,
            headers,
            credentials,
            path,
            after,
        },
    )
}

/// Calls of a few pages that ask for much the same, so that caches serve them.
fn regulars() -> impl Strategy<Value = Vec<Call>> {
    let pages = subsequence(&PAGES[..3], 1..=2);
    let regular = |pages: Vec<&'static str>| {
        let headers = subsequence(&ASKED_HEADERS[..4], 0..=2);
        let methods = select(&["GET", "PUT", "PUT", "DELETE", "PURGE"][..]);
        (call(), select(pages), headers, methods).prop_map(|(call, page, headers, method)| Call {
            page,
            method,
            headers,
            ..call
        })
    };
    pages.prop_flat_map(move |pages| vec(regular(pages), 10..=40))
}

impl Call {
    fn run(&self, browser: &mut Browser, policy: &Policy, now: u64) -> Exchange {
        let url = Url::parse("https://api.example").unwrap().join(self.path).unwrap();
        let mut request = Asked::fetch(&url).method(self.method).credentials(self.credentials);
        for (name, value, _) in &self.headers {
            request = request.header(*name, *value);
        }
        let mut server = |request: &HttpRequest| {
            let application = if request.is_preflight { Headers::default() } else { sent() };
            HttpResponse::from(&through_bytes(policy, &Request::from(request), application))
        };
        let page = Page::of(Origin::parse(self.page));
        browser.run(&page, &request, Duration::from_secs(now), &mut server)
    }

    fn mode(&self) -> Credentials {
        if self.credentials == CredentialsMode::Include { Credentials::Include } else { Credentials::Omit }
    }

    /// The request as it reaches the server.
    fn actual(&self) -> Request {
        let method = if self.method == "put" { "PUT" } else { self.method };
        let mut headers: Headers = self.headers.iter().map(|(name, value, _)| (name, value)).collect();
        headers.append("origin", self.page.as_bytes());
        Request { method: method.to_owned(), headers }
    }

    /// Its preflight, where it needs one.
    fn preflight(&self) -> Option<Request> {
        let asking = self.headers.iter().filter(|(_, _, asks)| *asks);
        let mut names: Vec<String> = asking.map(|(name, ..)| name.to_ascii_lowercase()).collect();
        names.sort();
        let method = self.actual().method;
        if matches!(method.as_str(), "GET" | "HEAD" | "POST") && names.is_empty() {
            return None;
        }
        let mut headers = Headers::default();
        headers.append("origin", self.page.as_bytes());
        headers.append("access-control-request-method", method.as_bytes());
        if !names.is_empty() {
            headers.append("access-control-request-headers", names.join(",").as_bytes());
        }
        Some(Request { method: "OPTIONS".to_owned(), headers })
    }

    fn is_granted(&self, meaning: &Meaning) -> bool {
        let may_ask = self
            .preflight()
            .is_none_or(|preflight| meaning.grants(&preflight, self.mode()) == Kind::PreflightOk);
        may_ask && meaning.grants(&self.actual(), self.mode()) == Kind::ActualAllowed
    }
}

fn sent() -> Headers {
    SENT.into_iter().map(|name| (name, "1")).collect()
}

/// The policy, unless a generated rule is out of reach behind earlier ones.
fn compile(meaning: &Meaning) -> Result<Policy, TestCaseError> {
    let document: Document = serde_json::from_value(meaning.document()).unwrap();
    Policy::compile(&document)
        .map(|compiled| compiled.policy)
        .map_err(|_| TestCaseError::reject("out of reach"))
}

#[derive(Default)]
struct Tally(RefCell<BTreeMap<&'static str, usize>>);

impl Tally {
    fn count(&self, what: &'static str) {
        *self.0.borrow_mut().entry(what).or_default() += 1;
    }

    fn assert(self, whats: &[&'static str]) {
        let counts = self.0.into_inner();
        let hardly = whats.iter().any(|what| counts.get(what).is_none_or(|count| *count < 100));
        assert!(!hardly, "hardly tested: {counts:?}");
    }
}

/// A page reads what its policy grants, no more and no less, and sends what it may.
#[test]
fn pages_read_what_the_policy_grants() {
    let tally = Tally::default();
    let result = runner(500).run(&(meaning(), vec(call(), 1..=12)), |(meaning, calls)| {
        let policy = compile(&meaning)?;
        for call in &calls {
            let exchange = call.run(&mut Browser::new(Profile::STANDARD), &policy, 0);
            let granted = call.is_granted(&meaning);
            prop_assert_eq!(exchange.verdict.is_allowed(), granted, "{:?}: {:?}", call, exchange);
            let preflights = exchange.sent().filter(|(.., sent)| sent.request.is_preflight).count();
            prop_assert_eq!(preflights, usize::from(call.preflight().is_some()), "{:?}", call);
            tally.count(if granted { "granted" } else { "refused" });
            tally.count(if preflights > 0 { "preflight" } else { "no preflight" });
            prop_assert!(reads_what_is_exposed(call, &meaning, &exchange), "{:?}: {:?}", call, exchange);
        }
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.unwrap_err());
    tally.assert(&["granted", "refused", "preflight", "no preflight"]);
}

fn reads_what_is_exposed(call: &Call, meaning: &Meaning, exchange: &Exchange) -> bool {
    let Verdict::Allowed { readable, .. } = &exchange.verdict else { return true };
    // What everybody gets, pages get that no rule names.
    let Some(rule) = meaning.rule(&call.actual()) else { return true };
    SENT.iter().all(|name| {
        let name = name.to_ascii_lowercase();
        let expected = name == "content-type" || (name != "set-cookie" && rule.exposes(&name));
        readable.contains(&name) == expected
    })
}

/// While the policy stays, no browser with a cache comes to another verdict than one without.
#[test]
fn caches_change_no_verdict() {
    let tally = Tally::default();
    let result = runner(400).run(&(meaning(), regulars()), |(meaning, calls)| {
        let policy = compile(&meaning)?;
        for profile in [Profile::STANDARD, Profile::CHROMIUM, Profile::FIREFOX, Profile::WEBKIT] {
            let mut browser = Browser::new(profile);
            let mut now = 0;
            for call in &calls {
                now += call.after;
                let cached = call.run(&mut browser, &policy, now);
                let fresh = call.run(&mut Browser::new(profile), &policy, now);
                prop_assert_eq!(&cached.verdict, &fresh.verdict, "{:?} at {}", call, now);
                let is_spared = cached.hops.iter().any(|hop| hop.preflight == Preflight::Cached);
                let engine = profile.engine.map_or("standard", |engine| match engine {
                    cors_policy_browser::Engine::Chromium => "Chromium",
                    cors_policy_browser::Engine::Firefox => "Firefox",
                    cors_policy_browser::Engine::WebKit => "WebKit",
                });
                tally.count(if is_spared { engine } else { "not spared" });
            }
        }
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.unwrap_err());
    tally.assert(&["standard", "Chromium", "Firefox", "WebKit", "not spared"]);
}
