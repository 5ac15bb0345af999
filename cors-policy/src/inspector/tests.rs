//! What is written down, within which bounds, and how it is shown.

use cors_policy_browser::Url;
use http::{HeaderMap, Request, Response};
use serde_json::Value;

use crate::event::{Event, Limited, Misplacement, Seen};
use crate::inspector::Inspector;
use crate::operation::Header;
use crate::{Change, MissingOrigin, Policy, cors_policy};

static API: Policy = cors_policy! {
    name: "api",
    apps: { origins: ["https://app.example.com"], credentials: true, methods: [PUT], request_headers: ["x-a"] },
    partners: { origins: ["https://*.partner.example"] },
};
static NEXT: Policy = cors_policy! { name: "next", origins: ["https://next.example.com"] };

const APP: (&str, &str) = ("origin", "https://app.example.com");
const EVIL: (&str, &str) = ("origin", "https://evil.test");

fn request(method: &str, uri: &str, headers: &[(&str, &str)]) -> Request<()> {
    let mut request = Request::builder().method(method).uri(uri).header("host", "localhost:3000");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap()
}

fn seen<'r>(policy: &'r Policy, request: &'r Request<()>) -> Seen<'r> {
    let method = Request::method(request).as_str().as_bytes();
    let verdict = policy.decide(method, request.headers());
    Seen { policy, verdict, method, request: request.headers(), target: request }
}

fn decided(inspector: &Inspector, method: &str, uri: &str, headers: &[(&str, &str)]) {
    let request = request(method, uri, headers);
    inspector.observe(&Event::Decided(seen(&API, &request)));
}

fn preflight(inspector: &Inspector, origin: (&str, &str), method: &str, headers: &str) {
    let mut lines = vec![origin, ("access-control-request-method", method)];
    if !headers.is_empty() {
        lines.push(("access-control-request-headers", headers));
    }
    decided(inspector, "OPTIONS", "/orders", &lines);
}

fn inspector() -> Inspector {
    Inspector::in_build(true)
}

fn get(inspector: &Inspector, uri: &str) -> Response<String> {
    inspector.answer(&request("GET", uri, &[]))
}

fn page(inspector: &Inspector) -> String {
    get(inspector, "/.cors").into_body()
}

fn json(inspector: &Inspector, query: &str) -> Value {
    serde_json::from_str(get(inspector, &format!("/.cors?format=json{query}")).body()).unwrap()
}

