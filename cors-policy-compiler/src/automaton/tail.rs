//! Tails, determinised: what stands in a pattern from its last wildcard to its front.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson::{self, BuildError, Transition};
use regex_automata::util::primitives::{PatternID, StateID};
use regex_automata::{Anchored, MatchKind};

use super::MOST_STATES;
use super::minimise::States;
use super::reversed::{Element, label_bytes};

/// The most memory for the sets of NFA states behind the DFA's, in bytes: it bounds the time as well.
const MOST_MEMORY: usize = 2 << 20;

/// Tails that begin at the same place, each with its rule.
pub(super) type TailSet = BTreeSet<(Vec<Element>, u8)>;

/// The states of the DFA of some tails, the start first; `None` where there would be too many.
///
/// `MatchKind::All` keeps every match: leftmost-first would lose the rules that match later. No minimisation by
/// regex-automata: it tells sets of patterns apart where only the first rule matters, and it is slower.
pub(super) fn determinise(tails: &TailSet) -> Option<States> {
    let rules: BTreeSet<u8> = tails.iter().map(|(_, rule)| *rule).collect();
    let nfa = nfa(tails, &rules).ok()?;
    let config = dense::Config::new()
        .start_kind(StartKind::Anchored)
        .match_kind(MatchKind::All)
        .accelerate(false)
        .determinize_size_limit(Some(MOST_MEMORY))
        .dfa_size_limit(Some(MOST_STATES * 4 * 64));
    let dfa = dense::Builder::new().configure(config).build_from_nfa(&nfa).ok()?;
    let rules: Vec<u8> = rules.into_iter().collect();
    Some(extract(&dfa, &rules, &alphabet(tails)))
}

/// One NFA pattern for each rule.
fn nfa(tails: &TailSet, rules: &BTreeSet<u8>) -> Result<thompson::NFA, Box<BuildError>> {
    let mut builder = thompson::Builder::new();
    builder.set_size_limit(Some(MOST_MEMORY))?;
    let mut starts = Vec::new();
    for rule in rules {
        let mut prefixes = Prefixes::default();
        for (tail, _) in tails.iter().filter(|(_, of)| of == rule) {
            prefixes.insert(tail);
        }
        builder.start_pattern()?;
        let start = Compiler { builder: &mut builder, steps: HashMap::new(), nodes: HashMap::new() }
            .node(&prefixes)?;
        builder.finish_pattern(start)?;
        starts.push(start);
    }
    let start = builder.add_union(starts)?;
    Ok(builder.build(start, start)?)
}

/// Tails of one rule as a tree of their common beginnings.
#[derive(Default)]
struct Prefixes {
    ends: bool,
    longer: BTreeMap<Element, Prefixes>,
}

impl Prefixes {
    fn insert(&mut self, tail: &[Element]) {
        match tail.split_first() {
            Some((element, rest)) => self.longer.entry(*element).or_default().insert(rest),
            None => self.ends = true,
        }
    }
}

/// Compiles a tree from its leaves, so that equal ends are one. A DFA would else remember *which* of the tails
/// has got how far: 40 patterns such as `*a*`, `*b*`, … would take 2^40 states.
struct Compiler<'b> {
    builder: &'b mut thompson::Builder,
    steps: HashMap<(Element, StateID), StateID>,
    nodes: HashMap<(bool, Vec<StateID>), StateID>,
}

impl Compiler<'_> {
    fn node(&mut self, prefixes: &Prefixes) -> Result<StateID, Box<BuildError>> {
        let mut alternatives = Vec::new();
        for (element, longer) in &prefixes.longer {
            let next = self.node(longer)?;
            alternatives.push(self.step(*element, next)?);
        }
        if let ([only], false) = (alternatives.as_slice(), prefixes.ends) {
            return Ok(*only);
        }
        let key = (prefixes.ends, alternatives.clone());
        if let Some(known) = self.nodes.get(&key) {
            return Ok(*known);
        }
        if prefixes.ends {
            alternatives.push(self.builder.add_match()?);
        }
        let node = self.builder.add_union(alternatives)?;
        self.nodes.insert(key, node);
        Ok(node)
    }

    fn step(&mut self, element: Element, next: StateID) -> Result<StateID, Box<BuildError>> {
        if let Some(known) = self.steps.get(&(element, next)) {
            return Ok(*known);
        }
        let step = match element {
            Element::Byte(byte) => self.builder.add_range(Transition { start: byte, end: byte, next })?,
            Element::InLabel => self.run(next, false)?,
            Element::Labels => self.run(next, true)?,
        };
        self.steps.insert((element, next), step);
        Ok(step)
    }

    /// One or more label bytes; with `dots`, one or more labels with dots between them.
    fn run(&mut self, next: StateID, dots: bool) -> Result<StateID, Box<BuildError>> {
        let again = self.builder.add_union(Vec::new())?;
        let ranges = label_bytes().map(|byte| Transition { start: byte, end: byte, next: again }).collect();
        let label_byte = self.builder.add_sparse(ranges)?;
        self.builder.patch(again, label_byte)?;
        if dots {
            let dot = self.builder.add_range(Transition { start: b'.', end: b'.', next: label_byte })?;
            self.builder.patch(again, dot)?;
        }
        self.builder.patch(again, next)?;
        Ok(label_byte)
    }
}

fn alphabet(tails: &TailSet) -> Vec<u8> {
    let mut bytes: BTreeSet<u8> = label_bytes().collect();
    for element in tails.iter().flat_map(|(tail, _)| tail) {
        match element {
            Element::Byte(byte) => {
                bytes.insert(*byte);
            }
            Element::Labels => {
                bytes.insert(b'.');
            }
            Element::InLabel => {}
        }
    }
    bytes.into_iter().collect()
}

/// Copies the reachable states out of the DFA. Its matches come one step late: a state's answer is that of its
/// successor at the end of the input.
fn extract(dfa: &dense::DFA<Vec<u32>>, rules: &[u8], alphabet: &[u8]) -> States {
    let mut states = States::default();
    let Some(start) = dfa.universal_start_state(Anchored::Yes) else { return states };
    let mut places = HashMap::from([(start, 0)]);
    let mut found = vec![start];
    let mut next = 0;
    while let Some(id) = found.get(next).copied() {
        next += 1;
        let end = dfa.next_eoi_state(id);
        let answer = (0..if dfa.is_match_state(end) { dfa.match_len(end) } else { 0 })
            .map(|index| dfa.match_pattern(end, index))
            .filter_map(|pattern: PatternID| rules.get(pattern.as_usize()).copied())
            .min();
        let mut edges = Vec::new();
        for byte in alphabet {
            let successor = dfa.next_state(id, *byte);
            if dfa.is_dead_state(successor) {
                continue;
            }
            let place = *places.entry(successor).or_insert_with(|| {
                found.push(successor);
                found.len() - 1
            });
            edges.push((*byte, place));
        }
        states.push(answer, edges);
    }
    states
}
