//! Servers around a policy: the folder `examples` starts them, and so do the tests.

pub mod demo;
pub mod edge;
