//! Entries and rules that are never reached, because earlier rules admit all that they admit.

use std::collections::{HashSet, VecDeque};

use cors_policy_program::{Automaton, pattern};

use crate::automaton::{self, Graph};
use crate::diagnostic::{Diagnostic, Report};
use crate::mistake::Mistake;
use crate::model::{Entry, Model, Origins};
use crate::program::Program;

/// Reports what earlier rules cover, wholly or in part. Rules behind `any` are found before there is an
/// automaton.
pub fn verify(model: &Model, program: &Program, graph: &Graph, report: &mut Report) {
    for (index, rule) in model.rules.iter().enumerate().skip(1) {
        let Origins::Patterns(entries) = &rule.origins else { continue };
        let verdicts: Vec<Reach> = entries.iter().map(|entry| reach(entry, index, program, graph)).collect();
        let dead = |verdict: &Reach| matches!(verdict, Reach::Never);
        if let Some(name) = rule.name.as_ref().filter(|_| !verdicts.is_empty() && verdicts.iter().all(dead)) {
            let message = format!("rule `{name}` is never reached: earlier rules admit all its origins");
            let help = "move the rule up, or remove it";
            let diagnostic = Diagnostic::new(Mistake::UnreachableRule, rule.span, message).help(help);
            let first = entries.first().and_then(|entry| first_admitting_all(model, index, entry));
            report.push(match first {
                Some(earlier) => diagnostic.related(earlier.span, decided_by(earlier)),
                None => diagnostic,
            });
            continue;
        }
        for (entry, verdict) in entries.iter().zip(verdicts) {
            if let Some(diagnostic) = describe(model, index, entry, verdict) {
                report.push(diagnostic);
            }
        }
    }
}

enum Reach {
    Always,
    Never,
    /// An earlier rule decides some of it, such as this origin.
    Sometimes(Vec<u8>),
}

fn reach(entry: &Entry, index: usize, program: &Program, graph: &Graph) -> Reach {
    let earlier = |rule: Option<u8>| rule.is_some_and(|rule| usize::from(rule) < index);
    let text = entry.pattern.text().as_bytes();
    if entry.pattern.is_exact() {
        return if earlier(Automaton::new(&program.automaton).rule(text)) {
            Reach::Never
        } else {
            Reach::Always
        };
    }
    // A pattern by itself is far below any limit.
    let Ok(own) = automaton::graph_of(&[(entry, 0)]) else { return Reach::Always };
    let (mut reached, mut example) = (false, None);
    for_each_answer(&own, graph, &mut |origin, answer| {
        if earlier(answer) {
            example.get_or_insert_with(|| origin.to_vec());
        } else {
            reached = true;
        }
    });
    match example {
        None => Reach::Always,
        Some(_) if !reached => Reach::Never,
        Some(example) => Reach::Sometimes(example),
    }
}

/// Walks both graphs together, the shortest origins first, and visits for each pair of places at which an origin of `own` can end one such
/// origin and what `all` answers for it.
fn for_each_answer(own: &Graph, all: &Graph, visit: &mut dyn FnMut(&[u8], Option<u8>)) {
    let mut seen = HashSet::new();
    let mut waiting = VecDeque::from([(own.start_place(), Some(all.start_place()), Vec::new())]);
    while let Some((mine, theirs, read)) = waiting.pop_front() {
        if !seen.insert((mine, theirs)) {
            continue;
        }
        if own.answer(mine).is_some() {
            let origin: Vec<u8> = read.iter().rev().copied().collect();
            visit(&origin, theirs.and_then(|place| all.answer(place)));
        }
        // Letters first: an example should look like a name.
        for byte in (b'a'..=b'z').chain(b'!'..=b'`') {
            if let Some(mine) = own.step(mine, byte) {
                let theirs = theirs.and_then(|place| all.step(place, byte));
                let mut read = read.clone();
                read.push(byte);
                waiting.push_back((mine, theirs, read));
            }
        }
    }
}

fn describe(model: &Model, index: usize, entry: &Entry, verdict: Reach) -> Option<Diagnostic> {
    let text = entry.pattern.text();
    match verdict {
        Reach::Always => None,
        Reach::Never => {
            let message = if entry.pattern.is_exact() {
                format!("an earlier rule already decides `{text}`")
            } else {
                format!("earlier rules already decide every origin that `{text}` admits")
            };
            let diagnostic = Diagnostic::new(Mistake::UnreachableOrigin, entry.span, message)
                .remove("remove the entry, or move it, or its rule, in front");
            Some(match first_admitting_all(model, index, entry) {
                Some(earlier) => diagnostic.related(earlier.span, decided_by(earlier)),
                None => diagnostic,
            })
        }
        Reach::Sometimes(example) => {
            // An exact origin in front of a pattern is how exceptions are made, not a surprise.
            let earlier =
                first_admitting(model, index, &example).filter(|entry| !entry.pattern.is_exact())?;
            let example = String::from_utf8_lossy(&example);
            let message =
                format!("an earlier rule decides some origins that `{text}` admits, such as `{example}`");
            Some(
                Diagnostic::new(Mistake::OverlappingOrigin, entry.span, message)
                    .help(
                        "leave it, if the earlier rule is meant to decide those; otherwise move this rule in front",
                    )
                    .related(earlier.span, decided_by(earlier)),
            )
        }
    }
}

fn decided_by(earlier: &Entry) -> String {
    format!("decided by `{}`", earlier.pattern.text())
}

/// An earlier entry that admits what the entry admits: for a pattern, one of its origins.
fn first_admitting_all<'m>(model: &'m Model, index: usize, entry: &Entry) -> Option<&'m Entry> {
    let example = entry.pattern.text().replace(":*", "").replace('*', "a");
    first_admitting(model, index, example.as_bytes())
}

fn first_admitting<'m>(model: &'m Model, index: usize, origin: &[u8]) -> Option<&'m Entry> {
    let mut entries = model.rules.iter().take(index).flat_map(|rule| rule.origins.entries());
    entries.find(|entry| pattern::admits(entry.pattern.text(), origin))
}
