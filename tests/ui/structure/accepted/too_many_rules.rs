use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    r0: { origins: ["https://a0.example"] }, r1: { origins: ["https://a1.example"] },
};

fn main() {}
