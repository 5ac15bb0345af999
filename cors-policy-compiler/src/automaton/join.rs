//! The union of all patterns: a trie of what is literal, walked together with the tails.

use std::collections::HashMap;

use super::graph::{Graph, Node, NodeId};
use super::minimise::States;
use super::reversed::Reversed;
use super::tail::{TailSet, determinise};
use super::{MOST_STATES, MOST_STATES_IN_ALL, TooLarge};
use crate::source::Span;

/// Builds the graph of the patterns.
pub(super) fn join(patterns: Vec<Reversed>) -> Result<Graph, TooLarge> {
    let (mut any_port, mut fixed_port): (Vec<_>, Vec<_>) =
        patterns.into_iter().partition(|item| item.any_port);
    for list in [&mut fixed_port, &mut any_port] {
        list.sort_by(|a, b| (&a.literal, &a.tail, a.rule).cmp(&(&b.literal, &b.tail, b.rule)));
    }
    let mut threads = vec![Thread::whole(false, &fixed_port)];
    if !any_port.is_empty() {
        threads.push(Thread::whole(true, &any_port));
        threads.push(Thread::Port(Port::default()));
    }
    let mut join = Join { fixed_port, any_port, ..Join::default() };
    let start = join.node(threads, None)?;
    join.graph.set_start(start);
    Ok(join.graph)
}

#[derive(Default)]
struct Join {
    fixed_port: Vec<Reversed>,
    any_port: Vec<Reversed>,
    graph: Graph,
    joined: HashMap<(Vec<Thread>, Option<NodeId>), NodeId>,
    tail_sets: HashMap<TailSet, NodeId>,
    unions: HashMap<(NodeId, NodeId), NodeId>,
    states: usize,
}

/// One way in which the rest of an origin can still match.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Thread {
    /// The patterns of a list from `first` to before `end`, which agree in their first `depth` bytes.
    Trie { any_port: bool, first: usize, end: usize, depth: usize },
    /// Inside a port, in front of which a pattern with `:*` may stand.
    Port(Port),
}

/// What is left of some threads and a tail where the patterns that end here are taken out.
struct Left {
    threads: Vec<Thread>,
    answer: Option<u8>,
    tail: Option<NodeId>,
}

impl Thread {
    fn whole(any_port: bool, list: &[Reversed]) -> Self {
        Thread::Trie { any_port, first: 0, end: list.len(), depth: 0 }
    }
}

/// The digits of a port, read from the last one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Port {
    digits: usize,
    /// Whether they are more than the last digits of 65535.
    over: bool,
    /// Whether the digit read last is a zero, with which no port begins.
    zero: bool,
}

impl Port {
    fn then(self, digit: u8) -> Option<Port> {
        let most = b"53556".get(self.digits)?;
        let over = if digit == *most { self.over } else { digit > *most };
        Some(Port { digits: self.digits + 1, over, zero: digit == b'0' })
    }

    fn is_complete(self) -> bool {
        self.digits > 0 && !self.zero && !(self.digits == 5 && self.over)
    }
}

impl Join {
    /// The node at which these threads, and what is left of some tails, are all possible.
    fn node(&mut self, threads: Vec<Thread>, tail: Option<NodeId>) -> Result<NodeId, TooLarge> {
        let Left { threads, answer, tail } = self.ended(threads, tail)?;
        match (threads.as_slice(), answer, tail) {
            ([], None, Some(tail)) => return Ok(tail),
            ([Thread::Trie { any_port, first, end, depth }], None, None) => {
                let (any_port, first, end, depth) = (*any_port, *first, *end, *depth);
                let common = self.common(any_port, first, end, depth);
                if common > depth {
                    let literal = self.literal_between(any_port, first, depth, common);
                    let next = self.node(vec![Thread::Trie { any_port, first, end, depth: common }], None)?;
                    return self.literal(&literal, next);
                }
            }
            _ => {}
        }
        if let [Thread::Trie { .. }] | [] = threads.as_slice() {
            return self.branch(&threads, answer, tail);
        }
        let key = (threads, tail);
        if let Some(node) = self.joined.get(&key) {
            return Ok(*node);
        }
        let node = self.branch(&key.0, answer, tail)?;
        self.joined.insert(key, node);
        Ok(node)
    }

    /// Takes out the patterns whose literal ends here: they answer, or their tails begin.
    fn ended(&mut self, mut threads: Vec<Thread>, mut tail: Option<NodeId>) -> Result<Left, TooLarge> {
        let mut answer = None;
        let mut tails = TailSet::new();
        let mut span = None;
        for thread in &mut threads {
            let Thread::Trie { any_port, first, end, depth } = thread else { continue };
            while let Some(item) = self.list(*any_port).get(*first).filter(|_| *first < *end) {
                if item.literal.len() > *depth {
                    break;
                }
                if item.tail.is_empty() {
                    answer = Some(answer.unwrap_or(item.rule).min(item.rule));
                } else {
                    tails.insert((item.tail.clone(), item.rule));
                    span = Some(item.span);
                }
                *first += 1;
            }
        }
        threads.retain(|thread| !matches!(thread, Thread::Trie { first, end, .. } if first == end));
        if let Some(span) = span {
            let begun = self.begin(tails, span)?;
            tail = Some(match tail {
                Some(outer) => self.union(outer, begun).map_err(|limit| limit.or_at(span))?,
                None => begun,
            });
        }
        Ok(Left { threads, answer, tail })
    }

