//! The origin automaton of [cors-policy]: its table format and the walk over it.
//!
//! A compiled policy answers one question for every request: which rule, if any, admits this origin? The
//! answer is a walk over one byte string, read from the *end* of the origin, because hosts share suffixes.
//! The same bytes serve policies compiled into a binary and policies loaded at run time; the format is
//! endian-free, and the walk needs no validation of what it reads: any byte string at all gives an answer,
//! in time linear in the origin, without a panic.
//!
//! Users of cors-policy never name this crate. Its API follows the version of `cors-policy` it is pinned to.
//!
//! [cors-policy]: https://github.com/cors-policy/cors-policy

#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod automaton;
pub mod format;
mod nearest;
pub mod pattern;
mod word;

pub use automaton::Automaton;
pub use nearest::{Difference, NearMiss, nearest};
pub use word::{LONGEST_LABEL, is_label_byte, is_token};
