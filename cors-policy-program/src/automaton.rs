//! The walk.

use crate::format::{
    ANSWER, BRANCH, BRANCH_OR_DIGIT, BRANCH_OR_LABEL, CHAIN, END, HEADER, LITERAL_END, LITERAL_TO, LOOP, RUN,
    TABLE,
};
use crate::word::{equal, is_label_byte, labels_fit, skip_label};

/// The automaton of a policy's origins: a view of its bytes in the [format](crate::format).
#[derive(Clone, Copy, Debug)]
pub struct Automaton<'a> {
    bytes: &'a [u8],
}

impl<'a> Automaton<'a> {
    /// An automaton over these bytes, which are not checked: what is no automaton admits what it happens to
    /// admit, and never panics or loops.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Automaton { bytes }
    }

    /// The length in bytes of the longest origin that can be admitted.
    #[must_use]
    #[inline]
    pub fn longest(self) -> usize {
        match *self.bytes {
            [_, low, high, ..] => usize::from(u16::from_le_bytes([low, high])),
            _ => 0,
        }
    }

    /// The number of the first rule that admits the origin, given as the bytes of an `Origin` header.
    ///
    /// An origin longer than [`longest`](Self::longest) is refused without being read. The comparison is of
    /// bytes, as in the CORS check of the Fetch standard (section 4.10): no case is folded, no port added.
    #[must_use]
    #[inline]
    pub fn rule(self, origin: &[u8]) -> Option<u8> {
        if origin.len() > self.longest() {
            return None;
        }
        let rule = match self.bytes.first() {
            Some(2) => self.walk::<2>(origin),
            _ => self.walk::<3>(origin),
        };
        rule.filter(|_| labels_fit(origin))
    }

    fn walk<const WIDTH: usize>(self, origin: &[u8]) -> Option<u8> {
        let bytes = self.bytes;
        let mut unread = origin;
        let mut node = HEADER;
        loop {
            let op = *bytes.get(node)?;
            if op < BRANCH {
                let length = usize::from(op % LITERAL_TO) + 1;
                let literal = bytes.get(node + 1..)?.get(..length)?;
                let (before, end) = unread.split_at_checked(unread.len().wrapping_sub(length))?;
                if !equal(end, literal) {
                    return None;
                }
                unread = before;
                node += 1 + length;
                if op >= LITERAL_END {
                    return if unread.is_empty() { bytes.get(node).copied() } else { None };
                }
                if op >= LITERAL_TO {
                    node = offset::<WIDTH>(bytes, node)?;
                }
                continue;
            }
            if op >= ANSWER {
                if unread.is_empty() && op <= END {
                    return bytes.get(node + 1).copied();
                }
                if op != ANSWER {
                    return None;
                }
                node += 2;
                continue;
            }
            if op == RUN {
                unread = skip_label(unread)?;
            }
            if op == CHAIN {
                (unread, node) = chain::<WIDTH>(bytes, node, unread)?;
                continue;
            }
            if op == TABLE {
                let (&byte, before) = unread.split_last()?;
                unread = before;
                let index = byte.checked_sub(*bytes.get(node + 1)?)?;
                if index >= *bytes.get(node + 2)? {
                    return None;
                }
                node = offset::<WIDTH>(bytes, node + 3 + WIDTH * usize::from(index))?;
                continue;
            }
            let count = usize::from(*bytes.get(node + 1)?);
            let keys = node + 2;
            let index = loop {
                let (&byte, before) = unread.split_last()?;
                unread = before;
                match key_index(bytes, keys, count, byte) {
                    Some(index) => break index,
                    None if op == LOOP && is_label_byte(byte) => {}
                    None if op == BRANCH_OR_LABEL && is_label_byte(byte) => break count,
                    None if op == BRANCH_OR_DIGIT && byte.is_ascii_digit() => break count,
                    None => return None,
                }
            };
            node = offset::<WIDTH>(bytes, keys + count + WIDTH * index)?;
        }
    }
}

