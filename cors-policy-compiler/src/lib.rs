//! The policy language of cors-policy.

pub mod host;
pub mod suffix;
