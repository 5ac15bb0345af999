#![deny(deprecated)]

use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: ["https://shop.example.com"],
    methods: [PUT, DELETE, PUT],
};

fn main() {}