/// Reads a chain: what is left unread, and the node to go on with. Behind a byte that differs it must be one that
/// reads, so that the walk ends.
fn chain<'u, const WIDTH: usize>(
    bytes: &[u8],
    node: usize,
    mut unread: &'u [u8],
) -> Option<(&'u [u8], usize)> {
    let length = usize::from(*bytes.get(node + 1)?);
    let offsets = node + 2 + length;
    for expected in bytes.get(node + 2..offsets)?.iter().rev() {
        let (byte, before) = unread.split_last()?;
        if byte != expected {
            let elsewhere = offset::<WIDTH>(bytes, offsets)?;
            let reads = (BRANCH..CHAIN).contains(bytes.get(elsewhere)?);
            return if reads { Some((unread, elsewhere)) } else { None };
        }
        unread = before;
    }
    if length == 0 { None } else { Some((unread, offset::<WIDTH>(bytes, offsets + WIDTH)?)) }
}

/// The offset that stands at a place; `None` for the offset that refuses.
#[inline]
fn offset<const WIDTH: usize>(bytes: &[u8], at: usize) -> Option<usize> {
    let offset: &[u8; WIDTH] = bytes.get(at..)?.first_chunk()?;
    let offset = offset.iter().rev().fold(0, |high, byte| high << 8 | usize::from(*byte));
    if offset < HEADER { None } else { Some(offset) }
}

/// The place of `byte` among the `count` keys at `keys`. Eight keys are compared at once: the lowest byte of
/// `matches` that is set belongs to the first key that is equal, and only those above it can be wrong.
#[inline]
fn key_index(bytes: &[u8], keys: usize, count: usize, byte: u8) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);
    let wanted = ONES * u64::from(byte);
    let mut start = 0;
    while start < count {
        let &window = bytes.get(keys + start..)?.first_chunk()?;
        let differences = u64::from_le_bytes(window) ^ wanted;
        let matches = differences.wrapping_sub(ONES) & !differences & HIGHS;
        if matches != 0 {
            let index = start + (matches.trailing_zeros() / 8) as usize;
            return (index < count).then_some(index);
        }
        start += 8;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{LITERAL, PADDING};

    fn automaton(nodes: &[u8], longest: u8) -> ([u8; 256], usize) {
        let mut bytes = [0; 256];
        bytes[..3].copy_from_slice(&[2, longest, 0]);
        bytes[3..3 + nodes.len()].copy_from_slice(nodes);
        (bytes, 3 + nodes.len() + PADDING)
    }

    #[test]
    fn a_literal_is_compared_whole() {
        let (bytes, length) = automaton(&[LITERAL + 2, b'a', b'b', b'c', END, 7], 3);
        let automaton = Automaton::new(&bytes[..length]);
        assert_eq!(automaton.rule(b"abc"), Some(7));
        for refused in [&b""[..], b"c", b"bc", b"xbc", b"abcd", b"aabc", b"ABC", b"abc\0"] {
            assert_eq!(automaton.rule(refused), None, "{refused:?}");
        }
    }

    #[test]
    fn keys_beyond_the_sixteenth_are_found() {
        let keys = *b"0123456789abcdefghijklmn\0\0\0\0\0\0\0\0";
        for (place, &key) in keys[..24].iter().enumerate() {
            assert_eq!(key_index(&keys, 0, 24, key), Some(place));
            assert_eq!(key_index(&keys, 0, place, key), None);
        }
        assert_eq!(key_index(&keys, 0, 24, 0), None);
    }

    #[test]
    fn a_table_ends_where_it_says() {
        // A table for `a` and `b`, and behind it what would be an offset for `c`.
        let nodes = [TABLE, b'a', 2, 12, 0, 0, 0, 12, 0, END, 1];
        let (bytes, length) = automaton(&nodes, 1);
        let automaton = Automaton::new(&bytes[..length]);
        assert_eq!(automaton.rule(b"a"), Some(1));
        for refused in [&b"b"[..], b"c", b"`", b"d", b""] {
            assert_eq!(automaton.rule(refused), None, "{refused:?}");
        }
    }

    #[test]
    fn no_bytes_make_the_walk_panic_or_loop() {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut next = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        for _ in 0..200_000 {
            let mut bytes = [0; 48];
            for byte in &mut bytes {
                let random = next();
                let nodes = [BRANCH, LOOP, RUN, CHAIN, ANSWER, LITERAL_TO, 3, 20];
                *byte =
                    if random & 1 == 0 { nodes[(random >> 8) as usize % 8] } else { random.to_le_bytes()[2] };
            }
            bytes[0] = 2 + u8::from(next() & 1 == 0);
            bytes[1] = 255;
            let length = (next() % 48) as usize;
            let _ = Automaton::new(&bytes[..length]).rule(b"https://app.example.com:8080");
        }
    }
}
