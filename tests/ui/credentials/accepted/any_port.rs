use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: [
        #[allow(any_port, reason = "a machine of our own: we start every program on it")]
        "https://dev.example.com:*",
    ],
    credentials: true,
};

fn main() {}
