//! Diagnostics as the compiler shows them: errors where they deny, warnings where they do not.

use cors_policy_compiler::diagnostic::Diagnostic;
use cors_policy_compiler::source;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

/// Statements that report the diagnostics on the user's tokens.
///
/// All tokens of a statement have the user's place and edition. With any other rustc would say where this macro
/// is, and an imported name for `compile_error` would turn the order of the errors round. The price: in edition
/// 2015, where `::core` is no path, that is the error.
pub(crate) fn report(diagnostics: &[Diagnostic], spans: &[Span]) -> TokenStream {
    diagnostics.iter().map(|diagnostic| statement(diagnostic, span_of(diagnostic.span, spans))).collect()
}

fn span_of(span: source::Span, spans: &[Span]) -> Span {
    spans.get(span.0 as usize).copied().unwrap_or_else(Span::call_site)
}

fn statement(diagnostic: &Diagnostic, span: Span) -> TokenStream {
    let text = diagnostic.to_string();
    if diagnostic.denies() {
        return quote_spanned!(span=> ::core::compile_error! { #text });
    }
    // Stable procedural macros cannot warn. The call of a deprecated function can, and `#[allow(deprecated)]`
    // around the static that holds the policy silences it.
    let name = Ident::new(diagnostic.mistake.name(), span);
    quote_spanned! {span=>
        const _: () = {
            #[deprecated(note = #text)]
            const fn #name() {}
            #name()
        };
    }
}
