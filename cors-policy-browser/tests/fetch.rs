//! Whole fetches against servers that are functions: what is sent in which order, and what comes of it.
#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::time::Duration;

use cors_policy_browser::{
    Body, Browser, CredentialsMode, CrossOrigin, Engine, Exchange, FailedStep, HttpRequest, HttpResponse,
    Initiator, Mode, Origin, Page, Preflight, Profile, Reason, Request, ResponseType, Tainting, Url, Verdict,
};

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

fn page() -> Page {
    Page::at(&url("https://app.example/cart?id=1#top"))
}

fn answer(status: u16, lines: &[(&str, &str)]) -> HttpResponse {
    HttpResponse::new(status, lines.iter().copied().collect())
}

const STAR: (&str, &str) = ("Access-Control-Allow-Origin", "*");

fn run(request: &Request, server: &mut dyn FnMut(&HttpRequest) -> HttpResponse) -> Exchange {
    Browser::new(Profile::STANDARD).run(&page(), request, Duration::ZERO, server)
}

fn lines(request: &HttpRequest) -> Vec<String> {
    request.headers.iter().map(|(name, value)| format!("{name}: {}", value.escape_ascii())).collect()
}

/// Each request in a line: method, URL, `Origin`.
fn sent(exchange: &Exchange) -> Vec<String> {
    let line = |request: &HttpRequest| {
        let origin = request.headers.get("origin").map(|origin| String::from_utf8(origin).unwrap());
        format!("{} {} {}", request.method, request.url, origin.unwrap_or_else(|| "-".to_owned()))
    };
    exchange.sent().map(|(.., sent)| line(&sent.request)).collect()
}

fn codes(exchange: &Exchange) -> Vec<&'static str> {
    exchange.failures().map(|failure| failure.reason.code()).collect()
}

#[test]
fn a_preflight_has_its_lines_in_order() {
    let request = Request::fetch(&url("https://api.example/r?q=1"))
        .method("put")
        .header("X-b", "1")
        .header("x-A", "1")
        .body(Body::typed("{}", "application/json"))
        .credentials(CredentialsMode::Include);
    let exchange = run(&request, &mut |_| answer(500, &[]));
    let (.., first) = exchange.sent().next().unwrap();
    assert_eq!(
        lines(&first.request),
        [
            "Accept: */*",
            "Access-Control-Request-Method: PUT",
            "Access-Control-Request-Headers: content-type,x-a,x-b",
            "Referer: https://app.example/",
            "Origin: https://app.example",
            "Sec-Fetch-Dest: empty",
            "Sec-Fetch-Mode: cors",
            "Sec-Fetch-Site: cross-site",
        ]
    );
    assert!(!first.request.sends_credentials && first.request.body.is_none());
    assert_eq!(
        codes(&exchange),
        ["acao-missing", "status-not-ok", "method-not-allowed"]
            .into_iter()
            .chain(["header-not-allowed"; 3])
            .collect::<Vec<_>>()
    );
    assert_eq!(exchange.sent().count(), 1);
    let causes: Vec<String> = exchange.hops.first().unwrap().causes.iter().map(ToString::to_string).collect();
    assert_eq!(causes.len(), 4, "{causes:?}");
}

#[test]
fn looking_ahead_finds_what_fails_next_and_marks_it() {
    let mut browser = Browser::new(Profile::STANDARD).looking_ahead();
    let request = Request::fetch(&url("https://api.example/r")).method("DELETE");
    let mut server = |request: &HttpRequest| {
        let lines = [STAR, ("Access-Control-Allow-Methods", "DELETE")];
        if request.is_preflight { answer(404, &lines) } else { answer(200, &[]) }
    };
    let exchange = browser.run(&page(), &request, Duration::ZERO, &mut server);
    assert_eq!(codes(&exchange), ["status-not-ok", "acao-missing"]);
    let by_browser: Vec<bool> = exchange.sent().map(|(.., sent)| sent.by_browser).collect();
    assert_eq!(by_browser, [true, false]);
    let Verdict::Blocked(failure) = &exchange.verdict else { panic!("{exchange:?}") };
    assert_eq!(failure.step, FailedStep::Preflight);
    // What was looked ahead at leaves nothing in the cache.
    let again = browser.run(&page(), &request, Duration::from_secs(1), &mut server);
    assert!(again.hops.iter().all(|hop| matches!(hop.preflight, Preflight::Sent(_))));
}

