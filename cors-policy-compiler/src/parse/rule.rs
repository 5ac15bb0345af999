//! Rules: their names and fields.

use super::Parser;
use super::fields::Place;
use super::unknown::{Siblings, Unknown};
use crate::diagnostic::Diagnostic;
use crate::mistake::Mistake;
use crate::render::printable;
use crate::source::{AttributeKind, Field, Shape, Span, Text};
use crate::spec::{GrantsSpec, Names, RuleSpec};

/// The most characters of a rule's name, which stands in every log line about it.
const LONGEST_NAME: usize = 100;

impl Parser<'_> {
    pub(super) fn rule(&mut self, name: Option<&Text>, span: Span, fields: &Vec<&Field>) -> RuleSpec {
        if let Some(name) = name {
            self.rule_name(name);
        }
        let mut rule = RuleSpec::empty(name.cloned(), span);
        self.unique(fields.iter().copied());
        let siblings = Siblings::of(fields.iter().copied());
        for field in fields {
            let key = field.key.text.as_str();
            if self.below.has_rule_field(key) {
                self.rule_field(&mut rule, field);
            } else if key == "preflight_status" || (key == "name" && !self.below.0) {
                let message = format!("`{key}` belongs to the whole policy, not to a rule");
                self.report.push(
                    Diagnostic::new(Mistake::UnknownField, field.key.span, message)
                        .help(format!("move `{key}` out of the rule")),
                );
            } else {
                let meant = self.unknown_field(&Unknown {
                    field,
                    siblings: &siblings,
                    place: Place::Rule(self.below),
                });
                rule.lacks(meant);
            }
        }
        self.profile_alone(fields.iter().copied());
        rule
    }

    /// In data, a name can be any string. In Rust it is an identifier, and policies are printed in Rust.
    fn rule_name(&mut self, name: &Text) {
        let Text { text, span } = name;
        if self.below.has_field(text) {
            let message = format!("`{text}` is the name of a field, not of a rule");
            self.report.push(
                Diagnostic::new(Mistake::InvalidName, *span, message)
                    .help("name the rule by who it is for, such as `apps`"),
            );
        }
        if text.chars().count() > LONGEST_NAME {
            let message = format!("the name of a rule has at most {LONGEST_NAME} characters");
            self.report.push(
                Diagnostic::new(Mistake::InvalidName, *span, message)
                    .help("name the rule by who it is for, such as `apps`"),
            );
            return;
        }
        let valid = text.chars().all(|c| c == '_' || c.is_alphanumeric())
            && text.starts_with(|c: char| c == '_' || c.is_alphabetic())
            && printable(text) == *text;
        if !valid {
            let plain: String = text.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
            let name = match plain.trim_matches('_') {
                "" => "apps".to_owned(),
                plain if plain.starts_with(|c: char| c.is_alphabetic()) => plain.to_owned(),
                plain => format!("rule_{plain}"),
            };
            let message = format!("`{text}` is not the name of a rule: letters, digits and `_`");
            let diagnostic = Diagnostic::new(Mistake::InvalidName, *span, message);
            self.report.push(if self.below.has_field(&name) {
                diagnostic.help("name the rule by who it is for, such as `apps`")
            } else {
                diagnostic.write(name)
            });
        }
    }

    /// A field that is set twice, which is reported, has the entries of both, so that all are checked.
    pub(super) fn rule_field(&mut self, rule: &mut RuleSpec, field: &Field) {
        self.attributes(field);
        let value = &field.value;
        match field.key.text.as_str() {
            "origins" => {
                rule.conditional_origins = field.conditional;
                let origins = self.origins(value);
                rule.origins = rule.origins.take().zip(origins).map(|(before, now)| before.and(now));
            }
            "credentials" => {
                rule.credentials = self.boolean("credentials", value);
                rule.conditional_credentials = field.conditional;
                rule.incomplete |= rule.credentials.is_none();
            }
            "trusts_network" => {
                rule.trusts_network = self.boolean("trusts_network", value);
                rule.incomplete |= rule.trusts_network.is_none();
            }
            "profile" => rule.profile = self.profile(value),
            "admits" => rule.admits.extend(self.origins_expected("admits", value)),
            "refuses" => rule.refuses.extend(self.origins_expected("refuses", value)),
            _ => self.grant(&mut rule.grants, field),
        }
    }

    /// Fields and rules take no `allow`: it silences a lint on one origin.
    pub(super) fn attributes(&mut self, field: &Field) {
        for attribute in &field.attributes {
            if let AttributeKind::Allow(_) = attribute.kind {
                let name = &field.key.text;
                let has_origins = name == "origins" || matches!(field.value.shape, Shape::Map(_));
                let message = if has_origins {
                    format!("`allow` on `{name}` would silence more than one origin")
                } else {
                    format!("no lint fires on `{name}`, so there is nothing to allow")
                };
                self.report.push(
                    Diagnostic::new(Mistake::MisplacedAttribute, attribute.span, message)
                        .help("put the attribute in front of the origin that it is meant for"),
                );
            }
        }
    }
}

impl<T> Names<T> {
    fn and(mut self, other: Names<T>) -> Self {
        self.extend(other);
        self
    }

    pub(super) fn extend(&mut self, mut other: Names<T>) {
        self.any = self.any.take().or(other.any);
        self.names.append(&mut other.names);
        self.span = other.span;
    }
}

impl RuleSpec {
    /// A field that is missing because it was misspelt: what follows from its absence is no mistake.
    pub(super) fn lacks(&mut self, field: Option<&str>) {
        self.incomplete = true;
        if field == Some("origins")
            && self.origins.as_ref().is_some_and(|origins| origins.any.is_none() && origins.names.is_empty())
        {
            self.origins = None;
        }
    }

    pub(super) fn empty(name: Option<Text>, span: Span) -> Self {
        RuleSpec {
            name,
            span,
            incomplete: false,
            conditional_origins: false,
            conditional_credentials: false,
            origins: Some(Names::none(span)),
            credentials: None,
            trusts_network: None,
            profile: None,
            grants: GrantsSpec::none(span),
            admits: Vec::new(),
            refuses: Vec::new(),
        }
    }
}
