use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: ["com.example.shop.mobile.enterprise.internal.distribution.staging.debug://localhost"],
};

fn main() {}
