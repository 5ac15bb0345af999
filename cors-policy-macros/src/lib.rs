//! The procedural macro behind `cors_policy!`. Use it through the crate `cors-policy`, which has its
//! documentation and the code that the expansion names.

mod editor;
mod emit;
mod expand;
mod report;
mod tokens;

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
    expand::expand(input.into()).into()
}
