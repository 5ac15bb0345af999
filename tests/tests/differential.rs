//! The matcher, against what patterns mean.
//!
//! Six judges must name the same rule for every origin: the matcher, the same read from a pack, an automaton of all patterns, the graph that it
//! was lowered from, the naive matcher in the order of the rules, and a forward DFA for each pattern that
//! `regex-automata` makes of a regular expression. The last two share no code with the others.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a panic is the report")]

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use cors_policy::{Diagnostic, Document, Policy, Severity};
use cors_policy_compiler::automaton::{self, Graph};
use cors_policy_compiler::origin;
use cors_policy_compiler::program::{self, Program};
use cors_policy_program::packed::{self, Packed};
use cors_policy_program::{Automaton as Lowered, pattern};
use cors_policy_tests::generate::{Bytes, Case, Patterns, cases, policies, runner};
use proptest::prelude::*;
use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::syntax;
use regex_automata::{Anchored, Input};

/// What each judge says: the place of the rule.
#[derive(Debug, PartialEq, Eq)]
struct Answers {
    matcher: Option<u8>,
    packed: Option<u8>,
    lowered: Option<u8>,
    graph: Option<u8>,
    naive: Option<u8>,
    expressions: Option<u8>,
}

impl Answers {
    fn agree(&self) -> bool {
        let others = [self.packed, self.lowered, self.graph, self.naive, self.expressions];
        others.iter().all(|answer| *answer == self.matcher)
    }
}

struct Judges {
    program: Program,
    packed: Vec<u8>,
    lowered: Vec<u8>,
    graph: Graph,
    patterns: Vec<(u8, String)>,
    expressions: Vec<(u8, dense::DFA<Vec<u32>>)>,
    longest: usize,
}

impl Judges {
    /// The judges of a policy; `None` if it is too large.
    fn of(patterns: &Patterns) -> Option<Judges> {
        let model = patterns.model();
        let program = program::compile(&model).ok()?;
        let graph = automaton::graph(&model).ok()?;
        let lowered = automaton::lower(&graph, program.matcher.longest).ok()?;
        let places = patterns.in_order().map(|(place, text)| (u8::try_from(place).unwrap_or(u8::MAX), text));
        let patterns: Vec<(u8, String)> = places.map(|(place, text)| (place, text.to_owned())).collect();
        let expressions = patterns.iter().map(|(place, text)| (*place, expression(text))).collect();
        let longest = patterns.iter().map(|(_, text)| longest_admitted(text)).max().unwrap_or_default();
        let mut packed = Vec::new();
        let texts = program.rules.iter().map(|rule| rule.patterns.as_deref().unwrap_or_default());
        packed::pack("packed", texts, &program.matcher, &mut packed);
        Some(Judges { program, packed, lowered, graph, patterns, expressions, longest })
    }

