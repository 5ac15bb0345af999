//! What is wrong with answers to preflights.

use super::{CUSTOM, Case, INCLUDE, JSON};
use crate::server::{Asked, Reply, right};

const METHODS: &str = "access-control-allow-methods";
const NAMES: &str = "access-control-allow-headers";
const MAX_AGE: &str = "access-control-max-age";

/// Right but for preflights.
fn but(
    name: &'static str,
    arguments: &[&str],
    expected: &[&'static str],
    change: impl Fn(Reply) -> Reply + Send + Sync + 'static,
) -> Case {
    Case::new(name, arguments, expected, move |asked: &Asked| {
        let reply = right(asked);
        if asked.is_preflight() { change(reply) } else { reply }
    })
}

/// Preflights meet something that knows nothing of CORS.
fn bare(
    name: &'static str,
    arguments: &[&str],
    expected: &[&'static str],
    status: u16,
    headers: &'static [(&'static str, &'static str)],
) -> Case {
    but(name, arguments, expected, move |_| {
        headers.iter().fold(Reply::new(status), |reply, (name, value)| reply.with(name, value))
    })
}

pub(super) fn cases() -> Vec<Case> {
    let token = ["--header", "authorization: Bearer x"];
    let json_include = [JSON, INCLUDE].concat();
    let mut cases = vec![
        bare(
            "no CORS headers on OPTIONS",
            JSON,
            &["preflight-no-cors-headers"],
            200,
            &[("allow", "GET, PUT")],
        ),
        bare("404 on OPTIONS", JSON, &["preflight-not-found"], 404, &[]),
        bare("405 on OPTIONS", JSON, &["preflight-method-not-allowed"], 405, &[("allow", "GET, PUT")]),
        bare("401 on OPTIONS", JSON, &["preflight-unauthorized"], 401, &[("www-authenticate", "Bearer")]),
        but("a refused origin and 403", JSON, &["origin-not-allowed"], |_| {
            Reply::new(403).with("vary", "Origin")
        }),
        bare("403 on OPTIONS", JSON, &["preflight-unauthorized"], 403, &[]),
        bare("500 on OPTIONS", JSON, &["preflight-server-error"], 500, &[]),
        bare("400 on OPTIONS", JSON, &["preflight-not-ok"], 400, &[]),
        bare(
            "a log-in on OPTIONS",
            JSON,
            &["preflight-redirected-to-login"],
            302,
            &[("location", "https://id.example/oauth2/authorize?client_id=1")],
        ),
        bare("a slash on OPTIONS", JSON, &["preflight-redirected"], 308, &[("location", "/api/orders/")]),
        bare(
            "https on OPTIONS",
            JSON,
            &["preflight-redirected"],
            301,
            &[("location", "https://api.example/api/orders")],
        ),
        bare("an edge on OPTIONS", JSON, &["preflight-blocked-at-edge"], 403, &[("server", "CloudFront")]),
        bare(
            "a surprise",
            CUSTOM,
            &["preflight-method-not-allowed", "surprise-preflight"],
            405,
            &[("allow", "GET, POST")],
        ),
        but("credentials only on responses", &json_include, &["credentials-not-true"], |reply| {
            reply.without("access-control-allow-credentials")
        }),
        but(
            "credentials only on responses, seen on both",
            &[CUSTOM, INCLUDE].concat(),
            &["credentials-only-on-response"],
            |reply| reply.without("access-control-allow-credentials"),
        ),
        but("no methods", JSON, &["method-not-listed"], |reply| reply.without(METHODS)),
        but("other methods", JSON, &["method-not-listed"], |reply| reply.set(METHODS, "GET, DELETE")),
        but("lower case in the page", &["--method", "patch"], &["method-case"], |reply| {
            reply.set(METHODS, "PATCH")
        }),
        but("lower case in the list", JSON, &["method-not-listed"], |reply| reply.set(METHODS, "put")),
        but("a wildcard beside what is asked", JSON, &[], |reply| {
            reply.set(METHODS, "*, PUT").set(NAMES, "Content-Type, *")
        }),
        but("wild methods", &json_include, &["wildcard-methods-with-credentials"], |reply| {
            reply.set(METHODS, "*")
        }),
        but("other headers", JSON, &["request-header-not-listed"], |reply| reply.set(NAMES, "x-custom")),
        but("no headers", CUSTOM, &["request-header-not-listed"], |reply| reply.without(NAMES)),
        but("wild headers", &json_include, &["wildcard-request-headers-with-credentials"], |reply| {
            reply.set(NAMES, "*")
        }),
        but("authorization behind a wildcard", &token, &["authorization-behind-wildcard"], |reply| {
            reply.set(NAMES, "*")
        }),
        but(
            "authorization behind a wildcard, in Safari",
            &[&token[..], &["--browser", "webkit"]].concat(),
            &["authorization-behind-wildcard", "wildcard-not-kept"],
            |reply| reply.set(NAMES, "*"),
        ),
        but("spaces in methods", JSON, &["malformed-list"], |reply| reply.set(METHODS, "GET PUT")),
        but("brackets in headers", JSON, &["malformed-list"], |reply| reply.set(NAMES, "[content-type]")),
        but("both lists", JSON, &["method-not-listed", "request-header-not-listed"], |reply| {
            reply.without(METHODS).without(NAMES)
        }),
    ];
    cases.extend(max_ages());
    cases
}

fn max_ages() -> Vec<Case> {
    vec![
        but("no max-age", JSON, &["max-age-missing"], |reply| reply.without(MAX_AGE)),
        but("a max-age of 0", JSON, &["max-age-zero"], |reply| reply.set(MAX_AGE, "0")),
        but("a negative max-age", JSON, &["max-age-malformed"], |reply| reply.set(MAX_AGE, "-1")),
        but("a max-age with a unit", JSON, &["max-age-malformed"], |reply| reply.set(MAX_AGE, "2h")),
        but("two max-ages", JSON, &["max-age-malformed"], |reply| reply.with(MAX_AGE, "600")),
        but("a max-age of a month", JSON, &["max-age-too-long"], |reply| reply.set(MAX_AGE, "2592000")),
        but("wildcards that Firefox does not keep", JSON, &["wildcard-not-kept"], |reply| {
            reply.set(METHODS, "*").set(NAMES, "*")
        }),
    ]
}
