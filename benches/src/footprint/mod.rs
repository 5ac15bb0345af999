//! What a policy costs whoever builds a program with it: time of its expansion, of rustc and of a clean build, and
//! bytes of the binary.
//!
//! Everything is measured on packages that are made for it in temporary directories, built by cargo as users build
//! theirs.

pub mod binary;
pub mod clean;
pub mod expansion;
pub mod package;
pub mod program;
pub mod rustc;
pub mod verdict;

use std::error::Error;

/// What measurements return.
pub type Outcome<T> = Result<T, Box<dyn Error>>;

/// A policy over these patterns, as its users write it, with credentials, so that all lints look at it. `call` is the
/// beginning of the call of the macro.
#[must_use]
pub fn policy(call: &str, patterns: &[String]) -> String {
    let mut text = format!("{call} {{ credentials: true, origins: [\n");
    for pattern in patterns {
        text.push_str("    \"");
        text.push_str(pattern);
        text.push_str("\",\n");
    }
    text.push_str("] }");
    text
}
