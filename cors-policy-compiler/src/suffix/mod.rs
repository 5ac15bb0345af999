//! Public suffixes.
