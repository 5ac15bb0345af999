//! Diagnostics as the compiler shows them: errors where they deny, warnings where they do not.

use cors_policy_compiler::diagnostic::Diagnostic;
use cors_policy_compiler::source;
use proc_macro2::{Ident, LineColumn, Span, TokenStream};
use quote::{quote, quote_spanned};

use crate::is_in_compiler;

/// Statements that report the diagnostics on the user's tokens.
///
/// All tokens of an error have the user's place and edition. With any other rustc would say where this macro
/// is, and an imported name for `compile_error` would turn the order of the errors round. The price: in edition
/// 2015, where `::core` is no path, that is the error.
pub(crate) fn report(diagnostics: &[Diagnostic], spans: &[Span]) -> TokenStream {
    diagnostics.iter().map(|diagnostic| statement(diagnostic, spans)).collect()
}

fn span_of(span: source::Span, spans: &[Span]) -> Span {
    spans.get(span.0 as usize).copied().unwrap_or_else(Span::call_site)
}

fn statement(diagnostic: &Diagnostic, spans: &[Span]) -> TokenStream {
    let span = span_of(diagnostic.span, spans);
    let place = |place: source::Span| line_and_column(span_of(place, spans));
    let text = diagnostic.said(&place).to_string();
    if diagnostic.denies() {
        // Editors show what an identifier in the place of the user's token means, and take the place of the error
        // from `compile_error`. `core` hides in an empty place in front of the token.
        let core = Ident::new("core", beginning(span));
        return quote_spanned!(span=> ::#core::compile_error! { #text });
    }
    // Stable procedural macros cannot warn. The call of a deprecated function can, and `#[allow(deprecated)]`
    // around the static that holds the policy silences it.
    let name = diagnostic.mistake.name();
    let (declared, used) = (Ident::new(name, Span::call_site()), Ident::new(name, span));
    quote! {
        const _: () = {
            #[deprecated(note = #text)]
            const fn #declared() {}
            #used()
        };
    }
}

/// Stable Rust can underline one place in an error. Another one is told by its number.
fn line_and_column(span: Span) -> String {
    match span.start() {
        LineColumn { line: 0, .. } => String::new(),
        // rust-analyzer does not know, and says that everything is in the first line of no file.
        _ if is_in_compiler() && span.unwrap().file().is_empty() => String::new(),
        LineColumn { line, column } => format!("line {line}, column {}", column + 1),
    }
}

/// The empty place in front of a token.
fn beginning(span: Span) -> Span {
    if is_in_compiler() { span.unwrap().start().into() } else { span }
}
