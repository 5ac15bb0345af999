//! `cors-policy check`: what it prints, what it looks at, how it ends.

#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::path::Path;
use std::process::{Command, Stdio};

use cors_policy_cli_tests::{Place, assert_golden, number};
use serde_json::Value;

const BINARY: &str = env!("CARGO_BIN_EXE_cors-policy-under-test");

const RUST: &str = r#"//! Who may call us.

use cors_policy::{Ceiling, Policy, cors_ceiling, cors_policy};

pub static SHOP: Policy = cors_policy! {
    origins: [
        "https://shop.example.com/",
        "https://*.shop.example.com",
        #[cfg(debug_assertions)]
        "http://localhost",
        "http://kiosk.example.com",
        "https://*.shop.example.com",
    ],
    credentials: true,
    methods: [put, TRACE],
    max_age: 2h,
};

mod tenants {
    pub fn ceiling() -> Ceiling {
        cors_policy::cors_ceiling!(methods: [PUT], rules: 1000)
    }
}
"#;

const JSON: &str = r#"{
  "origins": ["https://app.example.com/", "https://app.example.com"],
  "credentials": "yes",
  "max_age": "10d",
  "max_age": 600
}
"#;

const TOML: &str = r#"name = "shop"

[apps]
origins = ["https://app.example.com:443", 'https://b.example.com', "https://b.example.com"]

[public]
origins = "*"
credentials = true
"#;

const GOOD: &str = r#"{"origins": ["https://app.example.com"], "methods": ["PUT"], "max_age": "2h"}"#;

fn place() -> Place {
    Place::new(BINARY, &[("cors.rs", RUST), ("app.json", JSON), ("shop.toml", TOML), ("good.json", GOOD)])
}

#[test]
fn excerpts_are_those_of_a_compiler() {
    let place = place();
    for (file, golden) in [
        ("cors.rs", "check/rust.txt"),
        ("app.json", "check/json.txt"),
        ("shop.toml", "check/toml.txt"),
        ("good.json", "check/good.txt"),
    ] {
        assert_golden(golden, &place.run(&["check", file]).shown());
    }
    assert_golden(
        "check/several.txt",
        &place.run(&["check", "shop.toml", "missing.json", "good.json"]).shown(),
    );
}

/// Dotted keys, tables in lists, dates, names with escapes.
#[test]
fn places_are_found_however_a_document_is_written() {
    let tables = ("tables.toml", include_str!("../cases/tables.toml"));
    let list = ("list.toml", include_str!("../cases/list.toml"));
    let escapes = ("escapes.json", include_str!("../cases/escapes.json"));
    let place = Place::new(BINARY, &[tables, list, escapes]);
    for file in ["tables.toml", "list.toml", "escapes.json"] {
        assert_golden(&format!("check/{file}.txt"), &place.run(&["check", file]).shown());
    }
}

#[test]
fn colours_are_for_terminals_that_want_them() {
    let place = place();
    let run = |arguments: &[&str], environment: &[(&str, &str)]| {
        let mut command = Command::new(BINARY);
        place.finish(command.args(arguments).envs(environment.iter().copied()), b"").output
    };
    let coloured = run(&["check", "app.json", "--color", "always"], &[]);
    assert_golden("check/coloured.txt", &coloured);
    assert!(coloured.contains("\u{1b}["));
    assert!(!run(&["check", "app.json"], &[]).contains('\u{1b}'), "this is no terminal");
    assert!(run(&["check", "app.json"], &[("CLICOLOR_FORCE", "1")]).contains('\u{1b}'));
    assert!(!run(&["check", "app.json"], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).contains('\u{1b}'));
    assert!(!run(&["check", "app.json", "--color", "never"], &[("CLICOLOR_FORCE", "1")]).contains('\u{1b}'));
    assert!(!run(&["check", "app.json", "--color", "always", "--format", "json"], &[]).contains('\u{1b}'));
}

#[test]
fn objects_have_stable_fields() {
    let place = place();
    for (file, golden) in
        [("cors.rs", "check/rust.jsonl"), ("app.json", "check/json.jsonl"), ("shop.toml", "check/toml.jsonl")]
    {
        let ran = place.run(&["check", "--format", "json", file]);
        assert_golden(golden, &ran.shown());
    }
    let ran = place.run(&["check", "--format", "json", "missing.json", "good.json"]);
    assert_golden("check/missing.jsonl", &ran.shown());
}

