//! `admits` and `refuses`: what the author expects, asked of the compiled automaton.

use cors_policy_program::{Automaton, nearest, pattern};

use crate::diagnostic::{Diagnostic, Report};
use crate::mistake::Mistake;
use crate::model::{Entry, Expectation, Model, Origins, Rule};
use crate::program::Program;
use crate::render::Excerpt;

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
    let Expectation { origin, rule, .. } = expectation;
    let found = |message: String| Diagnostic::new(Mistake::UnmetAdmits, origin.span, message);
    if let Some(other) = decided.and_then(|index| model.rules.get(index)) {
        let message =
            format!("`{}` is decided by rule `{}`", origin.text, other.name.as_deref().unwrap_or_default());
        let diagnostic =
            found(message).help("move this rule in front of that one, or remove the expectation");
        return match admitting(other, &origin.text) {
            Some(entry) => diagnostic.related(entry.span, "admitted by this"),
            None => diagnostic,
        };
    }
    let rules = model.rules.iter().enumerate().filter(|(index, _)| rule.is_none_or(|rule| rule == *index));
    let entries: Vec<&Entry> = rules.flat_map(|(_, rule)| rule.origins.entries()).collect();
    let near = nearest(origin.text.as_bytes(), entries.iter().map(|entry| entry.pattern.text()));
    let diagnostic = found(format!("`{}` is not admitted", origin.text));
    let Some(near) = near else {
        return diagnostic.help(format!(
            "add `{}` to `origins`, or a pattern that covers it; no entry comes near",
            origin.text
        ));
    };
    let part = origin.text.get(near.place()).unwrap_or_default();
    let diagnostic = diagnostic
        .help(format!("add `{}` to `origins`; nearest is `{}`, {near}", origin.text, near.entry()))
        .excerpt(Excerpt::of(&origin.text, part));
    match entries.iter().find(|entry| entry.pattern.text() == near.entry()) {
        Some(entry) => diagnostic.related(entry.span, "the nearest entry"),
        None => diagnostic,
    }
}

fn unmet_refuses(model: &Model, expectation: &Expectation, decided: Option<usize>) -> Diagnostic {
    let Expectation { origin, .. } = expectation;
    let rule = decided.and_then(|index| model.rules.get(index));
    let by = rule.and_then(|rule| admitting(rule, &origin.text));
    let message = match by {
        Some(entry) => format!("`{}` is admitted by `{}`", origin.text, entry.pattern.text()),
        None => format!("`{}` is admitted, as every origin is", origin.text),
    };
    let help = match by {
        Some(entry) if entry.pattern.is_exact() => "remove the entry, or remove the expectation",
        Some(_) => "narrow the pattern, or remove the expectation",
        None => "list the origins that are to be admitted, or remove the expectation",
    };
    let diagnostic = Diagnostic::new(Mistake::UnmetRefuses, origin.span, message).help(help);
    match by {
        Some(entry) => diagnostic.related(entry.span, "admitted by this"),
        None => diagnostic,
    }
}

fn admitting<'m>(rule: &'m Rule, origin: &str) -> Option<&'m Entry> {
    rule.origins.entries().iter().find(|entry| pattern::admits(entry.pattern.text(), origin.as_bytes()))
}
