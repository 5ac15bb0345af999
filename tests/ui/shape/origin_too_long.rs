use cors_policy::{Policy, cors_policy};

pub static POLICY: Policy = cors_policy! {
    origins: ["https://login.example.com/oauth2/authorize?response_type=code&client_id=shop-frontend&redirect_uri=https%3A%2F%2Fshop.example.com%2Fcallback&scope=openid%20profile%20email%20offline_access&state=9f2c4e7ab1d84c0f8e3a6b5d7c1f2e40&nonce=51d0b7c2a94e4f6d8b3c7e1f0a2d6c58&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&prompt=login"],
};

fn main() {}
