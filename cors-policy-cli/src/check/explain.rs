//! `--explain`: the catalogue entry of a mistake.

use cors_policy_compiler::catalogue::{Explanation, GROUPS};
use cors_policy_compiler::mistake::{Mistake, Severity};
use serde::Serialize;

use super::word;
use crate::Exit;
use crate::arguments::Format;
use crate::console::Console;
use crate::failure::Failure;

/// The most characters of a line.
const WIDTH: usize = 100;

#[derive(Serialize)]
struct Explained<'e> {
    code: &'e str,
    severity: &'e str,
    group: &'e str,
    meaning: &'e str,
    consequence: &'e str,
    silence: Option<&'e str>,
    note: Option<&'e str>,
    standard: Option<&'e str>,
}

pub(super) fn explain(
    code: &str,
    format: Option<Format>,
    console: &mut Console<'_>,
) -> Result<Exit, Failure> {
    let explained = Mistake::by_name(code).and_then(explanation).ok_or_else(|| unknown(code))?;
    if format == Some(Format::Json) {
        console.json(&explained)?;
        return Ok(Exit::Fine);
    }
    let Explained { code, severity, meaning, consequence, silence, note, standard, .. } = explained;
    writeln!(console.output, "{code} ({severity})\n")?;
    for text in [Some(meaning), Some(consequence), silence].into_iter().flatten() {
        writeln!(console.output, "{}\n", wrapped(text))?;
    }
    if let Some(note) = note {
        writeln!(console.output, "{}\n", wrapped(&format!("In short: {note}.")))?;
    }
    if let Some(standard) = standard {
        writeln!(console.output, "Standard: {standard}\n")?;
    }
    writeln!(console.output, "With examples: docs/diagnostics.md#{code}")?;
    Ok(Exit::Fine)
}

fn explanation(mistake: Mistake) -> Option<Explained<'static>> {
    let (group, explanation) = GROUPS.iter().find_map(|group| {
        let explanation = group.explanations.iter().find(|explanation| explanation.mistake == mistake)?;
        Some((group, explanation))
    })?;
    let Explanation { meaning, consequence, silence, .. } = *explanation;
    Some(Explained {
        code: mistake.name(),
        severity: word(mistake.severity()),
        group: group.title,
        meaning,
        consequence,
        silence,
        note: mistake.note(),
        standard: mistake.standard().map(|section| section.name),
    })
}

fn unknown(code: &str) -> Failure {
    let lints = Mistake::ALL.iter().filter(|mistake| mistake.severity() == Severity::Lint);
    let lints: Vec<&str> = lints.map(|mistake| mistake.name()).collect();
    let words = |text: &str| -> Vec<String> { text.split('_').map(str::to_owned).collect() };
    let asked = words(&code.to_ascii_lowercase().replace('-', "_"));
    let shares = |mistake: &&Mistake| words(mistake.name()).iter().any(|word| asked.contains(word));
    let near: Vec<&str> = Mistake::ALL.iter().filter(shares).map(|mistake| mistake.name()).take(5).collect();
    let near = if near.is_empty() {
        format!("there are {} mistakes, among them {}", Mistake::ALL.len(), lints.join(", "))
    } else {
        format!("there is {}", near.join(", "))
    };
    Failure::usage(format!("there is no mistake with the name `{}`; {near}", crate::source::printable(code)))
}

/// The text in lines.
fn wrapped(text: &str) -> String {
    let mut lines = String::with_capacity(text.len());
    let mut column = 0;
    for word in text.split(' ') {
        let width = word.chars().count();
        if column > 0 && column + 1 + width > WIDTH {
            lines.push('\n');
            column = 0;
        } else if column > 0 {
            lines.push(' ');
            column += 1;
        }
        lines.push_str(word);
        column += width;
    }
    lines
}
