//! The procedural macros behind `cors_policy!` and `cors_ceiling!`. Use them through the crate `cors-policy`, which has their
//! documentation and the code that the expansion names.

mod editor;
mod emit;
mod expand;
mod report;

#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Whether spans are those of a compiler, and not of a test.
fn is_in_compiler() -> bool {
    proc_macro::is_available()
}

/// Expands `$crate { policy }` to an expression of type `Policy`.
#[doc(hidden)]
#[proc_macro]
pub fn cors_policy(input: TokenStream) -> TokenStream {
    expand::policy(input.into()).into()
}

/// Expands `$crate { ceiling }` to an expression of type `Ceiling`.
#[doc(hidden)]
#[proc_macro]
pub fn cors_ceiling(input: TokenStream) -> TokenStream {
    expand::ceiling(input.into()).into()
}
