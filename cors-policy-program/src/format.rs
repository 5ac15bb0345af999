//! The bytes of an automaton.
//!
//! ```text
//! automaton = width longest(2, little-endian) node* padding(8)
//! node      = LITERAL+n-1       byte{n}                            n = 1..=64, the next node follows
//!           | LITERAL_TO+n-1    byte{n} offset                     n = 1..=64
//!           | LITERAL_END+n-1   byte{n} rule                       n = 1..=64
//!           | BRANCH            n key{n} offset{n}
//!           | TABLE             low n offset{n}
//!           | BRANCH_OR_LABEL   n key{n} offset{n} offset
//!           | BRANCH_OR_DIGIT   n key{n} offset{n} offset
//!           | LOOP              n key{n} offset{n}
//!           | RUN               n key{n} offset{n}
//!           | CHAIN             n byte{n} offset offset
//!           | ANSWER            rule                               the next node follows
//!           | END               rule
//! offset    = little-endian, `width` bytes (2 or 3), counted from the first byte of the automaton
//! ```
//!
//! A walk starts at the first node with the whole origin unread, and reads it from its end. A literal stands in
//! the order of the origin, and must be a suffix of what is unread; with `_END`, all of it. A branch reads one
//! byte and goes to the offset of its key; a table reads one that is `low` or up to `n - 1` above it, and goes to the
//! offset in its place. With `_OR_LABEL` or `_OR_DIGIT`, a byte that is no key but is a label
//! byte or a digit goes to the last offset. `LOOP` first reads all label bytes that are no keys, perhaps none; `RUN`,
//! whose keys are no label bytes, all label bytes, at least one. `ANSWER` and `END` name the rule that admits an origin that
//! has been read whole; with anything unread, `ANSWER` goes on to the next node and `END` refuses. A chain reads its
//! bytes, from the last one, and goes to its second offset; where one differs, that one stays unread and the walk goes
//! on at the first offset, with a node that reads. Everything else refuses.
//!
//! Offset 0 (the header) is not a node and stands for "refuse".
//!
//! Every node but `ANSWER` reads at least one byte or ends the walk, and `ANSWER` moves forward: a walk ends
//! after at most as many steps as the origin and the automaton have bytes, whatever the bytes are.

/// Bytes before the first node: the width of an offset and the longest admissible origin.
pub const HEADER: usize = 3;
/// Zero bytes after the last node, so that eight keys can be compared at once anywhere.
pub const PADDING: usize = 8;
/// The most bytes one literal node holds.
pub const LONGEST_LITERAL: usize = 64;

/// `n - 1` is added for a literal of `n` bytes whose successor stands behind it.
pub const LITERAL: u8 = 0x00;
/// `n - 1` is added for a literal of `n` bytes with an offset to its successor.
pub const LITERAL_TO: u8 = 0x40;
/// `n - 1` is added for a literal of `n` bytes that ends the walk.
pub const LITERAL_END: u8 = 0x80;
/// Goes by the next byte.
pub const BRANCH: u8 = 0xc0;
/// Goes by the next byte, which lies in a range.
pub const TABLE: u8 = 0xc1;
/// Goes by the next byte; other label bytes have a successor of their own.
pub const BRANCH_OR_LABEL: u8 = 0xc2;
/// Goes by the next byte; other digits have a successor of their own.
pub const BRANCH_OR_DIGIT: u8 = 0xc3;
/// Reads label bytes up to a key, then goes by the next byte.
pub const LOOP: u8 = 0xc4;
/// Reads a run of one or more label bytes, then goes by the next byte.
pub const RUN: u8 = 0xc5;
/// Reads bytes one by one, and goes elsewhere with the first that differs.
pub const CHAIN: u8 = 0xc6;
/// Admits an origin that ends here, or goes on.
pub const ANSWER: u8 = 0xc7;
/// Admits an origin that ends here.
pub const END: u8 = 0xc8;
