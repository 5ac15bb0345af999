use cors_policy::{Ceiling, cors_ceiling};

pub static CEILING: Ceiling = cors_ceiling! {
    methods: [PUT],
    rules: 10,
};

fn main() {}
