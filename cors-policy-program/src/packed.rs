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
pub struct Packed<'a>(&'a [u8]);

/// How many bytes stand in front of everything whose length differs.
const HEAD: usize = 36;
const LONGEST_NAME: usize = 0xffff;

/// What stands there, little-endian.
struct Head {
    longest: u16,
    others: u16,
    name: u16,
    rules: u8,
    any_port: bool,
    exact_seed: u8,
    wild_seed: u8,
    /// How many of the bits of lengths are left out in front, in bytes, and how many are there.
    lengths: (u8, u8),
    /// How many bytes the pilots and entries of exact origins, the lengths, pilots and entries of wildcards, and the
    /// automaton take.
    sections: [u32; 6],
}

/// Writes a policy: its matcher, the patterns of each rule, a line each, and its name, of which 64 KiB are kept.
pub fn pack<'t>(
    name: &str,
    patterns: impl Iterator<Item = &'t str> + Clone,
    matcher: &Matcher<'_>,
    out: &mut Vec<u8>,
) {
    let (exact, wild) = (&matcher.exact, &matcher.wild);
    let (start, lengths) = occupied(&exact.lengths);
    let sections = [
        &*exact.table.pilots,
        exact.table.entries.as_flattened(),
        wild.lengths.as_flattened(),
        &wild.table.pilots,
        wild.table.entries.as_flattened(),
        &matcher.automaton,
    ];
    // A longer one is cut, at the end of a character.
    let name = if name.len() > LONGEST_NAME {
        (0..=LONGEST_NAME).rev().find_map(|end| name.get(..end)).unwrap_or_default()
    } else {
        name
    };
    out.extend_from_slice(&matcher.longest.to_le_bytes());
    out.extend_from_slice(&matcher.others.to_le_bytes());
    out.extend_from_slice(&u16::try_from(name.len()).unwrap_or_default().to_le_bytes());
    out.push(u8::try_from(patterns.clone().count().saturating_sub(1)).unwrap_or(u8::MAX));
    out.push(matcher.any_port.into());
    out.extend([exact.table.seed, wild.table.seed, start, u8::try_from(lengths.len()).unwrap_or_default()]);
    for section in sections {
        put_length(section, out);
    }
    patterns.clone().for_each(|text| put_length(text.as_bytes(), out));
    out.extend_from_slice(lengths);
    for section in sections {
        out.extend_from_slice(section);
    }
    patterns.for_each(|text| out.extend_from_slice(text.as_bytes()));
    out.extend_from_slice(name.as_bytes());
}

/// The bits between those that are zero, and how many bytes stand in front of them.
fn occupied(lengths: &[u8]) -> (u8, &[u8]) {
    let start = lengths.iter().position(|bits| *bits != 0).unwrap_or_default();
    let end = lengths.iter().rposition(|bits| *bits != 0).map_or(start, |last| last + 1);
    (u8::try_from(start).unwrap_or_default(), lengths.get(start..end).unwrap_or_default())
}

fn put_length(section: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&u32::try_from(section.len()).unwrap_or(u32::MAX).to_le_bytes());
}

/// A policy, taken apart.
struct Parts<'a> {
    head: Head,
    text_lengths: &'a [[u8; 4]],
    lengths: &'a [u8],
    sections: [&'a [u8]; 6],
    /// The texts, and behind them the name.
    texts: &'a [u8],
}

