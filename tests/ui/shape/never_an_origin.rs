use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: ["wss://shop.example.com"],
};

fn main() {}