    fn branch(
        &mut self,
        threads: &[Thread],
        answer: Option<u8>,
        tail: Option<NodeId>,
    ) -> Result<NodeId, TooLarge> {
        let (tail_answer, tail_edges) = tail.map_or((None, &[][..]), |tail| self.graph.branch(tail));
        let answer = answer.into_iter().chain(tail_answer).min();
        let mut edges = tail_edges.to_vec();
        for (byte, next) in self.successors(threads) {
            let tail = tail.and_then(|tail| self.graph.successor(tail, byte));
            let node = self.node(next, tail)?;
            match edges.binary_search_by_key(&byte, |(key, _)| *key) {
                Ok(index) => edges.splice(index..=index, [(byte, node)]).for_each(drop),
                Err(index) => edges.insert(index, (byte, node)),
            }
        }
        self.graph.intern(Node::Branch { answer, edges })
    }

    /// What each byte leaves of the threads.
    fn successors(&self, threads: &[Thread]) -> Vec<(u8, Vec<Thread>)> {
        let mut successors: Vec<(u8, Vec<Thread>)> = Vec::new();
        let mut add = |byte: u8, thread: Thread| match successors.binary_search_by_key(&byte, |(key, _)| *key)
        {
            Ok(index) => {
                if let Some((_, threads)) = successors.get_mut(index) {
                    threads.push(thread);
                }
            }
            Err(index) => successors.insert(index, (byte, vec![thread])),
        };
        for thread in threads {
            match thread {
                Thread::Port(port) => {
                    for digit in b'0'..=b'9' {
                        if let Some(next) = port.then(digit) {
                            add(digit, Thread::Port(next));
                        }
                    }
                    if port.is_complete() {
                        add(b':', Thread::whole(true, &self.any_port));
                    }
                }
                Thread::Trie { any_port, first, end, depth } => {
                    let list = self.list(*any_port);
                    let mut first = *first;
                    while first < *end {
                        let Some(byte) = byte_at(list, first, *depth) else { break };
                        let same = list.get(first..*end).unwrap_or_default();
                        let same = same.partition_point(|item| item.literal.get(*depth) == Some(&byte));
                        let (any_port, end, depth) = (*any_port, first + same, depth + 1);
                        add(byte, Thread::Trie { any_port, first, end, depth });
                        first = end;
                    }
                }
            }
        }
        successors
    }

    fn list(&self, any_port: bool) -> &[Reversed] {
        if any_port { &self.any_port } else { &self.fixed_port }
    }

    /// The depth to which the sorted patterns agree: as far as the first and the last do.
    fn common(&self, any_port: bool, first: usize, end: usize, depth: usize) -> usize {
        let list = self.list(any_port);
        let (Some(a), Some(b)) = (list.get(first), list.get(end - 1)) else { return depth };
        let (a, b) = (a.literal.get(depth..).unwrap_or_default(), b.literal.get(depth..).unwrap_or_default());
        depth + a.iter().zip(b).take_while(|(a, b)| a == b).count()
    }

    fn literal_between(&self, any_port: bool, index: usize, from: usize, to: usize) -> Vec<u8> {
        let literal = self.list(any_port).get(index).and_then(|item| item.literal.get(from..to));
        literal.unwrap_or_default().to_vec()
    }

    /// Nodes that read the literal. It is cut where labels begin and in front of the scheme, so that equal ends
    /// are one: cut anywhere, they would be shared more often and save less than the jumps to them cost.
    fn literal(&mut self, literal: &[u8], mut next: NodeId) -> Result<NodeId, TooLarge> {
        let mut rest = literal;
        while !rest.is_empty() {
            let cut = match rest.split_last() {
                Some((_, before)) => {
                    before.iter().rposition(|byte| matches!(byte, b'.' | b'/')).map_or(0, |at| at + 1)
                }
                None => 0,
            };
            let (before, part) = rest.split_at_checked(cut).unwrap_or((&[], rest));
            next = match part {
                [byte] => self.graph.intern(Node::Branch { answer: None, edges: vec![(*byte, next)] })?,
                _ => self.graph.intern(Node::Literal(part.into(), next))?,
            };
            rest = before;
        }
        Ok(next)
    }

    /// The first node of a set of tails.
    fn begin(&mut self, tails: TailSet, span: Span) -> Result<NodeId, TooLarge> {
        if let Some(node) = self.tail_sets.get(&tails) {
            return Ok(*node);
        }
        let too_large = || TooLarge {
            span: Some(span),
            limit: format!("{MOST_STATES} states for the patterns with this ending"),
        };
        let states =
            determinise(&tails).filter(|states| states.len() <= MOST_STATES).ok_or_else(too_large)?;
        let node = self.add(&states, &[]).map_err(|limit| limit.or_at(span))?;
        self.tail_sets.insert(tails, node);
        Ok(node)
    }

