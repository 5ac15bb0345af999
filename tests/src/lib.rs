//! Tests of cors-policy from outside: see the folder `tests`. What several of them need stands here.

pub mod cases;
pub mod check;
pub mod generate;
pub mod judge;
pub mod layers;
pub mod meaning;
pub mod message;
pub mod mutate;
pub mod reference;
pub mod told;
pub mod wishes;
