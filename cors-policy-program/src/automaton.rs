//! The walk.

use crate::format::{ANSWER, BRANCH, BRANCH_OR_DIGIT, BRANCH_OR_LABEL, END, HEADER, LITERAL_TO, RUN};
use crate::label::{is_label_byte, labels_fit};

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
        self.walk(origin).filter(|_| labels_fit(origin))
    }

    fn walk(self, origin: &[u8]) -> Option<u8> {
        let wide = matches!(self.bytes.first(), Some(3));
        let mut unread = origin;
        let mut node = self.bytes.get(HEADER..)?;
        loop {
            let (&op, operands) = node.split_first()?;
            match op {
                0..BRANCH => {
                    let length = usize::from(op & (LITERAL_TO - 1)) + 1;
                    let (literal, after) = operands.split_at_checked(length)?;
                    unread = unread.strip_suffix(literal)?;
                    node = if op < LITERAL_TO { after } else { self.at(offset(after, 0, wide)?)? };
                }
                BRANCH..=RUN => {
                    if op == RUN {
                        unread = skip_labels(unread);
                    }
                    let (&byte, before) = unread.split_last()?;
                    unread = before;
                    let (&count, keys) = operands.split_first()?;
                    let count = usize::from(count);
                    let index = match key_index(keys, count, byte) {
                        Some(index) => index,
                        None if op == BRANCH_OR_LABEL && is_label_byte(byte) => count,
                        None if op == BRANCH_OR_DIGIT && byte.is_ascii_digit() => count,
                        None => return None,
                    };
                    node = self.at(offset(keys.get(count..)?, index, wide)?)?;
                }
                ANSWER | END => {
                    let (&rule, after) = operands.split_first()?;
                    if unread.is_empty() {
                        return Some(rule);
                    }
                    if op == END {
                        return None;
                    }
                    node = after;
                }
                _ => return None,
            }
        }
    }

    #[inline]
    fn at(self, offset: usize) -> Option<&'a [u8]> {
        if offset < HEADER { None } else { self.bytes.get(offset..) }
    }
}

#[inline]
fn offset(offsets: &[u8], index: usize, wide: bool) -> Option<usize> {
    if wide {
        let &[low, middle, high] = offsets.get(3 * index..)?.first_chunk()?;
        Some(u32::from_le_bytes([low, middle, high, 0]) as usize)
    } else {
        let &bytes = offsets.get(2 * index..)?.first_chunk()?;
        Some(usize::from(u16::from_le_bytes(bytes)))
    }
}

/// The place of `byte` among the first `count` keys. Eight keys are compared at once: the lowest byte of
/// `matches` that is set belongs to the first key that is equal, and only those above it can be wrong.
#[inline]
fn key_index(keys: &[u8], count: usize, byte: u8) -> Option<usize> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGHS: u64 = 0x8080_8080_8080_8080;
    let mut start = 0;
    while start < count {
        let &window = keys.get(start..)?.first_chunk()?;
        let differences = u64::from_le_bytes(window) ^ (ONES * u64::from(byte));
        let matches = differences.wrapping_sub(ONES) & !differences & HIGHS;
        if matches != 0 {
            let index = start + (matches.trailing_zeros() / 8) as usize;
            return (index < count).then_some(index);
        }
        start += 8;
    }
    None
}

#[inline]
fn skip_labels(mut unread: &[u8]) -> &[u8] {
    while let Some((&byte, before)) = unread.split_last()
        && is_label_byte(byte)
    {
        unread = before;
    }
    unread
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
    fn keys_beyond_the_eighth_are_found() {
        let keys = *b"0123456789abcdef\x00\x00\x00\x00\x00\x00\x00\x00";
        for (place, &key) in keys[..16].iter().enumerate() {
            assert_eq!(key_index(&keys, 16, key), Some(place));
            assert_eq!(key_index(&keys, place, key), None);
        }
        assert_eq!(key_index(&keys, 16, 0), None);
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
                let nodes = [BRANCH, BRANCH_OR_LABEL, RUN, ANSWER, LITERAL_TO, 3, 4, 20];
                *byte =
                    if random & 1 == 0 { nodes[(random >> 8) as usize % 8] } else { (random >> 16) as u8 };
            }
            bytes[0] = 2 + (next() & 1) as u8;
            bytes[1] = 255;
            let length = (next() % 48) as usize;
            let _ = Automaton::new(&bytes[..length]).rule(b"https://app.example.com:8080");
        }
    }
}
