use cors_policy::{Policy, cors_policy};

static SEVERAL_MISTAKES_IN_ONE_ORIGIN: Policy = cors_policy! {
    origins: ["https://Shop.example.com:443/"],
};

static NO_ORIGINS: Policy = cors_policy! {
    origins: ["shop.example.com", "https://*example.com", "null", "https://bücher.example"],
};

fn main() {
    let _ = (&SEVERAL_MISTAKES_IN_ONE_ORIGIN, &NO_ORIGINS);
}
