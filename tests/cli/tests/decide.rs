//! `cors-policy decide`.

#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};

use cors_policy_cli_tests::{Place, assert_golden};

const BINARY: &str = env!("CARGO_BIN_EXE_cors-policy-under-test");

const RUST: &str = r#"
pub static API: Policy = cors_policy! {
    apps: {
        origins: [
            "https://app.example.com",
            "https://*.app.example.com",
            #[cfg(debug_assertions)]
            "http://localhost:*",
            #[allow(insecure_origin, reason = "no TLS there")]
            #[cfg(feature = "kiosk")]
            "http://kiosk.example.com",
        ],
        credentials: true,
        methods: [PUT, DELETE],
        request_headers: any,
        expose_headers: ["etag"],
        max_age: "2h",
    },
    public: { origins: any },
};

pub static ONE: Policy = cors_policy! { origins: ["https://one.example"], preflight_status: 200 };
"#;

const REQUESTS: &str = r#"{"method":"GET","headers":[["Host","api.example.com"]]}
{"method":"GET","headers":[["Origin","https://eu.app.example.com"],["Cookie","a=b"]]}
{"method":"OPTIONS","headers":[["Origin","https://app.example.com"],["Access-Control-Request-Method","PUT"],["Access-Control-Request-Headers","content-type,x-id"]]}
{"method":"OPTIONS","headers":[["Origin","https://app.example.com"],["Access-Control-Request-Method","PATCH"],["Access-Control-Request-Headers","authorization"]]}

{"method":"GET","headers":[["Origin","https://stranger.example"]]}
{"method":"GET","headers":[["Origin","https://a.example"],["origin","https://b.example"]]}
{"method":"POST","headers":[["Origin","https://api.example.com"],["Sec-Fetch-Site","same-origin"]]}
{"method":"OPTIONS"}
{"method":"GET","headers":[["Origin"]]}
{"method":"NO SPACE"}
{"method":"GET","headers":[["no space","x"]]}
{"method":"GET","headers":[["x","line\nbreak"]]}
{"method":"GET","header":[]}
not json
"#;

fn place() -> Place {
    let bad = r#"{"origins": ["https://app.example.com/"]}"#;
    let shop = "origins = [\"https://shop.example.com\"]\nmethods = [\"PUT\"]\n";
    Place::new(BINARY, &[("cors.rs", RUST), ("bad.json", bad), ("shop.toml", shop), ("requests", REQUESTS)])
}

#[test]
fn every_line_is_answered() {
    let place = place();
    for (policy, name) in [("cors.rs#API", "api"), ("cors.rs#ONE", "one"), ("shop.toml", "shop")] {
        let json = place.feed(&["decide", policy], REQUESTS.as_bytes());
        assert_golden(&format!("decide/{name}.jsonl"), &json.shown());
        assert_eq!(json.json().len(), 14);
        let human = place.feed(&["decide", policy, "--format", "human"], REQUESTS.as_bytes());
        assert_golden(&format!("decide/{name}.txt"), &human.shown());
        assert_eq!(place.run(&["decide", policy, "--requests", "requests"]), json);
    }
    let only_good = REQUESTS.lines().take(9).collect::<Vec<_>>().join("\n");
    assert_eq!(place.feed(&["decide", "shop.toml"], only_good.as_bytes()).status, 0);
}

#[test]
fn the_policy_can_come_from_the_standard_input() {
    let place = place();
    let ran =
        place.feed(&["decide", "-", "--requests", "requests"], RUST.split("\n\n").next().unwrap().as_bytes());
    assert_eq!(ran.json().len(), 14, "{ran:?}");
    assert_golden("decide/both_inputs.txt", &place.run(&["decide", "-"]).shown());
}

#[test]
fn conditions_choose_the_build() {
    let place = place();
    let admits = |origin: &str, conditions: &[&str]| {
        let request = format!(r#"{{"method":"GET","headers":[["Origin","{origin}"]]}}"#);
        let ran = place.feed(&[&["decide", "cors.rs#API"], conditions].concat(), request.as_bytes());
        ran.json()[0]["rule"] == 0
    };
    assert!(!admits("http://localhost:3000", &[]));
    assert!(admits("http://localhost:3000", &["--cfg", "debug_assertions"]));
    assert!(!admits("http://kiosk.example.com", &["--cfg", "debug_assertions"]));
    assert!(admits("http://kiosk.example.com", &["--cfg", r#"feature="kiosk""#]));
    assert!(admits(
        "http://kiosk.example.com",
        &["--cfg", r#"feature = "kiosk""#, "--cfg", "debug_assertions"]
    ));
    assert_golden(
        "decide/unknown_cfg.txt",
        &place.run(&["decide", "cors.rs#API", "--cfg", "windows"]).shown(),
    );
}

#[test]
fn the_policy_must_be_one() {
    let place = place();
    for (policy, golden) in [
        ("cors.rs", "several.txt"),
        ("cors.rs#NONE", "no_such.txt"),
        ("bad.json", "mistaken.txt"),
        ("missing.json", "missing.txt"),
        (".", "directory.txt"),
    ] {
        assert_golden(&format!("policy/{golden}"), &place.run(&["decide", policy]).shown());
    }
    assert_eq!(place.run(&["decide", "cors.rs#20"]).status, 3, "no policy begins in that line");
    assert_eq!(place.run(&["decide", "cors.rs#22"]).status, 0);
    place.put("top.rs", b"static TOP: Ceiling = cors_ceiling! { methods: [PUT] };");
    assert_golden("policy/ceiling.txt", &place.run(&["decide", "top.rs#TOP"]).shown());
}

#[test]
fn long_lines_are_skipped() {
    let place = place();
    let mut input = vec![b'x'; 3 * 1024 * 1024];
    input.extend(b"\n{\"method\":\"GET\"}\n");
    let ran = place.feed(&["decide", "shop.toml"], &input);
    let objects = ran.json();
    assert_eq!((ran.status, objects.len()), (1, 2));
    assert!(objects[0]["error"].as_str().unwrap().contains("longer than"), "{ran:?}");
    assert_eq!((&objects[1]["line"], &objects[1]["outcome"]), (&2.into(), &"not_cors".into()));
}

/// The command, while it waits for requests.
fn start(place: &Place) -> Child {
    Command::new(BINARY)
        .args(["decide", "shop.toml"])
        .current_dir(place.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// A program can ask and read in turns.
#[test]
fn answers_do_not_wait_for_more_requests() {
    let place = place();
    let mut child = start(&place);
    let mut requests = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap());
    for line in 1..=3 {
        requests.write_all(b"{\"method\":\"GET\"}\n").unwrap();
        requests.flush().unwrap();
        let mut answer = String::new();
        answers.read_line(&mut answer).unwrap();
        assert!(answer.starts_with(&format!("{{\"line\":{line},")), "{answer}");
    }
    drop(requests);
    assert!(child.wait().unwrap().success());
}

/// Whoever reads may have read enough.
#[test]
fn a_closed_pipe_is_no_failure() {
    let place = place();
    let mut child = start(&place);
    drop(child.stdout.take());
    let mut requests = child.stdin.take().unwrap();
    for _ in 0..100_000 {
        if requests.write_all(b"{\"method\":\"GET\"}\n").is_err() {
            break;
        }
    }
    drop(requests);
    let left = child.wait_with_output().unwrap();
    assert!(left.status.success() && left.stderr.is_empty(), "{left:?}");
}
