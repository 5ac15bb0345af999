//! The pipeline: tokens → source → programs or limits → tokens.

use cors_policy_compiler::diagnostic::Diagnostic;
use cors_policy_compiler::mistake::Mistake;
use cors_policy_compiler::{CeilingCompilation, compile, compile_ceiling};
use cors_policy_tokens::{self as tokens, Grammar, Input};
use proc_macro2::TokenStream;
use quote::quote;

use crate::{editor, emit, report};

/// Expands a policy. A policy that is refused expands to its errors and to a policy that refuses everybody, so
/// that nothing but those errors is reported.
pub(crate) fn policy(input: TokenStream) -> TokenStream {
    let (input, syntax) = tokens::read(input, Grammar::Policy);
    let mut compilation = compile(input.source.clone());
    // Origins that could not be read are not missing.
    if !syntax.is_empty() {
        compilation.diagnostics.retain(|found| found.mistake != Mistake::MissingOrigins);
    }
    let (reported, refused) = reported(&input, syntax, compilation.diagnostics);
    let policy = if refused {
        emit::refused(&input.krate)
    } else {
        emit::policy(&input.krate, &compilation.programs, &input.conditions)
    };
    expression(&input, &reported, &policy)
}

/// Expands a ceiling. One that is refused expands to its errors and to a ceiling below which nothing compiles.
pub(crate) fn ceiling(input: TokenStream) -> TokenStream {
    let (input, syntax) = tokens::read(input, Grammar::Ceiling);
    let CeilingCompilation { limits, diagnostics } = compile_ceiling(input.source.clone());
    let (reported, refused) = reported(&input, syntax, diagnostics);
    let ceiling = if refused {
        emit::refused_ceiling(&input.krate)
    } else {
        emit::ceiling(&input.krate, &limits, &input.conditions)
    };
    expression(&input, &reported, &ceiling)
}

/// Everything found, as tokens, and whether anything of it denies.
fn reported(input: &Input, mut found: Vec<Diagnostic>, mut others: Vec<Diagnostic>) -> (TokenStream, bool) {
    found.append(&mut others);
    found.sort_by_key(|diagnostic| diagnostic.span);
    (report::report(&found, &input.spans), found.iter().any(Diagnostic::denies))
}

fn expression(input: &Input, reported: &TokenStream, value: &TokenStream) -> TokenStream {
    let words = editor::paths(&input.words, &input.krate);
    quote!({ #words #reported #value })
}