    fn ask(&self, origin: &[u8]) -> Answers {
        let in_bounds = origin.len() <= self.longest;
        let first = |(place, _): &(u8, String)| *place;
        let naive = self.patterns.iter().find(|(_, text)| pattern::admits(text, origin)).map(first);
        let input = Input::new(origin).anchored(Anchored::Yes);
        let matches = |dfa: &dense::DFA<Vec<u32>>| matches!(dfa.try_search_fwd(&input), Ok(Some(_)));
        let matching = self.expressions.iter().find(|(_, dfa)| matches(dfa)).map(|(place, _)| *place);
        Answers {
            matcher: self.program.rule(origin),
            packed: Packed::new(&self.packed).rule(origin),
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
    origin[host..].split(|byte| b".:".contains(byte)).all(|label| label.len() <= 63)
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
        assert!(self.too_large.get() * 20 < answers.values().sum::<usize>(), "most policies must compile");
    }
}

fn all_agree(case: &Case, tally: &Tally) -> Result<(), TestCaseError> {
    let Some(judges) = Judges::of(&case.patterns) else {
        tally.too_large.set(tally.too_large.get() + 1);
        return Ok(());
    };
    for Bytes(origin) in &case.origins {
        let answers = judges.ask(origin);
        tally.count(answers.matcher);
        prop_assert!(answers.agree(), "{answers:?} for {}", origin.escape_ascii());
    }
    Ok(())
}

#[test]
fn judges_agree_on_policies_of_one_rule() {
    let tally = Tally::default();
    runner(50).run(&cases(1, 100), |case| all_agree(&case, &tally)).unwrap();
    tally.assert_varied(1, 600);
}

#[test]
fn judges_agree_on_policies_of_several_rules() {
    let tally = Tally::default();
    runner(100).run(&cases(4, 100), |case| all_agree(&case, &tally)).unwrap();
    tally.assert_varied(4, 200);
}

/// The policy as a document, from which the whole pipeline compiles it.
fn document(patterns: &Patterns) -> Document {
    let rules = patterns.rules.iter().enumerate();
    let mut fields: Vec<String> = rules
        .map(|(place, rule)| {
            format!(r#""rule{place}": {{"origins": {}}}"#, serde_json::to_string(rule).unwrap())
        })
        .collect();
    if patterns.any {
        fields.push(r#""rest": {"origins": "*"}"#.to_owned());
    }
    serde_json::from_str(&format!("{{{}}}", fields.join(", "))).unwrap()
}

/// What the documentation of a policy's rules says: the rule and the entry that decide.
fn decided_by<'p>(patterns: &'p Patterns, origin: &[u8]) -> (Option<usize>, Option<&'p str>) {
    let longest = patterns.in_order().map(|(_, text)| longest_admitted(text)).max().unwrap_or_default();
    let mut admitting = patterns.in_order().filter(|(_, text)| pattern::admits(text, origin));
    match admitting.next().filter(|_| origin.len() <= longest) {
        Some((place, text)) => (Some(place), Some(text)),
        None => (patterns.any.then_some(patterns.rules.len()), None),
    }
}

#[test]
fn loaded_policies_decide_by_the_first_rule() {
    let (compiled, refused) = (Cell::new(0), Cell::new(0));
    let run = runner(60).run(&cases(4, 60), |case| match Policy::compile(&document(&case.patterns)) {
        Ok(ok) => {
            compiled.set(compiled.get() + 1);
            decides_as_it_means(&ok.policy, &case)?;
            ok.warnings.iter().try_for_each(|warning| is_true_warning(warning, &case.patterns))
        }
        Err(diagnostics) => {
            refused.set(refused.get() + 1);
            let mut errors = diagnostics.iter().filter(|found| found.severity != Severity::Warning);
            errors.try_for_each(|error| is_unreachable(error, &case))
        }
    });
    run.unwrap();
    assert!(compiled.get() >= 20 && refused.get() >= 5, "{} and {}", compiled.get(), refused.get());
}

/// All that these two rules have in common is labels of 81 bytes, which do not exist.
#[test]
fn rules_that_share_no_possible_origin_do_not_overlap() {
    let rules = vec![
        vec![format!("https://{}*.x.example", "a".repeat(40))],
        vec![format!("https://*{}.x.example", "b".repeat(40))],
    ];
    let compiled = Policy::compile(&document(&Patterns { rules, any: false })).unwrap();
    assert!(compiled.warnings.is_empty(), "{}", compiled.warnings);
}

fn decides_as_it_means(policy: &Policy, case: &Case) -> Result<(), TestCaseError> {
    for Bytes(origin) in &case.origins {
        let (rule, entry) = decided_by(&case.patterns, origin);
        let request = [("origin", origin)];
        prop_assert_eq!(policy.decide(b"GET", &request[..]).rule(), rule, "{}", origin.escape_ascii());
        prop_assert_eq!(policy.admits(origin), rule.is_some());
        let explanation = policy.explain(b"GET", &request[..]);
        prop_assert_eq!(explanation.entry(), entry, "{}", origin.escape_ascii());
    }
    Ok(())
}

/// The origin that a warning about overlapping rules names must be one that an earlier rule decides and that the
/// entry would admit.
fn is_true_warning(warning: &Diagnostic, patterns: &Patterns) -> Result<(), TestCaseError> {
    if warning.rule != "overlapping_origin" {
        return Ok(());
    }
    let quoted: Vec<&str> = warning.message.split('`').collect();
    let (by, entry, example) = (quoted[1], quoted[3], quoted[5].as_bytes());
    prop_assert!(pattern::admits(entry, example), "{warning}");
    let (decided, _) = decided_by(patterns, example);
    prop_assert_eq!(decided.map(|place| format!("rule{place}")), Some(by.to_owned()), "{}", warning);
    let own = warning.path.strip_prefix("rule").and_then(|path| path.split_once('.')).unwrap().0;
    prop_assert!(decided < Some(own.parse().unwrap()), "{warning}");
    Ok(())
}

/// The only error in these policies: an entry, or all entries of a rule, of which earlier rules leave nothing.
fn is_unreachable(error: &Diagnostic, case: &Case) -> Result<(), TestCaseError> {
    prop_assert!(matches!(error.rule, "unreachable_origin" | "unreachable_rule"), "{error}");
    let path = error.path.strip_prefix("rule").unwrap();
    let (rule, entry) = path.split_once(".origins[").unwrap_or((path, ""));
    let rule: usize = rule.parse().unwrap();
    let entry: Option<usize> = entry.strip_suffix(']').map(|entry| entry.parse().unwrap());
    let dead = &case.patterns.rules[rule];
    let dead = entry.map_or(dead.as_slice(), |entry| &dead[entry..=entry]);
    for Bytes(origin) in &case.origins {
        let (decided, by) = decided_by(&case.patterns, origin);
        let reached = decided == Some(rule) && by.is_some_and(|by| dead.iter().any(|text| text == by));
        prop_assert!(!reached, "{error}\nbut {} is", origin.escape_ascii());
    }
    Ok(())
}

fn compiled(rules: Vec<Vec<String>>) -> Program {
    program::compile(&Patterns { rules, any: false }.model()).unwrap()
}

/// The automaton of all patterns.
fn lowered(patterns: &Patterns) -> Vec<u8> {
    let graph = automaton::graph(&patterns.model()).unwrap();
    automaton::lower(&graph, u16::MAX).unwrap()
}

fn of_one_rule(rule: Vec<String>) -> Vec<u8> {
    lowered(&Patterns { rules: vec![rule], any: false })
}

#[test]
fn compiling_is_deterministic() {
    runner(40)
        .run(&policies(4), |mut patterns| {
            let once = program::compile(&patterns.model()).unwrap();
            prop_assert_eq!(&once, &program::compile(&patterns.model()).unwrap());
            let automaton = lowered(&patterns);
            patterns.rules.iter_mut().for_each(|rule| rule.reverse());
            prop_assert_eq!(&automaton, &lowered(&patterns));
            for rule in &mut patterns.rules {
                let third = rule.len() / 3;
                rule.rotate_left(third);
            }
            prop_assert_eq!(&automaton, &lowered(&patterns));
            Ok(())
        })
        .unwrap();
}

/// Entries that a wildcard in a host covers leave no trace in the tables, and neither do duplicates.
#[test]
fn covered_entries_do_not_change_the_automaton() {
    let added = Cell::new(0);
    let run = runner(60).run(&cases(1, 30), |case| {
        let before = lowered(&case.patterns);
        let [rule] = case.patterns.rules.as_slice() else { return Err(TestCaseError::fail("one rule")) };
        let covered = covered_origins(&case, |by| !by.ends_with(":*"));
        added.set(added.get() + covered.len());
        let duplicated = rule.iter().chain(rule.first()).cloned().collect();
        prop_assert_eq!(&before, &of_one_rule(duplicated));
        prop_assert_eq!(&before, &of_one_rule([rule.clone(), covered].concat()));
        Ok(())
    });
    run.unwrap();
    assert!(added.get() >= 200, "only {} covered entries", added.get());
}

/// An exact port that `:*` covers may cut literals elsewhere: the tables change, the answers do not.
#[test]
fn covered_ports_do_not_change_the_answers() {
    let added = Cell::new(0);
    let run = runner(60).run(&cases(1, 40), |case| {
        let before = lowered(&case.patterns);
        let covered = covered_origins(&case, |by| by.ends_with(":*"));
        added.set(added.get() + covered.len());
        let after = of_one_rule([case.patterns.rules.concat(), covered].concat());
        for Bytes(origin) in &case.origins {
            let (before, after) = (Lowered::new(&before).rule(origin), Lowered::new(&after).rule(origin));
            prop_assert_eq!(before, after, "{}", origin.escape_ascii());
        }
        Ok(())
    });
    run.unwrap();
    assert!(added.get() >= 100, "only {} covered ports", added.get());
}

/// The origins of a case that are entries as well, and that an entry for which `by` holds covers.
fn covered_origins(case: &Case, by: fn(&str) -> bool) -> Vec<String> {
    let texts = case.origins.iter().filter_map(|Bytes(origin)| std::str::from_utf8(origin).ok());
    let valid = texts.filter(|text| origin::read(text).0.is_some_and(|pattern| pattern.is_exact()));
    let covered = |text: &&str| decided_by(&case.patterns, text.as_bytes()).1.is_some_and(by);
    valid.filter(covered).map(str::to_owned).collect()
}

/// Six hexadecimal digits that look random.
fn hex(index: usize) -> String {
    let mut bits = (index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    format!("{:06x}", bits >> 40)
}

type Make = fn(usize) -> String;

const EXACT: Make = |index| format!("https://app-{}.tenant{}.example.com", hex(index), index % 10);
const SUBDOMAINS: Make = |index| format!("https://*.app-{}.tenant{}.example.com", hex(index), index % 10);
const LABELS: Make = |index| format!("https://pr-*.app-{}.tenant{}.example.com", hex(index), index % 10);
const ENDINGS: Make = |index| format!("https://*-app-{}.tenant{}.example.com", hex(index), index % 10);
const MIDDLES: Make = |index| format!("https://app-*-{}.tenant{}.example.com", hex(index), index % 10);
const BEGINNINGS: Make = |index| format!("https://app-{}-*.tenant{}.example.com", hex(index), index % 10);
const ANY_PORTS: Make = |index| format!("https://app-{}.tenant{}.example.com:*", hex(index), index % 10);

/// Matchers take at most as many bytes as the texts of their patterns and 400 more, and from a thousand patterns on
/// less than 0.8 of them. An automaton of all patterns takes at most 512 more.
#[track_caller]
fn assert_small(name: &str, make: Make) {
    for count in [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] {
        let patterns: Vec<String> = (0..count).map(make).collect();
        let text: usize = patterns.iter().map(String::len).sum();
        let automaton = of_one_rule(patterns.clone()).len();
        let bytes = compiled(vec![patterns]).matcher.bytes();
        println!(
            "{name:11} {count:5} patterns, {text:6} bytes of text, {bytes:6} in tables, {automaton:6} in an automaton"
        );
        assert!(bytes <= text + 400, "{count} {name} take {bytes} bytes, their texts {text}");
        assert!(
            count < 1000 || bytes * 10 < text * 8,
            "{count} {name} take {bytes} bytes, their texts {text}"
        );
        assert!(automaton <= text + 512, "{count} {name} take {automaton} bytes, their texts {text}");
    }
}

#[test]
fn matchers_are_not_larger_than_their_patterns() {
    assert_small("exact", EXACT);
    assert_small("subdomains", SUBDOMAINS);
    assert_small("beginnings", BEGINNINGS);
    assert_small("labels", LABELS);
    assert_small("endings", ENDINGS);
    assert_small("middles", MIDDLES);
    assert_small("any ports", ANY_PORTS);
}

/// Tables beyond 64 KiB have wider offsets.
#[test]
fn large_automata_answer_like_small_ones() {
    let makes = [EXACT, SUBDOMAINS, LABELS, ANY_PORTS];
    let patterns: Vec<String> = (0..6000).map(|index| makes[index % 4](index)).collect();
    let bytes = of_one_rule(patterns.clone());
    println!("{} bytes", bytes.len());
    assert!(bytes.len() > 1 << 16);
    let automaton = Lowered::new(&bytes);
    for (index, pattern) in patterns.iter().enumerate() {
        let admitted = pattern.replace(":*", ":8080").replace('*', "a");
        let stranger = admitted.replace(&hex(index), &hex(index + 6000));
        assert_eq!(automaton.rule(admitted.as_bytes()), Some(0), "{admitted}");
        assert_eq!(automaton.rule(stranger.as_bytes()), None, "{stranger}");
        assert_eq!(automaton.rule(format!("{admitted}.evil.test").as_bytes()), None, "{admitted}");
        assert_eq!(automaton.rule(&admitted.as_bytes()[1..]), None, "{admitted}");
    }
}

/// How long a policy may take to compile, or to be refused, without optimisation and beside other tests.
const PATIENCE: Duration = Duration::from_secs(20);

/// What becomes of a policy: the stable names of what refuses it, each with the path of its place.
fn outcome(rules: Vec<Vec<String>>) -> Result<(), Vec<(&'static str, String)>> {
    let (sender, receiver) = mpsc::channel();
    let patterns = Patterns { rules, any: false };
    thread::spawn(move || {
        let outcome = Policy::compile(&document(&patterns)).map(drop).map_err(|diagnostics| {
            let errors = diagnostics.iter().filter(|found| found.severity != Severity::Warning);
            errors.map(|error| (error.rule, error.path.clone())).collect()
        });
        let _ = sender.send(outcome);
    });
    match receiver.recv_timeout(PATIENCE) {
        Ok(outcome) => outcome,
        Err(failure) => panic!("no answer within {PATIENCE:?}: {failure}"),
    }
}

#[track_caller]
fn assert_compiles(rules: Vec<Vec<String>>) {
    assert_eq!(outcome(rules), Ok(()));
}

/// The policy is refused as too large, and the entry that brought it there is named.
#[track_caller]
fn assert_too_large(rules: Vec<Vec<String>>) {
    match outcome(rules).unwrap_err().as_slice() {
        [("policy_too_large", path)] => assert!(path.contains(".origins["), "{path}"),
        other => panic!("{other:?}"),
    }
}

fn made(count: usize, make: impl Fn(usize) -> String) -> Vec<String> {
    (0..count).map(make).collect()
}

/// `aa`, `ab`, …: none stands in another.
fn pair(index: usize) -> String {
    let letter = |index: usize| char::from(b"abcdefghijklmnopqrstuvwxyz"[index % 26]);
    [letter(index / 26), letter(index)].iter().collect()
}

fn containing(count: usize) -> Vec<String> {
    made(count, |index| format!("https://*{}*.x.example", pair(index)))
}

/// What a label has had decides what may stand in front of it.
fn exploding(count: usize) -> Vec<String> {
    made(count, |index| format!("https://{index}-*{}*.x.example", pair(index)))
}

/// Which of 40 texts a label has had is 2⁴⁰ states, where it matters: here for what may stand in front of it.
#[test]
fn exploding_policies_are_refused_where_they_explode() {
    assert_too_large(vec![exploding(40)]);
    assert_too_large(vec![vec!["https://*.x.example".to_owned()], exploding(20), exploding(40)]);
    let below = made(40, |index| format!("https://*.{index}-*{}*.x.example", pair(index)));
    assert_too_large(vec![below]);
}

/// Here for the rule that decides.
#[test]
fn exploding_rules_are_refused_in_time() {
    assert_too_large(containing(40).into_iter().map(|pattern| vec![pattern]).collect());
}

#[test]
fn policies_that_look_dangerous_compile() {
    let stars = |count, literal: &str| {
        vec![vec![format!("https://{}.x.example", format!("*{literal}").repeat(count))]]
    };
    assert_compiles(stars(12, "b"));
    assert_compiles(stars(12, "ab"));
    assert_compiles(vec![vec![format!("https://*.{}x.example", "*a*.".repeat(40))]]);
    assert_compiles(vec![made(10, |depth| format!("https://*.a{}*.x.example", ".*a".repeat(depth)))]);
    assert_compiles(vec![made(2000, |index| format!("https://*-app{index}.x.example"))]);
    assert_compiles(vec![made(1000, |index| format!("https://app{index}-*.x.example"))]);
    assert_compiles(vec![
        made(500, |index| format!("https://app{index}-*.x.example")),
        vec!["https://*.x.example".to_owned()],
    ]);
}

/// Two thousand beginnings of a label are too many or not, but that is known soon.
#[test]
fn many_beginnings_of_a_label_end_soon() {
    if let Err(errors) = outcome(vec![made(2000, |index| format!("https://app{index}-*.x.example"))]) {
        let [("policy_too_large", path)] = errors.as_slice() else { panic!("{errors:?}") };
        assert!(path.contains(".origins["), "{path}");
    }
}

/// Where nothing tells them apart, it does not matter which of the texts a label has had.
#[test]
fn many_texts_in_a_label_compile() {
    assert_compiles(vec![containing(40)]);
    assert_compiles(vec![made(300, |index| format!("https://*-{index}-*.x.example"))]);
}

/// Rules must be told apart; with all in one rule there is less to know. (Of the exploding kind five are refused
/// in one rule and not in five: the determiniser tells sets of states apart by their order as well.)
#[test]
fn one_rule_is_not_larger_than_several() {
    type Make = fn(usize) -> Vec<String>;
    for (patterns, counts) in [(containing as Make, [2, 4, 6]), (exploding, [2, 3, 4])] {
        for count in counts {
            let rules = patterns(count).into_iter().map(|pattern| vec![pattern]).collect();
            if outcome(rules).is_ok() {
                assert_compiles(vec![patterns(count)]);
            } else {
                assert!(count > 4, "{count} rules are too many");
            }
        }
    }
}

/// Sets that are each just small enough, on many bases.
#[test]
fn many_bases_with_wildcards_end_soon() {
    let on_base = |index: usize| format!("https://{index}-*{}*.x{}.example", pair(index), index / 4);
    if let Err(errors) = outcome(vec![made(400, on_base)]) {
        assert!(matches!(errors.as_slice(), [("policy_too_large", _)]), "{errors:?}");
    }
}