/// Bytes, lines and columns are those of the file, and what is suggested stands in the place of what is wrong.
#[test]
fn places_are_places_in_the_file() {
    let place = place();
    let mut slashes = 0;
    for (file, text) in [("cors.rs", RUST), ("app.json", JSON), ("shop.toml", TOML)] {
        for object in place.run(&["check", "--format", "json", file]).json() {
            if object["type"] != "diagnostic" {
                continue;
            }
            let span = &object["span"];
            let line = text.lines().nth(number(span, "line") - 1).unwrap();
            let meant = text.get(number(span, "start")..number(span, "end")).unwrap();
            let first = meant.lines().next().unwrap();
            assert!(line.get(number(span, "column") - 1..).unwrap().starts_with(first), "{object}");
            if object["code"] == "trailing_slash" {
                let part = &object["part"];
                assert_eq!(text.get(number(part, "start")..number(part, "end")), Some("/"));
                slashes += 1;
            }
        }
    }
    assert_eq!(slashes, 2);
}

#[test]
fn warnings_count_when_asked() {
    let twice = r#"{"origins": ["https://a.example", "https://a.example"]}"#;
    let place = Place::new(BINARY, &[("cors.json", twice)]);
    assert_eq!(place.run(&["check", "cors.json"]).status, 0);
    assert_eq!(place.run(&["check", "--deny-warnings", "cors.json"]).status, 1);
    assert!(place.run(&["check", "cors.json"]).output.contains("warning[duplicate_origin]"));
}

