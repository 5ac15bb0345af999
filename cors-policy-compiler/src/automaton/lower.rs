//! From a graph to bytes.

use std::collections::HashMap;

use cors_policy_program::format::{
    ANSWER, BRANCH, BRANCH_OR_DIGIT, BRANCH_OR_LABEL, END, HEADER, LITERAL, LITERAL_TO, LONGEST_LITERAL,
    PADDING, RUN,
};
use cors_policy_program::is_label_byte;

use super::graph::{Graph, Node, NodeId};
use super::reversed::label_bytes;
use super::{MOST_BYTES, TooLarge};

/// How many bytes can stand in a label.
const LABEL_BYTES: usize = 38;

/// One node of the format, before offsets are known.
enum Block {
    Literal { bytes: Vec<u8>, next: Next },
    Branch { op: u8, keys: Vec<u8>, targets: Vec<Option<NodeId>> },
    Answer(u8),
    End(u8),
}

enum Next {
    Follows,
    At(NodeId),
}

pub(super) fn lower(graph: &Graph, longest: usize) -> Result<Vec<u8>, TooLarge> {
    let layout = Layout::of(graph);
    let short = layout.size(2) <= usize::from(u16::MAX);
    let width = if short { 2 } else { 3 };
    if layout.size(width) >= MOST_BYTES {
        return Err(TooLarge { span: None, limit: format!("{MOST_BYTES} bytes of tables") });
    }
    let longest = u16::try_from(longest).unwrap_or(u16::MAX).to_le_bytes();
    let mut bytes = vec![if short { 2 } else { 3 }];
    bytes.extend(longest);
    let offsets = layout.offsets(width);
    for (_, block) in &layout.blocks {
        block.write(&mut bytes, width, &offsets);
    }
    bytes.extend([0; PADDING]);
    Ok(bytes)
}

/// The blocks in the order in which they are written, each with the graph's node that begins there.
struct Layout {
    blocks: Vec<(Option<NodeId>, Block)>,
}

impl Layout {
    /// Depth first, so that what is read together stands together.
    fn of(graph: &Graph) -> Layout {
        let shared = shared_nodes(graph);
        let mut layout = Layout { blocks: Vec::new() };
        let mut placed = vec![false; graph.len()];
        let mut waiting = vec![graph.start()];
        while let Some(id) = waiting.pop() {
            let mut following = Some(id);
            while let Some(id) = following.take() {
                let Some(is_placed) = placed.get_mut(id as usize) else { break };
                if std::mem::replace(is_placed, true) {
                    break;
                }
                if let Some((bytes, next)) = literal_from(graph, id, &shared) {
                    let follows = placed.get(next as usize) == Some(&false);
                    let next_block = if follows { Next::Follows } else { Next::At(next) };
                    layout.blocks.push((Some(id), Block::Literal { bytes, next: next_block }));
                    following = follows.then_some(next);
                } else {
                    layout.branch(graph, id, &mut waiting);
                }
            }
        }
        layout
    }

    fn branch(&mut self, graph: &Graph, id: NodeId, waiting: &mut Vec<NodeId>) {
        let (answer, edges) = graph.branch(id);
        match answer {
            Some(rule) if edges.is_empty() => return self.blocks.push((Some(id), Block::End(rule))),
            Some(rule) => self.blocks.push((Some(id), Block::Answer(rule))),
            None => {}
        }
        let begins = if answer.is_none() { Some(id) } else { None };
        self.blocks.push((begins, smallest_branch(id, edges)));
        waiting.extend(edges.iter().rev().map(|(_, target)| *target));
    }

    fn size(&self, width: usize) -> usize {
        HEADER + PADDING + self.blocks.iter().map(|(_, block)| block.size(width)).sum::<usize>()
    }

    fn offsets(&self, width: usize) -> HashMap<NodeId, usize> {
        let mut offset = HEADER;
        let mut offsets = HashMap::with_capacity(self.blocks.len());
        for (id, block) in &self.blocks {
            if let Some(id) = id {
                offsets.insert(*id, offset);
            }
            offset += block.size(width);
        }
        offsets
    }
}

/// Whether each node is reached from more than one place.
fn shared_nodes(graph: &Graph) -> Vec<bool> {
    let mut reached = vec![0_u8; graph.len()];
    let mut visit = |id: NodeId| {
        if let Some(count) = reached.get_mut(id as usize) {
            *count = count.saturating_add(1);
        }
    };
    let mut seen = vec![false; graph.len()];
    let mut waiting = vec![graph.start()];
    while let Some(id) = waiting.pop() {
        visit(id);
        match seen.get_mut(id as usize) {
            Some(seen) if !*seen => *seen = true,
            _ => continue,
        }
        match graph.node(id) {
            Some(Node::Literal(_, next)) => waiting.push(*next),
            Some(Node::Branch { edges, .. }) => waiting.extend(edges.iter().map(|(_, target)| *target)),
            None => {}
        }
    }
    reached.into_iter().map(|count| count > 1).collect()
}

