#![deny(deprecated)]

use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: ["https://shop.example.com", "https://shop.example.com", "http://localhost:*"],
    credentials: true,
    methods: [GET, put],
    max_age: "1d",
};

#[allow(deprecated)]
pub static SILENCED: Policy = cors_policy! {
    origins: ["https://shop.example.com", "https://shop.example.com"],
};

fn main() {}
