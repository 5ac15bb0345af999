//! What is shown, and to whom.

use std::time::Duration;

use cors_policy_browser::Url;
use http::{HeaderMap, Request};
use serde_json::Value;

use super::{API, APP, EVIL, NEXT, codes, decided, get, inspector, json, page, preflight, request, seen};
use crate::event::Event;
use crate::inspector::Inspector;
use crate::inspector::page::page as page_of;
use crate::inspector::question::Question;
use crate::inspector::report::Report;
use crate::policy::Policy;

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
    assert_eq!(edits[0]["data"], "\"methods\": [\"PUT\", \"PATCH\"]");
    let page = page(&inspector);
    assert!(page.contains("methods: [PUT, PATCH]") && page.contains("In the browser’s console"));
}

#[test]
fn remedies_are_spelt_as_the_policy_is() {
    let inspector = inspector();
    let document = serde_json::json!({ "origins": ["https://app.example.com"], "methods": ["PUT"] });
    let policy = Policy::compile(&serde_json::from_value(document).unwrap()).unwrap().policy;
    let asked = request("OPTIONS", "/", &[APP, ("access-control-request-method", "PATCH")]);
    inspector.observe(&Event::Decided(seen(&policy, &asked)));
    let page = page(&inspector);
    assert!(page.contains("&quot;methods&quot;: [&quot;PUT&quot;, &quot;PATCH&quot;]"), "{page}");
    assert!(!page.contains("methods: [PUT, PATCH]"));
}

#[test]
fn a_policy_for_nobody_has_its_story() {
    let inspector = inspector();
    for policy in [Policy::nobody(), Policy::nobody().varying(), API.clone().varying()] {
        inspector.observe(&Event::Decided(seen(&policy, &request("GET", "/", &[EVIL]))));
    }
    let report = json(&inspector, "");
    assert_eq!(report["requests"].as_array().unwrap().len(), 2);
    assert_eq!(report["requests"][1]["story"]["verdict"], "blocked");
}

#[test]
fn stories_wait_where_they_take_long() {
    let inspector = inspector();
    for path in ["/a", "/b", "/c"] {
        decided(&inspector, "GET", path, &[EVIL]);
    }
    let told = || {
        let report = Report::of(&inspector.log, &[], &Question::default(), "localhost", Duration::ZERO);
        let page = page_of(&report);
        assert_eq!(page.contains("data-revision=\"\""), !report.is_complete);
        (page.matches("In the browser’s console").count(), page.matches("Its story is told when").count())
    };
    assert_eq!([told(), told(), told(), told()], [(1, 2), (2, 1), (3, 0), (3, 0)]);
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
fn odd_questions_are_answered() {
    let inspector = inspector().policy(&API);
    let fields = [
        ("policy", &["", "api", "0", "\u{0}"][..]),
        (
            "origin",
            &["null", "https://a.test:0", "https://[::1]", "app://x", "file:///x", "https://ä.test", ""],
        ),
        (
            "url",
            &[
                "https://a.test:22/",
                "http://u:p@a.test",
                "ws://a.test",
                "ftp://a.test",
                "data:,x",
                "https://app.example.com",
                "",
            ],
        ),
        ("method", &["", "get", "TRACE", "CONNECT", "a b", "\u{fffd}", "PATCH"]),
        (
            "headers",
            &["", "a", ":", "a:", ": b", "cookie: x", "a\u{0}: b", "range: bytes=0-1\nrange: x", "ä: ö"],
        ),
        ("credentials", &["", "omit", "include", "Include"]),
        ("reads", &["", ",", "*", "set-cookie", "ä, ö", "etag,etag"]),
    ];
    for (odd, values) in fields {
        for value in values {
            let mut address = Url::parse("http://localhost/").unwrap();
            let usual = |field| match field {
                "origin" => "https://app.example.com",
                "url" => "https://api.example.com/",
                "credentials" => "same-origin",
                "method" => "GET",
                _ => "",
            };
            let pairs = fields.map(|(field, _)| (field, if field == odd { value } else { usual(field) }));
            address.query_pairs_mut().extend_pairs(pairs);
            let query = address.query().unwrap();
            let answer = &json(&inspector, &format!("&{query}"))["answer"];
            let has_story = answer["story"] != Value::Null;
            assert!(has_story == answer["errors"].as_array().unwrap().is_empty(), "{query}");
            assert!(get(&inspector, &format!("/?{query}")).body().ends_with("</html>\n"), "{query}");
        }
    }
}

#[test]
fn odd_requests_are_shown() {
    let inspector = inspector();
    let origins: [&[u8]; 9] = [
        b"null",
        b"https://",
        b"https://a b",
        b"HTTPS://APP.EXAMPLE.COM",
        b"https://[::1",
        b"app://x",
        b"\xff\xfe",
        b"https://a.test:99999",
        b"",
    ];
    let hosts: [&[u8]; 6] = [b"localhost", b"[::1]:1", b"a:99999", b"\xff", b"", b"a@b"];
    let methods: [&[u8]; 5] = [b"GET", b"get", b"CONNECT", b"\xff", b""];
    for origin in origins {
        for host in hosts {
            for method in methods {
                let request = Request::builder().method("OPTIONS").uri("*").header("origin", origin);
                let request = request.header("host", host).header("access-control-request-method", method);
                let request =
                    request.header("access-control-request-headers", &b"content-type,\xff,range,,a b"[..]);
                inspector.observe(&Event::Decided(seen(&API, &request.body(()).unwrap())));
            }
        }
    }
    let report = || Report::of(&inspector.log, &[], &Question::default(), "", Duration::MAX);
    assert_eq!((report().entries.len(), report().is_complete), (100, true));
    assert!(page_of(&report()).ends_with("</html>\n"));
}
