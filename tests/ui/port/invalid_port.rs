use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: ["http://localhost:3000,3001"],
};

fn main() {}
