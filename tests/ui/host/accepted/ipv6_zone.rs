use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: ["http://[fe80::7]:8080"],
};

fn main() {}
