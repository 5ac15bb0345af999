//! From a [`Source`] to a [`Spec`]: which fields there are, and what type each takes.

mod max_age;
mod suggest;
mod value;

use crate::diagnostic::{Diagnostic, Report};
use crate::mistake::Mistake;
use crate::source::{AttributeKind, Field, Shape, Source, Text};
use crate::spec::{Names, RuleSpec, Spec};

pub(crate) use suggest::nearest;

/// Fields of the policy as a whole.
const POLICY_FIELDS: [&str; 4] = ["name", "preflight_status", "admits", "refuses"];
/// Fields of a rule.
const RULE_FIELDS: [&str; 9] = [
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

/// Reads the fields. What is malformed is reported and left out.
pub fn parse(source: &Source, report: &mut Report) -> Spec {
    let mut parser = Parser { report };
    parser.unique(&source.fields);
    let named_rules = source.fields.iter().any(is_rule);
    let mut spec = Spec {
        name: None,
        preflight_status: None,
        rules: Vec::new(),
        admits: Vec::new(),
        refuses: Vec::new(),
        span: source.span,
    };
    let mut only_rule = RuleSpec::empty(None, source.span);
    for field in &source.fields {
        let key = field.key.text.as_str();
        if is_rule(field) {
            spec.rules.push(parser.named_rule(field));
        } else if POLICY_FIELDS.contains(&key) {
            parser.policy_field(&mut spec, field);
        } else if !RULE_FIELDS.contains(&key) {
            parser.unknown_field(&field.key, false);
        } else if named_rules {
            parser.field_beside_rules(&field.key);
        } else {
            parser.rule_field(&mut only_rule, field);
        }
    }
    if !named_rules {
        spec.rules.push(only_rule);
    }
    spec
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
    fn named_rule(&mut self, field: &Field) -> RuleSpec {
        self.attributes(field);
        let mut rule = RuleSpec::empty(Some(field.key.clone()), field.key.span);
        let Shape::Map(fields) = &field.value.shape else { return rule };
        self.unique(fields);
        for field in fields {
            let key = field.key.text.as_str();
            if key == "name" || key == "preflight_status" {
                self.report.push(
                    Diagnostic::new(
                        Mistake::UnknownField,
                        field.key.span,
                        format!("`{key}` belongs to the whole policy, not to a rule"),
                    )
                    .help(format!("move `{key}` out of the rule")),
                );
            } else if RULE_FIELDS.contains(&key) {
                self.rule_field(&mut rule, field);
            } else {
                self.unknown_field(&field.key, true);
            }
        }
        rule
    }

    fn policy_field(&mut self, spec: &mut Spec, field: &Field) {
        self.attributes(field);
        let value = &field.value;
        match field.key.text.as_str() {
            "name" => spec.name = self.name(value),
            "preflight_status" => spec.preflight_status = self.integer("preflight_status", value, "`200`"),
            "admits" => spec.admits = self.origins_expected("admits", value),
            _ => spec.refuses = self.origins_expected("refuses", value),
        }
    }

    fn rule_field(&mut self, rule: &mut RuleSpec, field: &Field) {
        self.attributes(field);
        let value = &field.value;
        match field.key.text.as_str() {
            "origins" => rule.origins = self.origins(value),
            "credentials" => rule.credentials = self.boolean("credentials", value),
            "trusts_network" => rule.trusts_network = self.boolean("trusts_network", value),
            "methods" => rule.methods = self.names("methods", value, "`[PUT, DELETE]`"),
            "request_headers" => {
                rule.request_headers = self.names("request_headers", value, "`[\"content-type\"]`");
            }
            "expose_headers" => rule.expose_headers = self.names("expose_headers", value, "`[\"etag\"]`"),
            "max_age" => rule.max_age = self.max_age(value),
            "admits" => rule.admits = self.origins_expected("admits", value),
            _ => rule.refuses = self.origins_expected("refuses", value),
        }
    }

    fn unique(&mut self, fields: &[Field]) {
        let mut seen: Vec<&Text> = Vec::new();
        for Field { key, .. } in fields {
            match seen.iter().find(|first| first.text == key.text) {
                Some(first) => self.report.push(
                    Diagnostic::new(
                        Mistake::DuplicateField,
                        key.span,
                        format!("`{}` is set twice", key.text),
                    )
                    .help(format!("remove one `{}`", key.text))
                    .related(first.span, "first set here"),
                ),
                None => seen.push(key),
            }
        }
    }

    fn unknown_field(&mut self, key: &Text, in_rule: bool) {
        let known =
            || RULE_FIELDS.into_iter().chain(if in_rule { &[][..] } else { &POLICY_FIELDS }.iter().copied());
        let diagnostic =
            Diagnostic::new(Mistake::UnknownField, key.span, format!("there is no field `{}`", key.text));
        let help = match suggest::foreign_field(&key.text).or_else(|| nearest(&key.text, known())) {
            Some(best) => format!("did you mean `{best}`?"),
            None => format!("the fields are {}", suggest::listed(known())),
        };
        self.report.push(diagnostic.help(help));
    }

    fn field_beside_rules(&mut self, key: &Text) {
        self.report.push(
            Diagnostic::new(
                Mistake::MixedRules,
                key.span,
                format!("`{}` stands beside named rules", key.text),
            )
            .help(format!("move `{}` into the rules that it is meant for", key.text)),
        );
    }

    /// Fields and rules take no `allow`: it silences a lint on one origin.
    fn attributes(&mut self, field: &Field) {
        for attribute in &field.attributes {
            if let AttributeKind::Allow(_) = attribute.kind {
                self.report.push(
                    Diagnostic::new(
                        Mistake::MisplacedAttribute,
                        attribute.span,
                        format!("`allow` on `{}` would silence more than one origin", field.key.text),
                    )
                    .help("put the attribute in front of the origin that it is meant for"),
                );
            }
        }
    }
}

impl RuleSpec {
    fn empty(name: Option<Text>, span: crate::source::Span) -> Self {
        RuleSpec {
            name,
            span,
            origins: Some(Names::none(span)),
            credentials: None,
            trusts_network: None,
            methods: Names::none(span),
            request_headers: Names::none(span),
            expose_headers: Names::none(span),
            max_age: None,
            admits: Vec::new(),
            refuses: Vec::new(),
        }
    }
}
