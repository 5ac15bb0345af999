#![deny(deprecated)]

use cors_policy::{Ceiling, cors_ceiling};

pub static CEILING: Ceiling = cors_ceiling! {
    schemes: ["https", "http", "https"],
};

fn main() {}
