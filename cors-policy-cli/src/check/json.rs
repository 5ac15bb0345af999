//! Diagnostics as JSON: one object per line.

use std::ops::Range;

use serde::Serialize;

use super::{Checked, Counts, Report, word};
use crate::console::Console;
use crate::failure::Failure;
use crate::finding::Finding;
use crate::source::Source;

pub(super) struct Objects;

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
enum Object<'o> {
    Diagnostic(Box<Diagnostic<'o>>),
    Failure { message: &'o str },
    Summary { files: usize, policies: usize, errors: usize, warnings: usize, failures: usize },
}

#[derive(Serialize)]
struct Diagnostic<'o> {
    code: &'o str,
    severity: &'o str,
    message: &'o str,
    file: &'o str,
    policy: Option<&'o str>,
    path: Option<&'o str>,
    span: Place,
    part: Option<Place>,
    help: Option<&'o str>,
    note: Option<&'o str>,
    condition: Option<&'o str>,
    suggestion: Option<Suggestion<'o>>,
    related: Vec<Related<'o>>,
}

/// Bytes from 0, lines and columns from 1, columns in characters.
#[derive(Serialize)]
struct Place {
    start: usize,
    end: usize,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
struct Suggestion<'o> {
    start: usize,
    end: usize,
    text: &'o str,
}

#[derive(Serialize)]
struct Related<'o> {
    message: &'o str,
    span: Place,
}

impl Report for Objects {
    fn file(&mut self, checked: &Checked, console: &mut Console<'_>) -> Result<(), Failure> {
        for finding in &checked.findings {
            print(&Object::Diagnostic(Box::new(diagnostic(&checked.file, finding))), console)?;
        }
        Ok(())
    }

    fn failure(&mut self, failure: Failure, console: &mut Console<'_>) -> Result<(), Failure> {
        print(&Object::Failure { message: failure.text() }, console)
    }

    fn end(&mut self, counts: Counts, console: &mut Console<'_>) -> Result<(), Failure> {
        let Counts { files, policies, errors, warnings, failures } = counts;
        print(&Object::Summary { files, policies, errors, warnings, failures }, console)
    }
}

fn print(object: &Object<'_>, console: &mut Console<'_>) -> Result<(), Failure> {
    console.json(object)
}

fn diagnostic<'o>(file: &'o Source, finding: &'o Finding) -> Diagnostic<'o> {
    let Finding { diagnostic, policy, span, part, path, related, edit } = finding;
    let related = related.iter().map(|(span, message)| Related { message, span: place(file, span) });
    Diagnostic {
        code: diagnostic.mistake.name(),
        severity: word(diagnostic.mistake.severity()),
        message: &diagnostic.message,
        file: &file.name,
        policy: policy.as_deref(),
        path: path.as_deref(),
        span: place(file, span),
        part: part.as_ref().map(|part| place(file, part)),
        help: diagnostic.help.as_deref(),
        note: diagnostic.note.as_deref(),
        condition: diagnostic.condition.as_deref(),
        suggestion: edit.as_ref().map(|edit| Suggestion {
            start: edit.place.start,
            end: edit.place.end,
            text: &edit.text,
        }),
        related: related.collect(),
    }
}

fn place(file: &Source, range: &Range<usize>) -> Place {
    let (begin, end) = (file.position(range.start), file.position(range.end));
    Place {
        start: range.start,
        end: range.end,
        line: begin.line,
        column: begin.column,
        end_line: end.line,
        end_column: end.column,
    }
}
