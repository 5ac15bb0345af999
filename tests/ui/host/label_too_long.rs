use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: ["https://feature-checkout-express-payment-redesign-with-a-new-form-for-addresses.preview.example.com"],
};

fn main() {}
