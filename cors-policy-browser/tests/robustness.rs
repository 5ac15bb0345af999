//! Whatever pages ask and servers answer: nothing panics, every fetch ends, and nobody reads what no header allows.
#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::time::Duration;

use cors_policy_browser::{
    Body, Browser, CredentialsMode, Engine, Exchange, Headers, HttpRequest, HttpResponse, Initiator, Mode,
    Origin, Page, Profile, RedirectMode, ReferrerPolicy, Request, Tainting, Url, Verdict,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, RngSeed};

const URLS: [&str; 12] = [
    "https://a.test/",
    "https://a.test/x?y#z",
    "http://a.test/",
    "https://b.test/",
    "https://u:p@b.test:8443/",
    "http://localhost:3000/",
    "https://c.test:6000/",
    "wss://b.test/",
    "data:text/plain,x",
    "blob:https://a.test/1",
    "file:///x",
    "capacitor://localhost/",
];

const NAMES: [&str; 16] = [
    "Access-Control-Allow-Origin",
    "access-control-allow-credentials",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers",
    "Access-Control-Expose-Headers",
    "Access-Control-Max-Age",
    "Location",
    "Content-Type",
    "Range",
    "Accept",
    "Authorization",
    "X-Method-Override",
    "Referrer-Policy",
    "Cross-Origin-Resource-Policy",
    "Set-Cookie",
    "*",
];

const VALUES: [&str; 20] = [
    "*",
    "null",
    "true",
    "https://a.test",
    "https://b.test",
    "https://a.test, https://b.test",
    "PUT, x-a, *",
    "PUT DELETE",
    "60",
    "-1",
    "99999999999999999999999999",
    "https://b.test/next",
    "//u:p@c.test/",
    "http://[",
    "data:,x",
    "application/json",
    "bytes=9-1",
    "same-origin",
    "TRACE",
    "text/plain;",
];

fn value() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![4 => select(&VALUES[..]).prop_map(|value| value.as_bytes().to_vec()), 1 => vec(any::<u8>(), 0..200)]
}

fn headers() -> impl Strategy<Value = Headers> {
    let name = prop_oneof![6 => select(&NAMES[..]).prop_map(str::to_owned), 1 => any::<String>()];
    vec((name, value()), 0..8).prop_map(Headers::from_iter)
}

fn response() -> impl Strategy<Value = HttpResponse> {
    let status = prop_oneof![
        4 => select(&[200, 204, 301, 302, 303, 307, 308, 404, 407, 500, 101][..]),
        1 => any::<u16>(),
    ];
    // Often enough something that passes, so that later steps are reached.
    let passes = select(&["*", "https://a.test", "null", ""][..]);
    (status, headers(), passes, any::<bool>()).prop_map(|(status, mut headers, passes, credentials)| {
        if !passes.is_empty() {
            headers.set("Access-Control-Allow-Origin", passes);
        }
        if credentials {
            headers.set("Access-Control-Allow-Credentials", "true");
        }
        HttpResponse::new(status, headers)
    })
}

