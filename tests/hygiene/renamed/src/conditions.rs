//! Policies that depend on features.

use ::gate::{Policy, cors_policy};

/// Entries, fields, rules and expectations under conditions.
pub static CONDITIONAL: Policy = cors_policy! {
    apps: {
        origins: [
            "https://app.example.com",
            #[cfg(feature = "dev")]
            "http://localhost:5173",
            #[cfg(all(feature = "dev", not(feature = "staging")))]
            "http://127.0.0.1:5173",
        ],
        credentials: true,
        #[cfg(feature = "dev")]
        admits: ["http://localhost:5173"],
        #[cfg(not(feature = "dev"))]
        refuses: ["http://localhost:5173"],
        #[cfg(feature = "staging")]
        max_age: 0,
    },
    #[cfg(any(feature = "staging", not(debug_assertions)))]
    testers: { origins: ["https://staging.example.com"] },
};

/// The same inside a function, twice.
#[must_use]
pub const fn conditional() -> [Policy; 2] {
    [
        cors_policy! { origins: ["https://app.example.com", #[cfg(feature = "dev")] "http://localhost:5173"] },
        cors_policy! { origins: ["https://app.example.com", #[cfg(not(feature = "dev"))] "https://www.example.com"] },
    ]
}
