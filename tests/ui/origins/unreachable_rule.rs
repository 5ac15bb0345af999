use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    public: { origins: any },
    apps: { origins: ["https://app.example.com"], credentials: true },
};

fn main() {}
