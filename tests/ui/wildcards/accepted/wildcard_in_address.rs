use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: ["http://192.168.1.7:8080", "http://192.168.2.7:8080"],
};

fn main() {}
