//! Measurements of cors-policy.
