use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: [
        "https://shop.example.com",
        #[cfg(debug_assertions)]
        "http://localhost:5173",
        #[cfg(feature = "staging")]
        "https://staging.example.com",
        #[cfg(feature = "preview")]
        "https://preview.example.com",
        #[cfg(feature = "demo")]
        "https://demo.example.com",
        #[cfg(feature = "kiosk")]
        "https://kiosk.example.com",
    ],
};

fn main() {}
