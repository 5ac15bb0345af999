//! The origin matcher of [cors-policy]: its tables, and the look-up in them.
//!
//! A compiled policy answers one question for every request: which rule, if any, admits this origin? Most patterns are
//! found by a perfect hash of what is literal in them ([`exact`], [`wild`]); the others by a walk over an
//! [`Automaton`], read from the *end* of the origin, because hosts share suffixes. The same tables serve policies
//! compiled into a binary and policies loaded at run time; they are endian-free, and need no validation: any bytes at
//! all give an answer, without a panic, in time linear in the origin and in the number of lengths that literals behind a
//! `*` have.
//!
//! Users of cors-policy never name this crate. Its API follows the version of `cors-policy` it is pinned to.
//!
//! [cors-policy]: https://github.com/cors-policy/cors-policy

#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod automaton;
pub mod exact;
pub mod format;
pub mod hash;
mod matcher;
mod nearest;
pub mod packed;
pub mod pattern;
mod port;
pub mod wild;
mod window;
mod word;

pub use automaton::Automaton;
pub use matcher::{Matcher, NO_RULE};
pub use nearest::{Difference, NearMiss, nearest};
pub use word::{LONGEST_LABEL, is_label_byte, is_token};
