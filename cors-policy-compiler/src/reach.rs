//! Entries and rules that are never reached, because earlier rules admit all that they admit.

use std::collections::{HashSet, VecDeque};

use cors_policy_program::pattern;

use crate::automaton::{self, Graph, TooLarge};
use crate::check::{ends, literal_end};
use crate::diagnostic::{Diagnostic, Report};
use crate::mistake::Mistake;
use crate::model::{Entry, Model, Rule};
use crate::program::Program;

/// Reports what earlier rules cover, wholly or in part. Rules behind `any` are found before there is a program.
///
/// # Errors
///
/// A policy with wildcards that meet earlier rules, and whose graph would be too large.
pub fn verify(model: &Model, program: &Program, report: &mut Report) -> Result<(), TooLarge> {
    let graph = if is_asked(model) { Some(automaton::graph(model)?) } else { None };
    for (index, rule) in model.rules.iter().enumerate().skip(1) {
        let earlier = Earlier { model, index, program, graph: graph.as_ref() };
        let reaches: Vec<(&Entry, Reach)> =
            rule.origins.entries().iter().map(|entry| (entry, earlier.reach(entry))).collect();
        let name = rule.name.as_deref().unwrap_or_default();
        let examples: Option<Vec<Vec<u8>>> = reaches.iter().map(|(_, reach)| reach.never()).collect();
        if let Some(examples) = examples.filter(|examples| !examples.is_empty()) {
            report.push(earlier.unreachable_rule(rule, name, &examples));
        } else {
            for (entry, reach) in reaches {
                earlier.describe(name, entry, reach).into_iter().for_each(|found| report.push(found));
            }
        }
    }
    Ok(())
}

/// Whether some pattern with wildcards can have origins in common with an entry of an earlier rule. The graph of all
/// patterns takes far longer than this, and is not needed without.
fn is_asked(model: &Model) -> bool {
    let is_wild = |entry: &&Entry| !entry.pattern.is_exact();
    if !model.rules.iter().skip(1).any(|rule| rule.origins.entries().iter().any(|entry| is_wild(&entry))) {
        return false;
    }
    let mut earlier = Ends::default();
    model.rules.iter().any(|rule| {
        let is_asked = rule.origins.entries().iter().filter(is_wild).any(|entry| earlier.may_meet(entry));
        earlier.extend(rule);
        is_asked
    })
}

/// The literal ends of hosts, by which most patterns have nothing in common.
#[derive(Default)]
struct Ends<'m> {
    whole: HashSet<&'m str>,
    /// With the names that each lies below.
    all: HashSet<&'m str>,
}

impl<'m> Ends<'m> {
    fn extend(&mut self, rule: &'m Rule) {
        for entry in rule.origins.entries() {
            let end = literal_end(entry.pattern.host());
            if self.whole.insert(end) {
                self.all.extend(ends(end));
            }
        }
    }

    /// Both match one host only if one literal end lies below the other, or is the same.
    fn may_meet(&self, entry: &Entry) -> bool {
        let end = literal_end(entry.pattern.host());
        end.is_empty()
            || self.whole.contains("")
            || self.all.contains(end)
            || ends(end).any(|end| self.whole.contains(end))
    }
}

/// What rules in front of one do to it.
struct Earlier<'p> {
    model: &'p Model,
    /// The place of the rule.
    index: usize,
    program: &'p Program,
    /// All patterns; `None` where none with wildcards meets an earlier rule.
    graph: Option<&'p Graph>,
}

enum Reach {
    Always,
    /// Earlier rules decide all of it, such as this origin.
    Never(Vec<u8>),
    /// A pattern of an earlier rule decides some of it, such as this origin.
    Sometimes(Vec<u8>),
}

impl Reach {
    fn never(&self) -> Option<Vec<u8>> {
        match self {
            Reach::Never(example) => Some(example.clone()),
            _ => None,
        }
    }
}

/// An earlier rule, and its entry that decides.
struct Decider<'m> {
    index: usize,
    rule: &'m str,
    entry: &'m Entry,
}

