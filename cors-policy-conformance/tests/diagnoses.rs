//! The kit must be able to fail: every mistake that it knows, made on purpose.
#![cfg(feature = "tower")]

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use cors_policy::tower::CorsLayer;
use cors_policy::{Policy, cors_policy};
use cors_policy_conformance::{Cause, Conformance, Failure, Report, check_service, check_url};
use tower_http::cors;

static API: Policy = cors_policy! {
    name: "api",
    origins: ["https://app.example.com", "https://*.app.example.com"],
    credentials: true,
    methods: [PUT, DELETE],
    request_headers: ["content-type"],
    expose_headers: ["etag"],
    max_age: "1h",
};

async fn hello() -> &'static str {
    "hello"
}

fn router() -> Router {
    Router::new().route("/", get(hello))
}

/// The causes of a report's failures, each once.
fn causes(report: &Report) -> Vec<Cause> {
    let mut causes: Vec<Cause> = report.failures().iter().map(Failure::cause).collect();
    causes.sort_unstable();
    causes.dedup();
    causes
}

/// The report names these causes and no others, and says this.
fn assert_says(report: &Report, expected: &[Cause], words: &[&str]) {
    assert_eq!(causes(report), expected, "{report}");
    let text = report.to_string();
    for word in words {
        assert!(text.contains(word), "`{word}` is missing:\n{text}");
    }
}

#[test]
fn what_is_right_passes() {
    let report = check_service(&API, CorsLayer::new(&API).wrap(router()));
    assert!(report.requests() > 150, "{}", report.requests());
    assert!(report.is_conformant(), "{report}");
    assert!(report.to_string().contains("all "), "{report}");
    report.assert();
}

#[test]
fn layer_before_the_routes() {
    let application = Router::new().layer(CorsLayer::new(&API)).route("/", get(hello));
    let words = [
        "the policy is inside of the router",
        "CorsLayer::new(&POLICY).wrap(router)",
        "status 405",
        "asked ",
    ];
    assert_says(&check_service(&API, application), &[Cause::RoutedBefore, Cause::PartlyCovered], &words);
}

#[test]
fn layer_on_one_method() {
    let application = Router::new().route("/", get(hello).layer(CorsLayer::new(&API)));
    let causes = [Cause::RoutedBefore, Cause::ErrorOutside];
    assert_says(&check_service(&API, application), &causes, &["status 404"]);
}

#[test]
fn layer_on_one_route() {
    let covered = Router::new().route("/covered", get(hello)).layer(CorsLayer::new(&API));
    let application = covered.route("/other", get(hello));
    let report = Conformance::of(&API).path("/covered").path("/other").check_service(application);
    assert_says(&report, &[Cause::RoutedBefore, Cause::PartlyCovered], &["/other"]);
    assert!(!report.to_string().contains("GET /covered"), "{report}");
}

#[test]
fn no_layer_at_all() {
    let report = check_service(&API, router());
    assert_says(&report, &[Cause::RoutedBefore, Cause::NotCovered], &["no access-control-allow-origin"]);
}

async fn authenticated(request: Request, next: Next) -> Response {
    match request.headers().get(header::AUTHORIZATION) {
        Some(_) => next.run(request).await,
        None => StatusCode::UNAUTHORIZED.into_response(),
    }
}

#[test]
fn authentication_outside() {
    let application = router().layer(CorsLayer::new(&API)).layer(from_fn(authenticated));
    let words =
        ["authentication stands outside of the policy", "status 401", "preflights never carry credentials"];
    assert_says(&check_service(&API, application), &[Cause::AuthenticationOutside], &words);
}

#[test]
fn authentication_inside() {
    let application = CorsLayer::new(&API).wrap(router().layer(from_fn(authenticated)));
    check_service(&API, application).assert();
}

/// A policy is picked by the path, and nobody is admitted elsewhere.
#[test]
fn another_policy_for_other_paths() {
    let layer = || CorsLayer::per_request(|target| (target.path() == "/").then(|| API.clone()));
    let report = check_service(&API.clone().varying(), layer().wrap(router()));
    let causes = causes(&report);
    assert!(
        causes.contains(&Cause::OtherPolicy) && !causes.contains(&Cause::AuthenticationOutside),
        "{report}"
    );
    let check = Conformance::of(&API.clone().varying()).without_unknown_path();
    check.check_service(layer().wrap(router())).assert();
}

async fn add_header(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let any = HeaderValue::from_static("*");
    response.headers_mut().append(header::ACCESS_CONTROL_ALLOW_ORIGIN, any);
    response
}

#[test]
fn a_proxy_adds_a_header() {
    let application = CorsLayer::new(&API).wrap(router());
    let application = Router::new().fallback_service(application).layer(from_fn(add_header));
    let words = [
        "a second CORS layer or a proxy adds headers",
        "came      status 200\n",
        "access-control-allow-origin: https://one.app.example.com, and access-control-allow-origin: *",
    ];
    let report = check_service(&API, application);
    assert_says(&report, &[Cause::SecondLayer], &words[..2]);
    let text: String = report.failures().iter().map(ToString::to_string).collect();
    assert!(text.contains(words[2]), "{text}");
}

#[test]
fn a_second_layer_outside() {
    let application = CorsLayer::new(&API).wrap(router());
    let second = cors::CorsLayer::permissive();
    let application = Router::new().fallback_service(application).layer(second);
    let report = check_service(&API, application);
    assert_says(&report, &[Cause::SecondLayer], &["let one place own CORS"]);
}

