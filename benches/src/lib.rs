//! What the measurements share: policies of a given size and kind, origins to ask them for, peers, and the clock.

pub mod comparison;
pub mod decision;
pub mod footprint;
pub mod hostile;
pub mod matching;
pub mod measure;
mod origins;
pub mod peers;
pub mod plot;
pub mod request;
pub mod table;
pub mod targets;

pub use origins::{Kind, document, patterns, program};