/// Redirects from `/302` and the like to where the rest of the path says.
fn redirecting(request: &HttpRequest) -> HttpResponse {
    let (path, to) = (request.url.path(), request.url.query().unwrap_or_default());
    let status = path.trim_start_matches('/').parse().unwrap_or(200);
    let lists = [
        ("Access-Control-Allow-Methods", "*"),
        ("Access-Control-Allow-Headers", "*, authorization"),
        ("Location", to),
    ];
    let status = if request.is_preflight { 204 } else { status };
    answer(status, &[&[STAR][..], &lists].concat())
}

#[test]
fn redirects_taint_the_origin() {
    let to = |text: &str| sent(&run(&Request::fetch(&url(text)), &mut redirecting));
    let app = "https://app.example";
    assert_eq!(
        to("https://app.example/307?https://b.example/"),
        [
            "GET https://app.example/307?https://b.example/ -".to_owned(),
            format!("GET https://b.example/ {app}"),
        ]
    );
    assert_eq!(
        to("https://b.example/307?/x"),
        [format!("GET https://b.example/307?/x {app}"), format!("GET https://b.example/x {app}"),]
    );
    assert_eq!(
        to("https://b.example/307?https://app.example/"),
        [
            format!("GET https://b.example/307?https://app.example/ {app}"),
            "GET https://app.example/ null".to_owned(),
        ]
    );
}

#[test]
fn a_redirect_is_preflighted_anew_and_loses_its_token() {
    let request = Request::fetch(&url("https://b.example/307?https://c.example/"))
        .method("PUT")
        .header("Authorization", "Bearer 1");
    let exchange = run(&request, &mut redirecting);
    assert!(exchange.verdict.is_allowed(), "{exchange:?}");
    assert_eq!(
        sent(&exchange),
        [
            "OPTIONS https://b.example/307?https://c.example/ https://app.example",
            "PUT https://b.example/307?https://c.example/ https://app.example",
            "OPTIONS https://c.example/ null",
            "PUT https://c.example/ null",
        ]
    );
    let last = exchange.sent().last().unwrap().2;
    assert!(!last.request.headers.has("authorization"));
}

#[test]
fn a_post_becomes_a_get_without_body_and_type() {
    let request = Request::fetch(&url("https://b.example/302?/x")).method("POST").body(Body::text("x"));
    let exchange = run(&request, &mut redirecting);
    let last = &exchange.sent().last().unwrap().2.request;
    assert_eq!((last.method.as_str(), last.headers.has("content-type"), &last.body), ("GET", false, &None));
    let request = Request::fetch(&url("https://b.example/307?/x")).method("POST").body(Body::text("x"));
    let last = run(&request, &mut redirecting).sent().last().unwrap().2.request.clone();
    assert_eq!((last.method.as_str(), last.body), ("POST", Some(b"x".to_vec())));
}

#[test]
fn redirects_end() {
    let reasons = [
        ("https://b.example/302?https://u:p@c.example/", "location-credentials"),
        ("https://b.example/302?ftp://c.example/", "location-scheme"),
        ("https://b.example/302?http://[", "location-invalid"),
        ("https://b.example/302?/302?", "too-many-redirects"),
    ];
    for (from, code) in reasons {
        // The last leads to itself for ever.
        let mut server = |request: &HttpRequest| match request.url.query() {
            Some("") => answer(302, &[STAR, ("Location", "/302?")]),
            _ => redirecting(request),
        };
        assert_eq!(codes(&run(&Request::fetch(&url(from)), &mut server)), [code]);
    }
    // Without CORS, user info may stand there; without `Location` the redirect is the response.
    let image = Request::by(Initiator::Image, &url("https://b.example/302?https://u:p@c.example/"));
    assert!(run(&image, &mut redirecting).verdict.is_allowed());
    let without = run(&Request::fetch(&url("https://b.example/")), &mut |_| answer(302, &[STAR]));
    assert!(matches!(without.verdict, Verdict::Allowed { status: 302, .. }));
}

