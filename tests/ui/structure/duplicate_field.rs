use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: ["https://shop.example.com"],
    methods: [PUT],
    max_age: "2h",
    methods: [DELETE],
};

fn main() {}
