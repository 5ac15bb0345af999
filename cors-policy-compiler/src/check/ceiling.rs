//! From a [`CeilingSpec`] to [`Limits`], by the rules that hold for policies.

use std::borrow::Cow;
use std::collections::HashMap;

use super::allow::known_lint;
use super::duplicates::listed_twice;
use super::{MOST_RULES, grants};
use crate::ceiling::{Grants, Limits, Profile};
use crate::diagnostic::{Diagnostic, Report};
use crate::mistake::Mistake;
use crate::origin;
use crate::source::{Span, Text};
use crate::spec::{CeilingSpec, Names, Number, ProfileSpec};

/// The limits of what a ceiling says nothing of.
const EXACT_ORIGINS: u32 = 100;
const WILDCARD_ORIGINS: u32 = 10;
const RULES: u32 = 4;

/// Checks everything in a ceiling. The limits are of use only if nothing that denies was reported.
pub fn check_ceiling(spec: &CeilingSpec, report: &mut Report) -> Limits {
    let is_on = |switch: Option<(bool, Span)>| switch.is_some_and(|(on, _)| on);
    let schemes = match &spec.schemes {
        Some(schemes) => check_schemes(schemes, report),
        None => "https".to_owned(),
    };
    let most = Grants::from(grants::written(&spec.grants, None, report));
    let profiles = spec.profiles.iter().map(|profile| check_profile(profile, &most, report)).collect();
    let limits = Limits {
        schemes: schemes.into(),
        credentials: is_on(spec.credentials),
        any_origin: is_on(spec.any_origin),
        any_port: is_on(spec.any_port),
        exact_origins: check_number("exact_origins", spec.exact_origins, EXACT_ORIGINS, u32::MAX, report),
        wildcard_origins: check_number(
            "wildcard_origins",
            spec.wildcard_origins,
            WILDCARD_ORIGINS,
            u32::MAX,
            report,
        ),
        rules: check_number("rules", spec.rules, RULES, MOST_RULES, report),
        lints: check_lints(&spec.lints, report).into(),
        grants: most,
        profiles: Cow::Owned(profiles),
    };
    check_room(spec, &limits, report);
    limits
}

fn check_schemes(written: &Names<Text>, report: &mut Report) -> String {
    let schemes = unique(written, report);
    for scheme in &schemes {
        for finding in origin::scheme_findings(&scheme.text) {
            let diagnostic = Diagnostic::new(finding.mistake, scheme.span, finding.message)
                .help(finding.help)
                .replacement(finding.replacement);
            report.push(match finding.note {
                Some(note) => diagnostic.note(note),
                None => diagnostic,
            });
        }
    }
    lines(&schemes)
}

fn check_lints(written: &Names<Text>, report: &mut Report) -> String {
    let mut lints = unique(written, report);
    lints.retain(|lint| known_lint(lint, false, report).is_some());
    lines(&lints)
}

fn lines(texts: &[&Text]) -> String {
    texts.iter().map(|text| text.text.as_str()).collect::<Vec<_>>().join("\n")
}

/// The texts, each once.
fn unique<'t>(written: &'t Names<Text>, report: &mut Report) -> Vec<&'t Text> {
    let mut seen: HashMap<&str, Span> = HashMap::new();
    let mut unique = Vec::new();
    for text in &written.names {
        let first = *seen.entry(&text.text).or_insert(text.span);
        if first == text.span {
            unique.push(text);
        } else {
            report.push(listed_twice(Mistake::DuplicateLimit, text, first));
        }
    }
    unique
}

fn check_profile(profile: &ProfileSpec, most: &Grants, report: &mut Report) -> Profile {
    let granted = grants::written(&profile.grants, Some(most), report);
    Profile { name: profile.name.text.clone().into(), grants: granted.into() }
}

/// A number from 0 on.
fn check_number(field: &str, number: Option<Number>, default: u32, most: u32, report: &mut Report) -> u32 {
    let Some(Number { value, span }) = number else { return default };
    let valid = u32::try_from(value).ok().filter(|value| *value <= most);
    valid.unwrap_or_else(|| {
        let help = if value < 0 { "write 0 or more".to_owned() } else { format!("write {most} or less") };
        let message = format!("`{field}` cannot be {value}");
        report.push(Diagnostic::new(Mistake::LimitOutOfRange, span, message).help(help));
        default
    })
}

/// Reports a ceiling below which there is room for no rule, or no origin.
fn check_room(spec: &CeilingSpec, limits: &Limits, report: &mut Report) {
    let no_room = |span: Span, what: &str| {
        Diagnostic::new(Mistake::LimitOutOfRange, span, format!("no document with {what} is below this"))
            .note("every document would be refused, each with a message of its own")
    };
    if limits.rules == 0 {
        let span = spec.rules.map_or(spec.span, |number| number.span);
        report.push(no_room(span, "a rule").help("write at least 1"));
    }
    if limits.any_origin {
        return;
    }
    let listed = spec.schemes.as_ref();
    if let Some(schemes) = listed.filter(|_| limits.schemes.is_empty()).filter(|_| !report.denies()) {
        report.push(no_room(schemes.span, "an origin").help("write `[\"https\"]`"));
    }
    if let (0, 0, Some(number)) = (limits.exact_origins, limits.wildcard_origins, spec.exact_origins) {
        report.push(no_room(number.span, "an origin").help("write at least 1"));
    }
}
