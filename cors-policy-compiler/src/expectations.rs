//! `admits` and `refuses`: what the author expects, asked of the compiled program.

use cors_policy_program::{Difference, nearest};

use crate::diagnostic::{Diagnostic, Report};
use crate::mistake::Mistake;
use crate::model::{Entry, Expectation, Model, Origins, Rule};
use crate::program::Program;
use crate::render::Excerpt;
use crate::source::Text;

/// The most expectations that are not met of which it is said which entry comes nearest.
const MOST_EXPLAINED: usize = 20;

/// Reports every expectation that the program does not meet.
pub fn verify(model: &Model, program: &Program, report: &mut Report) {
    let mut unmet = 0;
    for expectation in &model.expectations {
        let Expectation { origin, rule, admitted } = expectation;
        let decided = decide(model, program, origin.text.as_bytes());
        let met = match rule {
            Some(rule) => (decided == Some(*rule)) == *admitted,
            None => decided.is_some() == *admitted,
        };
        if !met {
            unmet += 1;
            report.push(match decided {
                _ if !admitted => unmet_refuses(model, expectation, decided),
                Some(decided) => decided_by_another(model, expectation, decided),
                None => not_admitted(model, expectation, unmet <= MOST_EXPLAINED),
            });
        }
    }
}

/// The place of the rule that admits the origin.
fn decide(model: &Model, program: &Program, origin: &[u8]) -> Option<usize> {
    let by_pattern = program.rule(origin).map(usize::from);
    by_pattern.or_else(|| model.rules.iter().position(|rule| matches!(rule.origins, Origins::Any)))
}

/// An expectation of a rule, where another rule decides.
fn decided_by_another(model: &Model, expectation: &Expectation, decided: usize) -> Diagnostic {
    let Expectation { origin, rule, .. } = expectation;
    let name_of = |rule: Option<&Rule>| rule.and_then(|rule| rule.name.clone()).unwrap_or_default();
    let own = rule.and_then(|rule| model.rules.get(rule));
    let other = model.rules.get(decided);
    let (own_name, other_name) = (name_of(own), name_of(other));
    let help = if own.is_some_and(|own| own.admitting(origin.text.as_bytes()).is_some()) {
        format!("move rule `{own_name}` in front of rule `{other_name}`, or remove the expectation")
    } else {
        format!("add `{}` to the `origins` of rule `{own_name}`, or remove the expectation", origin.text)
    };
    let message = format!("`{}` is decided by rule `{other_name}`", origin.text);
    let diagnostic = Diagnostic::new(Mistake::UnmetAdmits, origin.span, message).help(help);
    match other.and_then(|other| other.admitting(origin.text.as_bytes())) {
        Some(entry) => diagnostic.related(entry.span, "admitted by this"),
        None => diagnostic,
    }
}

fn not_admitted(model: &Model, expectation: &Expectation, explained: bool) -> Diagnostic {
    let Expectation { origin: Text { text, span }, rule, .. } = expectation;
    let diagnostic = Diagnostic::new(Mistake::UnmetAdmits, *span, format!("`{text}` is not admitted"));
    if text == "null" {
        return diagnostic.remove("remove it: `null` can be admitted with every other origin only");
    }
    let rules = model.rules.iter().enumerate().filter(|(index, _)| rule.is_none_or(|rule| rule == *index));
    let entries: Vec<&Entry> = rules.flat_map(|(_, rule)| rule.origins.entries()).collect();
    let patterns = entries.iter().filter(|_| explained).map(|entry| entry.pattern.text());
    let Some(near) = nearest(text.as_bytes(), patterns) else {
        return diagnostic.help(format!("add `{text}` to `origins`, or remove the expectation"));
    };
    let advice = match near.difference() {
        // These can be the names of somebody who wants to be taken for the other.
        Difference::Lookalike | Difference::Spelling => {
            "remove the expectation, or correct it, unless the name is yours".to_owned()
        }
        Difference::Scheme => "correct the scheme, or remove the expectation".to_owned(),
        _ => format!("add `{text}` to `origins`, or remove the expectation"),
    };
    let part = text.get(near.place()).unwrap_or_default();
    let diagnostic = diagnostic
        .help(format!("{advice}; nearest is `{}`, {near}", near.entry()))
        .excerpt(Excerpt::of(text, part));
    match entries.iter().find(|entry| entry.pattern.text() == near.entry()) {
        Some(entry) => diagnostic.related(entry.span, "the nearest entry"),
        None => diagnostic,
    }
}

fn unmet_refuses(model: &Model, expectation: &Expectation, decided: Option<usize>) -> Diagnostic {
    let Expectation { origin, .. } = expectation;
    let rule = decided.and_then(|index| model.rules.get(index));
    let by = rule.and_then(|rule| rule.admitting(origin.text.as_bytes()));
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
