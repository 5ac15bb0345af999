use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: ["http://[2001:db8::1:7]:8080"],
};

fn main() {}
