//! From a [`Source`] to a [`Spec`]: which fields there are, and what type each takes.

mod max_age;
mod rule;
mod suggest;
mod unknown;
mod value;

use std::collections::HashMap;

use crate::diagnostic::{Diagnostic, Report};
use crate::mistake::Mistake;
use crate::source::{Entry, Field, Shape, Source, Text};
use crate::spec::{RuleSpec, Spec};

use unknown::{Siblings, Unknown};

pub(crate) use suggest::{distance, listed, nearest};

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

/// Fields whose values are lists.
const LISTS: [&str; 7] =
    ["origins", "methods", "request_headers", "expose_headers", "admits", "refuses", "rules"];

/// Reads the fields. What is malformed is reported and left out.
pub fn parse(source: &Source, report: &mut Report) -> Spec {
    let mut parser = Parser { report };
    parser.unique(&source.fields);
    let named_rules = source.fields.iter().any(|field| is_rule(field) || field.key.text == "rules");
    let mut spec = Spec {
        name: None,
        preflight_status: None,
        rules: Vec::new(),
        admits: Vec::new(),
        refuses: Vec::new(),
        span: source.span,
    };
    let siblings = Siblings::of(source.fields.iter());
    let mut only_rule = RuleSpec::empty(None, source.span);
    for field in &source.fields {
        let key = field.key.text.as_str();
        if is_rule(field) {
            spec.rules.push(parser.named_rule(field));
        } else if POLICY_FIELDS.contains(&key) {
            parser.policy_field(&mut spec, field);
        } else if !RULE_FIELDS.contains(&key) {
            let meant = parser.unknown_field(&Unknown { field, siblings: &siblings, in_rule: false });
            only_rule.lacks(meant);
        } else if named_rules {
            parser.field_beside_rules(&field.key);
        } else {
            parser.rule_field(&mut only_rule, field);
        }
    }
    if !named_rules {
        spec.rules.push(only_rule);
    }
    parser.unique_keys(spec.rules.iter().filter_map(|rule| rule.name.as_ref()));
    trust_network(&mut spec.rules);
    spec
}

/// Being able to connect is a property of the server: where one rule trusts the network, all must be careful.
fn trust_network(rules: &mut [RuleSpec]) {
    let trusting = rules.iter().find_map(|rule| rule.trusts_network.filter(|(trusts, _)| *trusts));
    for rule in rules {
        rule.trusts_network = trusting.or(rule.trusts_network);
    }
}

/// A named rule is a field of the policy that holds fields.
fn is_rule(field: &Field) -> bool {
    let key = field.key.text.as_str();
    matches!(field.value.shape, Shape::Map(_)) && !RULE_FIELDS.contains(&key) && !POLICY_FIELDS.contains(&key)
}

struct Parser<'a> {
    report: &'a mut Report,
}

impl Parser<'_> {
    fn policy_field(&mut self, spec: &mut Spec, field: &Field) {
        self.attributes(field);
        let value = &field.value;
        match field.key.text.as_str() {
            "name" => spec.name = self.name(value),
            "preflight_status" => spec.preflight_status = self.integer("preflight_status", value, "`200`"),
            "admits" => spec.admits = self.origins_expected("admits", value),
            "refuses" => spec.refuses = self.origins_expected("refuses", value),
            _ => {
                let Shape::List(entries) = &value.shape else {
                    let help = self.report.spelling().either(
                        "write `[{ name: \"apps\", origins: […] }, …]`",
                        "write `[{ \"name\": \"apps\", \"origins\": […] }, …]`",
                    );
                    let _: Option<()> = self.wrong_type("rules", value, "a list of rules", help);
                    return;
                };
                for entry in entries {
                    spec.rules.extend(self.listed_rule(entry));
                }
            }
        }
    }

    fn listed_rule(&mut self, entry: &Entry) -> Option<RuleSpec> {
        self.no_allow("rules", entry);
        let Shape::Map(fields) = &entry.value.shape else {
            let help = self.report.spelling().either(
                "write `{ name: \"apps\", origins: […] }`",
                "write `{ \"name\": \"apps\", \"origins\": […] }`",
            );
            return self.wrong_type("rules", &entry.value, "groups of fields", help);
        };
        self.unique(fields.iter().filter(|field| field.key.text == "name"));
        let (names, fields): (Vec<&Field>, Vec<&Field>) =
            fields.iter().partition(|field| field.key.text == "name");
        let name = match names.as_slice() {
            [] => {
                let message = "a rule in a list has a name";
                self.report.push(
                    Diagnostic::new(Mistake::InvalidName, entry.value.span, message).help("add `name`"),
                );
                None
            }
            [name, ..] => self.text("name", &name.value),
        };
        Some(self.rule(name.as_ref(), entry.value.span, &fields))
    }

    fn named_rule(&mut self, field: &Field) -> RuleSpec {
        self.attributes(field);
        let fields = match &field.value.shape {
            Shape::Map(fields) => fields.iter().collect(),
            _ => Vec::new(),
        };
        self.rule(Some(&field.key), field.key.span, &fields)
    }

    /// Fields that are set once. Rules have names of their own.
    fn unique<'f>(&mut self, fields: impl IntoIterator<Item = &'f Field>) {
        self.unique_keys(fields.into_iter().filter(|field| !is_rule(field)).map(|field| &field.key));
    }

    fn unique_keys<'f>(&mut self, keys: impl IntoIterator<Item = &'f Text>) {
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

    fn field_beside_rules(&mut self, key: &Text) {
        let message = format!("`{}` stands beside named rules", key.text);
        self.report.push(
            Diagnostic::new(Mistake::MixedRules, key.span, message)
                .help(format!("move `{}` into the rules that it is meant for", key.text)),
        );
    }
}
