//! The policy language of [cors-policy]: its rules, its diagnostics and its matcher.
//!
//! ```text
//! Source ── variants ─▶ Source ── parse ─▶ Spec ── check ─▶ Model ── compile ─▶ Program
//! as written            by cfg             in terms        valid by            tables and
//! with spans                               of fields       construction        header values
//! ```
//!
//! The macro `cors_policy!` and policies from data differ only in where a [`Source`] comes from
//! and where a [`Program`] goes. This crate knows neither tokens nor files: a
//! [`Span`](source::Span) is a number into a table that the front end keeps.
//!
//! Users of cors-policy never name this crate. Its API follows the version of `cors-policy` it is pinned to.
//!
//! [cors-policy]: https://github.com/cors-policy/cors-policy

pub mod automaton;
pub mod catalogue;
pub mod ceiling;
pub mod cfg;
pub mod check;
pub mod diagnostic;
#[cfg(feature = "serde")]
pub mod document;
pub mod expectations;
mod fingerprint;
pub mod host;
#[cfg(feature = "serde")]
pub mod located;
mod matcher;
pub mod mistake;
pub mod model;
pub mod origin;
pub mod parse;
pub mod program;
pub mod reach;
pub mod render;
pub mod source;
pub mod spec;
pub mod standard;
pub mod suffix;

use automaton::TooLarge;
use ceiling::Limits;
use cfg::{Atom, Variant, variants};
use check::{Allows, check, check_ceiling};
use diagnostic::{Diagnostic, Report};
use mistake::Mistake;
use model::Model;
use parse::{Below, newer_version, parse, parse_ceiling};
use program::Program;
use source::Source;

/// What became of a policy.
#[derive(Clone, Debug)]
pub struct Compilation {
    /// A program for each variant of the policy, with the conditions under which it is the one; empty if anything
    /// in the policy denies it.
    pub programs: Vec<(Vec<(Atom, bool)>, Program)>,
    /// Everything found, in the order of the policy.
    pub diagnostics: Vec<Diagnostic>,
}

/// Compiles a policy: the whole pipeline, for each of its variants.
#[must_use]
pub fn compile(source: Source) -> Compilation {
    compile_within(source, None)
}

/// Compiles a document below a ceiling. One of a newer version is not read any further.
#[must_use]
pub fn compile_below(source: Source, ceiling: &Limits) -> Compilation {
    match newer_version(&source) {
        Some(newer) => Compilation { programs: Vec::new(), diagnostics: vec![newer] },
        None => compile_within(source, Some(ceiling)),
    }
}

fn compile_within(source: Source, ceiling: Option<&Limits>) -> Compilation {
    let mut report = Report::new(source.spelling);
    let mut allows = Allows::default();
    let programs = each_variant(source, &mut report, |source, report| {
        compile_variant(source, ceiling, &mut allows, report)
    });
    allows.report_unused(&mut report);
    let programs = if report.denies() { Vec::new() } else { programs };
    Compilation { programs, diagnostics: report.into_sorted() }
}

/// What became of a ceiling.
#[derive(Clone, Debug)]
pub struct CeilingCompilation {
    /// The limits for each variant of the ceiling, with the conditions under which they are the ones; empty if
    /// anything in the ceiling denies it.
    pub limits: Vec<(Vec<(Atom, bool)>, Limits)>,
    /// Everything found, in the order of the ceiling.
    pub diagnostics: Vec<Diagnostic>,
}

/// Compiles a ceiling, for each of its variants.
#[must_use]
pub fn compile_ceiling(source: Source) -> CeilingCompilation {
    let mut report = Report::new(source.spelling);
    let limits = each_variant(source, &mut report, |source, report| {
        Some(check_ceiling(&parse_ceiling(source, report), report))
    });
    let limits = if report.denies() { Vec::new() } else { limits };
    CeilingCompilation { limits, diagnostics: report.into_sorted() }
}

/// What each variant gives, with its conditions.
fn each_variant<T>(
    source: Source,
    report: &mut Report,
    mut compile: impl FnMut(&Source, &mut Report) -> Option<T>,
) -> Vec<(Vec<(Atom, bool)>, T)> {
    let mut compiled = Vec::new();
    let mut found = Vec::new();
    for Variant { source, conditions } in variants(source, report) {
        let mut in_variant = Report::new(source.spelling);
        let result = compile(&source, &mut in_variant);
        found.push((conditions.clone(), in_variant));
        compiled.extend(result.map(|result| (conditions, result)));
    }
    report.append_variants(found);
    compiled
}

fn compile_variant(
    source: &Source,
    ceiling: Option<&Limits>,
    allows: &mut Allows,
    report: &mut Report,
) -> Option<Program> {
    let spec = parse(source, Below(ceiling.is_some()), report);
    let model = check(&spec, ceiling, allows, report);
    if report.denies() {
        return None;
    }
    let reached = program::compile(&model).and_then(|program| {
        reach::verify(&model, &program, report)?;
        Ok(program)
    });
    let program = reached.map_err(|limit| report.push(too_large(&limit, &model))).ok()?;
    expectations::verify(&model, &program, report);
    Some(program)
}

fn too_large(limit: &TooLarge, model: &Model) -> Diagnostic {
    let message =
        format!("the matcher of this policy would be too large: it needs more than {}", limit.limit);
    Diagnostic::new(Mistake::PolicyTooLarge, limit.span.unwrap_or(model.span), message).help(
        "write one `*` in each pattern, such as `https://pr-*.preview.example.com`, or list the origins",
    )
}
