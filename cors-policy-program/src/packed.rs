//! A matcher and the texts of its patterns, written one behind the other: the form of which many are kept side by side.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use crate::exact::{Exact, TOO_LONG};
use crate::hash::Table;
use crate::matcher::{Matcher, NO_RULE};
use crate::wild::Wild;

/// A packed policy, as it stands in memory: what [`pack`] wrote, or any bytes at all.
///
/// Reading it allocates nothing and never panics; of bytes that [`pack`] did not write it admits what it happens to
/// admit.
#[derive(Clone, Copy, Debug)]
pub struct Packed<'a> {
    name: &'a [u8],
    texts: Texts<'a>,
    rest: &'a [u8],
}

/// The lengths of the texts of patterns, and the texts.
#[derive(Clone, Copy, Debug)]
struct Texts<'a> {
    lengths: &'a [u8],
    texts: &'a [u8],
}

/// Writes a policy: its name, the patterns of each rule, a line each, and their matcher.
pub fn pack<'t>(
    name: &str,
    patterns: impl Iterator<Item = &'t str> + Clone,
    matcher: &Matcher<'_>,
    out: &mut Vec<u8>,
) {
    section(name.as_bytes(), out);
    let mut lengths = Vec::new();
    patterns.clone().for_each(|text| number(text.len(), &mut lengths));
    section(&lengths, out);
    number(patterns.clone().map(str::len).sum(), out);
    patterns.for_each(|text| out.extend_from_slice(text.as_bytes()));
    number(matcher.longest.into(), out);
    number(matcher.others.into(), out);
    out.push(matcher.any_port.into());
    section(occupied(&matcher.exact.lengths), out);
    number(matcher.exact.lengths.iter().take_while(|bits| **bits == 0).count(), out);
    table(&matcher.exact.table, out);
    section(matcher.wild.lengths.as_flattened(), out);
    table(&matcher.wild.table, out);
    section(&matcher.automaton, out);
}

/// The bits between those that are zero.
fn occupied(lengths: &[u8]) -> &[u8] {
    let start = lengths.iter().position(|bits| *bits != 0).unwrap_or_default();
    let end = lengths.iter().rposition(|bits| *bits != 0).map_or(start, |last| last + 1);
    lengths.get(start..end).unwrap_or_default()
}

fn table<const N: usize>(table: &Table<'_, N>, out: &mut Vec<u8>) {
    out.push(table.seed);
    section(&table.pilots, out);
    section(table.entries.as_flattened(), out);
}

fn section(bytes: &[u8], out: &mut Vec<u8>) {
    number(bytes.len(), out);
    out.extend_from_slice(bytes);
}

/// Seven bits in a byte, the lowest first; the eighth says that more follow.
fn number(mut number: usize, out: &mut Vec<u8>) {
    while let Some(low) = u8::try_from(number & 0x7f).ok().filter(|_| number > 0x7f) {
        out.push(low | 0x80);
        number >>= 7;
    }
    out.extend(u8::try_from(number));
}

impl<'a> Packed<'a> {
    /// Reads a policy. What is cut short ends there.
    #[must_use]
    #[inline]
    pub fn new(bytes: &'a [u8]) -> Self {
        let mut reader = Reader(bytes);
        let name = reader.section();
        let texts = Texts { lengths: reader.section(), texts: reader.section() };
        Packed { name, texts, rest: reader.0 }
    }

    /// What logs call the policy.
    #[must_use]
    pub fn name(&self) -> &'a str {
        str::from_utf8(self.name).unwrap_or_default()
    }

    /// The patterns of a rule, a line each.
    #[must_use]
    pub fn patterns(&self, rule: u8) -> &'a str {
        str::from_utf8(self.texts.of(rule)).unwrap_or_default()
    }

    /// The matcher.
    #[must_use]
    #[inline]
    pub fn matcher(&self) -> Matcher<'a> {
        let mut reader = Reader(self.rest);
        let (longest, others) = (reader.small(), reader.small().min(NO_RULE));
        let any_port = reader.byte() != 0;
        let occupied = reader.section();
        let start = reader.number();
        let mut lengths = [0; TOO_LONG / 8];
        let span = lengths.get_mut(start..).unwrap_or_default();
        span.iter_mut().zip(occupied).for_each(|(bits, own)| *bits = *own);
        let exact = Exact { lengths, table: reader.table() };
        let wild = Wild { lengths: chunks(reader.section()), table: reader.table() };
        Matcher { longest, others, any_port, exact, wild, automaton: Cow::Borrowed(reader.section()) }
    }

    /// The number of the first rule with a pattern that admits the origin, as [`Matcher::rule`] says.
    #[must_use]
    #[inline]
    pub fn rule(&self, origin: &[u8]) -> Option<u8> {
        // The first number of the matcher: most strangers end here.
        if origin.len() > usize::from(Reader(self.rest).small()) {
            return None;
        }
        self.matcher().rule(origin, |rule| self.texts.of(rule))
    }
}

