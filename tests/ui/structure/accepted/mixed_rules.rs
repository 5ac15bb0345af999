use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    apps: { origins: ["https://app.example.com"], credentials: true, max_age: "2h" },
    public: { origins: any },
};

fn main() {}
