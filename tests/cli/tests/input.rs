//! Input that is none: a message, a status, and never a panic.

use std::fs;

use cors_policy_cli_tests::{Place, Ran, assert_golden};

const BINARY: &str = env!("CARGO_BIN_EXE_cors-policy-under-test");

fn check(name: &str, text: &[u8]) -> Ran {
    let place = Place::new(BINARY, &[]);
    place.put(name, text);
    place.run(&["check", name])
}

#[test]
fn malformed_files_are_shown() {
    for (name, text, golden) in [
        ("cut.json", &b"{\"origins\": [\"https://a.example\""[..], "cut_json.txt"),
        ("comma.json", b"{\"origins\": [\"https://a.example\",]}", "comma_json.txt"),
        ("empty.json", b"", "empty_json.txt"),
        ("list.json", b"[1, 2]", "list_json.txt"),
        ("cut.toml", b"origins = [\"https://a.example\"\nmax_age = 1", "cut_toml.txt"),
        ("twice.toml", b"max_age = 1\nmax_age = 2\n", "twice_toml.txt"),
        ("cut.rs", b"static A: P = cors_policy! { origins: [\"https://a.example\" };", "cut_rust.txt"),
        ("quote.rs", b"static A: P = cors_policy! { origins: [\"https://a.example] };", "quote_rust.txt"),
        ("empty.rs", b"", "empty_rust.txt"),
        ("none.rs", b"fn main() {}", "no_policy.txt"),
        ("binary.rs", b"\x7fELF\0\0\0", "binary.txt"),
        ("latin.json", b"{\"name\": \"caf\xe9\"}", "latin.txt"),
    ] {
        assert_golden(&format!("input/{golden}"), &check(name, text).shown());
    }
}

#[test]
fn what_cannot_be_read_is_told() {
    let place = Place::new(BINARY, &[("good.json", r#"{"origins": ["https://a.example"]}"#)]);
    fs::create_dir(place.path().join("empty")).unwrap();
    for arguments in [
        &["check", "missing.rs"][..],
        &["check", "empty"],
        &["origins", "missing.toml"],
        &["decide", "empty"],
    ] {
        let ran = place.run(arguments);
        assert_eq!(
            (ran.status, ran.output.contains("mistakes")),
            (3, ran.output.contains("0 policies")),
            "{ran:?}"
        );
        assert!(ran.errors.starts_with("error: "), "{ran:?}");
    }
    // What can be read is checked all the same.
    let ran = place.run(&["check", "missing.rs", "good.json"]);
    assert!(
        ran.status == 3 && ran.output.contains("1 policy in 1 file: no mistakes; 1 file could not be read"),
        "{ran:?}"
    );
}

#[test]
fn large_files_have_a_bound() {
    let ran = check("large.json", &vec![b' '; 17 * 1024 * 1024]);
    assert_eq!(ran.status, 3);
    assert!(ran.errors.contains("larger than 16 MiB"), "{}", ran.errors);
}

/// One line of thousands of mistakes, and brackets in brackets.
#[test]
fn hostile_files_are_read() {
    let line: Vec<String> = (0..20_000).map(|number| format!("\"https://a{number}.example/\"")).collect();
    let ran = check("line.json", format!("{{\"origins\": [{}]}}", line.join(", ")).as_bytes());
    assert_eq!(ran.status, 1);
    assert!(ran.output.contains("20000 errors"), "{}", ran.output.lines().last().unwrap());
    for open in ["[", "{\"a\":", "("] {
        let deep = open.repeat(200_000);
        for name in ["deep.json", "deep.toml", "deep.rs"] {
            let ran = check(name, deep.as_bytes());
            assert_eq!(ran.status, 1, "{name}: {}", ran.errors);
        }
    }
    let closed = format!("cors_policy! {{ origins: {}{} }}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(check("deep.rs", closed.as_bytes()).output.contains("nested too deeply"));
}

/// No byte of a file reaches the terminal as a command.
#[test]
fn terminals_are_not_commanded() {
    let evil = "\u{1b}]0;owned\u{7}\u{202e}";
    for (name, text) in [
        (
            "evil.rs",
            format!("static A: P = cors_policy! {{ origins: [\"https://{evil}.example/\"] }}; // {evil}"),
        ),
        ("evil.json", format!("{{\"origins\": [\"https://a.example/\"], \"{evil}\": 1 }}")),
        ("evil.toml", format!("origins = [\"https://a.example/\"] # {evil}\n'{evil}' = 1")),
        ("\u{1b}[31m.json", "{\"origins\": [\"null\"]}".to_owned()),
    ] {
        let ran = check(name, text.as_bytes());
        assert_ne!(ran.status, 0);
        let shown = ran.shown();
        assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{shown:?}");
    }
}
