//! Policies of this file, as rustc compiled them and as the command reads them from it: they decide alike.

#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use cors_policy::{Policy, cors_policy};
use cors_policy_cli_tests::Place;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::{Value, json};

const BINARY: &str = env!("CARGO_BIN_EXE_cors-policy-under-test");

static SHOP: Policy = cors_policy! {
    name: "shop",
    origins: [
        "https://shop.example.com",
        "https://*.shop.example.com",
        #[allow(any_port, reason = "each of the ports is ours")]
        "https://pr-*.preview.example.com:*",
        #[allow(insecure_origin, reason = "no TLS on the floor")]
        #[allow(any_port, reason = "each of the ports is ours")]
        "http://kiosk.example.com:*",
        #[allow(open_pattern, reason = "a host of ours")]
        "https://*.github.io",
    ],
    credentials: true,
    methods: [PUT, "DELETE", PATCH],
    request_headers: ["content-type", "x-csrf-token"],
    expose_headers: ["etag"],
    max_age: "1h 30m",
    preflight_status: 200,
    admits: ["https://eu.shop.example.com"],
    refuses: ["https://evil.example"],
};

#[expect(deprecated, reason = "that rules overlap is what is tested")]
const API: Policy = cors_policy! {
    zebras: {
        origins: ["https://a.example", "https://*.b.example"],
        credentials: true,
        methods: any,
        request_headers: [any, "authorization"],
    },
    apes: { origins: ["https://*.example"], methods: "*", request_headers: any, max_age: 600 },
    all: { origins: any, expose_headers: any, methods: any, request_headers: any, max_age: 0 },
};

#[expect(deprecated, reason = "a warning is what is silenced here")]
static CONDITIONAL: Policy = cors_policy! {
    origins: [
        "https://a.example",
        #[cfg(debug_assertions)] "http://localhost:*",
        #[cfg(not(debug_assertions))] "https://release.example",
    ],
    #[cfg(debug_assertions)]
    credentials: true,
    methods: [GET, put],
};

/// The examples that the command has for a policy, and some strangers.
fn origins(described: &Value) -> Vec<String> {
    let rules = described["rules"].as_array().unwrap();
    let patterns = rules.iter().flat_map(|rule| rule["patterns"].as_array().unwrap());
    let mut origins: Vec<String> = patterns
        .flat_map(|pattern| {
            let admitted = pattern["admitted"].as_array().unwrap().iter();
            admitted
                .chain(pattern["neighbours"].as_array().unwrap().iter().map(|neighbour| &neighbour["origin"]))
        })
        .map(|origin| origin.as_str().unwrap().to_owned())
        .collect();
    origins.extend(["https://stranger.test", "null", ""].map(str::to_owned));
    origins
}

fn requests(origins: &[String]) -> Vec<(Method, Vec<(&'static str, String)>)> {
    let mut requests = vec![(Method::GET, Vec::new()), (Method::OPTIONS, Vec::new())];
    for origin in origins {
        let origin = || ("origin", origin.clone());
        requests.push((Method::GET, vec![origin()]));
        requests.push((Method::POST, vec![origin(), ("cookie", "a=b".to_owned())]));
        requests.push((Method::GET, vec![origin(), origin()]));
        for method in ["PUT", "patch", "PATCH", "DELETE", "X-OTHER", "no token"] {
            for headers in ["", "content-type", "authorization,x-csrf-token", "x-other"] {
                let method = ("access-control-request-method", method.to_owned());
                let headers = ("access-control-request-headers", headers.to_owned());
                requests.push((Method::OPTIONS, vec![origin(), method, headers]));
            }
        }
    }
    requests
}

fn decides_alike(name: &str, policy: &Policy, conditions: &[&str]) {
    let place = Place::new(BINARY, &[("compiled.rs", include_str!("compiled.rs"))]);
    let chosen = format!("compiled.rs#{name}");
    let described =
        place.run(&[&["origins", &chosen, "--format", "json", "--examples", "99"], conditions].concat());
    let requests = requests(&origins(described.json().first().unwrap()));
    let lines: String = requests
        .iter()
        .map(|(method, headers)| json!({ "method": method.as_str(), "headers": headers }).to_string() + "\n")
        .collect();
    let answers = place.feed(&[&["decide", &chosen], conditions].concat(), lines.as_bytes());
    let answers = answers.json();
    assert_eq!(answers.len(), requests.len());
    for (answer, (method, lines)) in answers.iter().zip(&requests) {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        let decision = policy.evaluate(method, &headers);
        let mut set: Vec<Value> = Vec::new();
        let mut vary = String::new();
        for (name, value) in decision.headers() {
            match name.as_str() {
                "vary" => value.to_str().unwrap().clone_into(&mut vary),
                name => set.push(json!([name, value.to_str().unwrap()])),
            }
        }
        let told: Vec<&str> =
            answer["vary"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
        assert_eq!(answer["headers"], Value::from(set), "{method} {lines:?}");
        assert_eq!(told.join(", "), vary, "{method} {lines:?}");
        assert_eq!(answer["status"], json!(decision.status().map(|status| status.as_u16())));
        assert_eq!(answer["rule"], json!(decision.verdict().rule()));
        let explained = policy.explain(method.as_str().as_bytes(), &headers);
        assert_eq!(answer["explanation"], explained.to_string());
    }
}

#[test]
fn a_policy_is_read_as_it_is_compiled() {
    decides_alike("SHOP", &SHOP, &[]);
}

#[test]
fn rules_keep_their_order() {
    decides_alike("API", &API, &[]);
}

#[test]
fn conditions_are_those_of_the_build() {
    let conditions: &[&str] = if cfg!(debug_assertions) { &["--cfg", "debug_assertions"] } else { &[] };
    decides_alike("CONDITIONAL", &CONDITIONAL, conditions);
}
