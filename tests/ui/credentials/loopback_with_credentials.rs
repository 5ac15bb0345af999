#![deny(deprecated)]

use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: [
        "https://shop.example.com",
        "http://localhost:5173",
    ],
    credentials: true,
};

fn main() {}
