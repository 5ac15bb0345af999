#![deny(deprecated)]

use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: [
        "https://shop.example.com",
        #[allow(open_pattern, reason = "every shop is ours")]
        "https://*.shop.example.com",
    ],
    credentials: true,
};

fn main() {}
