//! From a graph to bytes.

use std::collections::HashMap;

use cors_policy_program::format::{
    ANSWER, BRANCH, BRANCH_OR_DIGIT, BRANCH_OR_LABEL, CHAIN, END, HEADER, LITERAL, LITERAL_END, LITERAL_TO,
    LONGEST_LITERAL, LOOP, PADDING, RUN, TABLE,
};
use cors_policy_program::is_label_byte;

use super::graph::{Graph, Node, NodeId};
use super::reversed::label_bytes;
use super::{MOST_BYTES, TooLarge};

/// How many times the bytes of a branch its table may take.
const MOST_TABLE_FACTOR: usize = 3;

/// How many bytes can stand in a label.
const LABEL_BYTES: usize = 38;

/// One node of the format, before offsets are known.
enum Block {
    Literal { bytes: Vec<u8>, next: Next },
    Branch { op: u8, keys: Vec<u8>, targets: Vec<Option<NodeId>> },
    Table { low: u8, targets: Vec<Option<NodeId>> },
    Chain { bytes: Vec<u8>, elsewhere: NodeId, next: NodeId },
    Answer(u8),
    End(u8),
}

enum Next {
    Follows,
    At(NodeId),
    Ends(u8),
}

pub(super) fn lower(graph: &Graph, longest: u16) -> Result<Vec<u8>, TooLarge> {
    let layout = Layout::of(graph);
    let width_byte: u8 = if u16::try_from(layout.size(2)).is_ok() { 2 } else { 3 };
    let width = usize::from(width_byte);
    if layout.size(width) >= MOST_BYTES {
        return Err(TooLarge { span: None, limit: format!("{MOST_BYTES} bytes of tables") });
    }
    let mut bytes = vec![width_byte];
    bytes.extend(longest.to_le_bytes());
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
                    let ends = end(graph, next);
                    let follows = ends.is_none() && placed.get(next as usize) == Some(&false);
                    let then = match ends {
                        Some(rule) => Next::Ends(rule),
                        None if follows => Next::Follows,
                        None => Next::At(next),
                    };
                    layout.blocks.push((Some(id), Block::Literal { bytes, next: then }));
                    following = follows.then_some(next);
                } else if let Some((bytes, elsewhere, next)) = chain_from(graph, id, &shared) {
                    layout.blocks.push((Some(id), Block::Chain { bytes, elsewhere, next }));
                    waiting.extend([elsewhere, next]);
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
        let block = branch_block(graph, id, edges);
        if let Block::Branch { targets, .. } | Block::Table { targets, .. } = &block {
            waiting.extend(targets.iter().rev().flatten());
        }
        self.blocks.push((begins, block));
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
    while let Some((part, next)) = literal_part(graph, at) {
        let is_shared = shared.get(at as usize) == Some(&true);
        let fits = bytes.len() + part.len() <= LONGEST_LITERAL;
        if !bytes.is_empty() && (!fits || (is_shared && !is_short_end(graph, at))) {
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

/// The bytes that lead on from a node, in the order of an origin, where every other byte leads where it leads from
/// one node that loops; that node; and where the bytes lead. Text in front of a `*` is of this kind: a byte that
/// differs belongs to the `*`.
fn chain_from(graph: &Graph, id: NodeId, shared: &[bool]) -> Option<(Vec<u8>, NodeId, NodeId)> {
    let (byte, elsewhere, mut next) = chain_step(graph, id)?;
    let mut bytes = vec![byte];
    while bytes.len() < LONGEST_LITERAL && shared.get(next as usize) == Some(&false) {
        match chain_step(graph, next) {
            Some((byte, same, then)) if same == elsewhere => {
                bytes.push(byte);
                next = then;
            }
            _ => break,
        }
    }
    bytes.reverse();
    Some((bytes, elsewhere, next))
}

/// One byte of a chain, the node that loops over most label bytes, and where the byte leads.
fn chain_step(graph: &Graph, id: NodeId) -> Option<(u8, NodeId, NodeId)> {
    let (None, edges) = graph.branch(id) else { return None };
    if edges.len() < LABEL_BYTES - 1 {
        return None;
    }
    let mut last = None;
    let loops = |(_, target): &&(u8, NodeId)| {
        // Most edges lead where the one before does, which has been looked at.
        last.replace(*target) != Some(*target)
            && graph.branch(*target).1.iter().filter(|(_, to)| to == target).count() * 2 > LABEL_BYTES
    };
    let (_, elsewhere) = *edges.iter().find(loops).filter(|(_, target)| *target != id)?;
    let (None, others) = graph.branch(elsewhere) else { return None };
    let mut different = edges.iter().filter(|(byte, to)| target_of(others, *byte) != Some(*to));
    let (byte, next) = *different.next()?;
    let missing =
        others.iter().filter(|(key, _)| *key != byte && graph.successor(id, *key).is_none()).count();
    (different.next().is_none() && missing == 0).then_some((byte, elsewhere, next))
}

/// Where a byte leads.
fn target_of(edges: &[(u8, NodeId)], byte: u8) -> Option<NodeId> {
    let index = edges.binary_search_by_key(&byte, |(key, _)| *key).ok()?;
    edges.get(index).map(|(_, target)| *target)
}

/// What a node reads if it leaves no choice, in reading order, and what comes then.
fn literal_part(graph: &Graph, id: NodeId) -> Option<(&[u8], NodeId)> {
    match graph.node(id)? {
        Node::Literal(part, next) => Some((part, *next)),
        Node::Branch { answer: None, edges } => match edges.as_slice() {
            [(byte, next)] => Some((std::slice::from_ref(byte), *next)),
            _ => None,
        },
        Node::Branch { .. } => None,
    }
}

/// The rule of a node at which walks end, whatever is unread.
fn end(graph: &Graph, id: NodeId) -> Option<u8> {
    let (answer, edges) = graph.branch(id);
    answer.filter(|_| edges.is_empty())
}

/// Whether a node reads no more than a scheme, and ends: to write it again saves a walk a jump and a step.
fn is_short_end(graph: &Graph, id: NodeId) -> bool {
    let mut at = id;
    let mut length = 0;
    while let Some((part, next)) = literal_part(graph, at) {
        length += part.len();
        at = next;
        if length > "https://".len() {
            return false;
        }
    }
    end(graph, at).is_some()
}

/// The encoding of a branch that takes the fewest bytes; or a table, where that takes not many more.
fn branch_block(graph: &Graph, id: NodeId, edges: &[(u8, NodeId)]) -> Block {
    if let Some(run) = run(graph, edges) {
        return run;
    }
    let (keys, targets) = edges.iter().map(|(byte, target)| (*byte, Some(*target))).unzip();
    let plain = Block::Branch { op: BRANCH, keys, targets };
    let label = with_default(id, edges, BRANCH_OR_LABEL, LABEL_BYTES, is_label_byte);
    let digit = with_default(id, edges, BRANCH_OR_DIGIT, 10, |byte| byte.is_ascii_digit());
    let smallest = [label, digit]
        .into_iter()
        .flatten()
        .fold(plain, |smallest, block| if block.size(2) < smallest.size(2) { block } else { smallest });
    match table(edges) {
        Some(table) if table.size(2) <= MOST_TABLE_FACTOR * smallest.size(2) => table,
        _ => smallest,
    }
}

/// One look-up, where a branch compares: two places in memory that depend on each other instead of four.
fn table(edges: &[(u8, NodeId)]) -> Option<Block> {
    let ((low, _), (high, _)) = (edges.first()?, edges.last()?);
    let of = |byte: u8| target_of(edges, byte);
    Some(Block::Table { low: *low, targets: (*low..=*high).map(of).collect() })
}

/// A node that all label bytes lead from to a node that they lead back to: a run of at least one of them, and
/// then what that node goes on with.
fn run(graph: &Graph, edges: &[(u8, NodeId)]) -> Option<Block> {
    let (_, target) = *edges.first()?;
    let (None, behind) = graph.branch(target) else { return None };
    let all_lead_there =
        |edges: &[(u8, NodeId)]| label_bytes().all(|byte| target_of(edges, byte) == Some(target));
    if edges.len() != LABEL_BYTES
        || behind.len() < LABEL_BYTES
        || !all_lead_there(edges)
        || !all_lead_there(behind)
    {
        return None;
    }
    let others = behind.iter().filter(|(byte, _)| !is_label_byte(*byte));
    let (keys, targets) = others.map(|(byte, target)| (*byte, Some(*target))).unzip();
    Some(Block::Branch { op: RUN, keys, targets })
}

/// A branch in which the bytes of a class that are no keys go where most of the class goes.
fn with_default(
    id: NodeId,
    edges: &[(u8, NodeId)],
    op: u8,
    class: usize,
    in_class: fn(u8) -> bool,
) -> Option<Block> {
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
    if op == BRANCH_OR_LABEL && default == id {
        return Some(Block::Branch { op: LOOP, keys, targets });
    }
    targets.push(Some(default));
    Some(Block::Branch { op, keys, targets })
}

impl Block {
    fn size(&self, width: usize) -> usize {
        match self {
            Block::Literal { bytes, next } => {
                let pieces = bytes.len().div_ceil(LONGEST_LITERAL);
                let then = match next {
                    Next::Follows => 0,
                    Next::At(_) => width,
                    Next::Ends(_) => 1,
                };
                pieces + bytes.len() + then
            }
            Block::Branch { keys, targets, .. } => 2 + keys.len() + width * targets.len(),
            Block::Table { targets, .. } => 3 + width * targets.len(),
            Block::Chain { bytes, .. } => 2 + bytes.len() + 2 * width,
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
                    let is_last = pieces.peek().is_none();
                    let base = match next {
                        Next::At(_) if is_last => LITERAL_TO,
                        Next::Ends(_) if is_last => LITERAL_END,
                        _ => LITERAL,
                    };
                    out.push(op(base, piece.len()));
                    out.extend_from_slice(piece);
                    match next {
                        Next::At(target) if is_last => out.extend(offset(Some(target))),
                        Next::Ends(rule) if is_last => out.push(*rule),
                        _ => {}
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
            Block::Table { low, targets } => {
                out.extend([TABLE, *low, u8::try_from(targets.len()).unwrap_or(u8::MAX)]);
                for target in targets {
                    out.extend(offset(target.as_ref()));
                }
            }
            Block::Chain { bytes, elsewhere, next } => {
                out.extend([CHAIN, u8::try_from(bytes.len()).unwrap_or_default()]);
                out.extend_from_slice(bytes);
                out.extend(offset(Some(elsewhere)));
                out.extend(offset(Some(next)));
            }
            Block::Answer(rule) => out.extend([ANSWER, *rule]),
            Block::End(rule) => out.extend([END, *rule]),
        }
    }
}
