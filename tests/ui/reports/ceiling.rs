use cors_policy::{Ceiling, cors_ceiling};

pub static CEILING: Ceiling = cors_ceiling! {
    schemes: ["https", "HTTP", "ws"],
    credentials: "true",
    origins: ["https://shop.example.com"],
    allow_any_origin: true,
    exact_origins: -1,
    wildcard_origins: many,
    rules: 1000,
    methods: [PUT, TRACE, patch],
    request_headers: ["content-type", cookie],
    expose_headers: [set_cookie],
    max_age: "1h",
    lints: [insecure_orign, userinfo],
    profiles: {
        standard: {
            methods: [PUT, DELETE],
            request_headers: any,
            expose_headers: ["etag"],
            max_age: "2h",
            credentials: true,
        },
        standard: {},
        rules: {},
        wide: any,
    },
};

pub static MISSPELT: Ceiling = cors_ceiling! { metods: [PUT] };

pub static CONDITION: Ceiling = cors_ceiling! {
    #[cfg(debug_assertions)]
    schemes: ["http"],
    #[cfg(not(debug_assertions))]
    schemes: [],
};

pub static ATTRIBUTE: Ceiling = cors_ceiling! {
    #[allow(any_port, reason = "of no use")]
    any_port: true,
};

fn main() {}
