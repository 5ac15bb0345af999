//! Policies in every edition of Rust, in the words that all of them have.
#![deny(warnings, missing_docs)]

extern crate cors_policy;

/// A module, in which paths differ between editions.
pub mod inner {
    use cors_policy::{cors_policy, Policy};

    /// One rule.
    pub static ONE: Policy = cors_policy! {
        origins: ["https://app.example.com", #[cfg(feature = "dev")] "http://localhost:5173"],
        credentials: true,
        methods: [PUT, PATCH],
        request_headers: ["x-a"],
        max_age: "2h",
    };

    /// Several rules.
    pub static SEVERAL: Policy = cors_policy! {
        async: { origins: ["https://*.example.com"], expose_headers: ["etag"] },
        try: { origins: ["https://*.example.net"], methods: any },
        dyn: { origins: any, methods: any },
    };

    /// With something surprising.
    #[allow(deprecated)]
    pub static SURPRISING: Policy =
        cors_policy! { origins: ["https://app.example.com", "https://app.example.com"] };

    /// A mistake, which is to be reported in the same words in every edition.
    #[cfg(feature = "broken")]
    pub static BROKEN: Policy = cors_policy! { origins: ["https://app.example.com/"] };
}
