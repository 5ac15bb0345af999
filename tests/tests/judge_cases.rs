//! Judges the judge: the model of a browser in `src/judge.rs` against the cases of `cases/browser.json` that are
//! about what it models.
#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use cors_policy_tests::judge::{Credentials, cors_check, preflight_check, readable};
use cors_policy_tests::message::{Headers, Response};
use serde_json::Value;

/// The cases of one kind that have the member of `input`, with how many there are at least.
fn cases(kind: &str, member: &str, at_least: usize) -> Vec<Value> {
    let cases: Vec<Value> = serde_json::from_str(include_str!("../cases/browser.json")).unwrap();
    let wanted = |case: &Value| case["kind"] == kind && case["input"].get(member).is_some();
    let cases: Vec<Value> = cases.into_iter().filter(wanted).collect();
    assert!(cases.len() >= at_least, "{} cases of kind {kind}", cases.len());
    cases
}

fn credentials(case: &Value) -> Credentials {
    match case.pointer("/input/credentials").and_then(Value::as_str).unwrap() {
        "include" => Credentials::Include,
        _ => Credentials::Omit,
    }
}

/// One code point for each byte.
fn bytes(text: &Value) -> Vec<u8> {
    text.as_str().unwrap().chars().map(|c| u8::try_from(c).unwrap()).collect()
}

fn headers(lines: &Value) -> Headers {
    let lines = lines.as_array().unwrap().iter();
    lines.map(|line| (line[0].as_str().unwrap(), bytes(&line[1]))).collect()
}

#[test]
fn cors_checks() {
    for case in cases("cors-check", "origin", 35) {
        let input = &case["input"];
        let passes = cors_check(&bytes(&input["origin"]), credentials(&case), &headers(&input["headers"]));
        assert_eq!(Value::from(passes), case["expect"]["ok"], "{case}");
    }
}

#[test]
fn preflight_checks() {
    for case in cases("preflight-check", "response", 34) {
        let input = &case["input"];
        let response = Response {
            status: u16::try_from(input["response"]["status"].as_u64().unwrap()).unwrap(),
            headers: headers(&input["response"]["headers"]),
        };
        // The one safelisted header among the cases.
        let is_unsafe = |name: &str| name != "accept";
        let sent = headers(&input["headers"]);
        let names = sent.iter().map(|(name, _)| name).filter(|name| is_unsafe(name));
        let unsafe_names: Vec<Vec<u8>> = names.map(|name| name.as_bytes().to_vec()).collect();
        let method = bytes(&input["method"]);
        let passes =
            preflight_check(&bytes(&input["origin"]), credentials(&case), &method, &unsafe_names, &response);
        assert_eq!(Value::from(passes), case["expect"]["ok"], "{case}");
    }
}

#[test]
fn exposed_headers() {
    for case in cases("expose", "headers", 16) {
        let response = headers(&case["input"]["headers"]);
        for (member, expected) in [("readable", true), ("hidden", false)] {
            for name in case["expect"][member].as_array().unwrap() {
                let name = name.as_str().unwrap();
                assert_eq!(readable(&response, credentials(&case), name), expected, "{name} in {case}");
            }
        }
    }
}
