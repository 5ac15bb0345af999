//! A matcher and the texts of its patterns, written one behind the other: the form of which many are kept side by side.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use crate::exact::{self, Exact, TOO_LONG};
use crate::hash::{Lent, Table};
use crate::matcher::{Matcher, NO_RULE};
use crate::wild::Wild;

/// A packed policy, as it stands in memory: what [`pack`] wrote, or any bytes at all.
///
/// Reading it allocates nothing and never panics; of bytes that [`pack`] did not write it admits what it happens to
/// admit.
#[derive(Clone, Copy, Debug)]
pub struct Packed<'a>(&'a [u8]);

/// How many bytes stand in front of everything whose length differs. All numbers are little-endian:
///
/// | bytes | what |
/// | --- | --- |
/// | 0, 2, 4 | the longest origin, the least rule with other patterns, the length of the name |
/// | 6, 7 | the number of rules less one, whether any port is admitted |
/// | 8, 9 | the seeds of exact origins and of wildcards |
/// | 10, 11 | how many bytes of the bits of lengths are left out in front, and how many are there |
/// | 12 | where the [sections](Section) begin |
const HEAD: usize = 12 + 4 * (Section::Texts as usize + 1);
const LONGEST_NAME: usize = 0xffff;

/// What stands behind the head, the length of each rule's text, and the bits of lengths.
#[derive(Clone, Copy)]
enum Section {
    ExactPilots,
    ExactEntries,
    WildLengths,
    WildPilots,
    WildEntries,
    Automaton,
    /// The texts, and behind them the name.
    Texts,
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
    let rules = patterns.clone().count().max(1);
    out.extend_from_slice(&matcher.longest.to_le_bytes());
    out.extend_from_slice(&matcher.others.to_le_bytes());
    out.extend_from_slice(&u16::try_from(name.len()).unwrap_or_default().to_le_bytes());
    out.extend([u8::try_from(rules - 1).unwrap_or(u8::MAX), matcher.any_port.into()]);
    out.extend([exact.table.seed, wild.table.seed, start, u8::try_from(lengths.len()).unwrap_or_default()]);
    let mut place = HEAD + 4 * rules + lengths.len();
    for section in sections {
        put(place, out);
        place += section.len();
    }
    put(place, out);
    patterns.clone().for_each(|text| put(text.len(), out));
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

fn put(number: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(&u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes());
}

impl<'a> Packed<'a> {
    /// Reads a policy. What is cut short ends there.
    #[must_use]
    #[inline]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Packed(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn bytes(self) -> &'a [u8] {
        self.0
    }

    /// What logs call the policy.
    #[must_use]
    pub fn name(self) -> &'a str {
        let name = self.read().map(|read| {
            let texts = read.section(Section::Texts);
            texts.get(texts.len().saturating_sub(read.short(4).into())..).unwrap_or_default()
        });
        str::from_utf8(name.unwrap_or_default()).unwrap_or_default()
    }

    /// The patterns of a rule, a line each.
    #[must_use]
    pub fn patterns(self, rule: u8) -> &'a str {
        let text = self.read().map(|read| read.text(rule));
        str::from_utf8(text.unwrap_or_default()).unwrap_or_default()
    }

    /// The matcher.
    #[must_use]
    pub fn matcher(self) -> Matcher<'a> {
        self.read().map_or(Matcher::EMPTY, Read::matcher)
    }

    /// The number of the first rule with a pattern that admits the origin, as [`Matcher::rule`] says.
    #[must_use]
    #[inline]
    pub fn rule(self, origin: &[u8]) -> Option<u8> {
        let read = self.read()?;
        if origin.len() > usize::from(read.short(0)) {
            return None;
        }
        let others = read.short(2);
        // What most policies have, without taking the rest apart.
        if read.has_length(origin.len()) {
            let rule = exact::rule(read.exact(), origin, false, |rule| read.text(rule));
            if others >= NO_RULE || rule.is_some_and(|rule| u16::from(rule) <= others) {
                return rule;
            }
        } else if others >= NO_RULE {
            return None;
        }
        read.matcher().rule(origin, |rule| read.text(rule))
    }

    #[inline]
    fn read(self) -> Option<Read<'a>> {
        Some(Read { head: self.0.first_chunk()?, bytes: self.0 })
    }
}

