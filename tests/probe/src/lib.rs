//! Servers that get CORS wrong, each in one way, and runs of the command against them.

#![expect(
    clippy::missing_panics_doc,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a panic is the report"
)]

pub mod apps;
pub mod model;
pub mod proxies;
pub mod raw;
pub mod report;
pub mod server;
pub mod tls;
pub mod zoo;

pub use report::Probed;
pub use server::{Asked, Reply, Server};

/// The origin of the pages, on this machine as the servers are: no permission for local networks is asked.
pub const APP: &str = "https://app.localhost";