#[test]
fn initiators_ask_in_their_ways() {
    let api = url("https://api.example/r");
    let ask = |request: &Request| {
        let lines = [("Content-Type", "text/javascript"), ("ETag", "1")];
        run(request, &mut |_| answer(200, &lines))
    };
    // Embedding needs nobody's leave, and reads nothing.
    for initiator in [Initiator::Image, Initiator::Script, Initiator::Stylesheet, Initiator::ImportScripts] {
        let exchange = ask(&Request::by(initiator, &api));
        let Verdict::Allowed { kind: ResponseType::Opaque, readable, .. } = &exchange.verdict else {
            panic!("{exchange:?}")
        };
        assert!(readable.is_empty());
        assert_eq!(sent(&exchange), ["GET https://api.example/r -"]);
    }
    // These ask with CORS, which is refused.
    let image = Request::by(Initiator::Image, &api).cross_origin(CrossOrigin::Anonymous);
    let others = [Initiator::ModuleScript, Initiator::Font, Initiator::EventSource, Initiator::CssShape];
    for request in others.map(|initiator| Request::by(initiator, &api)).iter().chain([&image]) {
        assert_eq!(codes(&ask(request)), ["acao-missing"]);
    }
    assert_eq!(codes(&ask(&Request::by(Initiator::Worker, &api))), ["same-origin-mode"]);
    // A socket opens whatever CORS says, and says who asks.
    let socket =
        run(&Request::by(Initiator::WebSocket, &url("wss://api.example/s")), &mut |_| answer(101, &[]));
    assert!(socket.verdict.is_allowed());
    assert_eq!(sent(&socket), ["GET https://api.example/s https://app.example"]);
    let form = Request::by(Initiator::Form, &api);
    assert_eq!(sent(&ask(&form)), ["POST https://api.example/r https://app.example"]);
}

#[test]
fn beacons_ask_with_cors_only_for_types_that_forms_do_not_send() {
    let api = url("https://api.example/log");
    let text = run(&Request::beacon(&api, Body::text("x")), &mut |_| answer(204, &[]));
    assert!(text.verdict.is_allowed());
    let json = run(&Request::beacon(&api, Body::typed("{}", "application/json")), &mut redirecting);
    assert_eq!(codes(&json), ["acao-wildcard-with-credentials", "header-not-allowed"]);
}

#[test]
fn an_event_stream_has_its_type_and_no_preflight() {
    let mut request = Request::by(Initiator::EventSource, &url("https://api.example/events"));
    request.headers.append("Last-Event-ID", "7");
    let exchange = run(&request, &mut |_| answer(200, &[STAR, ("Content-Type", "text/event-stream; x=y")]));
    assert!(exchange.verdict.is_allowed());
    let exchange = run(&request, &mut |_| answer(200, &[STAR, ("Content-Type", "text/plain")]));
    assert_eq!(codes(&exchange), ["type-not-taken"]);
}

#[test]
fn apis_refuse_before_anything_is_sent() {
    let api = url("https://api.example/");
    let fetch = || Request::fetch(&api);
    let mut no_cors = fetch().method("PUT");
    no_cors.mode = Mode::NoCors;
    let refused = [
        (fetch().method("connect"), "method-forbidden"),
        (fetch().method("a b"), "method-not-a-token"),
        (no_cors, "method-not-no-cors"),
        (fetch().body(Body::text("x")), "body-not-allowed"),
        (fetch().header("x-a", "1\r\n2"), "header-invalid"),
        (Request::fetch(&url("https://u@api.example/")), "url-credentials"),
        (Request::fetch(&url("https://api.example:6000/")), "blocked-port"),
        (Request::fetch(&url("http://api.example/")), "mixed-content"),
        (Request::fetch(&url("capacitor://localhost/")), "scheme-not-http"),
    ];
    for (request, code) in refused {
        let exchange = run(&request, &mut |request| panic!("sent {request:?}"));
        assert_eq!(codes(&exchange), [code]);
    }
}

#[test]
fn forbidden_headers_are_dropped_without_a_word() {
    let request = Request::fetch(&url("https://api.example/")).header("Cookie", "a=b").header("Sec-X", "1");
    let exchange = run(&request, &mut |_| answer(200, &[STAR]));
    assert_eq!(exchange.dropped, ["cookie", "sec-x"]);
    assert!(exchange.hops.iter().all(|hop| hop.preflight == Preflight::NotNeeded));
}

#[test]
fn hsts_makes_a_page_foreign_to_its_own_host() {
    let page = Page::at(&url("http://app.example/"));
    let mut browser = Browser::new(Profile::STANDARD).knowing_hsts("app.example");
    let request = Request::fetch(&url("http://app.example/api"));
    let exchange = browser.run(&page, &request, Duration::ZERO, &mut |_| answer(200, &[]));
    assert_eq!(codes(&exchange), ["acao-missing"]);
    assert_eq!(sent(&exchange), ["GET https://app.example/api http://app.example"]);
}

