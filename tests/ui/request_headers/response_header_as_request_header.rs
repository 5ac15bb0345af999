use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: ["https://shop.example.com"],
    request_headers: ["content-type", "access-control-allow-origin"],
};

fn main() {}
