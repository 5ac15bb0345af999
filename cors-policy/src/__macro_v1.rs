//! What the expansions of `cors_policy!` and `cors_ceiling!` name. No part of the API.

pub use core::option::Option;
pub use core::primitive::u8;
pub use std::borrow::Cow;

#[cfg(feature = "compile")]
pub use cors_policy_compiler::ceiling::{Grants, Limits, Names, Profile};
#[cfg(feature = "compile")]
pub use cors_policy_macros::cors_ceiling as expand_ceiling;

pub use cors_policy_macros::cors_policy as expand;
pub use cors_policy_program::Matcher;
pub use cors_policy_program::exact::Exact;
use cors_policy_program::hash::Table;
pub use cors_policy_program::wild::Wild;
pub use http::HeaderValue;

#[cfg(feature = "compile")]
pub use crate::ceiling::Ceiling;
pub use crate::policy::Policy;
pub use crate::tables::{List, RuleTables, Tables};

/// A table of a matcher, from byte strings: they take rustc next to nothing to read.
#[must_use]
pub const fn table<const N: usize>(
    seed: u8,
    pilots: &'static [u8],
    entries: &'static [u8],
) -> Table<'static, N> {
    Table { seed, pilots: Cow::Borrowed(pilots), entries: chunks(entries) }
}

/// The elements that stand in a byte string.
#[must_use]
pub const fn chunks<const N: usize>(bytes: &'static [u8]) -> Cow<'static, [[u8; N]]> {
    Cow::Borrowed(bytes.as_chunks().0)
}

/// A policy over these tables.
#[must_use]
pub const fn policy(tables: &'static Tables) -> Policy {
    Policy::from_static(tables)
}

/// A policy that admits nobody, in place of one that did not compile.
#[must_use]
pub const fn refused() -> Policy {
    static REFUSED: Tables = Tables::of_nobody("a policy that did not compile");
    Policy::from_static(&REFUSED)
}

/// A ceiling of these limits.
#[cfg(feature = "compile")]
#[must_use]
pub const fn ceiling(limits: Limits) -> Ceiling {
    Ceiling::of(limits)
}

/// A ceiling below which nothing compiles, in place of one that did not compile.
#[cfg(feature = "compile")]
#[must_use]
pub const fn refused_ceiling() -> Ceiling {
    Ceiling::of(Limits::NOTHING)
}

#[doc(hidden)]
#[macro_export]
macro_rules! __cors_policy_call_site {
    () => {
        ::core::concat!(::core::file!(), ":", ::core::line!())
    };
}

pub use __cors_policy_call_site as call_site;
