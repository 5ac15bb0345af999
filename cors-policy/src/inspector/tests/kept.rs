//! What is written down, and within which bounds.

use serde_json::Value;

use super::{API, APP, EVIL, NEXT, codes, decided, get, inspector, json, page, preflight, request, seen};
use crate::event::{Event, Limited, Misplacement};
use crate::inspector::Inspector;
use crate::operation::Header;
use crate::{Change, MissingOrigin, Policy};

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
