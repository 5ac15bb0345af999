use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: [
        "https://shop.example.com",
        #[allow(insecure_origin, missing_tls, reason = "kiosks on the shop floor have no TLS")]
        "http://kiosk.example.com:8080",
    ],
    credentials: true,
};

fn main() {}