/// A policy, and its head.
#[derive(Clone, Copy)]
struct Read<'a> {
    head: &'a [u8; HEAD],
    bytes: &'a [u8],
}

impl<'a> Read<'a> {
    #[inline]
    fn byte(self, place: usize) -> u8 {
        self.head.get(place).copied().unwrap_or_default()
    }

    #[inline]
    fn short(self, place: usize) -> u16 {
        u16::from_le_bytes([self.byte(place), self.byte(place + 1)])
    }

    /// Where a section begins.
    #[inline]
    fn start(self, section: Section) -> usize {
        let place = 12 + 4 * section as usize;
        let [low, high] = [self.short(place), self.short(place + 2)];
        usize::from(high) << 16 | usize::from(low)
    }

    #[inline]
    fn section(self, section: Section) -> &'a [u8] {
        let end = match section {
            Section::ExactPilots => self.start(Section::ExactEntries),
            Section::ExactEntries => self.start(Section::WildLengths),
            Section::WildLengths => self.start(Section::WildPilots),
            Section::WildPilots => self.start(Section::WildEntries),
            Section::WildEntries => self.start(Section::Automaton),
            Section::Automaton => self.start(Section::Texts),
            Section::Texts => self.bytes.len(),
        };
        self.bytes.get(self.start(section)..end).unwrap_or_default()
    }

    /// Whether an exact origin has this length.
    #[inline]
    fn has_length(self, length: usize) -> bool {
        let place = (length / 8).wrapping_sub(self.byte(10).into());
        let start = HEAD + 4 * (usize::from(self.byte(6)) + 1);
        let is_there = place < usize::from(self.byte(11));
        is_there && self.bytes.get(start + place).is_some_and(|bits| bits >> (length % 8) & 1 == 1)
    }

    #[inline]
    fn exact(self) -> Lent<'a, { exact::ENTRY }> {
        let (pilots, entries) = (self.section(Section::ExactPilots), self.section(Section::ExactEntries));
        Lent { seed: self.byte(8), pilots, entries: entries.as_chunks().0 }
    }

    #[inline(never)]
    fn matcher(self) -> Matcher<'a> {
        let mut lengths = [0; TOO_LONG / 8];
        let bits = self.bytes.get(HEAD + 4 * (usize::from(self.byte(6)) + 1)..).unwrap_or_default();
        let places = lengths.iter_mut().skip(self.byte(10).into()).take(self.byte(11).into());
        places.zip(bits).for_each(|(bits, own)| *bits = *own);
        let Lent { seed, pilots, entries } = self.exact();
        let exact = Table { seed, pilots: Cow::Borrowed(pilots), entries: Cow::Borrowed(entries) };
        let wild = Table {
            seed: self.byte(9),
            pilots: Cow::Borrowed(self.section(Section::WildPilots)),
            entries: chunks(self.section(Section::WildEntries)),
        };
        Matcher {
            longest: self.short(0),
            others: self.short(2).min(NO_RULE),
            any_port: self.byte(7) != 0,
            exact: Exact { lengths, table: exact },
            wild: Wild { lengths: chunks(self.section(Section::WildLengths)), table: wild },
            automaton: Cow::Borrowed(self.section(Section::Automaton)),
        }
    }

    /// The patterns of a rule.
    #[inline]
    fn text(self, rule: u8) -> &'a [u8] {
        let texts = self.section(Section::Texts);
        if rule == 0 {
            return texts.get(..self.text_length(0)).unwrap_or_default();
        }
        let start = (0..rule).map(|rule| self.text_length(rule)).fold(0, usize::saturating_add);
        texts.get(start..).and_then(|text| text.get(..self.text_length(rule))).unwrap_or_default()
    }

    #[inline]
    fn text_length(self, rule: u8) -> usize {
        let behind = self.bytes.get(HEAD + 4 * usize::from(rule)..).and_then(<[u8]>::first_chunk);
        behind.filter(|_| rule <= self.byte(6)).map_or(0, |length| u32::from_le_bytes(*length) as usize)
    }
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
