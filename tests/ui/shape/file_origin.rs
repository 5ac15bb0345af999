use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: ["file:///home/me/shop/index.html"],
};

fn main() {}
