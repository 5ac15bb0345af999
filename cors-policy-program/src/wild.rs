//! Patterns with a `*` at the end of their first label.

use alloc::borrow::Cow;

use crate::hash::Table;
use crate::port::ends_there;
use crate::window::{begins_with_label, begins_with_labels};
use crate::word::{equal, labels_fit};

/// Bytes of an entry.
pub const ENTRY: usize = 6;
/// One more than the most bytes in front of a `*`.
pub const TOO_FAR: usize = 256;
/// One more than the longest literal.
pub const TOO_LONG: usize = 256;

/// Patterns whose only `*` in the host is the end of its first label. Their literal is what stands behind that,
/// without a `:*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wild<'a> {
    /// The lengths of literals, each with a layer, and those of most literals first. Patterns with one literal stand in
    /// layers of their own, whose numbers are added to the seed.
    pub lengths: Cow<'a, [[u8; 2]]>,
    /// [Entries](Entry) by their literals.
    pub table: Table<'a, ENTRY>,
}

/// A pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its rule.
    pub rule: u8,
    /// Where its literal begins in the text of its rule.
    pub offset: u32,
    /// How many bytes stand in front of its `*`.
    pub star: u8,
    /// How long its literal is.
    pub length: u8,
}

impl Entry {
    /// A slot that no pattern has: no text of a matcher is so long.
    pub const VACANT: Entry = Entry { rule: 0, offset: (1 << 24) - 1, star: 0, length: 0 };

    #[inline]
    const fn read([rule, low, middle, high, star, length]: [u8; ENTRY]) -> Self {
        Entry { rule, offset: u32::from_le_bytes([low, middle, high, 0]), star, length }
    }

    /// The bytes of the entry: its rule, its offset, little-endian, what stands in front of its `*`, and
    /// the length of its literal.
    #[must_use]
    pub const fn bytes(self) -> [u8; ENTRY] {
        let [low, middle, high, _] = self.offset.to_le_bytes();
        [self.rule, low, middle, high, self.star, self.length]
    }
}

impl Wild<'_> {
    /// Nothing.
    pub const EMPTY: Wild<'static> = Wild { lengths: Cow::Borrowed(&[]), table: Table::EMPTY };

    /// The first rule with a pattern that admits the origin; without its port, one with any port. `first`, if there is
    /// none in front of it.
    #[inline]
    pub(crate) fn rule<'t>(
        &self,
        origin: &[u8],
        had_port: bool,
        mut first: u16,
        text: impl Fn(u8) -> &'t [u8] + Copy,
    ) -> u16 {
        for [length, layer] in &*self.lengths {
            // A length of nothing or too much leads out of the origin.
            let start = origin.len().wrapping_sub(usize::from(*length));
            if origin.get(start) == Some(&b'.')
                && let Some(rule) = self.rule_at(origin, start, *layer, had_port, text)
            {
                first = first.min(u16::from(rule));
                if first == 0 {
                    break;
                }
            }
        }
        first
    }

    /// The rule of the pattern that admits the origin with a literal that begins there.
    #[inline(never)]
    fn rule_at<'t>(
        &self,
        origin: &[u8],
        start: usize,
        layer: u8,
        had_port: bool,
        text: impl Fn(u8) -> &'t [u8],
    ) -> Option<u8> {
        let (front, literal) = origin.split_at_checked(start)?;
        let Entry { rule, offset, star, length } = Entry::read(*self.table.entry(literal, layer)?);
        // Or else an origin could go on as the text does, into the next line.
        if usize::from(length) != literal.len() {
            return None;
        }
        let (own_front, own) = text(rule).split_at_checked(offset as usize)?;
        let (own, behind) = own.split_at_checked(literal.len())?;
        if !ends_there(behind, had_port) || !equal(own, literal) {
            return None;
        }
        let star = usize::from(star);
        let own_front = own_front.get(own_front.len().checked_sub(star + 1)?..)?.get(..star)?;
        let (prefix, labels) = front.split_at_checked(star)?;
        let rest = origin.get(star..)?;
        if !equal(own_front, prefix) || !labels_fit(origin) {
            return None;
        }
        let fits = match prefix {
            [.., b'/'] => begins_with_labels(rest, labels.len()),
            _ => begins_with_label(rest, labels.len()),
        };
        if fits { Some(rule) } else { None }
    }
}
