use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: [
        "https://web-*.preview.example.com",
        "https://api-*.preview.example.com",
        "https://app-*.preview.example.com",
        "https://cms-*.preview.example.com",
        "https://crm-*.preview.example.com",
    ],
};

fn main() {}
