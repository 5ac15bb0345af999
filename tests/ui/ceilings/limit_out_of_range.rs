use cors_policy::{Ceiling, cors_ceiling};

pub static CEILING: Ceiling = cors_ceiling! {
    methods: [PUT],
    rules: 1000,
};

fn main() {}
