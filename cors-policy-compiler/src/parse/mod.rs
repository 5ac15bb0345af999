//! From a [`Source`] to a [`Spec`]: which fields there are, and what type each takes.

mod ceiling;
mod fields;
mod grants;
mod max_age;
mod rule;
mod suggest;
mod unknown;
mod value;

use crate::diagnostic::{Diagnostic, Report};
use crate::mistake::Mistake;
use crate::source::{Entry, Field, Shape, Source, Text};
use crate::spec::{RuleSpec, Spec};

use fields::Place;
use unknown::{Siblings, Unknown};

pub use ceiling::parse_ceiling;
pub use fields::{Below, CEILING_FIELDS, POLICY_FIELDS, PROFILE_FIELDS, RULE_FIELDS};
pub use grants::{VERSION, newer_version};
pub(crate) use suggest::{distance, listed, nearest};

/// Reads the fields; those of a document below a ceiling are others. What is malformed is reported and left out.
pub fn parse(source: &Source, below: Below, report: &mut Report) -> Spec {
    let mut parser = Parser { report, below };
    parser.unique(&source.fields);
    let named_rules = source.fields.iter().any(|field| below.is_rule(field) || field.key.text == "rules");
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
        if below.is_rule(field) {
            spec.rules.push(parser.named_rule(field));
        } else if below.has_policy_field(key) {
            parser.policy_field(&mut spec, field);
        } else if !below.has_rule_field(key) {
            let meant =
                parser.unknown_field(&Unknown { field, siblings: &siblings, place: Place::Policy(below) });
            only_rule.lacks(meant);
        } else if named_rules {
            parser.field_beside_rules(&field.key);
        } else {
            parser.rule_field(&mut only_rule, field);
        }
    }
    if !named_rules {
        parser.profile_alone(source.fields.iter());
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

struct Parser<'a> {
    report: &'a mut Report,
    below: Below,
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
            "v" => self.version(value),
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

    fn field_beside_rules(&mut self, key: &Text) {
        let message = format!("`{}` stands beside named rules", key.text);
        self.report.push(
            Diagnostic::new(Mistake::MixedRules, key.span, message)
                .help(format!("move `{}` into the rules that it is meant for", key.text)),
        );
    }
}
