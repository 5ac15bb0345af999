//! What the documents say, against what the code says.

#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use cors_policy_compiler::catalogue::GROUPS;
use cors_policy_compiler::mistake::{Mistake, Severity};
use cors_policy_compiler::parse::{CEILING_FIELDS, POLICY_FIELDS, PROFILE_FIELDS, RULE_FIELDS};
use cors_policy_compiler::suffix;
use cors_policy_tests::reference;

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

/// The words that a module of `language` has documentation for.
fn words(module: &str) -> BTreeSet<String> {
    let language = read("cors-policy/src/language.rs");
    let (_, rest) = language.split_once(&format!("pub mod {module} {{\n")).unwrap();
    let lines = rest.split("\n}\n").next().unwrap().lines();
    let words = lines.filter_map(|line| line.trim().strip_prefix("pub const ")?.split_once(':'));
    words.map(|(word, _)| word.to_owned()).collect()
}

/// Editors show and complete what stands there.
#[test]
fn the_words_of_the_language_are_documented() {
    let names = |names: &[&str]| -> BTreeSet<String> { names.iter().map(ToString::to_string).collect() };
    assert_eq!(words("fields"), names(&[&POLICY_FIELDS[..], &RULE_FIELDS[..]].concat()));
    let lints = Mistake::ALL.iter().filter(|mistake| mistake.severity() == Severity::Lint);
    assert_eq!(words("lints"), names(&lints.map(|lint| lint.name()).collect::<Vec<_>>()));
    assert_eq!(words("ceiling"), names(&CEILING_FIELDS));
    assert!(words("ceiling").is_superset(&names(&PROFILE_FIELDS)));
    assert_eq!(words("attributes"), names(&["allow", "cfg"]));
    assert_eq!(words("lists"), names(&["any"]));
    assert!(words("methods").is_superset(&names(&["any", "PUT", "PATCH", "DELETE"])));
    let table = read("cors-policy/src/lib.rs");
    for field in words("fields").iter().filter(|field| *field != "rules") {
        assert!(table.contains(&format!("`{field}`")), "the table of fields lacks `{field}`");
    }
    for field in words("ceiling") {
        assert!(table.contains(&format!("| `{field}` |")), "the table of a ceiling lacks `{field}`");
    }
}

/// Everything that the UI cases show, which rustc itself has printed.
fn shown() -> String {
    let groups = GROUPS.iter().flat_map(|group| group.explanations.iter().map(move |it| (group, it.mistake)));
    let groups = groups.filter(|(group, mistake)| !reference::is_document(group, *mistake));
    let files = groups.map(|(group, mistake)| reference::refused(group, mistake).with_extension("stderr"));
    files.map(|file| fs::read_to_string(file).unwrap()).collect()
}

#[test]
fn the_errors_of_the_readme_are_what_the_compiler_says() {
    let readme = read("README.md");
    let errors: Vec<&str> =
        readme.split("```text\n").skip(1).filter(|block| block.starts_with("error: ")).collect();
    assert!(errors.len() >= 3, "{}", errors.len());
    let shown = shown();
    for error in errors {
        let text = error.split("\n -->").next().unwrap().split("```").next().unwrap();
        assert!(shown.contains(text), "no UI case says\n{text}");
    }
}

#[test]
fn the_readme_counts_the_mistakes() {
    assert!(read("README.md").contains(&format!("{} kinds", Mistake::ALL.len())), "{}", Mistake::ALL.len());
}