fn codes(inspector: &Inspector) -> Vec<String> {
    let shown = json(inspector, "");
    let codes = shown["requests"].as_array().unwrap().iter().map(|entry| {
        let codes =
            entry["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap());
        format!("{} {}", entry["count"], codes.collect::<Vec<_>>().join(" "))
    });
    codes.collect()
}

#[test]
fn what_is_refused_is_written_down() {
    for (method, headers, expected) in [
        ("GET", &[EVIL][..], Some("origin-not-admitted")),
        ("GET", &[APP, EVIL], Some("several-origins")),
        (
            "GET",
            &[("origin", "https://a.partner.example"), ("cookie", "id=7")],
            Some("credentials-not-allowed"),
        ),
        ("OPTIONS", &[EVIL, ("access-control-request-method", "GET")], Some("origin-not-admitted")),
        ("OPTIONS", &[APP, ("access-control-request-method", "PATCH")], Some("method-not-allowed")),
        (
            "OPTIONS",
            &[APP, ("access-control-request-method", "PUT"), ("access-control-request-headers", "x-b")],
            Some("header-not-allowed"),
        ),
        ("GET", &[], None),
        ("GET", &[APP], None),
        ("GET", &[APP, ("cookie", "id=7")], None),
        ("GET", &[("origin", "https://a.partner.example")], None),
        ("OPTIONS", &[APP, ("access-control-request-method", "PUT")], None),
        ("POST", &[EVIL, ("sec-fetch-site", "same-origin")], None),
        ("POST", &[EVIL, ("sec-fetch-mode", "navigate")], None),
        ("POST", &[("origin", "http://localhost:3000")], None),
    ] {
        let inspector = inspector();
        decided(&inspector, method, "/orders", headers);
        let expected: Vec<String> = expected.iter().map(|code| format!("1 {code}")).collect();
        assert_eq!(codes(&inspector), expected, "{method} {headers:?}");
    }
}

#[test]
fn every_event_has_its_words() {
    let inspector = inspector();
    let hijack = request("GET", "/socket", &[EVIL, ("upgrade", "websocket"), ("cookie", "id=7")]);
    let seen_hijack = seen(&API, &hijack);
    let refusal = API.check_upgrade(hijack.headers(), MissingOrigin::Deny).unwrap_err();
    inspector.observe(&Event::Decided(seen_hijack));
    inspector.observe(&Event::UpgradeRefused(seen_hijack, refusal));
    let form =
        request("POST", "/orders", &[EVIL, ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")]);
    let refusal = API.check_write(b"POST", form.headers()).unwrap_err();
    for enforced in [true, false] {
        inspector.observe(&Event::WriteRefused { seen: seen(&API, &form), refusal, enforced });
    }
    let often = request("GET", "/often", &[APP]);
    inspector.observe(&Event::LimitReached(seen(&API, &often), Limited::new(7)));
    let change = Change::NewlyRefused;
    inspector.observe(&Event::CandidateDiffers { seen: seen(&API, &often), candidate: &NEXT, change });
    inspector.observe(&Event::Misplaced(&API, Misplacement::CorsInside(Header::AllowOrigin)));
    inspector.observe(&Event::Misplaced(&API, Misplacement::CorsInside(Header::MaxAge)));
    assert_eq!(
        codes(&inspector),
        [
            "1 cors-inside cors-inside",
            "1 too-many-requests candidate-differs",
            "1 cross-site cross-site",
            "1 origin-not-admitted origin-not-admitted",
        ]
    );
    let page = page(&inspector);
    for text in
        ["The handshake is answered 403", "The write goes on", "welcome in 7 s", "candidate <code>next"]
    {
        assert!(page.contains(text), "{text}");
    }
    let requests = &json(&inspector, "")["requests"];
    assert_eq!(requests[3]["kind"], "handshake");
    assert_eq!(requests[1]["findings"][0]["status"], 429);
    assert_eq!(requests[0]["method"], Value::Null);
}

#[test]
fn alike_requests_are_one_entry() {
    let inspector = inspector();
    for _ in 0..5 {
        preflight(&inspector, EVIL, "PUT", "x-a");
    }
    preflight(&inspector, EVIL, "PUT", "x-b");
    decided(&inspector, "GET", "/orders?token=one", &[EVIL]);
    decided(&inspector, "GET", "/orders?token=two", &[EVIL]);
    preflight(&inspector, EVIL, "PUT", "x-a");
    assert_eq!(
        codes(&inspector),
        ["6 origin-not-admitted", "2 origin-not-admitted", "1 origin-not-admitted"]
    );
    let revision = get(&inspector, "/?format=revision").into_body();
    assert_eq!(revision, "9");
    assert!(page(&inspector).contains("data-revision=\"9\""));
}

#[test]
fn the_oldest_goes_first() {
    let inspector = inspector().keep(3);
    for path in ["/a", "/b", "/c", "/a", "/d"] {
        decided(&inspector, "GET", path, &[EVIL]);
    }
    let paths = |inspector: &Inspector| -> Vec<String> {
        let entries = json(inspector, "");
        let entries = entries["requests"].as_array().unwrap().iter();
        entries.map(|entry| entry["path"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(paths(&inspector), ["/d", "/a", "/c"]);
    assert_eq!(paths(&inspector.clone().keep(0)), ["/d"]);
    for number in 0..3000 {
        decided(&inspector.clone().keep(usize::MAX), "GET", &format!("/{number}"), &[EVIL]);
    }
    assert_eq!(inspector.log.snapshot().entries.len(), 1000);
}

#[test]
fn nothing_secret_is_kept() {
    let inspector = inspector();
    let secret = [
        EVIL,
        ("cookie", "session=SECRET"),
        ("authorization", "Bearer SECRET"),
        ("x-api-key", "SECRET"),
        ("referer", "https://evil.test/SECRET"),
    ];
    decided(&inspector, "POST", "/orders?key=SECRET", &secret);
    let kept = format!("{:?} {} {}", inspector, page(&inspector), json(&inspector, ""));
    assert!(kept.contains("/orders") && !kept.contains("SECRET"), "{kept}");
}

#[test]
fn an_entry_is_bounded() {
    let inspector = inspector();
    let long = "a".repeat(60_000);
    let origin = format!("https://{long}.test");
    let names: Vec<String> = (0..5000).map(|number| format!("x-{number}")).collect();
    let headers = [
        ("origin", origin.as_str()),
        ("access-control-request-method", long.as_str()),
        ("access-control-request-headers", &names.join(",")),
    ];
    decided(&inspector, "OPTIONS", &format!("/{long}"), &headers);
    let entry = inspector.log.snapshot().entries.remove(0);
    let length = format!("{:?}{:?}", entry.facts.asked, entry.findings).len();
    assert!(length < 6000, "{length}");
    assert!(page(&inspector).len() < 100_000);
    let kept = format!("{:?}", inspector.log).len();
    assert!(kept < 300_000, "{kept}");
}

#[test]
fn hostile_texts_stay_texts() {
    let inspector = inspector();
    let attack = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>";
    let request =
        Request::builder().method("OPTIONS").uri("/x?%3Cscript%3E").header("host", "localhost:3000");
    let request = request
        .header("origin", attack)
        .header("access-control-request-method", attack)
        .header("access-control-request-headers", attack);
    inspector.observe(&Event::Decided(seen(&API, &request.body(()).unwrap())));
    let query = "/.cors?search=%22%3E%3Cscript%3E&policy=%3Cscript%3E&origin=%22%3E%3Cscript%3E&url=https://a.test/%22%3E%3Cscript%3E&method=%3Cscript%3E&headers=%3C/textarea%3E%3Cscript%3E&reads=%22%3E%3Cscript%3E";
    for body in [
        page(&inspector),
        get(&inspector, query).into_body(),
        get(
            &inspector,
            "/?origin=https://a.test&url=https://a.test/%3Cscript%3E&headers=x-%3Cimg%3E:+%3Cimg%3E",
        )
        .into_body(),
    ] {
        assert_eq!(body.matches("<script").count(), 1, "{body}");
        assert_eq!(body.matches("<img").count(), 0, "{body}");
        assert!(!body.contains("=x onerror=alert(1)>"), "{body}");
        assert_eq!(body.matches("</textarea>").count(), 1);
    }
    assert!(!get(&inspector, "/?format=json").body().contains('<'));
}

#[test]
fn answers_say_who_may_have_them() {
    let inspector = inspector();
    for (uri, status, content_type) in [
        ("/.cors", 200, "text/html; charset=utf-8"),
        ("/?format=json", 200, "application/json"),
        ("/?format=revision", 200, "text/plain; charset=utf-8"),
        ("/?file=style.css", 200, "text/css; charset=utf-8"),
        ("/?file=script.js", 200, "text/javascript; charset=utf-8"),
        ("/?file=../Cargo.toml", 404, "text/plain; charset=utf-8"),
        ("http://rebound.test/", 403, "text/plain; charset=utf-8"),
    ] {
        let response = get(&inspector, uri);
        assert_eq!(response.status(), status, "{uri}");
        let headers = response.headers();
        assert_eq!(headers["content-type"], content_type);
        assert_eq!(headers["cache-control"], "no-store");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["x-frame-options"], "DENY");
        assert_eq!(headers["referrer-policy"], "no-referrer");
        assert_eq!(headers["cross-origin-resource-policy"], "same-origin");
        let policy = headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none';") && policy.contains("frame-ancestors 'none'"));
        assert!(!policy.contains("unsafe"));
        assert!(headers.keys().all(|name| !name.as_str().starts_with("access-control")));
    }
    let page = page(&inspector);
    assert!(!page.contains("<style") && !page.contains(" style=\"") && !page.contains(" onclick"));
}

#[test]
fn head_and_other_methods() {
    let inspector = inspector();
    let body = page(&inspector);
    let head = inspector.answer(&request("HEAD", "/.cors", &[]));
    assert_eq!((head.status().as_u16(), head.body().as_str()), (200, ""));
    assert_eq!(head.headers()["content-length"], body.len().to_string().as_str());
    let post = inspector.answer(&request("POST", "/.cors", &[]));
    assert_eq!((post.status().as_u16(), post.headers()["allow"].as_bytes()), (405, &b"GET, HEAD"[..]));
    let asked =
        inspector.answer(&request("OPTIONS", "/.cors", &[EVIL, ("access-control-request-method", "GET")]));
    assert_eq!(asked.status(), 403);
}

#[test]
fn release_builds_serve_nothing() {
    let inspector = Inspector::in_build(false);
    assert!(!inspector.is_served());
    decided(&inspector, "GET", "/", &[EVIL]);
    assert!(inspector.log.snapshot().entries.is_empty());
    for uri in ["/.cors", "/?format=json", "/?file=style.css"] {
        let response = get(&inspector, uri);
        assert_eq!((response.status().as_u16(), response.body().len()), (404, 0));
        assert_eq!(response.headers(), &HeaderMap::new());
    }
    let inspector = inspector.serve_in_release_builds();
    decided(&inspector, "GET", "/", &[EVIL]);
    assert_eq!(codes(&inspector), ["1 origin-not-admitted"]);
    // What the build says is the only difference.
    assert_eq!(Inspector::new().is_served(), cfg!(debug_assertions));
    let status = get(&Inspector::new(), "/").status();
    assert_eq!(status, if cfg!(debug_assertions) { 200 } else { 404 });
}

#[test]
fn hosts_can_be_named() {
    let inspector = inspector().host("dev.example.com");
    let ask = |host: &str| {
        let request = Request::builder().uri("/.cors").header("host", host).body(()).unwrap();
        inspector.answer(&request).status().as_u16()
    };
    assert_eq!([ask("dev.example.com:8080"), ask("localhost"), ask("example.com")], [200, 200, 403]);
}

#[test]
fn a_line_of_the_console_finds_its_request() {
    let inspector = inspector();
    preflight(&inspector, EVIL, "PUT", "x-a");
    preflight(&inspector, APP, "PATCH", "");
    decided(&inspector, "GET", "/account", &[EVIL]);
    let entries = json(&inspector, "");
    let entries = entries["requests"].as_array().unwrap();
    assert_eq!(entries.len(), 3);
    for entry in entries {
        for engine in ["chromium", "firefox"] {
            let line = entry["story"]["console"][engine].as_str().unwrap();
            let mut address = Url::parse("http://localhost/").unwrap();
            address.query_pairs_mut().append_pair("search", line);
            let found = json(&inspector, &format!("&{}", address.query().unwrap()));
            let found = found["requests"].as_array().unwrap();
            assert!(found.iter().any(|found| found["id"] == entry["id"]), "{line}");
            assert!(found.len() < 3, "{line}");
        }
    }
    for (search, expected) in [
        ("patch", 1),
        ("EVIL.test", 2),
        ("evil.test%20put", 1),
        ("http://localhost:3000/orders?secret=1", 2),
        ("nothing-like-it", 0),
        ("http://localhost:3000/other", 0),
    ] {
        let found = json(&inspector, &format!("&search={search}"));
        assert_eq!(found["requests"].as_array().unwrap().len(), expected, "{search}");
    }
    assert!(get(&inspector, "/?search=nothing-like-it").body().contains("No refused request is about that."));
}

#[test]
fn stories_propose_what_works() {
    let inspector = inspector();
    preflight(&inspector, APP, "PATCH", "x-b");
    let entry = &json(&inspector, "")["requests"][0];
    assert_eq!(entry["story"]["verdict"], "blocked");
    let edits = entry["story"]["remedies"][0]["edits"].as_array().unwrap();
    let texts: Vec<&str> = edits.iter().map(|edit| edit["rust"].as_str().unwrap()).collect();
    assert_eq!(texts, ["methods: [PUT, PATCH]", "request_headers: [\"x-a\", \"x-b\"]"]);
    let page = page(&inspector);
    assert!(page.contains("methods: [PUT, PATCH]") && page.contains("In the browser’s console"));
}

#[test]
fn questions_are_answered() {
    let inspector = inspector().policy(&API).policy(&NEXT);
    let ask = |query: &str| json(&inspector, query)["answer"].clone();
    assert_eq!(ask(""), Value::Null);
    let works =
        ask("&origin=https://app.example.com&url=https://api.example.com/x&method=PUT&credentials=include");
    assert_eq!(
        (works["story"]["verdict"].as_str(), &works["errors"]),
        (Some("works"), &serde_json::json!([]))
    );
    let other = ask("&policy=next&origin=https://app.example.com&url=https://api.example.com/x");
    assert_eq!(other["story"]["verdict"], "blocked");
    let wrong = ask("&policy=none&origin=x&url=y");
    assert_eq!((wrong["errors"].as_array().unwrap().len(), &wrong["story"]), (3, &Value::Null));
    let page = get(&inspector, "/?origin=https://app.example.com&url=https://api.example.com/x&method=PATCH");
    assert!(page.body().contains("The browser blocks it."));
    let policies = &json(&inspector, "")["policies"];
    assert_eq!(policies.as_array().unwrap().len(), 2);
    assert_eq!(policies[0]["rules"][0]["origins"][0]["meaning"], "this origin alone");
}

#[test]
fn policies_show_up_when_they_refuse() {
    let inspector = inspector().policy(&API);
    decided(&inspector, "GET", "/", &[EVIL]);
    for number in 0..50 {
        let document = serde_json::from_value(serde_json::json!({
            "name": format!("tenant-{number}"), "origins": [format!("https://t{number}.example.com")],
        }));
        let policy = Policy::compile(&document.unwrap()).unwrap().policy;
        inspector.observe(&Event::Decided(seen(&policy, &request("GET", "/", &[EVIL]))));
    }
    let policies = json(&inspector, "");
    let names: Vec<_> =
        policies["policies"].as_array().unwrap().iter().map(|policy| &policy["name"]).collect();
    assert_eq!((names.len(), names[0].as_str(), names[32].as_str()), (33, Some("api"), Some("tenant-49")));
}

#[test]
fn many_threads_write_and_read() {
    let inspector = inspector();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let observer = inspector.observer();
            scope.spawn(move || {
                for number in 0..500 {
                    let path = format!("/{}", (number + thread) % 150);
                    let request = request("GET", &path, &[EVIL]);
                    observer(&Event::Decided(seen(&API, &request)));
                }
            });
        }
        scope.spawn(|| {
            for _ in 0..3 {
                assert!(page(&inspector).ends_with("</html>\n"));
            }
        });
    });
    let snapshot = inspector.log.snapshot();
    assert_eq!((snapshot.entries.len(), snapshot.revision), (100, 2000));
}
