use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: ["shop_app://localhost"],
};

fn main() {}
