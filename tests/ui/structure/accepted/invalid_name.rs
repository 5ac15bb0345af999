use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    name: "shop-api",
    origins: ["https://shop.example.com"],
};

fn main() {}
