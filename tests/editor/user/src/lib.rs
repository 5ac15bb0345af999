//! Policies as users write them. The check adds one more at the end, and asks about the words in it.

use cors_policy::{Policy, cors_policy};

/// Fields alone.
pub static SHOP: Policy = cors_policy! {
    origins: ["https://shop.example.com", "https://*.shop.example.com"],
    credentials: true,
    methods: [PUT, DELETE],
    request_headers: ["content-type"],
    max_age: "2h",
    refuses: ["https://shop.example.com.evil.test"],
};

/// Named rules.
pub static API: Policy = cors_policy! {
    apps: { origins: ["https://app.example.com"], credentials: true },
    public: { origins: any, expose_headers: any },
};

/// Attributes, on and off.
pub static KIOSK: Policy = cors_policy! {
    origins: [
        #[allow(insecure_origin, reason = "kiosks on the shop floor have no TLS")]
        "http://kiosk.example.com:8080",
        #[cfg(debug_assertions)]
        "http://localhost:*",
        #[cfg(not(debug_assertions))]
        "https://kiosk.example.com",
    ],
    credentials: true,
};

/// In a function.
#[must_use]
pub fn open() -> Policy {
    cors_policy! { origins: any, methods: any }
}
