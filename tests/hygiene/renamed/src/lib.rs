//! Policies wherever a policy can stand, in a crate that makes it hard: without a prelude, with cors-policy under
//! another name, with modules, types and macros that bear the names the expansion uses, and with all lints on.
#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(warnings, missing_docs, unused, elided_lifetimes_in_paths, unreachable_pub)]
#![deny(future_incompatible, keyword_idents, let_underscore, nonstandard_style, refining_impl_trait)]
#![deny(rust_2018_idioms, rust_2021_compatibility, rust_2024_compatibility)]
#![deny(absolute_paths_not_starting_with_crate, missing_debug_implementations, single_use_lifetimes)]
#![deny(redundant_imports, redundant_lifetimes, trivial_casts, trivial_numeric_casts, unit_bindings)]
#![deny(unused_import_braces, unused_lifetimes, unused_qualifications, unused_results, let_underscore_drop)]
#![deny(variant_size_differences, macro_use_extern_crate, meta_variable_misuse, non_ascii_idents)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]
#![deny(clippy::allow_attributes, clippy::allow_attributes_without_reason, clippy::as_conversions)]
#![deny(clippy::arithmetic_side_effects, clippy::default_numeric_fallback, clippy::indexing_slicing)]
#![deny(clippy::mod_module_files, clippy::str_to_string, clippy::unneeded_field_pattern, clippy::unwrap_used)]
#![deny(
    clippy::missing_docs_in_private_items,
    clippy::shadow_reuse,
    clippy::shadow_same,
    clippy::shadow_unrelated
)]

pub mod conditions;
pub mod names;
pub mod places;
pub mod wrapped;

/// A module that is not the crate `core`.
pub mod core {}
/// A module that is not the crate `std`.
pub mod std {}
/// A module that is not the crate `http`.
pub mod http {}
/// A module that is not the crate `cors_policy`.
pub mod cors_policy {}
/// A module that is not the support of the macro.
pub mod __macro_v1 {}

/// What a policy can do, whatever it stands in.
#[must_use]
pub const fn is_handle<T>(policy: T) -> T
where
    T: ::core::marker::Send + ::core::marker::Sync + ::core::clone::Clone + ::core::fmt::Debug + 'static,
{
    policy
}
