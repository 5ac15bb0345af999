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
pub mod cfg;
pub mod check;
pub mod diagnostic;
#[cfg(feature = "serde")]
pub mod document;
pub mod expectations;
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
use cfg::{Atom, Variant, variants};
use check::{Allows, check};
use diagnostic::{Diagnostic, Report};
use mistake::Mistake;
use model::Model;
use parse::parse;
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
    let spelling = source.spelling;
    let mut report = Report::new(spelling);
    let mut allows = Allows::default();
    let mut programs = Vec::new();
    let mut found = Vec::new();
    for Variant { source, conditions } in variants(source, &mut report) {
        let mut in_variant = Report::new(spelling);
        let program = compile_variant(&source, &mut allows, &mut in_variant);
        found.push((conditions.clone(), in_variant));
        programs.extend(program.map(|program| (conditions, program)));
    }
    report.append_variants(found);
    allows.report_unused(&mut report);
    if report.denies() {
        programs.clear();
    }
    Compilation { programs, diagnostics: report.into_sorted() }
}

fn compile_variant(source: &Source, allows: &mut Allows, report: &mut Report) -> Option<Program> {
    let spec = parse(source, report);
    let model = check(&spec, allows, report);
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
