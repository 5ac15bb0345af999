//! Diagnostics as the compiler shows them: errors where they deny, warnings where they do not.

use cors_policy_compiler::diagnostic::Diagnostic;
use cors_policy_compiler::source;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;

/// Statements that report the diagnostics on the user's tokens.
pub(crate) fn report(krate: &TokenStream, diagnostics: &[Diagnostic], spans: &[Span]) -> TokenStream {
    diagnostics
        .iter()
        .map(|diagnostic| statement(krate, diagnostic, span_of(diagnostic.span, spans)))
        .collect()
}

fn span_of(span: source::Span, spans: &[Span]) -> Span {
    spans.get(span.0 as usize).copied().unwrap_or_else(Span::call_site)
}

fn statement(krate: &TokenStream, diagnostic: &Diagnostic, span: Span) -> TokenStream {
    let text = diagnostic.to_string();
    if diagnostic.denies() {
        return quote_spanned!(span=> #krate::__macro_v1::compile_error! { #text });
    }
    // Stable procedural macros cannot warn. The use of a deprecated constant can, and `#[allow(deprecated)]`
    // around the static that holds the policy silences it.
    let name = Ident::new(diagnostic.mistake.name(), span);
    quote_spanned! {span=>
        const _: () = {
            #[deprecated(note = #text)]
            #[allow(non_upper_case_globals)]
            const #name: () = ();
            #name
        };
    }
}
