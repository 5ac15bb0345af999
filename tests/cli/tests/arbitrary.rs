//! Bytes of any kind, in process: the command ends with a status, and never panics.

#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::ffi::OsString;

use cors_policy_cli::{Console, Exit, run};
use cors_policy_cli_tests::number;
use proptest::prelude::*;
use serde_json::Value;

fn ran(arguments: &[&str], input: &[u8]) -> (Exit, String) {
    let (mut output, mut errors) = (Vec::new(), Vec::new());
    let mut console = Console {
        input: Box::new(input),
        output: Box::new(&mut output),
        errors: Box::new(&mut errors),
        output_colours: false,
        errors_colours: false,
    };
    let exit = run(
        std::iter::once("cors-policy").chain(arguments.iter().copied()).map(OsString::from),
        &mut console,
    );
    drop(console);
    (exit, String::from_utf8(output).unwrap())
}

/// Texts that come near to policies.
fn near() -> impl Strategy<Value = String> {
    let pieces = [
        "static A: P = ",
        "cors_policy! {",
        "cors_ceiling!(",
        "cors_policy::cors_policy![",
        "origins",
        "methods",
        "rules",
        "max_age",
        "credentials",
        ": ",
        " = ",
        ", ",
        ";",
        "[",
        "]",
        "{",
        "}",
        "(",
        ")",
        "any",
        "\"*\"",
        "\"https://a.example\"",
        "\"https://*.a.example/\"",
        "'https://b.example'",
        "\"pattern\"",
        "\"allow\"",
        "\"\\u0000é\"",
        "#[allow(deprecated)]",
        "#[cfg(debug_assertions)]",
        "#[allow(any_port, reason = \"x\")]",
        "r#\"x\"#",
        "'a",
        "true",
        "-1",
        "1e9",
        "0x1f",
        "\n",
        "\r\n",
        "// c\n",
        "/*",
        "*/",
        "[a]\n",
        "[[rules]]\n",
        "\"origins\": ",
        "\"credentials\": true",
        "é",
        "\u{1f600}",
        "\u{feff}",
        "$",
        "!",
        "#",
        "1979-05-27T07:32:00Z",
        "macro_rules! m {",
        "b\"\\xff\"",
        "c\"x\"",
        "\"\"\"",
        "'''",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..40).prop_map(|pieces| pieces.concat())
}

fn check(language: &str, input: &[u8]) -> Result<(), TestCaseError> {
    for format in ["human", "json"] {
        let (exit, output) = ran(&["check", "-", "--language", language, "--format", format], input);
        prop_assert!(exit != Exit::Usage, "{output}");
        if format == "human" {
            continue;
        }
        for line in output.lines() {
            let object: Value = serde_json::from_str(line).unwrap();
            for place in ["span", "part", "suggestion"] {
                let Some(place) = object.get(place).filter(|place| !place.is_null()) else { continue };
                let range = number(place, "start")..number(place, "end");
                let text = std::str::from_utf8(input).unwrap();
                prop_assert!(text.get(range).is_some(), "{object}");
            }
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn bytes_are_checked(input in prop::collection::vec(any::<u8>(), 0..200)) {
        for language in ["json", "toml", "rust"] {
            check(language, &input)?;
        }
    }

    #[test]
    fn texts_are_checked(input in "\\PC{0,60}") {
        for language in ["json", "toml", "rust"] {
            check(language, input.as_bytes())?;
        }
    }

    #[test]
    fn what_comes_near_is_checked(input in near()) {
        for language in ["json", "toml", "rust"] {
            check(language, input.as_bytes())?;
        }
        let macro_call = format!("cors_policy! {{ {input} }}");
        check("rust", macro_call.as_bytes())?;
    }

    #[test]
    fn lines_are_decided(lines in prop::collection::vec(prop_oneof![
        prop::collection::vec(any::<u8>().prop_filter("one line", |byte| *byte != b'\n'), 0..60),
        any::<(String, String, String)>().prop_map(|(method, name, value)| {
            serde_json::json!({ "method": method, "headers": [[name, value], ["origin", value]] }).to_string().into_bytes()
        }),
    ], 0..20)) {
        let directory = tempfile::TempDir::new().unwrap();
        let policy = directory.path().join("p.json");
        std::fs::write(&policy, r#"{"origins": "*", "methods": "*", "request_headers": "*"}"#).unwrap();
        let (exit, output) = ran(&["decide", policy.to_str().unwrap()], &lines.join(&b'\n'));
        let written = lines.iter().filter(|line| !line.iter().all(u8::is_ascii_whitespace)).count();
        prop_assert!(exit <= Exit::Findings);
        prop_assert_eq!(output.lines().count(), written);
        for line in output.lines() {
            prop_assert!(serde_json::from_str::<Value>(line).is_ok());
        }
    }
}
