//! An automaton as a graph whose equal parts are one.

use std::collections::HashMap;

use super::{MOST_NODES, TooLarge};

/// A node, by its place in the graph.
pub type NodeId = u32;

/// A state of the automaton.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
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
        if let Some(id) = self.places.get(&node) {
            return Ok(*id);
        }
        let id = self.reserve()?;
        self.set(id, node);
        Ok(id)
    }

    /// A place for a node that others refer to before it is known.
    pub(super) fn reserve(&mut self) -> Result<NodeId, TooLarge> {
        let id = NodeId::try_from(self.nodes.len()).ok().filter(|_| self.nodes.len() < MOST_NODES);
        let id = id.ok_or_else(|| TooLarge { span: None, limit: format!("{MOST_NODES} nodes") })?;
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

/// A node and, in a literal, how much of it has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    node: NodeId,
    read: usize,
}
