//! Servers that get CORS right, and what is true of those of others.

#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use cors_policy::{Document, Policy};
use cors_policy_probe_tests::apps::App;
use cors_policy_probe_tests::{APP, Probed};
use http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, Any, CorsLayer};

const BINARY: &str = env!("CARGO_BIN_EXE_cors-policy-under-probe");

/// What pages ask for.
const REQUESTS: &[&[&str]] = &[
    &[],
    &["--credentials", "include"],
    &["--method", "PUT", "--header", "content-type: application/json"],
    &["--method", "PUT", "--header", "x-custom: 1", "--credentials", "include", "--send"],
    &["--header", "authorization: Bearer x", "--reads", "etag"],
    &["--initiator", "font"],
];

fn codes(app: &App, arguments: &[&str]) -> Vec<String> {
    Probed::run(BINARY, &app.url, arguments).codes().into_iter().map(str::to_owned).collect()
}

fn policy(json: &str) -> Policy {
    let document: Document = serde_json::from_str(json).unwrap();
    Policy::compile(&document).unwrap().policy
}

const FIELDS: &str = r#""credentials": true, "methods": ["PUT"], "max_age": "2h", "expose_headers": ["etag"],
    "request_headers": ["content-type", "x-custom", "authorization"]}"#;

#[test]
fn nothing_is_found_in_ours() {
    for origins in [
        r#"["https://app.localhost"]"#,
        r#"["https://app.localhost", "https://b.localhost"]"#,
        r#"["https://app.localhost", "https://*.shop.example.com"]"#,
    ] {
        let app = App::ours(policy(&format!(r#"{{"origins": {origins}, {FIELDS}"#)));
        for arguments in REQUESTS {
            let probed = Probed::run(BINARY, &app.url, arguments);
            assert_eq!(probed.codes(), [""; 0], "{origins} {arguments:?}: {}", probed.report);
            assert_eq!(probed.ran.status, 0);
        }
    }
}

/// A pattern admits what it says, and no look-alike of it.
#[test]
fn nothing_is_found_in_a_pattern_of_ours() {
    let app = App::ours(policy(&format!(
        r#"{{"origins": ["https://*.app.localhost", "https://app.localhost"], {FIELDS}"#
    )));
    for arguments in REQUESTS {
        let page = [&["--origin", "https://eu.app.localhost"], *arguments].concat();
        let probed = Probed::run(BINARY, &app.url, &page);
        assert_eq!(probed.codes(), [""; 0], "{arguments:?}: {}", probed.report);
    }
}

#[test]
fn an_origin_that_ours_refuses_is_not_on_the_list() {
    let app = App::ours(policy(&format!(
        r#"{{"origins": ["https://a.localhost", "https://b.localhost"], {FIELDS}"#
    )));
    assert_eq!(codes(&app, &[]), ["origin-not-allowed"]);
    assert_eq!(codes(&app, &["--method", "PUT"]), ["origin-not-allowed"]);
    assert_eq!(codes(&app, &["--origin", "null"]), ["null-origin"]);
}

#[test]
fn a_public_policy_of_ours_is_fine() {
    let fields = r#""methods": ["PUT"], "request_headers": ["content-type"], "max_age": "2h"}"#;
    let app = App::ours(policy(&format!(r#"{{"origins": "*", {fields}"#)));
    assert_eq!(codes(&app, &[]), [""; 0]);
    assert_eq!(codes(&app, &["--method", "PUT", "--header", "content-type: application/json"]), [""; 0]);
    assert_eq!(codes(&app, &["--credentials", "include"]), ["wildcard-origin-with-credentials"]);
}

fn tower_http() -> CorsLayer {
    let names = [header::CONTENT_TYPE, header::AUTHORIZATION, HeaderName::from_static("x-custom")];
    CorsLayer::new()
        .allow_credentials(true)
        .allow_methods([Method::PUT])
        .allow_headers(names)
        .expose_headers([header::ETAG])
        .max_age(std::time::Duration::from_secs(7200))
}

#[test]
fn nothing_is_found_in_tower_http_with_a_list() {
    let origins = [APP, "https://b.localhost"].map(HeaderValue::from_static);
    let app = App::tower_http(tower_http().allow_origin(AllowOrigin::list(origins)));
    for arguments in REQUESTS {
        let probed = Probed::run(BINARY, &app.url, arguments);
        assert_eq!(probed.codes(), [""; 0], "{arguments:?}: {}", probed.report);
    }
}

#[test]
fn an_origin_that_tower_http_refuses_is_not_on_the_list() {
    let origins = [APP, "https://b.localhost"].map(HeaderValue::from_static);
    let app = App::tower_http(tower_http().allow_origin(AllowOrigin::list(origins)));
    assert_eq!(codes(&app, &["--origin", "https://c.localhost"]), ["origin-not-allowed"]);
    assert_eq!(codes(&app, &["--origin", "https://c.localhost", "--method", "PUT"]), ["origin-not-allowed"]);
}

#[test]
fn tower_http_by_the_book_of_mistakes() {
    let mirror = App::tower_http(tower_http().allow_origin(AllowOrigin::mirror_request()));
    assert_eq!(codes(&mirror, &[]), ["reflects-any-origin"]);
    let ends = AllowOrigin::predicate(|origin, _| origin.as_bytes().ends_with(b"app.localhost"));
    let ends = App::tower_http(tower_http().allow_origin(ends));
    assert_eq!(codes(&ends, &[]), ["admits-lookalike", "admits-http"]);
    let slash =
        App::tower_http(tower_http().allow_origin(HeaderValue::from_static("https://app.localhost/")));
    assert_eq!(codes(&slash, &[]), ["origin-near-miss"]);
    let any = App::tower_http(CorsLayer::new().allow_origin(Any).allow_methods(Any).allow_headers(Any));
    assert_eq!(codes(&any, &[]), [""; 0]);
    assert_eq!(codes(&any, &["--method", "PUT"]), ["max-age-missing", "wildcard-not-kept"]);
    assert_eq!(codes(&any, &["--header", "authorization: Bearer x"]), ["authorization-behind-wildcard"]);
}

#[test]
fn no_layer_at_all() {
    let app = App::alone();
    assert_eq!(codes(&app, &[]), ["no-cors-headers"]);
    assert_eq!(codes(&app, &["--method", "PUT"]), ["preflight-method-not-allowed"]);
}

fn actix() -> actix_cors::Cors {
    actix_cors::Cors::default()
        .allowed_origin(APP)
        .allowed_origin("https://b.localhost")
        .allowed_methods(["GET", "PUT"])
        .allowed_headers(["content-type", "x-custom", "authorization"])
        .expose_headers(["etag"])
        .supports_credentials()
        .max_age(7200)
}

#[test]
fn nothing_is_found_in_actix_cors_with_a_list() {
    let app = App::actix(actix);
    for arguments in REQUESTS {
        let probed = Probed::run(BINARY, &app.url, arguments);
        assert_eq!(probed.codes(), [""; 0], "{arguments:?}: {}", probed.report);
    }
}

/// It answers a preflight that it refuses with 400, and without a header that would say why.
#[test]
fn actix_cors_by_the_book_of_mistakes() {
    let app = App::actix(actix);
    let refused = ["--origin", "https://c.localhost", "--method", "PUT"];
    assert_eq!(codes(&app, &refused), ["preflight-not-ok"]);
    let app = App::actix(actix_cors::Cors::permissive);
    assert_eq!(codes(&app, &[]), ["reflects-any-origin"]);
}
