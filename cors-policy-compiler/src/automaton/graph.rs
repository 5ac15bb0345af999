//! An automaton as a graph whose equal parts are one.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{Hash, Hasher};

use super::{MOST_NODES, TooLarge};

/// A node, by its place in the graph.
pub type NodeId = u32;

/// A state of the automaton.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// Reads these bytes, which stand in reading order (the reverse of an origin's), and goes on. Never empty.
    Literal(Box<[u8]>, NodeId),
    /// Answers at the end of the origin; goes on by the next byte.
    Branch {
        /// The first rule that admits an origin that ends here.
        answer: Option<u8>,
        /// The successors, in the order of their bytes.
        edges: Vec<(u8, NodeId)>,
    },
}

/// The edges of a branch are hashed several at once: one by one, their two numbers each by itself, took a third of all
/// the time.
impl Hash for Node {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Node::Literal(bytes, next) => (bytes, next).hash(state),
            Node::Branch { answer, edges } => {
                answer.hash(state);
                for edges in edges.chunks(64) {
                    let mut packed = [0_u64; 64];
                    for (packed, (byte, next)) in packed.iter_mut().zip(edges) {
                        *packed = u64::from(*next) << 8 | u64::from(*byte);
                    }
                    packed.get(..edges.len()).hash(state);
                }
            }
        }
    }
}

/// The nodes, and the place of each by what it is.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    nodes: Vec<Node>,
    places: HashMap<Node, NodeId>,
    start: NodeId,
}

impl Graph {
    /// The first node of every walk.
    #[must_use]
    pub fn start(&self) -> NodeId {
        self.start
    }

    /// The number of nodes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether the graph has no nodes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The node at a place.
    #[must_use]
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id as usize)
    }

    /// The answer for an origin: a slow walk for tests and for comparing graphs.
    #[must_use]
    pub fn rule(&self, origin: &[u8]) -> Option<u8> {
        let mut place = Place { node: self.start, read: 0 };
        for byte in origin.iter().rev() {
            place = self.step(place, *byte)?;
        }
        self.answer(place)
    }

    pub(super) fn set_start(&mut self, start: NodeId) {
        self.start = start;
    }

    pub(super) fn intern(&mut self, node: Node) -> Result<NodeId, TooLarge> {
        let id = free_place(&self.nodes)?;
        match self.places.entry(node) {
            Entry::Occupied(known) => Ok(*known.get()),
            Entry::Vacant(vacant) => {
                self.nodes.push(vacant.key().clone());
                Ok(*vacant.insert(id))
            }
        }
    }

    /// A place for a node that others refer to before it is known.
    pub(super) fn reserve(&mut self) -> Result<NodeId, TooLarge> {
        let id = free_place(&self.nodes)?;
        self.nodes.push(Node::Branch { answer: None, edges: Vec::new() });
        Ok(id)
    }

    pub(super) fn set(&mut self, id: NodeId, node: Node) {
        if let Some(place) = self.nodes.get_mut(id as usize) {
            place.clone_from(&node);
            self.places.insert(node, id);
        }
    }

    /// The answer and the edges of a branch; a literal has none of both.
    pub(super) fn branch(&self, id: NodeId) -> (Option<u8>, &[(u8, NodeId)]) {
        match self.node(id) {
            Some(Node::Branch { answer, edges }) => (*answer, edges),
            _ => (None, &[]),
        }
    }

    /// The successor of a branch.
    pub(super) fn successor(&self, id: NodeId, byte: u8) -> Option<NodeId> {
        let (_, edges) = self.branch(id);
        let index = edges.binary_search_by_key(&byte, |(key, _)| *key).ok()?;
        edges.get(index).map(|(_, target)| *target)
    }

    pub(crate) fn start_place(&self) -> Place {
        Place { node: self.start, read: 0 }
    }

    pub(crate) fn step(&self, place: Place, byte: u8) -> Option<Place> {
        match self.node(place.node)? {
            Node::Literal(bytes, next) => {
                if bytes.get(place.read) != Some(&byte) {
                    return None;
                }
                let read = place.read + 1;
                Some(if read == bytes.len() {
                    Place { node: *next, read: 0 }
                } else {
                    Place { read, ..place }
                })
            }
            Node::Branch { .. } => Some(Place { node: self.successor(place.node, byte)?, read: 0 }),
        }
    }

    pub(crate) fn answer(&self, place: Place) -> Option<u8> {
        self.branch(place.node).0
    }
}

/// The place of the next node.
fn free_place(nodes: &[Node]) -> Result<NodeId, TooLarge> {
    let id = NodeId::try_from(nodes.len()).ok().filter(|_| nodes.len() < MOST_NODES);
    id.ok_or_else(|| TooLarge { span: None, limit: format!("{MOST_NODES} nodes") })
}

/// A node and, in a literal, how much of it has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    node: NodeId,
    read: usize,
}
