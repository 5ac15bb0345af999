//! nginx and `HAProxy`, configured as people do.

use cors_policy_probe_tests::apps::App;
use cors_policy_probe_tests::proxies::Proxy;
use cors_policy_probe_tests::server::right;
use cors_policy_probe_tests::{Probed, Server};

const BINARY: &str = env!("CARGO_BIN_EXE_cors-policy-under-probe");
const JSON: &[&str] = &["--method", "PUT", "--header", "content-type: application/json"];

fn codes(proxy: &Proxy, arguments: &[&str]) -> Vec<String> {
    let probed = Probed::run(BINARY, &proxy.url("/api/orders"), arguments);
    probed.codes().into_iter().map(str::to_owned).collect()
}

/// Where nginx answers by itself.
const ANSWERS: &str = "location = /api/orders { default_type application/json; return 200 '{}'; }";

const MAP: &str = r#"map $http_origin $cors { default ""; "https://app.localhost" $http_origin; }"#;

#[test]
fn nginx_done_right() {
    let server = r#"
        add_header Access-Control-Allow-Origin $cors always;
        add_header Vary Origin always;
        add_header Access-Control-Allow-Methods "PUT" always;
        add_header Access-Control-Allow-Headers "content-type" always;
        add_header Access-Control-Max-Age 7200 always;
        location / { if ($request_method = OPTIONS) { return 204; } return 404; }
        location = /api/orders {
            if ($request_method = OPTIONS) { return 204; }
            default_type application/json; return 200 '{}';
        }"#;
    let Some(proxy) = Proxy::nginx(MAP, server) else { return };
    assert_eq!(codes(&proxy, &[]), [""; 0]);
    assert_eq!(codes(&proxy, JSON), [""; 0]);
    assert_eq!(codes(&proxy, &["--origin", "https://other.localhost"]), ["origin-not-allowed"]);
}

/// Without `always` only some statuses have the headers.
#[test]
fn nginx_without_always() {
    let server = format!(
        "add_header Access-Control-Allow-Origin $cors; add_header Vary Origin always; {ANSWERS}
         location / {{ return 404; }}"
    );
    let Some(proxy) = Proxy::nginx(MAP, &server) else { return };
    assert_eq!(codes(&proxy, &[]), ["no-cors-headers-on-errors"]);
    let failing = "add_header Access-Control-Allow-Origin $cors; add_header Vary Origin;
        location / { if ($request_method = OPTIONS) { return 204; } return 500; }";
    let Some(proxy) = Proxy::nginx(MAP, failing) else { return };
    assert_eq!(codes(&proxy, &[]), ["no-cors-headers-on-errors"]);
}

/// `add_header` in an `if` replaces those of the levels above.
#[test]
fn nginx_with_if_in_location() {
    let server = r#"location / {
        add_header Access-Control-Allow-Origin $cors always;
        add_header Vary Origin always;
        if ($request_method = OPTIONS) {
            add_header Access-Control-Allow-Methods "PUT";
            add_header Access-Control-Allow-Headers "content-type";
            return 204;
        }
        return 200 '{}';
    }"#;
    let Some(proxy) = Proxy::nginx(MAP, server) else { return };
    assert_eq!(codes(&proxy, &[]), [""; 0]);
    assert_eq!(codes(&proxy, JSON), ["origin-not-allowed"]);
}

#[test]
fn nginx_without_options() {
    let server = format!(
        "add_header Access-Control-Allow-Origin $cors always; add_header Vary Origin always; {ANSWERS}
         location / {{ return 404; }}"
    );
    let Some(proxy) = Proxy::nginx(MAP, &server) else { return };
    // `return` answers whatever the method: the preflight is 200, and lists nothing.
    assert_eq!(codes(&proxy, JSON), ["method-not-listed", "request-header-not-listed"]);
}

#[test]
fn nginx_echoes() {
    let server = format!(
        "add_header Access-Control-Allow-Origin $http_origin always;
         add_header Access-Control-Allow-Credentials true always; {ANSWERS} location / {{ return 404; }}"
    );
    let Some(proxy) = Proxy::nginx("", &server) else { return };
    assert_eq!(codes(&proxy, &[]), ["reflects-any-origin", "vary-missing"]);
}

/// The application has a policy, and nginx adds another.
#[test]
fn nginx_in_front_of_another_layer() {
    let application = Server::new(right);
    let server = format!(
        "location / {{ proxy_pass http://{}; add_header Access-Control-Allow-Origin $cors always; }}",
        application.address()
    );
    let Some(proxy) = Proxy::nginx(MAP, &server) else { return };
    assert_eq!(codes(&proxy, &[]), ["several-origin-headers"]);
    assert_eq!(codes(&proxy, JSON), ["several-origin-headers"]);
}

/// The application is right, and the proxy's own errors are not.
#[test]
fn nginx_without_an_application() {
    let nobody = cors_policy_probe_tests::raw::nobody();
    let server = format!("location / {{ proxy_pass http://{nobody}; }}");
    let Some(proxy) = Proxy::nginx("", &server) else { return };
    assert_eq!(codes(&proxy, JSON), ["preflight-server-error"]);
}

const BACKEND: &str = r#" acl preflight method OPTIONS
 acl ours hdr(Origin) https://app.localhost
 http-request set-var(txn.origin) req.hdr(Origin) if ours
 http-request return status 204 hdr Access-Control-Allow-Origin "%[var(txn.origin)]" hdr Vary Origin hdr Access-Control-Allow-Methods PUT hdr Access-Control-Allow-Headers content-type hdr Access-Control-Max-Age 7200 if preflight ours
 http-response set-header Access-Control-Allow-Origin %[var(txn.origin)] if { var(txn.origin) -m found }
 http-response set-header Vary Origin"#;

#[test]
fn haproxy_done_right() {
    let app = App::alone();
    let Some(proxy) = Proxy::haproxy(BACKEND, app.address()) else { return };
    assert_eq!(codes(&proxy, &[]), [""; 0]);
    assert_eq!(codes(&proxy, JSON), [""; 0]);
}

/// `add-header` beside what the application sets.
#[test]
fn haproxy_in_front_of_another_layer() {
    let application = Server::new(right);
    let frontend = " http-response add-header Access-Control-Allow-Origin https://app.localhost";
    let Some(proxy) = Proxy::haproxy(frontend, application.address()) else { return };
    assert_eq!(codes(&proxy, &[]), ["several-origin-headers"]);
}

/// Headers are set, and nobody answers OPTIONS.
#[test]
fn haproxy_without_options() {
    let app = App::alone();
    let frontend = " http-response set-header Access-Control-Allow-Origin https://app.localhost";
    let Some(proxy) = Proxy::haproxy(frontend, app.address()) else { return };
    assert_eq!(codes(&proxy, &[]), [""; 0]);
    assert_eq!(
        codes(&proxy, JSON),
        ["preflight-method-not-allowed", "method-not-listed", "request-header-not-listed"]
    );
}
