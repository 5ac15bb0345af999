//! From a [`Spec`] to a [`Model`]: everything that can be wrong with a policy and can be seen without its
//! automaton.

mod above;
mod allow;
mod ceiling;
mod duplicates;
mod grants;
mod headers;
mod lints;
mod methods;
mod origins;

use crate::ceiling::{Grants, Limits};
use crate::diagnostic::{Diagnostic, Report};
use crate::mistake::Mistake;
use crate::model::{Expectation, Model, Origins, RequestHeaders, Rule};
use crate::source::{Spelling, Text};
use crate::spec::{Number, RuleSpec, Spec};

pub use allow::Allows;
pub use ceiling::check_ceiling;
pub(crate) use duplicates::{ends, literal_end};

use grants::Granted;

/// The most rules: the automaton names them in one byte.
const MOST_RULES: u32 = 255;
/// A day. Firefox, the most patient browser, keeps a preflight no longer.
const LONGEST_MAX_AGE: i64 = 86_400;
/// What Chromium keeps.
const CHROMIUM_MAX_AGE: i64 = 7_200;

/// Checks every rule of the language but those that need the automaton. The model is of use only if nothing
/// that denies was reported.
pub fn check(spec: &Spec, limits: Option<&Limits>, allows: &mut Allows, report: &mut Report) -> Model {
    if let Some(rule) = spec.rules.get(MOST_RULES as usize) {
        let message = format!("this is rule {} of the policy, which can have {MOST_RULES}", MOST_RULES + 1);
        report.push(
            Diagnostic::new(Mistake::TooManyRules, rule.span, message)
                .help("merge rules that allow the same things"),
        );
    }
    // A list of rules that is malformed has been reported, one that is empty has not.
    if spec.rules.is_empty() && !report.denies() {
        report.push(
            Diagnostic::new(
                Mistake::MissingOrigins,
                spec.span,
                "the policy has no rule, and admits no origin",
            )
            .help("add a rule with at least one origin"),
        );
    }
    let rules = spec.rules.iter().map(|rule| check_rule(rule, limits, allows, report)).collect();
    rules_after_any(spec, report);
    let mut expectations = check_expectations(&spec.admits, &spec.refuses, None, report);
    for (index, rule) in spec.rules.iter().enumerate() {
        expectations.extend(check_expectations(&rule.admits, &rule.refuses, Some(index), report));
    }
    let model = Model {
        name: spec.name.as_ref().map(|name| name.text.clone()),
        preflight_status: spec.preflight_status.map_or(204, |status| check_status(status, report)),
        rules,
        expectations,
        span: spec.span,
    };
    if let Some(limits) = limits {
        above::numbers(spec, &model, limits, report);
    }
    model
}

fn check_rule(rule: &RuleSpec, limits: Option<&Limits>, allows: &mut Allows, report: &mut Report) -> Rule {
    if let Some(limits) = limits {
        above::rule(rule, limits, report);
    }
    let Granted { methods, request_headers, expose_headers, max_age } = grants::of_rule(rule, limits, report);
    Rule {
        name: rule.name.as_ref().map(|name| name.text.clone()),
        span: rule.span,
        origins: check_origins(rule, &request_headers, limits, allows, report),
        credentials: rule.has_credentials(),
        methods,
        request_headers,
        expose_headers,
        max_age,
    }
}

fn check_origins(
    rule: &RuleSpec,
    request_headers: &RequestHeaders,
    limits: Option<&Limits>,
    allows: &mut Allows,
    report: &mut Report,
) -> Origins {
    let Some(origins) = &rule.origins else { return Origins::Patterns(Vec::new()) };
    if origins.any.is_none() && origins.names.is_empty() {
        let of = rule.name.as_ref().map(|name| format!(" of rule `{}`", name.text)).unwrap_or_default();
        report.push(
            Diagnostic::new(
                Mistake::MissingOrigins,
                origins.span,
                format!("the policy{of} admits no origin"),
            )
            .help(missing_origins_help(rule, report.spelling())),
        );
    }
    let entries = origins::check_entries(rule, &origins.names, limits, allows, report);
    lints::warn(rule, &entries, request_headers, report);
    let entries = duplicates::remove(entries, report);
    match &origins.any {
        Some(any) => {
            check_any(rule, any, !origins.names.is_empty(), report);
            Origins::Any
        }
        None => Origins::Patterns(entries),
    }
}

fn missing_origins_help(rule: &RuleSpec, spelling: Spelling) -> String {
    let list = spelling.either("origins: ", "\"origins\": ");
    let help = format!("write `{list}[\"https://app.example.com\"]` with the address of your page");
    if rule.guards_something() {
        help
    } else {
        format!("{help}, or `{list}{}` for public data", spelling.any())
    }
}

