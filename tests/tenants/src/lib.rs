//! What the tests of tenants share: databases.
#![expect(clippy::unwrap_used, reason = "a panic is the report")]

mod place;
pub mod postgres;

pub use place::{Kind, Place};