impl<'a> Packed<'a> {
    /// Reads a policy. What is cut short ends there.
    #[must_use]
    #[inline]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Packed(bytes)
    }

    /// What logs call the policy.
    #[must_use]
    pub fn name(self) -> &'a str {
        let name = self.parts().map(|parts| {
            let start = parts.texts.len().saturating_sub(parts.head.name.into());
            parts.texts.get(start..).unwrap_or_default()
        });
        str::from_utf8(name.unwrap_or_default()).unwrap_or_default()
    }

    /// The patterns of a rule, a line each.
    #[must_use]
    pub fn patterns(self, rule: u8) -> &'a str {
        let text = self.parts().map(|parts| parts.text(rule));
        str::from_utf8(text.unwrap_or_default()).unwrap_or_default()
    }

    /// The matcher.
    #[must_use]
    pub fn matcher(self) -> Matcher<'a> {
        self.parts().map_or(Matcher::EMPTY, |parts| parts.matcher())
    }

    /// The number of the first rule with a pattern that admits the origin, as [`Matcher::rule`] says.
    #[must_use]
    #[inline]
    pub fn rule(self, origin: &[u8]) -> Option<u8> {
        // Most strangers end here: their origin is too long.
        let longest = u16::from_le_bytes(*self.0.first_chunk()?);
        if origin.len() > usize::from(longest) {
            return None;
        }
        let parts = self.parts()?;
        parts.matcher().rule(origin, |rule| parts.text(rule))
    }

    #[inline]
    fn parts(self) -> Option<Parts<'a>> {
        let (head, rest) = self.0.split_first_chunk()?;
        let head = Head::read(head);
        let (text_lengths, rest) = rest.split_at_checked(4 * (usize::from(head.rules) + 1))?;
        let (lengths, rest) = rest.split_at_checked(head.lengths.1.into())?;
        let (mut sections, mut rest) = ([&[][..]; 6], rest);
        for (section, length) in sections.iter_mut().zip(head.sections) {
            (*section, rest) = rest.split_at_checked(length as usize)?;
        }
        let (text_lengths, _) = text_lengths.as_chunks();
        Some(Parts { head, text_lengths, lengths, sections, texts: rest })
    }
}

impl Head {
    #[inline]
    fn read(bytes: &[u8; HEAD]) -> Self {
        let [l0, l1, o0, o1, n0, n1, rules, any_port, exact_seed, wild_seed, start, count, rest @ ..] =
            *bytes;
        let mut sections = [0; 6];
        for (section, bytes) in sections.iter_mut().zip(rest.as_chunks().0) {
            *section = u32::from_le_bytes(*bytes);
        }
        Head {
            longest: u16::from_le_bytes([l0, l1]),
            others: u16::from_le_bytes([o0, o1]).min(NO_RULE),
            name: u16::from_le_bytes([n0, n1]),
            rules,
            any_port: any_port != 0,
            exact_seed,
            wild_seed,
            lengths: (start, count),
            sections,
        }
    }
}

impl<'a> Parts<'a> {
    #[inline]
    fn matcher(&self) -> Matcher<'a> {
        let Parts { head, lengths: occupied, .. } = self;
        let [exact_pilots, exact_entries, wild_lengths, wild_pilots, wild_entries, automaton] = self.sections;
        let mut lengths = [0; TOO_LONG / 8];
        let span = lengths.get_mut(usize::from(head.lengths.0)..).unwrap_or_default();
        span.iter_mut().zip(*occupied).for_each(|(bits, own)| *bits = *own);
        Matcher {
            longest: head.longest,
            others: head.others,
            any_port: head.any_port,
            exact: Exact { lengths, table: table(head.exact_seed, exact_pilots, exact_entries) },
            wild: Wild {
                lengths: chunks(wild_lengths),
                table: table(head.wild_seed, wild_pilots, wild_entries),
            },
            automaton: Cow::Borrowed(automaton),
        }
    }

    /// The patterns of a rule.
    #[inline]
    fn text(&self, rule: u8) -> &'a [u8] {
        let (start, length) = match self.text_lengths {
            [only] if rule == 0 => (0, u32::from_le_bytes(*only) as usize),
            lengths => span(lengths, rule),
        };
        self.texts.get(start..).and_then(|text| text.get(..length)).unwrap_or_default()
    }
}

/// Where the text of a rule begins, and how long it is.
#[inline(never)]
fn span(lengths: &[[u8; 4]], rule: u8) -> (usize, usize) {
    let length = |bytes: &[u8; 4]| u32::from_le_bytes(*bytes) as usize;
    let (in_front, rest) = lengths.split_at_checked(rule.into()).unwrap_or((lengths, &[]));
    let start = in_front.iter().map(length).fold(0, usize::saturating_add);
    (start, rest.first().map_or(0, length))
}

#[inline]
fn table<'a, const N: usize>(seed: u8, pilots: &'a [u8], entries: &'a [u8]) -> Table<'a, N> {
    Table { seed, pilots: Cow::Borrowed(pilots), entries: chunks(entries) }
}

#[inline]
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