/// `cors-policy check | head -1` ends as without `head`.
#[test]
fn the_status_is_that_of_all_that_is_checked() {
    let many: Vec<String> = (0..300).map(|number| format!("\"https://a{number}.example/\"")).collect();
    let place = Place::new(BINARY, &[("cors.json", &format!("{{\"origins\": [{}]}}", many.join(",\n")))]);
    for file in ["cors.json", "app.json"] {
        place.put("app.json", JSON.as_bytes());
        let mut child = Command::new(BINARY)
            .args(["check", file])
            .current_dir(place.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        assert_eq!(child.wait().unwrap().code(), Some(1));
    }
}

#[test]
fn directories_are_read_as_cargo_and_git_see_them() {
    let bad = r#"static P: Policy = cors_policy! { origins: ["null"] };"#;
    let document = r#"{"origins": ["null"]}"#;
    let place = Place::new(
        BINARY,
        &[
            (".gitignore", "ignored/\n"),
            ("Cargo.toml", "[package]\nname = \"a\""),
            ("package.json", "{}"),
            ("src/a.rs", bad),
            ("src/target/mod.rs", bad),
            ("src/deep/er/b.rs", bad),
            ("src/plain.rs", "fn main() {}"),
            ("target/debug/out.rs", bad),
            ("built/CACHEDIR.TAG", ""),
            ("built/out.rs", bad),
            ("ignored/c.rs", bad),
            (".hidden/d.rs", bad),
            ("config/cors.json", document),
            ("config/shop.cors.toml", "origins = [\"null\"]"),
            ("config/other.json", document),
            ("config/README.md", "cors_policy! { origins: [\"null\"] }"),
        ],
    );
    let ran = place.run(&["check", "--format", "json", "."]);
    let objects = ran.json();
    let mut files: Vec<&str> = objects.iter().filter_map(|object| object["file"].as_str()).collect();
    files.dedup();
    let expected =
        ["config/cors.json", "config/shop.cors.toml", "src/a.rs", "src/deep/er/b.rs", "src/target/mod.rs"];
    assert_eq!(files, expected);
    assert_eq!(objects.last().unwrap()["files"], 6, "the plain source, too");
    // What is named is read, wherever it stands.
    assert_eq!(place.run(&["check", "ignored/c.rs"]).status, 1);
    assert_eq!(place.run(&["check", "config/other.json"]).status, 1);
}

#[test]
fn the_standard_input_is_read_as_what_it_looks_like() {
    let place = place();
    for (text, policies) in [(RUST, 2), (JSON, 1), (TOML, 1)] {
        let ran = place.feed(&["check", "-", "--format", "json"], text.as_bytes());
        let objects = ran.json();
        assert_eq!((ran.status, &objects.last().unwrap()["policies"]), (1, &policies.into()), "{ran:?}");
        assert!(objects.iter().all(|object| object["file"].as_str().is_none_or(|file| file == "<stdin>")));
    }
    let ran = place.feed(&["check", "-", "--language", "rust"], GOOD.as_bytes());
    assert_eq!(ran.status, 3, "there is no policy in it as Rust: {ran:?}");
}

#[test]
fn mistakes_are_explained() {
    let place = Place::new(BINARY, &[]);
    assert_golden(
        "explain/insecure_origin.txt",
        &place.run(&["check", "--explain", "insecure_origin"]).shown(),
    );
    let json = place.run(&["check", "--explain", "trailing_slash", "--format", "json"]);
    assert_golden("explain/trailing_slash.jsonl", &json.shown());
    assert_golden("explain/unknown.txt", &place.run(&["check", "--explain", "slash"]).shown());
    for mistake in cors_policy_compiler::mistake::Mistake::ALL {
        let ran = place.run(&["check", "--explain", mistake.name()]);
        assert_eq!(ran.status, 0, "{ran:?}");
    }
}

#[test]
fn help_and_bad_usage_are_told_apart() {
    let place = Place::new(BINARY, &[]);
    for (arguments, golden) in [
        (&["--help"][..], "help/command.txt"),
        (&["check", "--help"], "help/check.txt"),
        (&["decide", "--help"], "help/decide.txt"),
        (&["explain", "--help"], "help/explain.txt"),
        (&["origins", "--help"], "help/origins.txt"),
        (&["probe", "--help"], "help/probe.txt"),
        (&["check"], "help/check_what.txt"),
        (&["chek", "."], "help/no_command.txt"),
        (&["check", "--explain", "syntax", "a.rs"], "help/conflict.txt"),
    ] {
        assert_golden(golden, &place.run(arguments).shown());
    }
}

/// Applying what is suggested mends what it was suggested for, and breaks nothing.
#[test]
fn suggestions_mend() {
    let place = Place::new(BINARY, &[]);
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui");
    let mut applied = 0;
    for group in std::fs::read_dir(ui).unwrap() {
        for file in std::fs::read_dir(group.unwrap().path()).unwrap() {
            let file = file.unwrap().path();
            if file.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let text = std::fs::read_to_string(&file).unwrap();
            let (mended, count) = mend(&place, &text);
            if count == 0 {
                continue;
            }
            let found = |text: &str| -> Vec<Value> {
                let ran =
                    place.feed(&["check", "-", "--language", "rust", "--format", "json"], text.as_bytes());
                ran.json().into_iter().filter(|object| object["type"] == "diagnostic").collect()
            };
            let (before, after) = (found(&text), found(&mended));
            let same = |one: &Value, other: &Value| {
                one["code"] == other["code"] && one["message"] == other["message"]
            };
            for suggested in before.iter().filter(|object| !object["suggestion"].is_null()) {
                assert!(
                    !after.iter().any(|left| same(left, suggested)),
                    "{}: {suggested}\n{mended}",
                    file.display()
                );
            }
            for made in after.iter().filter(|object| object["code"] == "syntax") {
                assert!(before.iter().any(|known| same(known, made)), "{}: {made}\n{mended}", file.display());
            }
            applied += count;
        }
    }
    assert!(applied > 60, "{applied}");
}

/// The text with every suggestion applied that overlaps no other, and how many there were.
fn mend(place: &Place, text: &str) -> (String, usize) {
    let ran = place.feed(&["check", "-", "--language", "rust", "--format", "json"], text.as_bytes());
    let objects = ran.json();
    let suggestions =
        objects.iter().map(|object| &object["suggestion"]).filter(|suggestion| !suggestion.is_null());
    let mut edits: Vec<_> = suggestions
        .map(|suggestion| {
            let text = suggestion["text"].as_str().unwrap().to_owned();
            (number(suggestion, "start"), number(suggestion, "end"), text)
        })
        .collect();
    edits.sort();
    edits.reverse();
    let (mut mended, mut applied, mut untouched) = (text.to_owned(), 0, text.len());
    for (start, end, with) in edits {
        if end <= untouched {
            mended.replace_range(start..end, &with);
            untouched = start;
            applied += 1;
        }
    }
    (mended, applied)
}
