//! What rules grant: methods, headers and a max age, spelt out or by the name of a profile.

use super::Parser;
use crate::diagnostic::Diagnostic;
use crate::mistake::Mistake;
use crate::source::{Field, Shape, Source, Span, Text, Value};
use crate::spec::{GrantsSpec, Names};

/// The version of the form of documents below a ceiling.
pub const VERSION: i64 = 1;

impl Parser<'_> {
    /// A field that is set twice, which is reported, has the entries of both, so that all are checked.
    pub(super) fn grant(&mut self, grants: &mut GrantsSpec, field: &Field) {
        let value = &field.value;
        match field.key.text.as_str() {
            "methods" => {
                let example = self.report.spelling().either("PUT, DELETE", "\"PUT\", \"DELETE\"");
                grants.methods.extend(self.names("methods", value, example));
            }
            "request_headers" => {
                grants.request_headers.extend(self.names("request_headers", value, "\"content-type\""));
            }
            "expose_headers" => {
                grants.expose_headers.extend(self.names("expose_headers", value, "\"etag\""));
            }
            _ => grants.max_age = self.max_age(value),
        }
    }

    pub(super) fn profile(&mut self, value: &Value) -> Option<Text> {
        match &value.shape {
            Shape::Text(text) => Some(Text { text: text.clone(), span: value.span }),
            _ => self.wrong_type("profile", value, "the name of a profile", "write the name in quotes"),
        }
    }

    /// A profile stands in place of lists of its own.
    pub(super) fn profile_alone<'f>(&mut self, fields: impl Iterator<Item = &'f Field> + Clone) {
        let mut named = fields.clone().filter(|field| field.key.text == "profile");
        let Some(profile) = named.next().filter(|_| self.below.0) else { return };
        for Field { key, .. } in fields
            .filter(|field| matches!(&*field.key.text, "methods" | "request_headers" | "expose_headers"))
        {
            let message = format!("`{}` stands beside a profile, which has its own", key.text);
            let help = format!("remove `{}`, or spell out everything in place of `profile`", key.text);
            self.report.push(
                Diagnostic::new(Mistake::ProfileBesideFields, key.span, message)
                    .remove(help)
                    .related(profile.key.span, "the profile is named here"),
            );
        }
    }

    /// `v`. A newer version is seen before anything else of the document is.
    pub(super) fn version(&mut self, value: &Value) {
        let help = format!("write `{VERSION}`, or remove it");
        match value.shape {
            Shape::Integer(VERSION) => {}
            Shape::Integer(version) => {
                let message = format!("there is no version {version} of documents");
                self.report.push(Diagnostic::new(Mistake::WrongType, value.span, message).help(help));
            }
            _ => {
                let _: Option<()> = self.wrong_type("v", value, "the number of a version", &help);
            }
        }
    }
}

/// The version of the document, if it is newer than what is known here, and what there is to say about that.
#[must_use]
pub fn newer_version(source: &Source) -> Option<Diagnostic> {
    source.fields.iter().filter(|field| field.key.text == "v").find_map(|Field { value, .. }| {
        let Shape::Integer(version) = value.shape else { return None };
        let message =
            format!("this document is of version {version}, and the newest known here is {VERSION}");
        (version > VERSION).then(|| {
            Diagnostic::new(Mistake::DocumentVersion, value.span, message)
                .help("go on with the last good policy until this program is newer as well")
        })
    })
}

impl GrantsSpec {
    pub(super) fn none(span: Span) -> Self {
        GrantsSpec {
            methods: Names::none(span),
            request_headers: Names::none(span),
            expose_headers: Names::none(span),
            max_age: None,
        }
    }
}