#[test]
fn engines_keep_preflights_for_as_long_as_they_do() {
    let request = Request::fetch(&url("https://api.example/")).method("PUT");
    let mut server = |request: &HttpRequest| {
        let _ = request;
        answer(200, &[STAR, ("Access-Control-Allow-Methods", "PUT"), ("Access-Control-Max-Age", "100000")])
    };
    let caps = [
        (Profile::CHROMIUM, 7200),
        (Profile::FIREFOX, 86_400),
        (Profile::WEBKIT, 600),
        (Profile::STANDARD, 100_000),
    ];
    for (profile, cap) in caps {
        let mut browser = Browser::new(profile);
        let mut is_spared = |seconds| {
            let exchange = browser.run(&page(), &request, Duration::from_secs(seconds), &mut server);
            exchange.hops.iter().all(|hop| hop.preflight == Preflight::Cached)
        };
        assert_eq!([is_spared(0), is_spared(cap - 1), is_spared(cap)], [false, true, false], "{profile:?}");
    }
}

#[test]
fn firefox_keeps_a_hundred_preflights() {
    let mut browser = Browser::new(Profile::FIREFOX);
    let mut is_spared = |place: usize| {
        let request = Request::fetch(&url(&format!("https://api.example/{place}"))).method("PUT");
        let lines = [STAR, ("Access-Control-Allow-Methods", "PUT"), ("Access-Control-Max-Age", "600")];
        let exchange = browser.run(&page(), &request, Duration::ZERO, &mut |_| answer(200, &lines));
        exchange.hops.iter().all(|hop| hop.preflight == Preflight::Cached)
    };
    assert!((0..100).all(|place| !is_spared(place)));
    assert!(is_spared(0));
    assert!(!is_spared(100));
    // The first was used since, the second was not.
    assert!(is_spared(0) && !is_spared(1));
}

#[test]
fn consoles_name_what_there_was() {
    let request = Request::fetch(&url("https://api.example/"));
    let exchange =
        run(&request, &mut |_| answer(200, &[("Access-Control-Allow-Origin", "https://x.example")]));
    assert_eq!(
        exchange.console(&page(), &request, Engine::Chromium).unwrap(),
        "Access to fetch at 'https://api.example/' from origin 'https://app.example' has been blocked by CORS policy: \
         The 'Access-Control-Allow-Origin' header has a value 'https://x.example' that is not equal to the supplied \
         origin 'https://app.example'."
    );
    let firefox = exchange.console(&page(), &request, Engine::Firefox).unwrap();
    assert!(firefox.contains("does not match 'https://x.example'"), "{firefox}");
}

#[test]
fn several_lines_are_told_from_a_list() {
    let request = Request::fetch(&url("https://api.example/"));
    let shape = |lines: &[(&str, &str)]| {
        let exchange = run(&request, &mut |_| answer(200, lines));
        let Verdict::Blocked(failure) = exchange.verdict else { panic!("allowed") };
        assert!(matches!(failure.reason, Reason::AcaoMismatch { .. }));
        failure.reason.mismatch().unwrap().code()
    };
    assert_eq!(shape(&[STAR, STAR]), "several-lines");
    assert_eq!(shape(&[(STAR.0, "https://app.example, https://b.example")]), "list");
    assert_eq!(shape(&[(STAR.0, "")]), "empty");
    assert_eq!(shape(&[(STAR.0, "https://app.example/")]), "other");
}

#[test]
fn resource_policies_keep_embedders_out_and_not_cors() {
    let lines = [STAR, ("Cross-Origin-Resource-Policy", "same-origin")];
    let image = Request::by(Initiator::Image, &url("https://api.example/i"));
    assert_eq!(codes(&run(&image, &mut |_| answer(200, &lines))), ["resource-policy"]);
    let fetch = Request::fetch(&url("https://api.example/i"));
    assert!(run(&fetch, &mut |_| answer(200, &lines)).verdict.is_allowed());
}

#[test]
fn a_client_that_gets_no_response_says_so() {
    use cors_policy_browser::Step;
    let mut browser = Browser::new(Profile::STANDARD);
    let page = Page::of(Origin::Opaque);
    let Step::Send(pending) =
        browser.fetch(&page, &Request::fetch(&url("https://api.example/")), Duration::ZERO)
    else {
        panic!("nothing to send")
    };
    assert!(pending.is_by_browser() && pending.request().headers.get("origin") == Some(b"null".to_vec()));
    let Step::Done(exchange) = pending.fail("refused") else { panic!("it goes on") };
    assert_eq!(codes(&exchange), ["network"]);
    assert_eq!(exchange.hops.first().unwrap().tainting, Tainting::Cors);
}
