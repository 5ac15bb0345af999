use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: ["https://feature-checkout-express-payment-redesign.preview.example.com"],
};

fn main() {}