fn request() -> impl Strategy<Value = Request> {
    let initiator =
        prop_oneof![1 => Just(Initiator::Fetch), 1 => Just(Initiator::Xhr), 1 => select(&Initiator::ALL[..])];
    let method = prop_oneof![
        6 => select(&["GET", "POST", "put", "PUT", "TRACE", "x"][..]).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    let modes = (
        of(select(&[Mode::Cors, Mode::NoCors, Mode::SameOrigin, Mode::Navigate][..])),
        of(select(&[CredentialsMode::Omit, CredentialsMode::SameOrigin, CredentialsMode::Include][..])),
        select(&[RedirectMode::Follow, RedirectMode::Follow, RedirectMode::Error, RedirectMode::Manual][..]),
        of(select(&[ReferrerPolicy::NoReferrer, ReferrerPolicy::SameOrigin, ReferrerPolicy::UnsafeUrl][..])),
    );
    let body = of(prop_oneof![
        Just(Body::Stream),
        vec(any::<u8>(), 0..9).prop_map(Body::text),
        any::<String>().prop_map(|content_type| Body::typed("x", content_type)),
    ]);
    (initiator, method, select(&URLS[..]), headers(), modes, body, any::<bool>()).prop_map(
        |(initiator, method, url, headers, (mode, credentials, redirect, policy), body, listeners)| {
            let mut request = Request::by(initiator, &Url::parse(url).unwrap()).method(method);
            request.headers = headers;
            request.mode = mode.unwrap_or(request.mode);
            request.credentials = credentials.unwrap_or(request.credentials);
            request.redirect = redirect;
            request.referrer_policy = policy;
            request.body = body;
            request.upload_listeners = listeners;
            request
        },
    )
}

const PROFILES: [Profile; 4] = [Profile::STANDARD, Profile::CHROMIUM, Profile::FIREFOX, Profile::WEBKIT];

fn config() -> Config {
    Config { cases: 4000, failure_persistence: None, rng_seed: RngSeed::Fixed(7), ..Config::default() }
}

/// Everything that can be said of an exchange.
fn said(page: &Page, request: &Request, exchange: &Exchange) -> usize {
    let engines = [Engine::Chromium, Engine::Firefox, Engine::WebKit];
    let consoles = engines.iter().filter_map(|engine| exchange.console(page, request, *engine));
    let failures = exchange
        .failures()
        .map(|failure| format!("{failure} {} {}", failure.reason.code(), failure.step.code()));
    let causes = exchange.hops.iter().flat_map(|hop| &hop.causes).map(ToString::to_string);
    consoles.chain(failures).chain(causes).map(|text| text.len()).sum()
}

/// The CORS check, told anew: what the last response says of the origin that its request named.
fn is_readable(request: &Request, exchange: &Exchange) -> bool {
    let Some(sent) = exchange.hops.last().and_then(|hop| hop.actual.as_ref()) else { return false };
    let Some(response) = &sent.response else { return false };
    let include = request.credentials == CredentialsMode::Include;
    let allowed = response.headers.get("access-control-allow-origin");
    let origin = sent.request.headers.get("origin");
    let credentials = response.headers.get("access-control-allow-credentials");
    if include {
        allowed == origin && credentials.as_deref() == Some(b"true")
    } else {
        allowed.as_deref() == Some(b"*") || (allowed.is_some() && allowed == origin)
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_fetch_ends(
        page in select(&URLS[..]),
        requests in vec((request(), 0..100_u64), 1..4),
        responses in vec(response(), 1..6),
        profile in select(&PROFILES[..]),
        looks_ahead in any::<bool>(),
    ) {
        let page = Page::at(&Url::parse(page).unwrap());
        let mut browser = Browser::new(profile);
        if looks_ahead {
            browser = browser.looking_ahead();
        }
        let mut answers = responses.iter().cycle();
        for (request, now) in &requests {
            let mut count = 0;
            let mut server = |_: &HttpRequest| {
                count += 1;
                answers.next().cloned().unwrap_or_default()
            };
            let exchange = browser.run(&page, request, Duration::from_secs(*now), &mut server);
            prop_assert!(count <= 2 * 21, "{count} requests");
            prop_assert_eq!(exchange.sent().count(), count);
            prop_assert!(exchange.verdict.is_allowed() || said(&page, request, &exchange) > 0);
            let all_sent_by_browser = exchange.sent().all(|(.., sent)| sent.by_browser);
            prop_assert!(all_sent_by_browser || (looks_ahead && !exchange.verdict.is_allowed()));
            if let Verdict::Allowed { tainting: Tainting::Cors, status, .. } = &exchange.verdict {
                prop_assert!(is_readable(request, &exchange), "{status}: {exchange:?}");
            }
        }
    }

    #[test]
    fn origins_parse(text in any::<String>()) {
        let origin = Origin::parse(&text);
        prop_assert_eq!(Origin::parse(&origin.to_string()), origin);
    }
}
