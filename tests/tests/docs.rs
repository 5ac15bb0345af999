//! What the documents say, against what the code says.

#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::fs;
use std::path::Path;

use cors_policy::{Document, Policy};
use cors_policy_compiler::suffix;

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file)).unwrap()
}

/// The first code block of the README with this language.
fn block(language: &str) -> String {
    let readme = read("README.md");
    let (_, rest) = readme.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0.to_owned()
}

#[test]
fn the_date_of_the_suffix_list_is_told() {
    for file in ["README.md", "cors-policy/src/lib.rs", "CHANGELOG.md"] {
        assert!(read(file).contains(suffix::DATE), "{file} should say {}", suffix::DATE);
    }
}

#[test]
fn the_policy_of_the_readme_is_that_of_the_quickstart() {
    let readme = block("rust");
    let (_, policy) = readme.split_once("cors_policy! {").unwrap();
    assert!(read("examples/examples/quickstart.rs").contains(policy.trim_end()), "{policy}");
}

#[test]
fn the_error_of_the_readme_is_what_the_compiler_says() {
    let document: Document = serde_json::from_str(r#"{"origins": ["https://shop.example.com/"]}"#).unwrap();
    let diagnostics = Policy::compile(&document).unwrap_err();
    let error = block("text");
    for line in diagnostics.to_string().lines() {
        let line = line.trim_start_matches("origins[0]: ").trim();
        assert!(error.contains(line), "{line}");
    }
}
