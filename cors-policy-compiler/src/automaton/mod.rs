//! The automaton of a policy's origins: of those that no hash finds (`matcher`), and of all where rules are compared
//! (`reach`).
//!
//! Patterns are read from their end, because hosts share suffixes. What stands behind the last wildcard of a
//! pattern is literal, and goes into a trie (`join`); the rest, its tail, is determinised by `regex-automata`
//! (`tail`). Their union is one `graph` that answers with the first rule that admits an origin, and that is
//! lowered to bytes (`lower`).
//!
//! Exact origins go around `regex-automata` because proc-macros run without optimisation in most builds: there,
//! 1,000 exact origins took it a second, and take the trie some milliseconds.

mod graph;
mod join;
mod lower;
mod minimise;
mod reversed;
mod tail;

pub use graph::{Graph, Node, NodeId};
pub use reversed::Element;

use crate::model::{Entry, Model, Origins};
use crate::source::Span;

/// The most states of one determinised set of tails, or of one union of them.
pub const MOST_STATES: usize = 5_000;
/// The most states of all sets of tails and all unions together.
pub const MOST_STATES_IN_ALL: usize = 20_000;
/// The most nodes of a graph.
pub const MOST_NODES: usize = 4_000_000;
/// The most bytes of a lowered automaton: what an offset of three bytes reaches.
pub const MOST_BYTES: usize = 1 << 24;

/// An automaton beyond a limit: the pattern that brought it there, and the limit in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooLarge {
    /// Where the pattern stands; `None` where no single one is to blame.
    pub span: Option<Span>,
    /// The limit.
    pub limit: String,
}

/// The graph of a policy: the answer at the end of an origin is the first rule that admits it.
///
/// # Errors
///
/// A policy whose automaton would be [too large](TooLarge).
pub fn graph(model: &Model) -> Result<Graph, TooLarge> {
    let mut entries = Vec::new();
    for (rule, number) in model.rules.iter().zip(0..=u8::MAX) {
        if let Origins::Patterns(patterns) = &rule.origins {
            entries.extend(patterns.iter().map(|entry| (entry, number)));
        }
    }
    graph_of(&entries)
}

/// The graph of some entries, each with the number of its rule.
pub(crate) fn graph_of(entries: &[(&Entry, u8)]) -> Result<Graph, TooLarge> {
    let reversed = entries.iter().map(|(entry, rule)| reversed::reverse(entry, *rule)).collect();
    join::join(reversed)
}

/// The bytes of a graph, in the format of `cors-policy-program`. `longest` is the length of the longest origin
/// that may be admitted.
///
/// # Errors
///
/// A graph that takes more than [`MOST_BYTES`].
pub fn lower(graph: &Graph, longest: u16) -> Result<Vec<u8>, TooLarge> {
    lower::lower(graph, longest)
}
