//! `admits` and `refuses`: what the author expects, asked of the compiled automaton.

use cors_policy_program::{Automaton, pattern};

use crate::diagnostic::{Diagnostic, Report};
use crate::mistake::Mistake;
use crate::model::{Expectation, Model, Origins};
use crate::program::Program;

/// Reports every expectation that the automaton does not meet.
pub fn verify(model: &Model, program: &Program, report: &mut Report) {
    for expectation in &model.expectations {
        let Expectation { origin, rule, admitted } = expectation;
        let decided = decide(model, program, origin.text.as_bytes());
        let met = match rule {
            Some(rule) => (decided == Some(*rule)) == *admitted,
            None => decided.is_some() == *admitted,
        };
        if !met {
            let diagnostic = if *admitted {
                unmet_admits(model, expectation, decided)
            } else {
                unmet_refuses(model, expectation, decided)
            };
            report.push(diagnostic);
        }
    }
}

/// The place of the rule that admits the origin.
fn decide(model: &Model, program: &Program, origin: &[u8]) -> Option<usize> {
    let by_automaton = Automaton::new(&program.automaton).rule(origin).map(usize::from);
    by_automaton.or_else(|| model.rules.iter().position(|rule| matches!(rule.origins, Origins::Any)))
}

fn unmet_admits(model: &Model, expectation: &Expectation, decided: Option<usize>) -> Diagnostic {
    let Expectation { origin, .. } = expectation;
    let (message, help) = match decided.and_then(|index| model.rules.get(index)) {
        Some(other) => (
            format!("`{}` is decided by rule `{}`", origin.text, other.name.as_deref().unwrap_or_default()),
            "move this rule in front of that one, or remove the expectation",
        ),
        None => (format!("`{}` is not admitted", origin.text), "add a pattern that covers it to `origins`"),
    };
    Diagnostic::new(Mistake::UnmetAdmits, origin.span, message).help(help)
}

fn unmet_refuses(model: &Model, expectation: &Expectation, decided: Option<usize>) -> Diagnostic {
    let Expectation { origin, .. } = expectation;
    let rule = decided.and_then(|index| model.rules.get(index));
    let by = rule.and_then(|rule| match &rule.origins {
        Origins::Any => None,
        Origins::Patterns(entries) => {
            entries.iter().find(|entry| pattern::admits(entry.pattern.text(), origin.text.as_bytes()))
        }
    });
    let message = match by {
        Some(entry) => format!("`{}` is admitted by `{}`", origin.text, entry.pattern.text()),
        None => format!("`{}` is admitted, as every origin is", origin.text),
    };
    let diagnostic = Diagnostic::new(Mistake::UnmetRefuses, origin.span, message)
        .help("narrow the pattern, or remove the expectation");
    match by {
        Some(entry) => diagnostic.related(entry.span, "admitted by this"),
        None => diagnostic,
    }
}
