//! `docs/probe.md` has every cause, in the words of the command.

#![expect(clippy::indexing_slicing, clippy::unwrap_used, reason = "a panic is the report")]

use std::fmt::Write;
use std::fs;
use std::path::Path;

use cors_policy_cli_tests::Place;
use serde_json::Value;

const BINARY: &str = env!("CARGO_BIN_EXE_cors-policy-under-probe");

/// Behind this line the page is made by this test.
const MARK: &str = "<!-- From here on the page is made by `GOLDEN=overwrite cargo test -p cors-policy-probe-tests --test docs`. -->\n";

fn causes() -> Vec<Value> {
    Place::new(BINARY, &[]).run(&["probe", "--explain", "all", "--format", "json"]).json()
}

fn written() -> String {
    let mut page = String::new();
    let mut stage = String::new();
    for cause in causes() {
        let of = |field: &str| cause[field].as_str().unwrap().to_owned();
        if of("stage") != stage {
            stage = of("stage");
            write!(page, "\n## {stage}\n").unwrap();
        }
        let layer = match of("layer").as_str() {
            "policy" => "the policy",
            "layering" => "a layer in front of the policy or behind it",
            "page" => "the page",
            _ => "not CORS",
        };
        write!(page, "\n### {}\n\n{} At fault: {layer}.\n\n", of("code"), of("title")).unwrap();
        writeln!(page, "- Chrome: {}", of("chrome")).unwrap();
        writeln!(page, "- Firefox: {}", of("firefox")).unwrap();
        writeln!(page, "- Cause: {}", of("cause")).unwrap();
        writeln!(page, "- Fix: {}", of("fix")).unwrap();
    }
    page
}

#[test]
fn the_page_has_every_cause() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/probe.md");
    let page = fs::read_to_string(&path).unwrap();
    let (own, _) = page.split_once(MARK).unwrap();
    let whole = format!("{own}{MARK}{}", written());
    if std::env::var_os("GOLDEN").is_some_and(|wanted| wanted == "overwrite") {
        fs::write(&path, &whole).unwrap();
    } else {
        assert!(page == whole, "docs/probe.md should be\n{whole}");
    }
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md")).unwrap();
    let count = format!("the cause among {}", causes().len());
    assert!(readme.contains(&count), "README.md does not say `{count}`");
}

/// Nothing is left empty, and names stay what they are: in kebab-case, each once.
#[test]
fn causes_are_whole() {
    let causes = causes();
    let mut codes: Vec<&str> = causes.iter().map(|cause| cause["code"].as_str().unwrap()).collect();
    for cause in &causes {
        for (field, value) in cause.as_object().unwrap() {
            let text = value.as_str().unwrap();
            assert!(!text.trim().is_empty() && !text.contains("  "), "{field} of {cause}");
        }
    }
    for code in &codes {
        assert!(code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{code}");
    }
    let count = codes.len();
    codes.sort_unstable();
    codes.dedup();
    assert_eq!(codes.len(), count);
}
