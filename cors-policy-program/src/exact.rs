//! Exact origins.

use crate::hash::{Lent, Table};
use crate::matcher::NO_RULE;
use crate::port::ends_there;
use crate::word::equal;

/// Bytes of an entry.
pub const ENTRY: usize = 5;
/// One more than the longest origin.
pub const TOO_LONG: usize = 256;

/// Exact origins, and origins with any port: their literal is all but the `:*`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exact<'a> {
    /// A bit for each length that literals have.
    pub lengths: [u8; TOO_LONG / 8],
    /// [Entries](Entry) by their literals.
    pub table: Table<'a, ENTRY>,
}

/// An origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its rule.
    pub rule: u8,
    /// Where it begins in the text of its rule.
    pub offset: u32,
    /// How long it is, without a `:*`.
    pub length: u8,
}

impl Entry {
    /// A slot that no origin has: no text of a matcher is so long.
    pub const VACANT: Entry = Entry { rule: 0, offset: (1 << 24) - 1, length: 0 };

    #[inline]
    const fn read([rule, low, middle, high, length]: [u8; ENTRY]) -> Self {
        Entry { rule, offset: u32::from_le_bytes([low, middle, high, 0]), length }
    }

    /// The bytes of the entry: its rule, its offset, little-endian, and its length.
    #[must_use]
    pub const fn bytes(self) -> [u8; ENTRY] {
        let [low, middle, high, _] = self.offset.to_le_bytes();
        [self.rule, low, middle, high, self.length]
    }
}

impl Exact<'_> {
    /// Nothing.
    pub const EMPTY: Exact<'static> = Exact { lengths: [0; TOO_LONG / 8], table: Table::EMPTY };

    /// Whether an origin has this length: a cheap question that most origins of strangers do not pass.
    #[inline]
    pub(crate) fn has_length(&self, length: usize) -> bool {
        self.lengths.get(length / 8).is_some_and(|bits| bits >> (length % 8) & 1 == 1)
    }

    /// The rule with this origin; without its port, the rule with this origin and any port. [`NO_RULE`] if there is
    /// none.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a call and its spills cost a third of a look-up")]
    pub(crate) fn rule<'t>(&self, origin: &[u8], had_port: bool, text: impl Fn(u8) -> &'t [u8]) -> u16 {
        rule(self.table.lent(), origin, had_port, text).map_or(NO_RULE, u16::from)
    }
}

/// The rule with this origin, of those in a table.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a call and its spills cost a third of a look-up")]
pub(crate) fn rule<'t>(
    table: Lent<'_, ENTRY>,
    origin: &[u8],
    had_port: bool,
    text: impl Fn(u8) -> &'t [u8],
) -> Option<u8> {
    let Entry { rule, offset, length } = Entry::read(*table.entry(origin, 0)?);
    // Or else an origin could go on as the text does, into the next line.
    if usize::from(length) != origin.len() {
        return None;
    }
    let (own, behind) = text(rule).get(offset as usize..)?.split_at_checked(origin.len())?;
    if ends_there(behind, had_port) && equal(own, origin) { Some(rule) } else { None }
}
