use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    everyone: { origins: ["https://*.example.com"] },
    apps: { origins: ["https://app.example.com", "https://partner.example"], credentials: true },
};

fn main() {}
