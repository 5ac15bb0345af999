//! The pipeline: tokens → source → programs → tokens.

use cors_policy_compiler::compile;
use cors_policy_compiler::diagnostic::Diagnostic;
use cors_policy_compiler::mistake::Mistake;
use proc_macro2::TokenStream;

use crate::{emit, report, tokens};

/// Expands a policy. A policy that is refused expands to its errors and to a policy that refuses everybody, so
/// that nothing but those errors is reported.
pub(crate) fn expand(input: TokenStream) -> TokenStream {
    let (input, mut diagnostics) = tokens::read(input);
    let mut compilation = compile(input.source);
    // Origins that could not be read are not missing.
    if !diagnostics.is_empty() {
        compilation.diagnostics.retain(|found| found.mistake != Mistake::MissingOrigins);
    }
    diagnostics.append(&mut compilation.diagnostics);
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    let reported = report::report(&diagnostics, &input.spans);
    let refused = diagnostics.iter().any(Diagnostic::denies);
    let policy = if refused {
        emit::refused(&input.krate)
    } else {
        emit::policy(&input.krate, &compilation.programs, &input.conditions)
    };
    let words = input.words.paths(&input.krate);
    quote::quote!({ #words #reported #policy })
}
