//! What `check` says about a Rust source, against what rustc has printed about the macro in it.

#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::fs;
use std::path::{Path, PathBuf};

use cors_policy_cli_tests::{Place, number};
use serde_json::Value;

const BINARY: &str = env!("CARGO_BIN_EXE_cors-policy-under-test");

/// What both say.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Said {
    line: usize,
    column: usize,
    code: String,
    message: String,
    help: Option<String>,
    /// In the order in which rustc has them: other places, why, in which builds.
    notes: Vec<String>,
    /// How many characters, where rustc shows them all.
    underlined: Option<usize>,
}

fn ui() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui")
}

/// The refused cases: what rustc prints, by the source.
fn cases() -> Vec<(PathBuf, PathBuf)> {
    let groups = fs::read_dir(ui()).unwrap().map(|group| group.unwrap().path());
    let files = groups.flat_map(|group| fs::read_dir(group).unwrap()).map(|file| file.unwrap().path());
    let printed = files.filter(|file| file.extension().is_some_and(|extension| extension == "stderr"));
    let mut cases: Vec<_> = printed.map(|printed| (printed.with_extension("rs"), printed)).collect();
    cases.sort();
    cases
}

fn by_rustc(printed: &str) -> Vec<Said> {
    let mut said: Vec<Said> = printed.split("\n\n").filter_map(block).collect();
    said.sort();
    said
}

fn block(block: &str) -> Option<Said> {
    let mut lines = block.lines();
    let first = lines.next()?;
    let message = first.strip_prefix("error: ").or_else(|| first.strip_prefix("warning: "))?;
    let message = match message.strip_prefix("use of deprecated function `") {
        Some(deprecated) => deprecated.split_once("`: ")?.1,
        None => message,
    };
    let (mut help, mut notes, mut code) = (None, Vec::new(), None);
    let place = loop {
        let line = lines.next()?.trim_start();
        if let Some(place) = line.strip_prefix("--> ") {
            break place;
        }
        if let Some(text) = line.strip_prefix("= help: ") {
            help = Some(text.to_owned());
        }
        match line.strip_prefix("= note: ") {
            Some(text) if text.starts_with("see docs/diagnostics.md#") => {
                code = text.split_once('#').map(|(_, code)| code.to_owned());
            }
            Some(text) => notes.push(text.to_owned()),
            None => {}
        }
    };
    let mut numbers = place.rsplit(':').map(|number| number.parse().unwrap());
    let (column, line) = (numbers.next()?, numbers.next()?);
    let carets = lines.find(|line| line.trim_start_matches([' ', '|']).starts_with('^'))?;
    // rustc leaves out the middle of a long line.
    let underlined = (!carets.contains("...")).then(|| carets.matches('^').count());
    Some(Said { line, column, code: code?, message: message.to_owned(), help, notes, underlined })
}

fn by_check(object: &Value, source: &str) -> Option<Said> {
    let text = |field: &str| object[field].as_str().map(str::to_owned);
    if object["type"] != "diagnostic" {
        return None;
    }
    let span = &object["span"];
    let related = object["related"].as_array().unwrap().iter().map(|related| {
        let (line, column) = (number(&related["span"], "line"), number(&related["span"], "column"));
        format!("{}: line {line}, column {column}", related["message"].as_str().unwrap())
    });
    let mut notes: Vec<String> = related.collect();
    notes.extend(text("note"));
    notes.extend(text("condition").map(|condition| format!("only in builds {condition}")));
    // A number with a minus has two tokens, and stable procedural macros cannot join their spans.
    let is_negative = source.get(number(span, "start")..).unwrap().starts_with('-');
    let width = number(span, "end_column") - number(span, "column");
    Some(Said {
        line: number(span, "line"),
        column: number(span, "column"),
        code: text("code").unwrap(),
        message: text("message").unwrap(),
        help: text("help"),
        notes,
        underlined: Some(if is_negative { 1 } else { width }),
    })
}

#[test]
fn check_says_what_rustc_says() {
    let place = Place::new(BINARY, &[]);
    let mut count = 0;
    for (source, printed) in cases() {
        let ran = place.run(&["check", "--format", "json", "--deny-warnings", source.to_str().unwrap()]);
        assert_eq!(ran.status, 1, "{}: {ran:?}", source.display());
        let text = fs::read_to_string(&source).unwrap();
        let mut checked: Vec<Said> = ran.json().iter().filter_map(|object| by_check(object, &text)).collect();
        checked.sort();
        let expected = by_rustc(&fs::read_to_string(&printed).unwrap());
        assert!(!expected.is_empty(), "{}", printed.display());
        for (ours, theirs) in checked.iter_mut().zip(&expected) {
            ours.underlined = ours.underlined.filter(|_| theirs.underlined.is_some());
            assert_eq!(ours, theirs, "{}", source.display());
        }
        assert_eq!(checked.len(), expected.len(), "{}", source.display());
        count += checked.len();
    }
    assert!(count > 200, "{count}");
}

/// The same policies without their mistakes.
#[test]
fn check_accepts_what_rustc_accepts() {
    let place = Place::new(BINARY, &[]);
    let groups = fs::read_dir(ui()).unwrap().map(|group| group.unwrap().path().join("accepted"));
    let groups: Vec<PathBuf> = groups.filter(|group| group.is_dir()).collect();
    assert!(groups.len() > 10, "{groups:?}");
    for group in groups {
        for file in fs::read_dir(group).unwrap() {
            let file = file.unwrap().path();
            if file.extension().is_some_and(|extension| extension == "rs") {
                let ran = place.run(&["check", file.to_str().unwrap()]);
                assert_eq!(ran.status, 0, "{}\n{}", file.display(), ran.shown());
            }
        }
    }
}