/// The bytes that are read one after the other from a node, in the order of an origin, and where that leads.
fn literal_from(graph: &Graph, id: NodeId, shared: &[bool]) -> Option<(Vec<u8>, NodeId)> {
    let mut bytes = Vec::new();
    let mut at = id;
    loop {
        let (part, next) = match graph.node(at)? {
            Node::Literal(part, next) => (&**part, *next),
            Node::Branch { answer: None, edges } => match edges.as_slice() {
                [(byte, next)] => (std::slice::from_ref(byte), *next),
                _ => break,
            },
            Node::Branch { .. } => break,
        };
        if !bytes.is_empty()
            && (bytes.len() + part.len() > LONGEST_LITERAL || shared.get(at as usize) == Some(&true))
        {
            break;
        }
        bytes.extend_from_slice(part);
        at = next;
    }
    if bytes.is_empty() {
        return None;
    }
    bytes.reverse();
    Some((bytes, at))
}

/// The encoding of a branch that takes the fewest bytes.
fn smallest_branch(id: NodeId, edges: &[(u8, NodeId)]) -> Block {
    let loops = |byte: u8| edges.contains(&(byte, id));
    if edges.len() >= LABEL_BYTES && label_bytes().all(loops) {
        let others = edges.iter().filter(|(byte, _)| !is_label_byte(*byte));
        let (keys, targets) = others.map(|(byte, target)| (*byte, Some(*target))).unzip();
        return Block::Branch { op: RUN, keys, targets };
    }
    let (keys, targets) = edges.iter().map(|(byte, target)| (*byte, Some(*target))).unzip();
    let plain = Block::Branch { op: BRANCH, keys, targets };
    let label = with_default(edges, BRANCH_OR_LABEL, LABEL_BYTES, is_label_byte);
    let digit = with_default(edges, BRANCH_OR_DIGIT, 10, |byte| byte.is_ascii_digit());
    [Some(plain), label, digit]
        .into_iter()
        .flatten()
        .min_by_key(|block| block.size(2))
        .unwrap_or(Block::End(0))
}

/// A branch in which the bytes of a class that are no keys go where most of the class goes.
fn with_default(edges: &[(u8, NodeId)], op: u8, class: usize, in_class: fn(u8) -> bool) -> Option<Block> {
    if edges.len() * 2 <= class {
        return None;
    }
    let mut counts: Vec<(NodeId, usize)> = Vec::new();
    for (_, target) in edges.iter().filter(|(byte, _)| in_class(*byte)) {
        match counts.iter_mut().find(|(known, _)| known == target) {
            Some((_, count)) => *count += 1,
            None => counts.push((*target, 1)),
        }
    }
    let (default, _) =
        counts.into_iter().max_by_key(|(target, count)| (*count, std::cmp::Reverse(*target)))?;
    let mut keys = Vec::new();
    let mut targets = Vec::new();
    for byte in 0..=u8::MAX {
        let target = edges.iter().find(|(key, _)| *key == byte).map(|(_, target)| *target);
        let by_default = if in_class(byte) { Some(default) } else { None };
        if target != by_default {
            keys.push(byte);
            targets.push(target);
        }
    }
    targets.push(Some(default));
    Some(Block::Branch { op, keys, targets })
}

impl Block {
    fn size(&self, width: usize) -> usize {
        match self {
            Block::Literal { bytes, next } => {
                let pieces = bytes.len().div_ceil(LONGEST_LITERAL);
                pieces + bytes.len() + if let Next::At(_) = next { width } else { 0 }
            }
            Block::Branch { keys, targets, .. } => 2 + keys.len() + width * targets.len(),
            Block::Answer(_) | Block::End(_) => 2,
        }
    }

    fn write(&self, out: &mut Vec<u8>, width: usize, offsets: &HashMap<NodeId, usize>) {
        let offset = |target: Option<&NodeId>| {
            let offset = target.and_then(|target| offsets.get(target)).copied().unwrap_or_default();
            offset.to_le_bytes().into_iter().take(width)
        };
        let op = |base: u8, length: usize| base + u8::try_from(length - 1).unwrap_or_default();
        match self {
            Block::Literal { bytes, next } => {
                // A literal is read from its end: its last piece comes first.
                let mut pieces = bytes.rchunks(LONGEST_LITERAL).peekable();
                while let Some(piece) = pieces.next() {
                    match next {
                        Next::At(target) if pieces.peek().is_none() => {
                            out.push(op(LITERAL_TO, piece.len()));
                            out.extend_from_slice(piece);
                            out.extend(offset(Some(target)));
                        }
                        _ => {
                            out.push(op(LITERAL, piece.len()));
                            out.extend_from_slice(piece);
                        }
                    }
                }
            }
            Block::Branch { op, keys, targets } => {
                out.push(*op);
                out.push(u8::try_from(keys.len()).unwrap_or(u8::MAX));
                out.extend_from_slice(keys);
                for target in targets {
                    out.extend(offset(target.as_ref()));
                }
            }
            Block::Answer(rule) => out.extend([ANSWER, *rule]),
            Block::End(rule) => out.extend([END, *rule]),
        }
    }
}
