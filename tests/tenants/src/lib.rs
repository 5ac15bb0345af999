//! What the tests of tenants share: databases, and nodes that serve from them.
#![expect(clippy::unwrap_used, reason = "a panic is the report")]

mod place;
pub mod postgres;
pub mod serving;

pub use place::{Kind, Place};
