use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: ["https://acme.example.com"],
};

fn main() {}
