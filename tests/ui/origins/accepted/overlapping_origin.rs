use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    previews: { origins: ["https://*.preview.example.com"] },
    shops: { origins: ["https://shop-*.example.com"], credentials: true },
};

fn main() {}
