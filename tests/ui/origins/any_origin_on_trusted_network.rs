use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: any,
    trusts_network: true,
};

fn main() {}
