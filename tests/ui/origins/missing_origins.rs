use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    methods: [PUT, DELETE],
    request_headers: ["content-type"],
};

fn main() {}