impl<'a> Texts<'a> {
    #[inline]
    fn of(self, rule: u8) -> &'a [u8] {
        let mut lengths = Reader(self.lengths);
        let start = (0..rule).fold(0_usize, |start, _| start.saturating_add(lengths.number()));
        let text = self.texts.get(start..).unwrap_or_default();
        text.get(..lengths.number()).unwrap_or_default()
    }
}

/// What is left to read. Behind the end stand zeros.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    #[inline]
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    #[inline]
    fn number(&mut self) -> usize {
        let first = self.byte();
        if first < 0x80 { usize::from(first) } else { self.long_number(first) }
    }

    #[inline(never)]
    fn long_number(&mut self, first: u8) -> usize {
        let mut number = usize::from(first & 0x7f);
        for shift in (7..usize::BITS).step_by(7) {
            let byte = self.byte();
            number |= usize::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        number
    }

    #[inline]
    fn small(&mut self) -> u16 {
        u16::try_from(self.number()).unwrap_or(u16::MAX)
    }

    #[inline]
    fn section(&mut self) -> &'a [u8] {
        let length = self.number();
        let (section, rest) = self.0.split_at_checked(length).unwrap_or((self.0, &[]));
        self.0 = rest;
        section
    }

    #[inline]
    fn table<const N: usize>(&mut self) -> Table<'a, N> {
        Table { seed: self.byte(), pilots: Cow::Borrowed(self.section()), entries: chunks(self.section()) }
    }
}

fn chunks<const N: usize>(bytes: &[u8]) -> Cow<'_, [[u8; N]]> {
    Cow::Borrowed(bytes.as_chunks().0)
}

#[cfg(test)]
mod tests {
    use std::prelude::v1::*;

    use super::*;

    const TEXTS: [&str; 3] = ["https://a.test\nhttps://*.b.test:*", "", "http://pr-*.longer.example.com"];

    fn matcher() -> Matcher<'static> {
        let mut lengths = [0; 32];
        lengths[1] = 0b0100_0000;
        lengths[4] = 1;
        Matcher {
            longest: 300,
            others: 7,
            any_port: true,
            exact: Exact {
                lengths,
                table: Table {
                    seed: 3,
                    pilots: vec![1, 2].into(),
                    entries: vec![[1, 2, 3, 4, 5]; 200].into(),
                },
            },
            wild: Wild {
                lengths: vec![[7, 0], [9, 1]].into(),
                table: Table { seed: 0x81, pilots: vec![9].into(), entries: vec![[6; 6], [7; 6]].into() },
            },
            automaton: vec![1, 2, 3].into(),
        }
    }

    #[test]
    fn what_is_packed_is_read() {
        for matcher in [matcher(), Matcher::EMPTY] {
            let mut bytes = b"in front".to_vec();
            pack("acme", TEXTS.iter().copied(), &matcher, &mut bytes);
            let packed = Packed::new(&bytes[8..]);
            assert_eq!(packed.name(), "acme");
            assert_eq!(packed.matcher(), matcher);
            for (rule, text) in (0..).zip(TEXTS) {
                assert_eq!(packed.patterns(rule), text);
            }
            assert_eq!(packed.patterns(3), "");
            assert_eq!(packed.patterns(255), "");
        }
    }

    #[test]
    fn numbers_of_every_length() {
        for bits in 0..usize::BITS {
            for value in [(1_usize << bits) - 1, 1 << bits, usize::MAX >> bits] {
                let mut bytes = Vec::new();
                number(value, &mut bytes);
                assert_eq!(Reader(&bytes).number(), value);
            }
        }
    }

    #[test]
    fn no_bytes_make_it_panic() {
        let mut bytes = Vec::new();
        pack("acme", TEXTS.iter().copied(), &matcher(), &mut bytes);
        let mut state = 0x9e37_79b9_u32;
        for round in 0..20_000_usize {
            let mut bytes = bytes.clone();
            bytes.truncate(round % (bytes.len() + 1));
            for _ in 0..round % 4 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let [at, value, ..] = state.to_be_bytes();
                let at = usize::from(at) % bytes.len().max(1);
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = value;
                }
            }
            let packed = Packed::new(&bytes);
            for origin in
                [&b"https://a.test"[..], b"https://x.b.test:1", b"", b"http://pr-1.longer.example.com"]
            {
                let _ = packed.rule(origin);
                let _ = packed.patterns(1);
            }
        }
    }
}
