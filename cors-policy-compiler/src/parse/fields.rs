//! Which fields there are, and where.

use std::collections::HashMap;

use super::Parser;
use crate::diagnostic::Diagnostic;
use crate::mistake::Mistake;
use crate::source::{Field, Shape, Text};

/// Fields of the policy as a whole.
pub const POLICY_FIELDS: [&str; 5] = ["name", "preflight_status", "admits", "refuses", "rules"];
/// Fields of a rule.
pub const RULE_FIELDS: [&str; 9] = [
    "origins",
    "credentials",
    "methods",
    "request_headers",
    "expose_headers",
    "max_age",
    "trusts_network",
    "admits",
    "refuses",
];
/// Fields of a ceiling.
pub const CEILING_FIELDS: [&str; 13] = [
    "schemes",
    "credentials",
    "any_origin",
    "any_port",
    "exact_origins",
    "wildcard_origins",
    "rules",
    "methods",
    "request_headers",
    "expose_headers",
    "max_age",
    "lints",
    "profiles",
];
/// Fields of a profile of a ceiling.
pub const PROFILE_FIELDS: [&str; 4] = ["methods", "request_headers", "expose_headers", "max_age"];

/// Fields whose values are lists.
const LISTS: [&str; 9] = [
    "origins",
    "methods",
    "request_headers",
    "expose_headers",
    "admits",
    "refuses",
    "rules",
    "schemes",
    "lints",
];

/// Whether a policy is a document below a ceiling: it has no `name`, and can have `v` and `profile`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Below(pub bool);

impl Below {
    pub(super) fn has_rule_field(self, key: &str) -> bool {
        RULE_FIELDS.contains(&key) || (self.0 && key == "profile")
    }

    pub(super) fn has_policy_field(self, key: &str) -> bool {
        (POLICY_FIELDS.contains(&key) && !(self.0 && key == "name")) || (self.0 && key == "v")
    }

    /// Whether it is the name of a field, of whatever: rules are not called so.
    pub(super) fn has_field(self, key: &str) -> bool {
        self.has_rule_field(key) || self.has_policy_field(key) || key == "name"
    }

    /// A named rule is a field of the policy that holds fields.
    pub(super) fn is_rule(self, field: &Field) -> bool {
        matches!(field.value.shape, Shape::Map(_)) && !self.has_field(&field.key.text)
    }
}

/// Where a field stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Policy(Below),
    Rule(Below),
    Ceiling,
    Profile,
}

impl Place {
    /// The fields that there are.
    pub(super) fn fields(self) -> Vec<&'static str> {
        match self {
            Place::Policy(below) => {
                let own = POLICY_FIELDS.into_iter().chain(["v"]);
                let own = own.filter(|field| below.has_policy_field(field) && !RULE_FIELDS.contains(field));
                Place::Rule(below).fields().into_iter().chain(own).collect()
            }
            Place::Rule(below) => RULE_FIELDS
                .into_iter()
                .chain(["profile"])
                .filter(|field| below.has_rule_field(field))
                .collect(),
            Place::Ceiling => CEILING_FIELDS.to_vec(),
            Place::Profile => PROFILE_FIELDS.to_vec(),
        }
    }

    pub(super) fn is_of_ceiling(self) -> bool {
        matches!(self, Place::Ceiling | Place::Profile)
    }
}

impl Parser<'_> {
    /// Fields that are set once. Rules have names of their own.
    pub(super) fn unique<'f>(&mut self, fields: impl IntoIterator<Item = &'f Field>) {
        let below = self.below;
        self.unique_keys(fields.into_iter().filter(|field| !below.is_rule(field)).map(|field| &field.key));
    }

    pub(super) fn unique_keys<'f>(&mut self, keys: impl IntoIterator<Item = &'f Text>) {
        let mut seen: HashMap<&str, &Text> = HashMap::new();
        for key in keys {
            let first = *seen.entry(&key.text).or_insert(key);
            if first.span == key.span {
                continue;
            }
            let message = format!("`{}` is set twice", key.text);
            self.report.push(
                Diagnostic::new(Mistake::DuplicateField, key.span, message)
                    .help(if LISTS.contains(&key.text.as_str()) {
                        format!("write one `{}` with the entries of both", key.text)
                    } else {
                        format!("remove one `{}`", key.text)
                    })
                    .related(first.span, "first set here"),
            );
        }
    }
}
