//! Every way in which a cross-origin request fails is named by a cause, or cannot be seen in a server; and every cause is
//! in the zoo.

#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::collections::BTreeSet;

use cors_policy_cli_tests::Place;
use cors_policy_probe_tests::zoo;

const BINARY: &str = env!("CARGO_BIN_EXE_cors-policy-under-probe");

/// What a failure is told by.
enum Told {
    By(&'static [&'static str]),
    /// Why a server, or a request, cannot show it.
    Not(&'static str),
}

use Told::{By, Not};

/// How cross-origin requests fail, in the order of a request.
const FAILURES: &[(&str, Told)] = &[
    ("the target's scheme is not http", By(&["target-not-http"])),
    ("mode same-origin", Not("the page's code; the command asks with the mode cors")),
    ("mixed content", By(&["mixed-content"])),
    ("Content Security Policy", Not("the page's own header; the page is not loaded")),
    ("a blocked port", By(&["blocked-port"])),
    ("a forbidden method or header", By(&["forbidden-method", "forbidden-request-header"])),
    ("user info in the URL", By(&["user-info-in-url"])),
    (
        "DNS, TCP, TLS, certificates",
        By(&["name-not-found", "connection-failed", "tls-failed", "timed-out", "not-http"]),
    ),
    ("an extension of the browser", Not("a browser's own; no browser is run")),
    ("local network access", By(&["local-network-access"])),
    ("no CORS headers on OPTIONS", By(&["preflight-no-cors-headers"])),
    ("404 on OPTIONS", By(&["preflight-not-found"])),
    ("405 on OPTIONS", By(&["preflight-method-not-allowed"])),
    ("401 or 403 on OPTIONS", By(&["preflight-unauthorized"])),
    ("5xx on OPTIONS", By(&["preflight-server-error"])),
    ("a preflight is redirected to a log-in", By(&["preflight-redirected-to-login"])),
    ("a preflight is redirected to the canonical URL", By(&["preflight-redirected"])),
    ("another origin on the preflight", By(&["other-origin", "origin-not-allowed"])),
    ("a wildcard with credentials on the preflight", By(&["wildcard-origin-with-credentials"])),
    ("credentials missing on the preflight only", By(&["credentials-only-on-response"])),
    ("the method is not allowed", By(&["method-not-listed"])),
    ("the method's case", By(&["method-case"])),
    ("wild methods with credentials", By(&["wildcard-methods-with-credentials"])),
    ("a request header is not allowed", By(&["request-header-not-listed"])),
    ("wild headers with credentials", By(&["wildcard-request-headers-with-credentials"])),
    ("authorization behind a wildcard", By(&["authorization-behind-wildcard"])),
    ("a list that does not parse", By(&["malformed-list"])),
    (
        "a preflight is blocked at the edge",
        By(&["preflight-blocked-at-edge", "preflight-not-ok", "proxy-authentication"]),
    ),
    ("mutual TLS", By(&["client-certificate-required"])),
    ("a surprise preflight", By(&["surprise-preflight"])),
    ("a stale preflight cache", By(&["max-age-too-long"])),
    (
        "a preflight every time",
        By(&["max-age-missing", "max-age-zero", "max-age-malformed", "wildcard-not-kept"]),
    ),
    (
        "no allowed origin",
        By(&["no-cors-headers", "origin-not-allowed", "only-preflight-has-headers", "empty-origin-header"]),
    ),
    ("none on errors", By(&["no-cors-headers-on-errors"])),
    ("two layers", By(&["several-origin-headers"])),
    ("a list of origins in one header", By(&["origin-list-in-header"])),
    ("a near miss", By(&["origin-near-miss"])),
    ("a pattern in the header", By(&["pattern-in-header"])),
    ("its own origin, or a fixed one", By(&["own-origin", "other-origin"])),
    ("null", By(&["null-origin", "null-in-header", "admits-null"])),
    ("a wildcard with credentials", By(&["wildcard-origin-with-credentials"])),
    ("credentials not exactly true", By(&["credentials-not-true"])),
    ("a cached response without Vary", By(&["vary-missing", "cached-answer"])),
    ("a cache key without Origin", By(&["cached-answer"])),
    ("304 or HEAD with other headers", By(&["revalidation-differs", "head-differs"])),
    (
        "a proxy strips headers",
        Not("from in front of it the response looks like `no-cors-headers`, which says so"),
    ),
    ("a wrong URL", By(&["wrong-url"])),
    ("the application refuses", By(&["refused-by-application"])),
    ("a redirect without CORS headers", By(&["redirect-no-cors-headers"])),
    ("a redirect taints the origin", By(&["redirect-taints-origin"])),
    ("a redirect to a log-in", By(&["login-redirect"])),
    ("user info in Location", By(&["redirect-with-user-info"])),
    ("http to https", By(&["redirect-to-https"])),
    ("authorization is dropped", By(&["redirect-drops-authorization"])),
    ("POST becomes GET", By(&["redirect-changes-method"])),
    ("too many redirects, or a bad Location", By(&["too-many-redirects", "bad-redirect-location"])),
    ("the target refuses the preflight", By(&["redirect-target-refuses-preflight"])),
    ("a header is not exposed", By(&["header-not-exposed", "header-not-sent"])),
    ("a wild expose list with credentials", By(&["wildcard-expose-with-credentials"])),
    ("an expose list that does not parse", By(&["malformed-expose-list"])),
    ("Set-Cookie", By(&["set-cookie-unreadable"])),
    ("a cookie does not travel", By(&["cookie-not-cross-site"])),
    ("an opaque response", Not("the page's code asks with no-cors; the command asks with cors")),
    ("CORP, COEP, ORB", Not("only for loads without CORS; the command asks with CORS")),
    ("a tainted canvas, SRI", Not("an element without crossorigin asks without CORS")),
    ("a font or a module script fails", By(&["no-cors-headers", "origin-not-allowed"])),
    ("resource timing is zero", Not("a header of its own, that nothing of CORS depends on")),
    ("an event stream fails", By(&["response-not-taken"])),
    ("a WebSocket fails", Not("CORS does not apply; the conformance kit checks handshakes")),
    ("sendBeacon with JSON", By(&["wildcard-origin-with-credentials", "request-header-not-listed"])),
    (
        "a side effect although it was blocked",
        Not("what a request did in a server cannot be seen from outside"),
    ),
];

/// Whom a server admits although nobody meant to is no failure of a request.
const DANGERS: &[&str] =
    &["reflects-any-origin", "admits-null", "admits-lookalike", "admits-http", "admits-other-ports"];

fn codes() -> BTreeSet<String> {
    let place = Place::new(BINARY, &[]);
    let objects = place.run(&["probe", "--explain", "all", "--format", "json"]).json();
    objects.iter().map(|object| object["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_failure_is_told_by_causes_that_exist() {
    let codes = codes();
    let mut told: BTreeSet<String> = DANGERS.iter().map(ToString::to_string).collect();
    for (failure, by) in FAILURES {
        match by {
            By(causes) => {
                assert!(!causes.is_empty(), "{failure}");
                told.extend(causes.iter().map(ToString::to_string));
            }
            Not(reason) => assert!(reason.len() > 20, "{failure}: {reason}"),
        }
    }
    assert_eq!(told, codes);
}

#[test]
fn every_cause_is_in_the_zoo() {
    let mut shown: BTreeSet<String> =
        zoo::all().iter().flat_map(|case| case.expected.clone()).map(str::to_owned).collect();
    // It takes a certificate: `tls.rs` has it.
    shown.insert("client-certificate-required".to_owned());
    assert_eq!(shown, codes());
}
