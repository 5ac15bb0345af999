//! The automaton, against what patterns mean.
//!
//! Four judges must name the same rule for every origin: the bytes of the lowered automaton, the graph that they
//! were lowered from, the naive matcher in the order of the rules, and a forward DFA for each pattern that
//! `regex-automata` makes of a regular expression. The last two share no code with the first two.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Write;

use cors_policy_compiler::automaton::{self, Graph};
use cors_policy_compiler::program;
use cors_policy_program::{Automaton as Lowered, LONGEST_LABEL, pattern};
use cors_policy_tests::generate::{Bytes, Case, Patterns, cases, policies};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};

/// The same policies and origins in every run, and nothing on disk.
fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config {
        cases,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(0x0c05),
        ..Config::default()
    })
}

/// What each judge says: the place of the rule.
#[derive(Debug, PartialEq, Eq)]
struct Answers {
    lowered: Option<u8>,
    graph: Option<u8>,
    naive: Option<u8>,
    expressions: Option<u8>,
}

impl Answers {
    fn agree(&self) -> bool {
        [self.graph, self.naive, self.expressions].iter().all(|answer| *answer == self.lowered)
    }
}

struct Judges {
    lowered: Vec<u8>,
    graph: Graph,
    patterns: Vec<(u8, String)>,
    expressions: Vec<(u8, dense::DFA<Vec<u32>>)>,
    longest: usize,
}

impl Judges {
    /// The judges of a policy; `None` if it is too large.
    fn of(patterns: &Patterns) -> Option<Judges> {
        let (program, graph) = program::compile(&patterns.model()).ok()?;
        let places = patterns.in_order().map(|(place, text)| (u8::try_from(place).unwrap_or(u8::MAX), text));
        let patterns: Vec<(u8, String)> = places.map(|(place, text)| (place, text.to_owned())).collect();
        let expressions = patterns.iter().map(|(place, text)| (*place, expression(text))).collect();
        let longest = patterns.iter().map(|(_, text)| longest_admitted(text)).max().unwrap_or_default();
        Some(Judges { lowered: program.automaton, graph, patterns, expressions, longest })
    }

    fn ask(&self, origin: &[u8]) -> Answers {
        let in_bounds = origin.len() <= self.longest;
        let first = |(place, _): &(u8, String)| *place;
        let naive = self.patterns.iter().find(|(_, text)| pattern::admits(text, origin)).map(first);
        let input = Input::new(origin).anchored(Anchored::Yes);
        let matches = |dfa: &dense::DFA<Vec<u32>>| matches!(dfa.try_search_fwd(&input), Ok(Some(_)));
        let matching = self.expressions.iter().find(|(_, dfa)| matches(dfa)).map(|(place, _)| *place);
        Answers {
            lowered: Lowered::new(&self.lowered).rule(origin),
            graph: self.graph.rule(origin).filter(|_| in_bounds && labels_are_short(origin)),
            naive: naive.filter(|_| in_bounds),
            expressions: matching.filter(|_| in_bounds && labels_are_short(origin)),
        }
    }
}

/// The longest origin that a pattern by itself admits: its own length if it is exact, else that of its scheme, a
/// host name of 253 bytes and perhaps a root dot, and its port or one of five digits.
fn longest_admitted(pattern: &str) -> usize {
    let (scheme, authority) = pattern.split_once("://").unwrap_or_default();
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, "*")) => (host, ":65535".len()),
        Some((host, port)) if !authority.ends_with(']') => (host, 1 + port.len()),
        _ => (authority, 0),
    };
    let host = match (host.contains('*'), host.ends_with('.')) {
        (true, root) => 253 + usize::from(root),
        (false, _) => host.len(),
    };
    scheme.len() + "://".len() + host + port
}

/// Whether no label between scheme and port is longer than DNS has them.
fn labels_are_short(origin: &[u8]) -> bool {
    let host = origin.windows(3).position(|window| window == b"://").map_or(0, |at| at + 3);
    origin[host..].split(|byte| b".:".contains(byte)).all(|label| label.len() <= LONGEST_LABEL)
}

/// A pattern as an anchored regular expression over bytes, run forwards.
fn expression(pattern: &str) -> dense::DFA<Vec<u32>> {
    let syntax = syntax::Config::new().unicode(false).utf8(false);
    let built = dense::Builder::new()
        .configure(dense::Config::new().start_kind(StartKind::Anchored))
        .syntax(syntax)
        .thompson(thompson::Config::new().utf8(false))
        .build(&translated(pattern));
    match built {
        Ok(dfa) => dfa,
        Err(error) => panic!("{pattern}: {error}"),
    }
}

fn translated(pattern: &str) -> String {
    const LABEL: &str = "[a-z0-9_-]+";
    const PORT: &str =
        "(?::(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?";
    let (front, port) = match pattern.strip_suffix(":*") {
        Some(front) => (front, PORT),
        None => (pattern, ""),
    };
    let mut expression = r"\A".to_owned();
    let mut rest = front;
    while let Some((literal, behind)) = rest.split_once('*') {
        expression.push_str(&escaped(literal));
        expression.push_str(LABEL);
        if literal.ends_with("://") && behind.starts_with('.') {
            let _ = write!(expression, r"(?:\.{LABEL})*");
        }
        rest = behind;
    }
    expression + &escaped(rest) + port + r"\z"
}

fn escaped(literal: &str) -> String {
    let escape = |character: char| match character {
        'a'..='z' | '0'..='9' | '/' | ':' => character.to_string(),
        _ => format!("\\{character}"),
    };
    literal.chars().map(escape).collect()
}

/// How often each answer was given.
#[derive(Default)]
struct Tally {
    answers: Cell<BTreeMap<Option<u8>, usize>>,
    too_large: Cell<usize>,
}

impl Tally {
    fn count(&self, answer: Option<u8>) {
        let mut answers = self.answers.take();
        *answers.entry(answer).or_default() += 1;
        self.answers.set(answers);
    }

    /// Checks that the origins were worth asking about: each answer came often.
    fn assert_varied(self, rules: u8, each: usize) {
        let answers = self.answers.into_inner();
        println!("answers: {answers:?}, too large: {}", self.too_large.get());
        for answer in (0..rules).map(Some).chain([None]) {
            let count = answers.get(&answer).copied().unwrap_or_default();
            assert!(count >= each, "{answer:?} was answered only {count} times");
        }
        assert!(self.too_large.get() * 20 < answers.values().sum(), "most policies must compile");
    }
}

fn all_agree(case: &Case, tally: &Tally) -> Result<(), TestCaseError> {
    let Some(judges) = Judges::of(&case.patterns) else {
        tally.too_large.set(tally.too_large.get() + 1);
        return Ok(());
    };
    for Bytes(origin) in &case.origins {
        let answers = judges.ask(origin);
        tally.count(answers.lowered);
        prop_assert!(answers.agree(), "{answers:?} for {}", origin.escape_ascii());
    }
    Ok(())
}

#[test]
fn four_judges_agree_on_policies_of_one_rule() {
    let tally = Tally::default();
    runner(50).run(&cases(1, 100), |case| all_agree(&case, &tally)).unwrap();
    tally.assert_varied(1, 600);
}

#[test]
fn four_judges_agree_on_policies_of_several_rules() {
    let tally = Tally::default();
    runner(100).run(&cases(4, 100), |case| all_agree(&case, &tally)).unwrap();
    tally.assert_varied(4, 200);
}
