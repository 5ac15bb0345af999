use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: [
        "https://shop.example.com",
        #[cfg(debug_assertions)]
        "http://localhost:5173",
    ],
    // Staging, preview, demo and kiosk builds: a static each, behind its own `#[cfg]`.
};

fn main() {}
