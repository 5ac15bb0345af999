//! A policy in frameworks that need no adapter of their own.
//!
//! Each module but [`apps`] is glue, complete in its file: copy it, and put the policy of your own in. [`apps`] has an
//! application behind each, for the examples to run and for the tests to question.

pub mod apps;
pub mod hyper;
pub mod poem;
pub mod rocket;
pub mod salvo;
pub mod warp;
