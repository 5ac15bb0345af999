//! `cors-policy explain`.

#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::fmt::Write;

use cors_policy_cli_tests::{Place, Ran, assert_golden};
use serde_json::Value;

const BINARY: &str = env!("CARGO_BIN_EXE_cors-policy-under-test");

const RUST: &str = r#"use cors_policy::{Policy, cors_policy};

pub static SHOP: Policy = cors_policy! {
    origins: [
        "https://shop.example.com",
        "https://*.shop.example.com", // the regions
        #[cfg(debug_assertions)]
        "http://localhost:*",
    ],
    credentials: true,
    methods: [PUT, DELETE],
    request_headers: ["content-type"],
    max_age: "2h",
};

pub static API: Policy = cors_policy! {
    apps: { origins: ["https://app.example.com"], credentials: true, request_headers: any },
    partners: {
        origins: ["https://partner.example"],
        methods: [],
    },
    #[cfg(feature = "open")]
    public: { origins: any },
};

pub static PRICES: Policy = cors_policy! { origins: any, methods: [PUT] };

pub static ONE: Policy = cors_policy! {
    origins: ["https://app.example.com"],
};
"#;

const JSON: &str = r#"{
  "apps": { "origins": ["https://app.example.com"], "credentials": true, "request_headers": "*" },
  "partners": {
    "origins": ["https://partner.example"],
    "methods": []
  },
  "public": { "origins": "*" }
}
"#;

const LIST: &str = r#"{"rules": [
  {"name": "apps", "origins": [{"pattern": "http://app.example.com", "allow": ["insecure_origin"], "reason": "no TLS"}], "credentials": true},
  {"name": "public", "origins": "*", "credentials": false}
]}
"#;

const TOML: &str = r#"name = "api"

[apps]
origins = ["https://app.example.com"] # the app
credentials = true
request_headers = "*"

[partners]
origins = [
    "https://partner.example",
]
methods = []

[public]
origins = "*"
"#;