#[test]
fn a_second_layer_inside_does_no_harm() {
    let application = CorsLayer::new(&API).wrap(router().layer(cors::CorsLayer::permissive()));
    check_service(&API, application).assert();
}

async fn panics_become_errors(request: Request, next: Next) -> Response {
    match request.uri().path() {
        "/fail" => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        _ => next.run(request).await,
    }
}

#[test]
fn errors_outside() {
    let covered = CorsLayer::new(&API).wrap(router());
    let application = Router::new().fallback_service(covered).layer(from_fn(panics_become_errors));
    let report = Conformance::of(&API).path("/").path("/fail").check_service(application);
    let words = ["errors are made outside of the policy", "GET /fail", "status 500"];
    assert_says(&report, &[Cause::PreflightFailed, Cause::ErrorOutside], &words);
}

#[test]
fn unknown_paths_outside() {
    let covered = CorsLayer::new(&API).wrap(router());
    let application = Router::new().route_service("/", covered);
    let report = check_service(&API, application);
    let words = ["status 404", "the fallback for unknown paths"];
    assert_says(&report, &[Cause::RoutedBefore, Cause::ErrorOutside], &words);
}

async fn to_log_in(request: Request, next: Next) -> Response {
    match request.headers().get("x-session") {
        Some(_) => next.run(request).await,
        None => Redirect::to("https://id.example.com/").into_response(),
    }
}

#[test]
fn redirect_to_a_log_in() {
    let application = router().layer(CorsLayer::new(&API)).layer(from_fn(to_log_in));
    let words = ["a redirect is made outside of the policy", "status 303", "browsers follow no redirect"];
    assert_says(&check_service(&API, application), &[Cause::Redirected], &words);
}

async fn answers_options(request: Request, next: Next) -> Response {
    match request.method().as_str() {
        "OPTIONS" => "GET, HEAD".into_response(),
        _ => next.run(request).await,
    }
}

#[test]
fn something_answers_options() {
    let application = router().layer(CorsLayer::new(&API)).layer(from_fn(answers_options));
    let report = check_service(&API, application);
    assert_says(&report, &[Cause::AnsweredElsewhere, Cause::PartlyCovered], &["a body of 9 bytes"]);
}

async fn sets_vary(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    response
}

#[test]
fn vary_is_overwritten() {
    let application = router().layer(CorsLayer::new(&API)).layer(from_fn(sets_vary));
    let words =
        ["what the policy added to `Vary` is lost", "vary: accept-encoding", "gives one page's answer"];
    assert_says(&check_service(&API, application), &[Cause::VaryLost], &words);
}

async fn strips(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().remove(header::ACCESS_CONTROL_ALLOW_CREDENTIALS);
    response
}

#[test]
fn a_proxy_strips_a_header() {
    let application = router().layer(CorsLayer::new(&API)).layer(from_fn(strips));
    let words = ["expected  access-control-allow-credentials: true", "no access-control-allow-credentials"];
    assert_says(&check_service(&API, application), &[Cause::HeadersRemoved], &words);
}

async fn adds_bodies(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    match response.status().as_u16() {
        403 => (response.into_parts().0, "<h1>Forbidden</h1>").into_response(),
        _ => response,
    }
}

#[test]
fn an_error_page_in_a_preflight() {
    let application = router().layer(CorsLayer::new(&API)).layer(from_fn(adds_bodies));
    let report = check_service(&API, application);
    assert_says(&report, &[Cause::PreflightBody], &["expected  no body", "a body of 18 bytes"]);
}

#[test]
fn an_older_policy() {
    static OLDER: Policy = cors_policy! {
        origins: ["https://app.example.com"], credentials: true, methods: [PUT], request_headers: ["content-type"],
    };
    let report = check_service(&API, CorsLayer::new(&OLDER).wrap(router()));
    assert!(causes(&report).contains(&Cause::OtherHeaders), "{report}");
    assert!(report.to_string().contains("an older build"), "{report}");
}

#[test]
fn a_handler_that_panics() {
    async fn panics() -> &'static str {
        std::panic::resume_unwind(Box::new("on purpose"))
    }
    let router = Router::new().route("/", get(panics));
    let report = check_service(&API, CorsLayer::new(&API).wrap(router));
    let words = ["the connection was closed in place of an answer", "CatchPanicLayer"];
    assert_says(&report, &[Cause::Closed], &words);
}

#[test]
fn a_handler_that_hangs() {
    let router = Router::new().route("/", get(std::future::pending::<&'static str>));
    let check = Conformance::of(&API).within(std::time::Duration::from_millis(50));
    let report = check.check_service(CorsLayer::new(&API).wrap(router));
    assert_says(&report, &[Cause::Unanswered], &["no answer came in time"]);
}

#[test]
fn nobody_listens() {
    let report = check_url(&API, "http://127.0.0.1:9/orders");
    assert_says(&report, &[Cause::Unreachable], &["nothing listens there", "GET /orders"]);
}

#[test]
fn addresses_that_are_none() {
    for url in ["https://example.com/", "127.0.0.1:80", "http://", "", "http://a.example/ä ö"] {
        assert_says(&check_url(&API, url), &[Cause::Unusable], &["give `http://host:port/path`"]);
    }
    let report = Conformance::of(&API).path("orders").check_url("http://127.0.0.1:9");
    assert_says(&report, &[Cause::Unusable], &["`orders` is no path"]);
}
