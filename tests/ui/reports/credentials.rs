use cors_policy::{Policy, cors_policy};

static ANY: Policy = cors_policy! {
    origins: any,
    credentials: true,
    expose_headers: any,
};

const LINTS: Policy = cors_policy! {
    origins: [
        "http://shop.example.com",
        #[allow(open_pattern, reason = "every page of this host is ours")]
        "https://*.github.io",
        #[allow(insecure_origin, reason = "a forgotten one")]
        "https://shop.example.com",
        #[allow(any_port)]
        "https://dev.example.com:*",
    ],
    credentials: true,
};

fn main() {
    let _ = (&ANY, LINTS);
}
