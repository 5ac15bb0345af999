//! Diagnostics as rustc prints them.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Snippet, Title};
use cors_policy_compiler::mistake::Severity;

use super::{Checked, Counts, Report};
use crate::console::{Console, renderer};
use crate::failure::Failure;
use crate::finding::Finding;
use crate::source::{Position, Source};

/// How many lines away another place may be to be shown with the first.
const NEAR: usize = 30;
/// The most bytes of lines that are shown. A document can stand in one line, and have thousands of mistakes.
const LONGEST: usize = 16 * 1024;

/// Prints excerpts, and remembers a name to ask about.
#[derive(Default)]
pub(super) struct Excerpts {
    code: Option<&'static str>,
}

impl Report for Excerpts {
    fn file(&mut self, checked: &Checked, console: &mut Console<'_>) -> Result<(), Failure> {
        for finding in &checked.findings {
            self.code.get_or_insert(finding.diagnostic.mistake.name());
            writeln!(console.output, "{}\n", excerpt(&checked.file, finding, console.output_colours))?;
        }
        Ok(())
    }

    fn failure(&mut self, failure: Failure, console: &mut Console<'_>) -> Result<(), Failure> {
        failure.tell(console);
        Ok(())
    }

    fn end(&mut self, counts: Counts, console: &mut Console<'_>) -> Result<(), Failure> {
        let Counts { files, policies, errors, warnings, failures } = counts;
        if files == 0 || policies + errors == 0 {
            return Ok(());
        }
        let checked =
            format!("{} in {}", counted(policies, "policy", "policies"), counted(files, "file", "files"));
        let found = match (errors, warnings) {
            (0, 0) => "no mistakes".to_owned(),
            (errors, 0) => counted(errors, "error", "errors"),
            (0, warnings) => counted(warnings, "warning", "warnings"),
            _ => format!(
                "{}, {}",
                counted(errors, "error", "errors"),
                counted(warnings, "warning", "warnings")
            ),
        };
        let unread = match failures {
            0 => String::new(),
            failures => format!("; {} could not be read", counted(failures, "file", "files")),
        };
        writeln!(console.output, "{checked}: {found}{unread}")?;
        if let Some(code) = self.code {
            writeln!(console.output, "More about each of them: `cors-policy check --explain {code}`")?;
        }
        Ok(())
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// One diagnostic, with its lines.
pub(super) fn excerpt(file: &Source, finding: &Finding, colours: bool) -> String {
    let diagnostic = &finding.diagnostic;
    let level = match diagnostic.mistake.severity() {
        Severity::Warning => Level::WARNING,
        Severity::Error | Severity::Lint => Level::ERROR,
    };
    let main = finding.part.as_ref().unwrap_or(&finding.span);
    let line = file.position(main.start).line;
    let is_near = |place: &Range<usize>| file.position(place.start).line.abs_diff(line) <= NEAR;
    let (near, far): (Vec<_>, Vec<_>) = finding.related.iter().partition(|(place, _)| is_near(place));
    let title = level.primary_title(&diagnostic.message).id(diagnostic.mistake.name());
    let far = far.into_iter().map(|(place, what)| {
        let Position { line, column } = file.position(place.start);
        Level::NOTE.message(format!("{what}: line {line}, column {column}"))
    });
    let help = diagnostic.help.iter().map(|help| Level::HELP.message(help.as_str()));
    let note = diagnostic.note.iter().map(|note| Level::NOTE.message(note.as_str()));
    let condition = diagnostic.condition.iter();
    let condition = condition.map(|condition| Level::NOTE.message(format!("only in builds {condition}")));
    let said =
        shown(title, file, main, &near).elements(help).elements(far).elements(note).elements(condition);
    renderer(colours).render(&[said])
}

/// The lines with carets below; only where they are, if they are too long to be shown.
fn shown<'e>(
    title: Title<'e>,
    file: &'e Source,
    main: &Range<usize>,
    near: &[&'e (Range<usize>, String)],
) -> Group<'e> {
    let places = std::iter::once(main).chain(near.iter().map(|(place, _)| place));
    let (lines, begin, first) = file.excerpt(places.cloned());
    if lines.len() > LONGEST {
        let Position { line, column } = file.position(main.start);
        return title.element(Origin::path(file.name.as_str()).line(line).char_column(column));
    }
    let moved = |place: &Range<usize>| {
        let start = place.start.saturating_sub(begin).min(lines.len());
        start..place.end.saturating_sub(begin).clamp(start, lines.len())
    };
    let related =
        near.iter().map(|(place, what)| AnnotationKind::Context.span(moved(place)).label(what.as_str()));
    let snippet = Snippet::source(lines)
        .line_start(first)
        .path(file.name.as_str())
        .annotation(AnnotationKind::Primary.span(moved(main)))
        .annotations(related);
    title.element(snippet)
}
