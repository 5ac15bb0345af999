//! A policy, taken apart for readers.

use cors_policy::explain::in_words;
use cors_policy::{Granted, Policy, Rule};
use serde::Serialize;

use super::examples::{Neighbour, admitted, neighbours};
use super::remarks;
use crate::policy::Compiled;

/// A policy.
#[derive(Debug, Serialize)]
pub(super) struct Description {
    pub(super) policy: String,
    /// For which builds.
    pub(super) conditions: Vec<Condition>,
    /// The status of answers to preflights that pass.
    pub(super) preflight_status: u16,
    pub(super) rules: Vec<Described>,
}

#[derive(Debug, Serialize)]
pub(super) struct Condition {
    pub(super) condition: String,
    pub(super) holds: bool,
}

/// A rule.
#[derive(Debug, Serialize)]
pub(super) struct Described {
    pub(super) name: Option<String>,
    pub(super) any_origin: bool,
    pub(super) patterns: Vec<Pattern>,
    pub(super) credentials: bool,
    pub(super) methods: Names,
    pub(super) request_headers: Names,
    pub(super) expose_headers: Names,
    /// Seconds.
    pub(super) max_age: Option<u32>,
    pub(super) remarks: Vec<String>,
}

/// A pattern of origins.
#[derive(Debug, Serialize)]
pub(super) struct Pattern {
    #[serde(rename = "pattern")]
    pub(super) text: String,
    pub(super) meaning: String,
    /// Origins that this rule admits.
    pub(super) admitted: Vec<String>,
    /// Origins that look like it, and that this rule does not admit.
    pub(super) neighbours: Vec<Neighbour>,
}

/// Names beside those that need no permission.
#[derive(Debug, Serialize)]
pub(super) struct Names {
    pub(super) any: bool,
    pub(super) names: Vec<String>,
}

impl Description {
    pub(super) fn of(compiled: &Compiled, examples: usize) -> Self {
        let Compiled { label, policy, conditions, .. } = compiled;
        let rules = policy.rules().enumerate();
        let conditions =
            conditions.iter().map(|(atom, holds)| Condition { condition: atom.to_string(), holds: *holds });
        Description {
            policy: label.clone(),
            conditions: conditions.collect(),
            preflight_status: policy.preflight_status(),
            rules: rules.map(|(place, rule)| described(policy, place, rule, examples)).collect(),
        }
    }
}

fn described(policy: &Policy, place: usize, rule: Rule<'_>, examples: usize) -> Described {
    let patterns = rule.origins().into_iter().flatten().map(|text| Pattern {
        text: text.to_owned(),
        meaning: in_words(text),
        admitted: admitted(policy, place, text, examples),
        neighbours: neighbours(policy, place, text, examples),
    });
    Described {
        name: rule.name().map(str::to_owned),
        any_origin: rule.origins().is_none(),
        patterns: patterns.collect(),
        credentials: rule.credentials(),
        methods: rule.methods().into(),
        request_headers: rule.request_headers().into(),
        expose_headers: rule.expose_headers().into(),
        max_age: rule.max_age(),
        remarks: remarks::of(policy, place, rule),
    }
}

impl From<Granted<'_>> for Names {
    fn from(granted: Granted<'_>) -> Self {
        Names { any: granted.is_any(), names: granted.names().map(str::to_owned).collect() }
    }
}
