//! Policies and what pages mean to do with them, for the stories that are told of them.

use cors_policy::explain::Intent;
use cors_policy::explain::browser::{
    Body, CredentialsMode, Initiator, Mode, Origin, Page, Profile, Request, Url,
};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

/// Patterns of a rule by its place, so that rules have no origin in common.
const PATTERNS: [[&str; 4]; 3] = [
    ["https://app.example.com", "https://*.app.example.com", "http://localhost:*", "https://b.example:8443"],
    ["https://shop.example.net", "https://pr-*.preview.example.net", "http://kiosk.example.net", "app://own"],
    [
        "https://partner.example.org",
        "https://*.partner.example.org",
        "https://192.0.2.7",
        "https://me.github.io",
    ],
];
/// Origins of pages, as browsers serialise them.
const PAGES: [&str; 23] = [
    "https://app.example.com",
    "https://eu.app.example.com",
    "http://app.example.com",
    "https://evilapp.example.com",
    "https://app.example.com.evil.test",
    "https://shop.example.net",
    "https://pr-1.preview.example.net",
    "http://kiosk.example.net",
    "https://partner.example.org",
    "https://new.example",
    "http://new.example:8080",
    "http://localhost:3000",
    "https://github.io",
    "https://github.io",
    "https://co.uk",
    "https://vercel.app",
    "https://pages.dev",
    "null",
    "http://github.io",
    "https://you.github.io",
    "app://own",
    "capacitor://localhost",
    "null",
];
const METHODS: [&str; 4] = ["PUT", "DELETE", "PATCH", "PURGE"];
const ASKED_METHODS: [&str; 10] =
    ["GET", "HEAD", "POST", "put", "DELETE", "patch", "PATCH", "purge", "TRACE", "a b"];
const HEADERS: [&str; 4] = ["content-type", "x-a", "authorization", "x-api-key"];
const ASKED_HEADERS: [(&str, &str); 10] = [
    ("Content-Type", "application/json"),
    ("X-A", "1"),
    ("Authorization", "Bearer 1"),
    ("X-Unlisted", "1"),
    ("Accept-Language", "de"),
    ("Cookie", "a=b"),
    ("Access-Control-Allow-Origin", "*"),
    ("X-Bad", "a\nb"),
    ("If-None-Match", "*"),
    ("Sec-Own", "1"),
];
const EXPOSED: [&str; 3] = ["etag", "x-total", "x-request-id"];
const READ: [&str; 6] = ["etag", "x-total", "content-type", "set-cookie", "link", "location"];
const URLS: [&str; 7] = [
    "https://api.example.com/orders",
    "https://api.example.com/orders",
    "https://api.example.com/orders",
    "https://app.example.com/own",
    "http://api.example.com/orders",
    "https://user:secret@api.example.com/",
    "https://api.example.com:6000/",
];

fn names(pool: &'static [&'static str]) -> impl Strategy<Value = Value> {
    prop_oneof![
        3 => subsequence(pool, 0..=pool.len()).prop_map(|names| json!(names)),
        1 => Just(json!("*")),
    ]
}

fn rule(place: usize) -> impl Strategy<Value = Map<String, Value>> {
    let patterns = PATTERNS.get(place).copied().unwrap_or_default();
    let origins = subsequence(patterns.to_vec(), 1..=patterns.len());
    let any_headers = Just(json!(["*", "authorization"]));
    let headers = prop_oneof![4 => names(&HEADERS), 1 => any_headers];
    let lists = (names(&METHODS), headers, names(&EXPOSED));
    (origins, any::<bool>(), lists).prop_map(|(origins, credentials, (methods, headers, exposed))| {
        let origins: Vec<Value> = origins.into_iter().map(|origin| entry(origin, credentials)).collect();
        let exposed = if credentials && exposed == json!("*") { json!([]) } else { exposed };
        let fields = json!({ "origins": origins, "credentials": credentials, "methods": methods,
            "request_headers": headers, "expose_headers": exposed });
        fields.as_object().cloned().unwrap_or_default()
    })
}

fn entry(origin: &str, credentials: bool) -> Value {
    let is_insecure = origin.starts_with("http://") && !origin.contains("localhost");
    if credentials && is_insecure {
        return json!({ "pattern": origin, "allow": ["insecure_origin"], "reason": "no TLS there" });
    }
    json!(origin)
}

/// Documents that compile: one rule or several, the last of which may be for any origin; of some the network is trusted.
pub fn documents() -> impl Strategy<Value = Value> {
    let public = (names(&METHODS), names(&HEADERS), names(&EXPOSED)).prop_map(|(methods, headers, exposed)| {
        let fields = json!({ "origins": "*", "methods": methods, "request_headers": headers, "expose_headers": exposed });
        fields.as_object().cloned().unwrap_or_default()
    });
    let rules = (rule(0), rule(1), rule(2), public);
    (rules, 0_usize..=3, any::<bool>(), any::<bool>()).prop_map(
        |((a, b, c, public), count, with_public, refuses)| {
            let mut rules: Vec<Map<String, Value>> = [a, b, c].into_iter().take(count).collect();
            if with_public || rules.is_empty() {
                rules.push(public);
            } else if refuses && let Some(first) = rules.first_mut() {
                first.insert("refuses".to_owned(), json!(["https://new.example"]));
            }
            if let [only] = rules.as_slice() {
                return Value::Object(only.clone());
            }
            for (place, rule) in rules.iter_mut().enumerate() {
                rule.insert("name".to_owned(), json!(format!("rule_{place}")));
            }
            json!({ "rules": rules })
        },
    )
}

/// What pages mean to do.
pub fn intents() -> impl Strategy<Value = Intent> {
    let initiators =
        select(&[Initiator::Fetch, Initiator::Fetch, Initiator::Fetch, Initiator::Fetch, Initiator::Xhr][..]);
    let initiators = prop_oneof![4 => initiators, 1 => select(&Initiator::ALL[..])];
    let modes =
        prop_oneof![6 => Just(None), 1 => select(&[Mode::NoCors, Mode::SameOrigin][..]).prop_map(Some)];
    let credentials =
        select(&[CredentialsMode::Omit, CredentialsMode::SameOrigin, CredentialsMode::Include][..]);
    let asked = (select(&ASKED_METHODS[..]), subsequence(&ASKED_HEADERS[..], 0..=3), any::<bool>());
    let profiles = select(&[Profile::STANDARD, Profile::CHROMIUM, Profile::FIREFOX, Profile::WEBKIT][..]);
    let reads = subsequence(&READ[..], 0..=2);
    let urls = select(URLS.iter().filter_map(|url| Url::parse(url).ok()).collect::<Vec<Url>>());
    (select(&PAGES[..]), urls, initiators, (modes, credentials), asked, (reads, profiles)).prop_map(
        |(page, url, initiator, (mode, credentials), (method, headers, body), (reads, profile))| {
            let page = Page::of(Origin::parse(page));
            let is_script = matches!(initiator, Initiator::Fetch | Initiator::Xhr);
            let mut request = Request::by(initiator, &url);
            if is_script {
                request = request.method(method).credentials(credentials);
                request =
                    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
                request.body =
                    body.then(|| Body::text("{}")).filter(|_| method != "GET" || headers.len() == 2);
                request.mode = mode.filter(|_| initiator == Initiator::Fetch).unwrap_or(Mode::Cors);
            }
            let intent = Intent::new(page, request).in_browser(profile);
            reads.iter().fold(intent, Intent::reading)
        },
    )
}
