//! The catalogue of mistakes, its UI cases and its page: each has what the others have.

#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use cors_policy_compiler::catalogue::{Explanation, GROUPS, Group};
use cors_policy_compiler::mistake::{Mistake, Severity};
use cors_policy_tests::reference;

fn explanations() -> impl Iterator<Item = (&'static Group, &'static Explanation)> {
    GROUPS.iter().flat_map(|group| group.explanations.iter().map(move |explanation| (group, explanation)))
}

fn names() -> BTreeSet<&'static str> {
    Mistake::ALL.iter().map(|mistake| mistake.name()).collect()
}

/// The names of the files in a folder that have this extension.
fn files(folder: &Path, extension: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let wanted = entries.filter(|path| path.extension().is_some_and(|found| found == extension));
    wanted.map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
}

#[test]
fn every_mistake_is_explained_once() {
    let explained: Vec<&str> = explanations().map(|(_, explanation)| explanation.mistake.name()).collect();
    assert_eq!(explained.len(), names().len());
    assert_eq!(explained.into_iter().collect::<BTreeSet<_>>(), names());
}

#[test]
fn every_mistake_has_a_case_that_is_refused_for_it_alone() {
    for group in GROUPS {
        let expected: BTreeSet<String> =
            group.explanations.iter().map(|explanation| explanation.mistake.name().to_owned()).collect();
        let folder = reference::ui().join(group.name);
        for (folder, extension) in [(&folder, "rs"), (&folder, "stderr"), (&folder.join("accepted"), "rs")] {
            let found = &files(folder, extension) | &files(folder, "json");
            assert_eq!(found, expected, "{} in {}", extension, folder.display());
        }
    }
    for (group, Explanation { mistake, .. }) in explanations() {
        if reference::is_document(group, *mistake) {
            continue;
        }
        let stderr =
            fs::read_to_string(reference::refused(group, *mistake).with_extension("stderr")).unwrap();
        let reported: Vec<&str> = stderr
            .split("= note: see docs/diagnostics.md#")
            .skip(1)
            .filter_map(|rest| rest.lines().next())
            .collect();
        assert_eq!(reported, [mistake.name()], "{stderr}");
        assert_eq!(stderr.matches("error: ").count(), 1, "{stderr}");
    }
}

#[test]
fn documents_are_refused_for_one_mistake_alone_and_accepted_without_it() {
    let documents: Vec<_> =
        explanations().filter(|(group, it)| reference::is_document(group, it.mistake)).collect();
    assert_eq!(documents.len(), 7);
    for (group, Explanation { mistake, .. }) in documents {
        let refused = reference::refused(group, *mistake).with_extension("json");
        let found = reference::below(&refused).unwrap().unwrap_err();
        let rules: Vec<&str> = found.iter().map(|found| found.rule).collect();
        assert_eq!(rules, [mistake.name()], "{found}");
        let accepted = reference::accepted(group, *mistake).with_extension("json");
        let accepted = reference::below(&accepted).unwrap();
        assert!(accepted.is_ok(), "{}", accepted.unwrap_err());
    }
}

/// All of them in one compilation, in the order of the text.
#[test]
fn a_hundred_mistakes_are_reported_at_once_and_in_order() {
    let stderr = fs::read_to_string(reference::ui().join("reports/hundred_mistakes.stderr")).unwrap();
    let places = stderr.lines().filter_map(|line| line.trim_start().strip_prefix("--> "));
    let places: Vec<(u32, u32)> = places
        .map(|place| {
            let numbers: Vec<u32> = place.split(':').skip(1).map(|number| number.parse().unwrap()).collect();
            (numbers[0], numbers[1])
        })
        .collect();
    assert!(places.len() >= 100 && places.is_sorted(), "{} {places:?}", places.len());
    assert_eq!(stderr.matches("error: ").count(), places.len());
}

#[test]
fn no_folder_of_cases_is_without_a_group() {
    let folders = fs::read_dir(reference::ui()).unwrap().map(|entry| entry.unwrap().file_name());
    let folders: BTreeSet<String> = folders.map(|name| name.to_str().unwrap().to_owned()).collect();
    let groups = GROUPS.iter().map(|group| group.name).chain(["reports"]);
    assert_eq!(folders, groups.map(str::to_owned).collect());
}

#[test]
fn the_page_is_current() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/diagnostics.md");
    let current = fs::read_to_string(page).unwrap() == reference::page().unwrap();
    assert!(current, "run `cargo run -p cors-policy-tests --bin diagnostics > docs/diagnostics.md`");
}

#[test]
fn the_page_has_a_section_for_each_mistake_and_no_other() {
    let page = reference::page().unwrap();
    let sections: Vec<&str> =
        page.lines().filter_map(|line| line.strip_prefix("### `")?.strip_suffix('`')).collect();
    assert_eq!(sections.len(), names().len());
    assert_eq!(sections.into_iter().collect::<BTreeSet<_>>(), names());
}

#[test]
fn lints_say_when_they_may_be_silenced() {
    for (_, Explanation { mistake, silence, .. }) in explanations() {
        assert_eq!(silence.is_some(), mistake.severity() == Severity::Lint, "{}", mistake.name());
    }
}

#[test]
fn explanations_are_sentences_and_notes_are_not() {
    for (_, Explanation { mistake, meaning, consequence, silence }) in explanations() {
        for text in [Some(*meaning), Some(*consequence), *silence].into_iter().flatten() {
            let begins = text.starts_with(|c: char| c.is_uppercase() || c == '`');
            assert!(
                begins && text.ends_with(['.', '?']) && !text.contains('\n'),
                "{}: {text}",
                mistake.name()
            );
            assert!(text.matches('`').count().is_multiple_of(2), "{}: {text}", mistake.name());
        }
        let Some(note) = mistake.note() else { continue };
        let shouts = |word: &str| word.chars().all(|c| c.is_uppercase() || c == ',');
        let begins = note.starts_with(|c: char| c.is_lowercase() || c == '`')
            || note
                .split(' ')
                .next()
                .is_some_and(|word| shouts(word) || word == "Firefox" || word == "Chromium");
        assert!(begins && !note.ends_with('.') && !note.contains('\n'), "{}: {note}", mistake.name());
        assert!(note.matches('`').count().is_multiple_of(2), "{}: {note}", mistake.name());
    }
}
