use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: ["https://b%C3%BCcher.example"],
};

fn main() {}
