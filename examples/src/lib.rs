//! Examples of cors-policy: see the folder `examples`. What stands here is what their tests start, too.

pub mod demo;
pub mod edge;
