//! Nodes: what they serve, whatever happens to the database, to their files, and to them.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a panic is the report")]

mod files;
mod guard;
mod history;
mod killed;
mod outage;
mod pair;
mod poison;
mod restart;
mod start;

/// Origins of pages.
const ONE: &str = "https://one.test";
const TWO: &str = "https://two.test";
const THREE: &str = "https://three.test";
