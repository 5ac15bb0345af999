use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: ["https://shop.example.com"],
    max_age: "7d",
};

fn main() {}
