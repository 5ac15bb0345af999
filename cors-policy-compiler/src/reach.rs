//! Entries and rules that are never reached, because earlier rules admit all that they admit.

use std::collections::{HashSet, VecDeque};

use cors_policy_program::{Automaton, pattern};

use crate::automaton::{self, Graph};
use crate::diagnostic::{Diagnostic, Report};
use crate::mistake::Mistake;
use crate::model::{Entry, Model, Rule};
use crate::program::Program;

/// Reports what earlier rules cover, wholly or in part. Rules behind `any` are found before there is an
/// automaton.
pub fn verify(model: &Model, program: &Program, graph: &Graph, report: &mut Report) {
    for (index, rule) in model.rules.iter().enumerate().skip(1) {
        let earlier = Earlier { model, index, program, graph };
        let reaches: Vec<(&Entry, Reach)> =
            rule.origins.entries().iter().map(|entry| (entry, earlier.reach(entry))).collect();
        let name = rule.name.as_deref().unwrap_or_default();
        match reaches.first() {
            Some((first, _)) if reaches.iter().all(|(_, reach)| matches!(reach, Reach::Never)) => {
                report.push(earlier.unreachable_rule(rule, name, first));
            }
            _ => {
                let found =
                    reaches.into_iter().filter_map(|(entry, reach)| earlier.describe(name, entry, reach));
                found.for_each(|diagnostic| report.push(diagnostic));
            }
        }
    }
}

/// What rules in front of one do to it.
struct Earlier<'p> {
    model: &'p Model,
    /// The place of the rule.
    index: usize,
    program: &'p Program,
    graph: &'p Graph,
}

enum Reach {
    Always,
    Never,
    /// A pattern of an earlier rule decides some of it, such as this origin.
    Sometimes(Vec<u8>),
}

impl Earlier<'_> {
    fn decides(&self, rule: Option<u8>) -> bool {
        rule.is_some_and(|rule| usize::from(rule) < self.index)
    }

    fn reach(&self, entry: &Entry) -> Reach {
        if entry.pattern.is_exact() {
            let rule = Automaton::new(&self.program.automaton).rule(entry.pattern.text().as_bytes());
            return if self.decides(rule) { Reach::Never } else { Reach::Always };
        }
        // A pattern by itself is far below any limit.
        let Ok(own) = automaton::graph_of(&[(entry, 0)]) else { return Reach::Always };
        let (mut reached, mut example) = (false, None);
        for_each_answer(&own, self.graph, &mut |origin, answer| {
            if !self.decides(answer) {
                reached = true;
            } else if example.is_none() {
                // An exact origin in front of a pattern is how exceptions are made, not a surprise.
                let by = self.admitting(origin).filter(|(_, entry)| !entry.pattern.is_exact());
                example = by.map(|_| origin.to_vec());
            }
        });
        match example {
            _ if !reached => Reach::Never,
            Some(example) => Reach::Sometimes(example),
            None => Reach::Always,
        }
    }

    fn unreachable_rule(&self, rule: &Rule, name: &str, first: &Entry) -> Diagnostic {
        let message = format!("rule `{name}` is never reached: earlier rules admit all its origins");
        let diagnostic = Diagnostic::new(Mistake::UnreachableRule, rule.span, message);
        match self.admitting(&example_of(first)) {
            Some((by, earlier)) => diagnostic
                .help(format!("move rule `{name}` in front of rule `{by}`, or remove it"))
                .related(earlier.span, decided_by(earlier)),
            None => diagnostic.help("move the rule up, or remove it"),
        }
    }

    fn describe(&self, name: &str, entry: &Entry, reach: Reach) -> Option<Diagnostic> {
        let text = entry.pattern.text();
        match reach {
            Reach::Always => None,
            Reach::Never => {
                let (by, earlier) = self.admitting(&example_of(entry))?;
                let message = if entry.pattern.is_exact() {
                    format!("rule `{by}` already decides `{text}`")
                } else {
                    format!("earlier rules already decide every origin that `{text}` admits")
                };
                Some(
                    Diagnostic::new(Mistake::UnreachableOrigin, entry.span, message)
                        .remove(format!("move rule `{name}` in front of rule `{by}`, or remove the entry"))
                        .related(earlier.span, decided_by(earlier)),
                )
            }
            Reach::Sometimes(example) => {
                let (by, earlier) = self.admitting(&example)?;
                let example = String::from_utf8_lossy(&example);
                let message =
                    format!("rule `{by}` decides some origins that `{text}` admits, such as `{example}`");
                let help = format!(
                    "leave it, if rule `{by}` is meant to decide those; otherwise move rule `{name}` in front of it"
                );
                Some(
                    Diagnostic::new(Mistake::OverlappingOrigin, entry.span, message)
                        .help(help)
                        .related(earlier.span, decided_by(earlier)),
                )
            }
        }
    }

    /// The name of the first of the earlier rules that admits the origin, and its entry.
    fn admitting(&self, origin: &[u8]) -> Option<(&str, &Entry)> {
        self.model.rules.iter().take(self.index).find_map(|rule| {
            let mut entries = rule.origins.entries().iter();
            let entry = entries.find(|entry| pattern::admits(entry.pattern.text(), origin))?;
            Some((rule.name.as_deref().unwrap_or_default(), entry))
        })
    }
}

/// An origin that the entry admits.
fn example_of(entry: &Entry) -> Vec<u8> {
    entry.pattern.text().replace(":*", "").replace('*', "a").into_bytes()
}

fn decided_by(earlier: &Entry) -> String {
    format!("decided by `{}`", earlier.pattern.text())
}

/// Walks both graphs together, the shortest origins first, and visits for each pair of places at which an origin of
/// `own` can end one such origin and what `all` answers for it.
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
