use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: [
        "https://web-*-cart-*.preview.example.com",
        "https://api-*-search-*.preview.example.com",
        "https://app-*-login-*.preview.example.com",
        "https://cms-*-stock-*.preview.example.com",
        "https://crm-*-orders-*.preview.example.com",
    ],
};

fn main() {}
