//! What the expansion of `cors_policy!` names. No part of the API.

pub use core::option::Option;
pub use core::primitive::u8;
pub use std::borrow::Cow;

pub use cors_policy_macros::cors_policy as expand;
pub use http::HeaderValue;

pub use crate::policy::Policy;
pub use crate::tables::{List, RuleTables, Tables};

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

#[doc(hidden)]
#[macro_export]
macro_rules! __cors_policy_call_site {
    () => {
        ::core::concat!(::core::file!(), ":", ::core::line!())
    };
}

pub use __cors_policy_call_site as call_site;
