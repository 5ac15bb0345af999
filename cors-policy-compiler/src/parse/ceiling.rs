//! Ceilings: their fields, and those of their profiles.

use super::fields::{Below, Place};
use super::unknown::{Siblings, Unknown};
use super::{CEILING_FIELDS, PROFILE_FIELDS, Parser};
use crate::diagnostic::{Diagnostic, Report};
use crate::mistake::Mistake;
use crate::source::{Field, Shape, Source, Text, Value};
use crate::spec::{CeilingSpec, GrantsSpec, Names, ProfileSpec};

/// Reads the fields. What is malformed is reported and left out.
pub fn parse_ceiling(source: &Source, report: &mut Report) -> CeilingSpec {
    let mut parser = Parser { report, below: Below(false) };
    let mut spec = CeilingSpec {
        schemes: None,
        credentials: None,
        any_origin: None,
        any_port: None,
        exact_origins: None,
        wildcard_origins: None,
        rules: None,
        grants: GrantsSpec::none(source.span),
        lints: Names::none(source.span),
        profiles: Vec::new(),
        span: source.span,
    };
    parser
        .fields(&source.fields, Place::Ceiling, &mut |parser, field| parser.ceiling_field(&mut spec, field));
    spec
}

impl Parser<'_> {
    /// Reads fields of a ceiling or profile, each once.
    fn fields(&mut self, fields: &[Field], place: Place, read: &mut dyn FnMut(&mut Self, &Field)) {
        self.unique_keys(fields.iter().map(|field| &field.key));
        let siblings = Siblings::of(fields.iter());
        let known = place.fields();
        for field in fields {
            if known.contains(&field.key.text.as_str()) {
                self.attributes(field);
                read(self, field);
            } else {
                self.unknown_field(&Unknown { field, siblings: &siblings, place });
            }
        }
    }

    fn ceiling_field(&mut self, spec: &mut CeilingSpec, field: &Field) {
        let value = &field.value;
        match field.key.text.as_str() {
            "schemes" => spec.schemes = Some(self.listed("schemes", value, "\"https\"")),
            "credentials" => spec.credentials = self.boolean("credentials", value),
            "any_origin" => spec.any_origin = self.boolean("any_origin", value),
            "any_port" => spec.any_port = self.boolean("any_port", value),
            "exact_origins" => spec.exact_origins = self.integer("exact_origins", value, "`100`"),
            "wildcard_origins" => spec.wildcard_origins = self.integer("wildcard_origins", value, "`10`"),
            "rules" => spec.rules = self.integer("rules", value, "`4`"),
            "lints" => spec.lints = self.listed("lints", value, "insecure_origin"),
            "profiles" => spec.profiles = self.profiles(value),
            _ => self.grant(&mut spec.grants, field),
        }
    }

    /// A list of identifiers or strings, without a word for all.
    fn listed(&mut self, field: &str, value: &Value, example: &str) -> Names<Text> {
        let mut listed = Names::none(value.span);
        let help = format!("write names as in `[{example}]`");
        let Shape::List(entries) = &value.shape else {
            let _: Option<()> = self.wrong_type(field, value, "a list of names", &help);
            return listed;
        };
        for entry in entries {
            self.no_allow(field, entry);
            match &entry.value.shape {
                Shape::Word(text) | Shape::Text(text) => {
                    listed.names.push(Text { text: text.clone(), span: entry.value.span });
                }
                _ => {
                    let _: Option<()> = self.wrong_type(field, &entry.value, "names", &help);
                }
            }
        }
        listed
    }

    fn profiles(&mut self, value: &Value) -> Vec<ProfileSpec> {
        let help = "write `{ standard: { methods: [PUT] } }`";
        let Shape::Map(fields) = &value.shape else {
            let _: Option<()> = self.wrong_type("profiles", value, "profiles by their names", help);
            return Vec::new();
        };
        self.unique_keys(fields.iter().map(|field| &field.key));
        fields.iter().filter_map(|field| self.named_profile(field)).collect()
    }

    fn named_profile(&mut self, field: &Field) -> Option<ProfileSpec> {
        self.attributes(field);
        let Field { key, value, .. } = field;
        let Shape::Map(fields) = &value.shape else {
            let help = "write `{ methods: [PUT] }`";
            return self.wrong_type(&key.text, value, "the fields of a profile", help);
        };
        if CEILING_FIELDS.contains(&key.text.as_str()) || PROFILE_FIELDS.contains(&key.text.as_str()) {
            let message = format!("`{}` is the name of a field, not of a profile", key.text);
            self.report.push(
                Diagnostic::new(Mistake::InvalidName, key.span, message)
                    .help("name the profile by what it is for, such as `standard`"),
            );
        }
        let mut grants = GrantsSpec::none(value.span);
        self.fields(fields, Place::Profile, &mut |parser, field| parser.grant(&mut grants, field));
        Some(ProfileSpec { name: key.clone(), grants })
    }
}
