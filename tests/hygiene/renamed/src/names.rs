//! Types, constants, functions and macros with the names that the expansion uses.

/// Not `cors_policy::Policy`.
#[derive(Clone, Copy, Debug)]
pub struct Policy;
/// Not `core::option::Option`.
#[derive(Clone, Copy, Debug)]
pub enum Option {
    /// Not `core::option::Option::Some`.
    Some,
    /// Not `core::option::Option::None`.
    None,
}
pub use Option::{None, Some};
/// Not `std::borrow::Cow`.
#[derive(Clone, Copy, Debug)]
pub struct Cow;
/// Not `http::HeaderValue`.
#[derive(Clone, Copy, Debug)]
pub struct HeaderValue;
/// Not the tables' `List`.
#[derive(Clone, Copy, Debug)]
pub struct List;
/// Not the policy's `Tables`.
#[derive(Clone, Copy, Debug)]
pub struct Tables;
/// Not the policy's `RuleTables`.
#[derive(Clone, Copy, Debug)]
pub struct RuleTables;
/// Not `cors_policy::Ceiling`.
#[derive(Clone, Copy, Debug)]
pub struct Ceiling;
/// Not the ceiling's `Limits`.
#[derive(Clone, Copy, Debug)]
pub struct Limits;
/// Not the ceiling's `Profile`.
#[derive(Clone, Copy, Debug)]
pub struct Profile;
/// Not the expansion's profiles.
pub static PROFILES: &str = "profiles";
/// Not the expansion's policy.
pub const POLICY: &str = "policy";
/// Not the expansion's tables.
pub static TABLES: &str = "tables";
/// Not the expansion's rules.
pub static RULES: &str = "rules";
/// Not the expansion's automaton.
pub const AUTOMATON: &str = "automaton";

/// Not the expansion's function.
#[must_use]
pub const fn policy() -> &'static str {
    "function"
}

/// Macros that the expansion must not find: each does what the real one does, but for the result.
macro_rules! shadow {
    ($($name:ident)*) => {
        $(
            #[expect(unused_macros, reason = "the expansion must not find it")]
            macro_rules! $name {
                () => {
                    "the user's macro"
                };
            }
        )*
    };
}
shadow! { call_site concat file line expand expand_ceiling cors_policy cors_ceiling }

/// A policy in the middle of it.
pub static GATE: ::gate::Policy = ::gate::cors_policy! {
    origins: ["https://names.example.com", #[cfg(feature = "dev")] "https://dev.names.example.com"],
    credentials: true,
    methods: [PUT],
    request_headers: any,
    expose_headers: ["etag"],
    max_age: 5,
};

/// A ceiling in the middle of it.
pub static CEILING: ::gate::Ceiling = ::gate::cors_ceiling! {
    schemes: ["https", #[cfg(feature = "dev")] "http"],
    methods: [PUT],
    max_age: 5,
    profiles: { PROFILES: { methods: [PUT] }, Limits: {} },
};

/// A policy whose names are all taken around it.
#[must_use]
pub fn gate(automaton: Cow, tables: Tables) -> (::gate::Policy, Cow, Tables) {
    let gate = ::gate::cors_policy! {
        Some: { origins: ["https://some.example.com"] },
        POLICY: { origins: any, methods: ["POLICY", TABLES] },
    };
    (gate, automaton, tables)
}

/// The names still mean what they meant.
#[must_use]
pub fn untouched() -> [&'static str; 5] {
    [POLICY, TABLES, RULES, AUTOMATON, policy()]
}
