use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    apps: { origins: ["https://app.example.com", "https://partner.example"], credentials: true },
    everyone: { origins: ["https://*.example.com"] },
};

fn main() {}
