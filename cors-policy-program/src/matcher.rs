//! The question that a policy answers: which rule admits an origin?

use alloc::borrow::Cow;

use crate::automaton::Automaton;
use crate::exact::Exact;
use crate::port::without_port;
use crate::wild::Wild;

/// In place of a rule's number: no rule. A policy has at most so many.
pub const NO_RULE: u16 = 256;

/// The patterns of a policy, told apart by what finds them fastest.
///
/// The patterns themselves stand in texts, those of a rule in one text, a line each. Most are found by a hash of what
/// is literal in them, and then compared with their text, so that no origin is mistaken for another. The others are in
/// an automaton.
///
/// Nothing is checked: what was not written by the compiler admits what it happens to admit, and never panics.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matcher<'a> {
    /// The length in bytes of the longest origin that any pattern of the policy admits.
    pub longest: u16,
    /// The least rule that has patterns other than exact origins, or [`NO_RULE`].
    pub others: u16,
    /// Whether patterns that are found by hashes admit any port.
    pub any_port: bool,
    /// Origins without a `*` in the host.
    pub exact: Exact<'a>,
    /// Patterns with a `*` at the end of their first label.
    pub wild: Wild<'a>,
    /// The [automaton](Automaton) of the other patterns; empty without any.
    pub automaton: Cow<'a, [u8]>,
}

impl Matcher<'_> {
    /// No patterns at all.
    pub const EMPTY: Matcher<'static> = Matcher {
        longest: 0,
        others: NO_RULE,
        any_port: false,
        exact: Exact::EMPTY,
        wild: Wild::EMPTY,
        automaton: Cow::Borrowed(&[]),
    };

    /// How many bytes the matcher takes in memory, with all that it refers to but the texts.
    #[must_use]
    pub fn bytes(&self) -> usize {
        let tables =
            self.exact.table.bytes() + self.wild.table.bytes() + self.wild.lengths.as_flattened().len();
        size_of::<Self>() + tables + self.automaton.len()
    }

    /// The number of the first rule that admits the origin, given as the bytes of an `Origin` header. `text` has the
    /// patterns of a rule, a line each.
    ///
    /// An origin longer than any that is admitted is refused without being read. The comparison is of bytes, as in
    /// the CORS check of the Fetch standard (section 4.10): no case is folded, no port added.
    #[must_use]
    #[inline]
    pub fn rule<'t>(&self, origin: &[u8], text: impl Fn(u8) -> &'t [u8] + Copy) -> Option<u8> {
        if origin.len() > usize::from(self.longest) {
            return None;
        }
        let first = if self.exact.has_length(origin.len()) {
            self.exact_or_other_rule(origin, text)
        } else if self.others == NO_RULE {
            NO_RULE
        } else {
            self.other_rule(origin, NO_RULE, text)
        };
        u8::try_from(first).ok()
    }

    // Not inlined: what is inlined here makes every path save all registers.
    #[inline(never)]
    fn exact_or_other_rule<'t>(&self, origin: &[u8], text: impl Fn(u8) -> &'t [u8] + Copy) -> u16 {
        let exact = self.exact.rule(origin, false, text);
        if exact <= self.others { exact } else { self.other_rule(origin, exact, text) }
    }

    /// The first rule that admits the origin, where its exact rule may not be it.
    fn other_rule<'t>(&self, origin: &[u8], exact: u16, text: impl Fn(u8) -> &'t [u8] + Copy) -> u16 {
        let first = self.wild.rule(origin, false, exact, text);
        if self.any_port || !self.automaton.is_empty() {
            self.remaining_rule(origin, first, text)
        } else {
            first
        }
    }

    /// The first of this rule and those that admit the origin by any port or by the automaton.
    #[inline(never)]
    fn remaining_rule<'t>(&self, origin: &[u8], mut first: u16, text: impl Fn(u8) -> &'t [u8] + Copy) -> u16 {
        if self.any_port
            && let Some(bare) = without_port(origin)
        {
            first = self.any_port_rule(bare, first, text);
        }
        if self.automaton.is_empty() || first == 0 {
            return first;
        }
        Automaton::new(&self.automaton).rule(origin).map_or(first, |rule| first.min(u16::from(rule)))
    }

    fn any_port_rule<'t>(&self, bare: &[u8], first: u16, text: impl Fn(u8) -> &'t [u8] + Copy) -> u16 {
        let exact =
            if self.exact.has_length(bare.len()) { self.exact.rule(bare, true, text) } else { NO_RULE };
        self.wild.rule(bare, true, first.min(exact), text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::{Table, WIDE};
    use std::prelude::v1::*;

    const TEXT: &[u8] =
        b"https://a.test\nhttps://*.b.test:*\nhttp://pr-*.longer-than-that.example.com\nhttp://c:*";

    struct Random(u64);

    impl Random {
        fn byte(&mut self) -> u8 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            self.0.to_le_bytes()[3]
        }

        fn below(&mut self, end: u8) -> u8 {
            self.byte() % end
        }

        fn bytes(&mut self, most: u8) -> Vec<u8> {
            (0..self.below(most + 1)).map(|_| self.byte()).collect()
        }

        /// Mostly entries that could be right: the first rule, a place in the text, a place for a `*`, a length.
        fn entry<const N: usize>(&mut self) -> [u8; N] {
            let mut entry = [0; N];
            entry[1] = self.below(90);
            entry[4] = self.below(16);
            entry[N - 1] = self.below(32);
            if self.below(4) == 0 {
                entry[usize::from(self.below(4))] = self.byte();
            }
            entry
        }

        fn table<const N: usize>(&mut self) -> Table<'static, N> {
            let entries: Vec<[u8; N]> = (0..self.below(7)).map(|_| self.entry()).collect();
            Table { seed: self.byte() & (WIDE | 3), pilots: self.bytes(4).into(), entries: entries.into() }
        }
    }

    #[test]
    fn no_tables_make_a_look_up_panic() {
        let origins = [
            &b""[..],
            b".",
            b"https://a.test",
            b"https://x.b.test",
            b"https://x.b.test:8080",
            b"http://pr-1.longer-than-that.example.com",
            b"http://c:1",
            b".b.test",
            b":1",
            &[b'.'; 300],
        ];
        let mut random = Random(0x9e37_79b9_7f4a_7c15);
        let mut admitted = 0;
        for _ in 0..50_000 {
            let lengths: Vec<[u8; 2]> = (0..3).map(|_| [random.below(32), random.below(3)]).collect();
            let matcher = Matcher {
                longest: 400,
                others: u16::from(random.byte()) * 2,
                any_port: random.below(2) == 0,
                exact: Exact { lengths: [random.byte(); 32], table: random.table() },
                wild: Wild { lengths: lengths.into(), table: random.table() },
                automaton: random.bytes(20).into(),
            };
            let end = usize::from(random.below(90)).min(TEXT.len());
            for origin in origins {
                admitted += usize::from(matcher.rule(origin, |_| &TEXT[..end]).is_some());
            }
        }
        assert!(admitted > 100, "{admitted}");
    }
}
