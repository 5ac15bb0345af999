//! Policies out of the user's own macros, which pass on what they were given.

use ::gate::{Policy, cors_policy};

/// Defines a policy, and its neighbour in the same scope.
macro_rules! define {
    ($(#[$attribute:meta])* $name:ident, $neighbour:ident, [$($pattern:literal),+], $method:ident, $age:literal) => {
        $(#[$attribute])*
        pub static $name: Policy = cors_policy! {
            origins: [$($pattern),+],
            methods: [$method],
            max_age: $age,
        };
        $(#[$attribute])*
        pub static $neighbour: Policy = cors_policy! { origins: [$($pattern,)+], methods: [$method, "PURGE"] };
    };
}

define!(
    /// By a macro.
    DEFINED, NEIGHBOUR, ["https://defined.example.com", "https://*.defined.example.com"], PUT, "2h"
);

/// Passes everything on.
macro_rules! everything {
    ($($token:tt)*) => { cors_policy! { $($token)* } };
}

/// A macro in a macro.
macro_rules! nested {
    ($host:literal, credentials: $credentials:literal) => {
        everything! { rule: { origins: [$host], credentials: $credentials }, rest: { origins: any } }
    };
}

/// By two macros.
pub static NESTED: Policy = nested!("https://nested.example.com", credentials: true);

/// The same macro, several times in one function.
#[must_use]
pub fn repeated() -> [Policy; 3] {
    let first = everything! { origins: ["https://first.example.com"] };
    [
        first,
        everything! { origins: ["https://second.example.com"] },
        nested!("https://x.example.com", credentials: false),
    ]
}