/// `any`, which leaves nothing to be listed or guarded.
fn check_any(rule: &RuleSpec, any: &Text, with_others: bool, report: &mut Report) {
    let Text { text: any, span } = any;
    if with_others {
        let message = format!("`{any}` already admits every origin");
        report.push(
            Diagnostic::new(Mistake::AnyOriginWithOthers, *span, message)
                .remove(format!("remove `{any}`, or remove the other entries")),
        );
    }
    if let Some((true, credentials)) = rule.credentials {
        let message = format!("`{any}` as origin cannot be combined with credentials");
        report.push(
            Diagnostic::new(Mistake::WildcardWithCredentials, *span, message)
                .help("list the origins that you trust with the user's session, or turn credentials off")
                .related(credentials, "credentials are turned on here"),
        );
    }
    if let Some((true, trusts)) = rule.trusts_network {
        let message = format!("`{any}` as origin cannot be combined with `trusts_network`");
        report.push(
            Diagnostic::new(Mistake::AnyOriginOnTrustedNetwork, *span, message)
                .help("list the origins of the pages that may read responses")
                .related(trusts, "the network is trusted here"),
        );
    }
}

/// The seconds.
fn check_max_age(max_age: Number, most: Option<&Grants>, report: &mut Report) -> Option<u32> {
    let Number { value, span } = max_age;
    let seconds = u32::try_from(value).ok();
    if !(0..=LONGEST_MAX_AGE).contains(&value) {
        let (message, help, meant) = match value {
            ..0 => (
                format!("a max age of {value} seconds is less than nothing"),
                "write 0, for \"do not keep the answer\"",
                "0s",
            ),
            _ => (
                format!("a max age of {value} seconds is more than a day"),
                "write `\"2h\"`, the most that Chromium takes, or up to `\"24h\"` for Firefox",
                "2h",
            ),
        };
        report.push(
            Diagnostic::new(Mistake::MaxAgeOutOfRange, span, message)
                .help(help)
                .replacement(Some(vec![meant.to_owned()])),
        );
    } else if most
        .zip(seconds)
        .is_some_and(|(most, seconds)| above::max_age(seconds, span, most.max_age, report))
    {
        return None;
    } else if value > CHROMIUM_MAX_AGE {
        report.push(
            Diagnostic::new(
                Mistake::CappedMaxAge,
                span,
                format!("Chromium does not keep the answer for {value} seconds"),
            )
            .help("write `\"2h\"`, unless the difference matters in Firefox")
            .replacement(Some(vec!["2h".to_owned()])),
        );
    }
    seconds
}

fn check_status(status: Number, report: &mut Report) -> u16 {
    let valid = u16::try_from(status.value).ok().filter(|status| (200..=299).contains(status));
    valid.unwrap_or_else(|| {
        let message = format!("a preflight answered with status {} always fails", status.value);
        report.push(
            Diagnostic::new(Mistake::PreflightStatusOutOfRange, status.span, message)
                .remove("remove the field, for 204, or write a status from 200 to 299"),
        );
        204
    })
}

/// Rules behind one that admits every origin are never reached.
fn rules_after_any(spec: &Spec, report: &mut Report) {
    let any = spec.rules.iter().enumerate().find_map(|(index, rule)| {
        let any = rule.origins.as_ref().and_then(|origins| origins.any.as_ref())?.span;
        Some((index, any, rule.name.as_ref()?, rule.conditional_origins))
    });
    let Some((index, any, name, conditional)) = any else { return };
    for rule in spec.rules.iter().skip(index + 1) {
        // What is there in some builds only leaves the others of use.
        let Some(unreachable) = rule.name.as_ref().filter(|_| !conditional || rule.conditional_origins)
        else {
            continue;
        };
        let message =
            format!("rule `{}` is never reached: rule `{}` admits every origin", unreachable.text, name.text);
        report.push(
            Diagnostic::new(Mistake::UnreachableRule, unreachable.span, message)
                .help(format!(
                    "move rule `{}` to the end: it is for everybody whom no other rule admits",
                    name.text
                ))
                .related(any, "every origin is admitted here"),
        );
    }
}

fn check_expectations(
    admits: &[Text],
    refuses: &[Text],
    rule: Option<usize>,
    report: &mut Report,
) -> Vec<Expectation> {
    let admits = admits.iter().map(|origin| (origin, true));
    let refuses = refuses.iter().map(|origin| (origin, false));
    admits
        .chain(refuses)
        .filter(|(origin, admitted)| origins::check_expected(origin, *admitted, report))
        .map(|(origin, admitted)| Expectation { origin: origin.clone(), rule, admitted })
        .collect()
}