    /// The node at which two sets of tails are both possible: a walk over pairs of nodes.
    fn union(&mut self, a: NodeId, b: NodeId) -> Result<NodeId, TooLarge> {
        if a == b {
            return Ok(a);
        }
        let key = (a.min(b), a.max(b));
        if let Some(node) = self.unions.get(&key) {
            return Ok(*node);
        }
        let (states, known) = self.pairs(a, b)?;
        let node = self.add(&states, &known)?;
        self.unions.insert(key, node);
        Ok(node)
    }

    /// The states of a union, the start first, and the nodes that some of them already are: where only one of
    /// two is left, it is that node. All nodes behind `a` and `b` are among the states, so that a union that is
    /// no more than one of them is found to be it.
    fn pairs(&self, a: NodeId, b: NodeId) -> Result<(States, Vec<Option<NodeId>>), TooLarge> {
        let mut pairs = vec![(Some(a), Some(b)), (Some(a), None), (Some(b), None)];
        // One number is hashed at once, two perhaps-numbers in four steps.
        let key = |(a, b): (Option<NodeId>, Option<NodeId>)| {
            let number = |node: Option<NodeId>| node.map_or(0, |node| u64::from(node) + 1);
            number(a) << 32 | number(b)
        };
        let mut places: HashMap<u64, usize> = pairs.iter().copied().map(key).zip(0..).collect();
        let mut states = States::default();
        let mut known = Vec::new();
        let mut next = 0;
        while let Some((a, b)) = pairs.get(next).copied() {
            next += 1;
            if pairs.len() > MOST_STATES {
                return Err(TooLarge {
                    span: None,
                    limit: format!("{MOST_STATES} states for wildcards that overlap with this one"),
                });
            }
            let of = |node: Option<NodeId>| node.map_or((None, &[][..]), |node| self.graph.branch(node));
            let ((answer_a, edges_a), (answer_b, edges_b)) = (of(a), of(b));
            let mut bytes: Vec<u8> = edges_a.iter().chain(edges_b).map(|(byte, _)| *byte).collect();
            bytes.sort_unstable();
            bytes.dedup();
            let edges = bytes.into_iter().map(|byte| {
                let step = |node: Option<NodeId>| node.and_then(|node| self.graph.successor(node, byte));
                let pair = match (step(a), step(b)) {
                    (None, only) => (only, None),
                    (a, b) if a == b => (a, None),
                    pair => pair,
                };
                let place = *places.entry(key(pair)).or_insert_with(|| {
                    pairs.push(pair);
                    pairs.len() - 1
                });
                (byte, place)
            });
            let edges = edges.collect();
            states.push(answer_a.into_iter().chain(answer_b).min(), edges);
            known.push(a.filter(|_| b.is_none()));
        }
        Ok((states, known))
    }

    /// Adds the first state and all behind it to the graph, minimised. `known` has the nodes that states are.
    fn add(&mut self, states: &States, known: &[Option<NodeId>]) -> Result<NodeId, TooLarge> {
        self.states += states.len();
        if self.states > MOST_STATES_IN_ALL {
            return Err(TooLarge {
                span: None,
                limit: format!("{MOST_STATES_IN_ALL} states for all wildcards"),
            });
        }
        let classes = states.classes();
        let mut nodes: HashMap<usize, NodeId> = HashMap::new();
        for (class, node) in classes.iter().zip(known) {
            if let Some(node) = node {
                nodes.insert(*class, *node);
            }
        }
        let mut new = Vec::new();
        let mut reachable = vec![0];
        while let Some(place) = reachable.pop() {
            let class = classes.get(place).copied().unwrap_or_default();
            if nodes.contains_key(&class) {
                continue;
            }
            nodes.insert(class, self.graph.reserve()?);
            new.push(class);
            reachable.extend(states.get(class).into_iter().flat_map(|state| &state.edges).map(|(_, to)| *to));
        }
        for class in &new {
            let (Some(state), Some(node)) = (states.get(*class), nodes.get(class)) else { continue };
            let edges =
                state.edges.iter().filter_map(|(byte, to)| Some((*byte, *nodes.get(classes.get(*to)?)?)));
            let edges = edges.collect();
            self.graph.set(*node, Node::Branch { answer: state.answer, edges });
        }
        let start = classes.first().and_then(|class| nodes.get(class));
        Ok(start.copied().unwrap_or_default())
    }
}

impl TooLarge {
    fn or_at(mut self, span: Span) -> Self {
        self.span.get_or_insert(span);
        self
    }
}

fn byte_at(list: &[Reversed], index: usize, depth: usize) -> Option<u8> {
    list.get(index)?.literal.get(depth).copied()
}
