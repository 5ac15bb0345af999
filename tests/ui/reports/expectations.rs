use cors_policy::{Policy, cors_policy};

pub static UNMET: Policy = cors_policy! {
    origins: ["https://*.shop.example.com", #[cfg(debug_assertions)] "http://localhost:*"],
    admits: ["https://shop.example.com"],
    refuses: ["https://evil.shop.example.com", #[cfg(debug_assertions)] "http://localhost:3000"],
};

pub static DECIDED_ELSEWHERE: Policy = cors_policy! {
    apps: { origins: ["https://app.example.com"], refuses: ["https://app.example.com"] },
    others: { origins: ["https://*.example.com"], admits: ["https://app.example.com"] },
};

pub static NO_ORIGINS: Policy = cors_policy! {
    origins: ["https://*.shop.example.com"],
    admits: ["https://*.shop.example.com", "https://shop.example.com/"],
};

fn main() {}