impl Earlier<'_> {
    fn decides(&self, rule: Option<u8>) -> bool {
        rule.is_some_and(|rule| usize::from(rule) < self.index)
    }

    fn reach(&self, entry: &Entry) -> Reach {
        let text = entry.pattern.text().as_bytes();
        if entry.pattern.is_exact() {
            let is_decided = self.decides(self.program.rule(text));
            return if is_decided && self.is_dead(entry, text) {
                Reach::Never(text.to_vec())
            } else {
                Reach::Always
            };
        }
        let Some(graph) = self.graph else { return Reach::Always };
        // A pattern by itself is far below any limit.
        let Ok(own) = automaton::graph_of(&[(entry, 0)]) else { return Reach::Always };
        let (mut reached, mut first, mut example) = (false, None, None);
        for_each_answer(&own, graph, &mut |origin, answer| {
            if !self.decides(answer) {
                reached = true;
                return;
            }
            first.get_or_insert_with(|| origin.to_vec());
            if example.is_none() {
                // An exact origin in front of a pattern is how exceptions are made, not a surprise.
                let by = self.admitting(origin).filter(|by| !by.entry.pattern.is_exact());
                example = by.map(|_| origin.to_vec());
            }
        });
        if reached {
            return example.map_or(Reach::Always, Reach::Sometimes);
        }
        match example.or(first) {
            Some(example) if self.is_dead(entry, &example) => Reach::Never(example),
            _ => Reach::Always,
        }
    }

    /// Whether an entry of which earlier rules leave nothing in this build is left nothing in any: what is there in
    /// some builds only leaves it of use in the others.
    fn is_dead(&self, entry: &Entry, example: &[u8]) -> bool {
        let earlier = || self.model.rules.iter().take(self.index).flat_map(|rule| rule.origins.entries());
        if entry.conditional {
            return true;
        }
        if entry.pattern.is_exact() {
            let mut always = earlier().filter(|earlier| !earlier.conditional);
            return always.any(|earlier| pattern::admits(earlier.pattern.text(), example));
        }
        !earlier().any(|earlier| earlier.conditional)
    }

    fn unreachable_rule(&self, rule: &Rule, name: &str, examples: &[Vec<u8>]) -> Diagnostic {
        let message = format!("rule `{name}` is never reached: earlier rules admit all its origins");
        let diagnostic = Diagnostic::new(Mistake::UnreachableRule, rule.span, message);
        let deciders = examples.iter().filter_map(|example| self.admitting(example));
        match deciders.min_by_key(|by| by.index) {
            Some(Decider { rule: by, entry, .. }) => diagnostic
                .help(format!("move rule `{name}` in front of rule `{by}`, or remove it"))
                .related(entry.span, decided_by(entry)),
            None => diagnostic.help("move the rule up, or remove it"),
        }
    }

    fn describe(&self, name: &str, entry: &Entry, reach: Reach) -> Option<Diagnostic> {
        let text = entry.pattern.text();
        let (mistake, example) = match reach {
            Reach::Always => return None,
            Reach::Never(example) => (Mistake::UnreachableOrigin, example),
            Reach::Sometimes(example) => (Mistake::OverlappingOrigin, example),
        };
        let Decider { rule: by, entry: earlier, .. } = self.admitting(&example)?;
        let shown = String::from_utf8_lossy(&example);
        let message = match mistake {
            Mistake::OverlappingOrigin => {
                format!("rule `{by}` decides some origins that `{text}` admits, such as `{shown}`")
            }
            _ if entry.pattern.is_exact() => format!("rule `{by}` already decides `{text}`"),
            _ => format!("earlier rules already decide every origin that `{text}` admits"),
        };
        let diagnostic =
            Diagnostic::new(mistake, entry.span, message).related(earlier.span, decided_by(earlier));
        Some(if mistake == Mistake::OverlappingOrigin {
            diagnostic.help(format!(
                "leave it, if rule `{by}` is meant to decide those; otherwise move rule `{name}` in front of it"
            ))
        } else {
            diagnostic.remove(format!("move rule `{name}` in front of rule `{by}`, or remove the entry"))
        })
    }

    /// The first of the earlier rules that admits the origin.
    fn admitting(&self, origin: &[u8]) -> Option<Decider<'_>> {
        self.model.rules.iter().take(self.index).enumerate().find_map(|(index, rule)| {
            let entry = rule.admitting(origin)?;
            Some(Decider { index, rule: rule.name.as_deref().unwrap_or_default(), entry })
        })
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ExposeHeaders, Methods, Origins, RequestHeaders};
    use crate::origin;
    use crate::source::Span;

    const PATTERNS: [&str; 18] = [
        "https://example.com",
        "https://a.example.com",
        "https://*.example.com",
        "https://*.a.example.com",
        "https://a-*.example.com",
        "https://*-a.example.com",
        "https://a-*.*.example.com",
        "https://*.a-*.example.com",
        "https://*a*.a.example.com",
        "https://myexample.com",
        "https://*.myexample.com",
        "https://x-*.com.example",
        "https://example.com:*",
        "https://*.example.com:8443",
        "https://*.example.com:*",
        "https://*.example.com.",
        "http://[::1]:*",
        "http://127.0.0.1:*",
    ];

    fn rule(text: &str) -> Rule {
        let span = Span(0);
        let pattern = origin::read(text).0.unwrap();
        Rule {
            name: None,
            span,
            origins: Origins::Patterns(vec![Entry { pattern, span, conditional: false }]),
            credentials: false,
            methods: Methods::Listed(Vec::new()),
            request_headers: RequestHeaders::Listed(Vec::new()),
            expose_headers: ExposeHeaders::Listed(Vec::new()),
            max_age: None,
        }
    }

    /// The judge is the walk over both graphs.
    #[test]
    fn patterns_that_have_something_in_common_are_asked_about() {
        let rules = PATTERNS.map(rule);
        let graphs =
            rules.each_ref().map(|rule| automaton::graph_of(&[(&rule.origins.entries()[0], 0)]).unwrap());
        let mut left_out = 0;
        for (rule, graph) in rules.iter().zip(&graphs) {
            for (earlier, other) in rules.iter().zip(&graphs) {
                let mut ends = Ends::default();
                ends.extend(earlier);
                let mut common = false;
                for_each_answer(graph, other, &mut |_, answer| common |= answer.is_some());
                let may_meet = ends.may_meet(&rule.origins.entries()[0]);
                assert!(may_meet || !common, "{rule:?} {earlier:?}");
                left_out += usize::from(!may_meet);
            }
        }
        assert!(left_out >= PATTERNS.len() * 5, "{left_out}");
    }
}