fn place() -> Place {
    let place = Place::new(
        BINARY,
        &[("cors.rs", RUST), ("cors.json", JSON), ("list.json", LIST), ("cors.toml", TOML)],
    );
    place.put(
        "refuses.json",
        br#"{"origins": ["https://app.example.com"], "refuses": ["https://evil.test"]}"#,
    );
    place.put("trusts.json", br#"{"origins": ["https://app.example.com"], "trusts_network": true}"#);
    place
}

fn run(place: &Place, policy: &str, arguments: &[&str]) -> Ran {
    place.run(&[&["explain", policy], arguments].concat())
}

const APP: &str = "https://app.example.com";

#[test]
fn stories_are_told() {
    let place = place();
    for (golden, policy, arguments) in [
        ("works", "cors.rs#SHOP", &["--origin", "https://eu.shop.example.com/cart?x", "--method", "PUT"][..]),
        (
            "method",
            "cors.rs#SHOP",
            &["--origin", "https://shop.example.com", "--method", "patch", "--json", "--reads", "ETag"],
        ),
        (
            "lookalike",
            "cors.rs#SHOP",
            &["--origin", "https://shop.example.com.evil.test", "--credentials", "include"],
        ),
        ("http", "cors.rs#SHOP", &["--origin", "http://shop.example.com", "--credentials", "include"]),
        ("builds", "cors.rs#SHOP", &["--origin", "http://localhost:3000", "--credentials", "include"]),
        ("null", "cors.toml", &["--origin", "null", "--initiator", "web-socket"]),
        ("public", "cors.rs#PRICES", &["--origin", APP, "--credentials", "include"]),
        (
            "authorization",
            "cors.toml",
            &["--origin", APP, "--credentials", "include", "--header", "Authorization: Bearer secret"],
        ),
        ("suffix", "refuses.json", &["--origin", "https://github.io"]),
        ("refuses", "refuses.json", &["--origin", "https://evil.test"]),
        ("trusts", "trusts.json", &["--origin", "http://kiosk.example"]),
        (
            "socket",
            "cors.rs#ONE",
            &["--origin", APP, "--url", "wss://api.example/chat", "--initiator", "web-socket"],
        ),
        ("image", "cors.rs#ONE", &["--origin", "https://other.example", "--initiator", "image"]),
        ("navigation", "cors.rs#ONE", &["--origin", "https://other.example", "--initiator", "navigation"]),
        ("own", "cors.rs#ONE", &["--origin", "https://api.example", "--method", "DELETE"]),
        ("no_cors", "cors.rs#ONE", &["--origin", APP, "--mode", "no-cors", "--header", "cookie: a=b"]),
        (
            "mixed",
            "cors.rs#ONE",
            &[
                "--origin",
                APP,
                "--url",
                "http://me:secret@api.example/",
                "--header",
                "Access-Control-Allow-Origin: *",
            ],
        ),
        ("port", "cors.rs#ONE", &["--origin", APP, "--url", "https://api.example:6000/"]),
        (
            "chromium",
            "cors.json",
            &[
                "--origin",
                "https://new.example",
                "--header",
                "Authorization: Bearer 1",
                "--browser",
                "chromium",
            ],
        ),
        ("coloured", "cors.toml", &["--origin", APP, "--method", "PUT", "--color", "always"]),
    ] {
        assert_golden(&format!("explain/story_{golden}.txt"), &run(&place, policy, arguments).shown());
    }
    let json = run(
        &place,
        "cors.rs#SHOP",
        &["--origin", "https://shop.example.com", "--method", "PATCH", "--format", "json"],
    );
    assert_golden("explain/story.json", &json.shown());
}

/// A diff, applied.
fn patched(text: &str, diff: &str) -> String {
    let mut old = text.lines();
    let (mut new, mut read) = (Vec::new(), 0);
    for line in diff.lines() {
        if let Some(gone) = line.strip_prefix("- ") {
            assert_eq!(old.next(), Some(gone));
            read += 1;
        } else if let Some(added) = line.strip_prefix("+ ") {
            new.push(added);
        } else {
            let begin = line.rsplit(':').next().unwrap().parse::<usize>().unwrap() - 1;
            new.extend(old.by_ref().take(begin - read));
            read = begin;
        }
    }
    new.extend(old);
    new.join("\n") + "\n"
}

/// Whatever is shown as a change of a file, made, makes it work, and is a policy without mistakes.
#[test]
fn changes_of_files_work() {
    let place = place();
    let (mut changed, mut unchanged) = (0, 0);
    for (file, text, policies) in [
        ("cors.rs", RUST, &["cors.rs#SHOP", "cors.rs#API", "cors.rs#PRICES", "cors.rs#ONE"][..]),
        ("cors.json", JSON, &["cors.json"]),
        ("list.json", LIST, &["list.json"]),
        ("cors.toml", TOML, &["cors.toml"]),
    ] {
        for policy in policies {
            for origin in [
                APP,
                "https://shop.example.com",
                "https://partner.example",
                "https://new.example",
                "http://localhost:3000",
            ] {
                for request in [
                    &["--method", "PATCH"][..],
                    &["--credentials", "include"],
                    &["--json", "--header", "X-A: 1", "--header", "Authorization: Bearer 1"],
                    &[
                        "--credentials",
                        "include",
                        "--method",
                        "DELETE",
                        "--json",
                        "--reads",
                        "etag",
                        "--reads",
                        "link",
                    ],
                    &["--initiator", "web-socket"],
                ] {
                    place.put(file, text.as_bytes());
                    let arguments = [&["--origin", origin, "--format", "json"], request].concat();
                    let ran = run(&place, policy, &arguments);
                    let [story] = ran.json().try_into().unwrap();
                    let Value::String(diff) = &story["diff"] else {
                        unchanged += usize::from(story["verdict"] != "works");
                        continue;
                    };
                    let patched = patched(text, diff);
                    place.put(file, patched.as_bytes());
                    let in_debug = patched.matches("cfg(debug_assertions)").count()
                        > text.matches("cfg(debug_assertions)").count();
                    let builds: &[&str] = if in_debug { &["--cfg", "debug_assertions"] } else { &[] };
                    let remedy =
                        story["remedies"].as_array().unwrap().iter().find(|it| it["kind"] != "page").unwrap();
                    if remedy["kind"] == "policy" {
                        let again = run(&place, policy, &[&arguments[..], builds].concat());
                        assert_eq!(
                            again.json()[0]["verdict"],
                            "works",
                            "{policy} {arguments:?}\n{diff}\n{patched}\n{again:?}"
                        );
                    }
                    changed += 1;
                }
            }
        }
    }
    assert!(changed > 60 && unchanged > 10, "{changed} {unchanged}");
}

/// A change that other builds refuse is not shown as one of the file, and what is shown does nothing to a terminal.
#[test]
fn changes_of_files_hold_in_every_build() {
    let place = place();
    let policy = "pub static A: Policy = cors_policy! {
    origins: [\"https://app.example.com\", #[cfg(debug_assertions)] \"http://dev.example.com\"], // \u{1b}[2J
};
";
    place.put("builds.rs", policy.as_bytes());
    let ran = run(&place, "builds.rs", &["--origin", APP, "--credentials", "include", "--format", "json"]);
    assert_eq!(
        (&ran.json()[0]["remedies"][0]["kind"], &ran.json()[0]["diff"]),
        (&"policy".into(), &Value::Null)
    );
    let refused = &ran.json()[0]["refused_in_other_builds"][0];
    assert_eq!(
        (&refused["code"], &refused["condition"]),
        (&"insecure_origin".into(), &"with `debug_assertions`".into())
    );
    let ran = run(&place, "builds.rs", &["--origin", APP, "--credentials", "include"]);
    assert_golden("explain/other_builds.txt", &ran.shown());
    let ran = run(&place, "builds.rs", &["--origin", APP, "--method", "PATCH"]);
    assert!(ran.output.contains("+     methods: [PATCH], // \\u{1b}[2J"), "{ran:?}");
    let ran = run(&place, "builds.rs", &["--origin", APP, "--method", "PATCH", "--format", "json"]);
    assert!(ran.json()[0]["diff"].as_str().unwrap().contains("// \u{1b}[2J"), "{ran:?}");
}

#[test]
fn what_makes_no_sense_is_told() {
    let place = place();
    let long = "x".repeat(70_000);
    let many: Vec<&str> = std::iter::repeat_n(["--header", "x-a: 1"], 201).flatten().collect();
    let mut shown = String::new();
    for arguments in [
        &["--origin", "app.example.com"][..],
        &["--origin", ""],
        &["--origin", "https://"],
        &["--origin", "https://a b"],
        &["--origin", "https://app\u{1b}[31m.example"],
        &["--origin", APP, "--url", "/orders"],
        &["--origin", APP, "--url", "https://[::1"],
        &["--origin", APP, "--header", "no colon"],
        &["--origin", APP, "--header", ": value"],
        &["--origin", APP, "--reads", "a b"],
        &["--origin", APP, "--initiator", "carrier-pigeon"],
        &["--origin", APP, "--initiator", "image", "--method", "PUT"],
        &["--origin", APP, "--initiator", "image", "--body", "x"],
        &["--origin", APP, "--initiator", "web-socket", "--credentials", "omit"],
        &["--origin", APP, "--initiator", "xhr", "--mode", "no-cors"],
        &["--origin", APP, "--credentials", "maybe"],
        &["--origin", APP, "--browser", "lynx"],
        &[],
    ] {
        let ran = run(&place, "cors.rs#ONE", arguments);
        assert_eq!((ran.status, ran.output.as_str()), (2, ""), "{arguments:?}: {ran:?}");
        write!(shown, "{arguments:?}\n{}", ran.errors).unwrap();
    }
    assert_golden("explain/usage.txt", &shown);
    for arguments in
        [&["--origin", &long][..], &["--origin", APP, "--url", &long], &["--origin", APP, "--body", &long]]
    {
        let ran = run(&place, "cors.rs#ONE", arguments);
        assert!(ran.status == 2 && ran.errors.len() < 300, "{}", ran.errors.len());
    }
    assert_eq!(run(&place, "cors.rs#ONE", &[&["--origin", APP][..], &many].concat()).status, 2);
    assert_eq!(run(&place, "missing.rs", &["--origin", APP]).status, 3);
    assert_eq!(run(&place, "cors.rs#NONE", &["--origin", APP]).status, 3);
    assert_eq!(run(&place, "cors.rs", &["--origin", APP]).status, 2);
    place.put("mistaken.json", br#"{"origins": ["https://app.example.com/"]}"#);
    assert_eq!(run(&place, "mistaken.json", &["--origin", APP]).status, 1);
}

/// What a script can write is never a reason to fail.
#[test]
fn odd_requests_have_stories() {
    let place = place();
    for arguments in [
        &["--method", ""][..],
        &["--method", "a b"],
        &["--method", "TRACE"],
        &["--method", "\u{e9}"],
        &["--header", "a b: 1"],
        &["--header", "x-a: \u{e9}\u{1b}[31m"],
        &["--header", "x-a: 1\r\nx-b: 2"],
        &["--body", "x", "--method", "GET"],
        &["--url", "ftp://api.example/"],
        &["--url", "data:text/plain,x"],
        &["--url", "https://api.example:25/"],
        &["--origin-is-file"],
    ] {
        let (origin, arguments) = if arguments == ["--origin-is-file"] {
            ("file:///home/page.html", &[][..])
        } else {
            (APP, arguments)
        };
        let ran = run(&place, "cors.rs#PRICES", &[&["--origin", origin], arguments].concat());
        assert!(ran.status < 2 && ran.errors.is_empty(), "{arguments:?} {ran:?}");
        assert!(!ran.output.contains('\u{1b}'), "{ran:?}");
        let json =
            run(&place, "cors.rs#PRICES", &[&["--origin", origin, "--format", "json"], arguments].concat());
        assert_eq!(json.json()[0]["verdict"] == "works", ran.status == 0);
    }
}

/// A document can stand in one line.
#[test]
fn long_lines_are_not_repeated() {
    let place = place();
    let origins: Vec<String> = (0..2_000).map(|n| format!("https://a{n}.example.com")).collect();
    place.put("long.json", serde_json::json!({ "origins": origins }).to_string().as_bytes());
    let ran = run(&place, "long.json", &["--origin", APP]);
    assert!(ran.output.len() < 5_000 && ran.output.contains("[…, \"https://app.example.com\"]"), "{ran:?}");
}

/// `decide` says of each message what the story says.
#[test]
fn stories_agree_with_decide() {
    let place = place();
    for (origin, method) in
        [(APP, "PUT"), ("https://partner.example", "PATCH"), ("https://evil.test", "DELETE")]
    {
        let [story] = run(&place, "cors.json", &["--origin", origin, "--method", method, "--format", "json"])
            .json()
            .try_into()
            .unwrap();
        for message in story["messages"].as_array().unwrap() {
            let request = serde_json::json!({ "method": message["method"], "headers": message["headers"] });
            let [answer] = place
                .feed(&["decide", "cors.json"], format!("{request}\n").as_bytes())
                .json()
                .try_into()
                .unwrap();
            assert_eq!(answer["explanation"], message["explanation"]);
            assert_eq!(answer["calls_application"], message["calls_application"]);
            for header in answer["headers"].as_array().unwrap() {
                assert!(message["response_headers"].as_array().unwrap().contains(header), "{header}");
            }
        }
    }
}
