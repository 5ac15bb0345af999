//! Policies as they stand in files, and what is found in them.

use std::ops::Range;

use cors_policy_compiler::ceiling::Limits;
use cors_policy_compiler::diagnostic::Diagnostic;
use cors_policy_compiler::document::Document;
use cors_policy_compiler::mistake::Mistake;
use cors_policy_compiler::source::{self, Span};
use cors_policy_compiler::{compile, compile_below, compile_ceiling};

use crate::source::Source;

/// What is written: a policy, or a ceiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Policy,
    Ceiling,
}

impl Kind {
    /// What one is called.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Kind::Policy => "policy",
            Kind::Ceiling => "ceiling",
        }
    }

    /// What several are called.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Kind::Policy => "policies",
            Kind::Ceiling => "ceilings",
        }
    }
}

/// A policy or a ceiling in a file.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) kind: Kind,
    /// The item or function that it stands in.
    pub(crate) name: Option<String>,
    /// Whether its warnings are not wanted.
    pub(crate) is_silenced: bool,
    /// Where the whole of it stands.
    pub(crate) place: Range<usize>,
    pub(crate) source: source::Source,
    /// What was malformed, and is not in the source.
    pub(crate) syntax: Vec<Diagnostic>,
    /// The place of each span of the source.
    pub(crate) spans: Vec<Range<usize>>,
    /// Where it is data: the document.
    pub(crate) document: Option<Document>,
}

/// A diagnostic at its place in a file.
#[derive(Debug)]
pub(crate) struct Finding {
    pub(crate) diagnostic: Diagnostic,
    /// The name of the policy.
    pub(crate) policy: Option<String>,
    /// What a compiler underlines.
    pub(crate) span: Range<usize>,
    /// The part of it that is meant, where it is not all of it.
    pub(crate) part: Option<Range<usize>>,
    /// Where it stands in a document, such as `origins[0]`.
    pub(crate) path: Option<String>,
    /// Other places that play a part, and which.
    pub(crate) related: Vec<(Range<usize>, String)>,
    /// What to write instead, for programs.
    pub(crate) edit: Option<Edit>,
}

/// A text in place of another.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Edit {
    pub(crate) place: Range<usize>,
    pub(crate) text: String,
}

impl Finding {
    /// Of a file that is malformed as a whole.
    pub(crate) fn malformed(place: Range<usize>, message: impl Into<String>) -> Box<Self> {
        Box::new(Finding {
            diagnostic: Diagnostic::new(Mistake::Syntax, Span(0), message),
            policy: None,
            span: place,
            part: None,
            path: None,
            related: Vec::new(),
            edit: None,
        })
    }
}

impl Written {
    /// Everything that is found in it, in its order: what the macro would report, and of a document whatever is above the
    /// ceiling.
    pub(crate) fn check(&self, file: &Source, ceiling: Option<&Limits>) -> Vec<Finding> {
        let mut compiled = match (self.kind, ceiling.filter(|_| self.document.is_some())) {
            (Kind::Policy, None) => compile(self.source.clone()).diagnostics,
            (Kind::Policy, Some(ceiling)) => compile_below(self.source.clone(), ceiling).diagnostics,
            (Kind::Ceiling, _) => compile_ceiling(self.source.clone()).diagnostics,
        };
        // Origins that could not be read are not missing.
        if !self.syntax.is_empty() {
            compiled.retain(|found| found.mistake != Mistake::MissingOrigins);
        }
        let mut diagnostics = self.syntax.clone();
        diagnostics.append(&mut compiled);
        diagnostics.retain(|diagnostic| diagnostic.denies() || !self.is_silenced);
        diagnostics.sort_by_key(|diagnostic| diagnostic.span);
        let wanted = diagnostics.iter().map(|diagnostic| diagnostic.span).collect();
        let mut places = self.document.as_ref().map(|document| document.places(&wanted));
        let found = diagnostics.into_iter().map(|diagnostic| {
            let path = places.as_mut().map(|places| {
                places.get(&diagnostic.span).map(|place| place.path.clone()).unwrap_or_default()
            });
            self.finding(diagnostic, path, file)
        });
        found.collect()
    }

    fn finding(&self, diagnostic: Diagnostic, path: Option<String>, file: &Source) -> Finding {
        let span = self.place_of(diagnostic.span);
        let written = file.text.get(span.clone()).unwrap_or_default();
        let part = diagnostic.excerpt.as_ref().and_then(|excerpt| {
            // Behind escapes it stands somewhere else.
            let is_plain = written.get(1..written.len().checked_sub(1)?)? == excerpt.text();
            let begin = span.start + 1;
            is_plain.then(|| begin + excerpt.start()..begin + excerpt.end())
        });
        let edit = diagnostic.replacement.as_deref().and_then(|texts| edit(texts, &span, &file.text));
        let related =
            diagnostic.related.iter().map(|(span, what)| (self.place_of(*span), what.clone())).collect();
        Finding { diagnostic, policy: self.name.clone(), span, part, path, related, edit }
    }

    fn place_of(&self, span: Span) -> Range<usize> {
        self.spans.get(span.0 as usize).cloned().unwrap_or_else(|| self.place.clone())
    }
}

/// These texts in place of the one at `span`.
fn edit(texts: &[String], span: &Range<usize>, file: &str) -> Option<Edit> {
    let written = file.get(span.clone())?;
    let is_name = written.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    if texts.is_empty() {
        return removal(span, file);
    }
    // A map, or the whole policy: the texts stand for a part of it that has no place of its own.
    if !is_name && !written.starts_with(['"', '\'']) {
        return None;
    }
    let spelt = texts.iter().map(|text| {
        let can_be_name = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && text.starts_with(|first: char| first.is_ascii_alphabetic());
        if is_name && can_be_name { text.clone() } else { format!("{text:?}") }
    });
    Some(Edit { place: span.clone(), text: spelt.collect::<Vec<_>>().join(", ") })
}

/// A member of a list goes with its comma. What has attributes or is no member of a list is left to people.
fn removal(span: &Range<usize>, file: &str) -> Option<Edit> {
    let (before, after) = (file.get(..span.start)?, file.get(span.end..)?);
    let (before_it, after_it) = (before.trim_end(), after.trim_start());
    let spaces_after = after.len() - after_it.len();
    let text = String::new();
    match (before_it.chars().next_back()?, after_it.chars().next()?) {
        ('[' | ',', ',') => {
            let behind = after_it.get(1..)?;
            let more_spaces = behind.len() - behind.trim_start().len();
            Some(Edit { place: span.start..span.end + spaces_after + 1 + more_spaces, text })
        }
        (',', ']') => Some(Edit { place: before_it.len() - 1..span.end, text }),
        ('[', ']') => Some(Edit { place: span.clone(), text }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited(file: &str, member: &str, texts: &[&str]) -> Option<String> {
        let begin = file.find(member).unwrap();
        let texts: Vec<String> = texts.iter().map(ToString::to_string).collect();
        let Edit { place, text } = edit(&texts, &(begin..begin + member.len()), file)?;
        let mut edited = file.to_owned();
        edited.replace_range(place, &text);
        Some(edited)
    }

    #[test]
    fn members_are_replaced_as_they_are_spelt() {
        assert_eq!(edited("[put]", "put", &["PUT"]).unwrap(), "[PUT]");
        assert_eq!(edited("[x_a]", "x_a", &["x-a"]).unwrap(), "[\"x-a\"]");
        assert_eq!(edited("[\"a,b\"]", "\"a,b\"", &["a", "b"]).unwrap(), "[\"a\", \"b\"]");
        assert_eq!(edited("a = { b = 1 }", "{ b = 1 }", &["a"]), None);
    }

    #[test]
    fn members_go_with_their_comma() {
        assert_eq!(edited("[\"a\", \"b\"]", "\"a\"", &[]).unwrap(), "[\"b\"]");
        assert_eq!(edited("[\"a\", \"b\"]", "\"b\"", &[]).unwrap(), "[\"a\"]");
        assert_eq!(edited("[\"a\",\n \"b\" ,\n]", "\"b\"", &[]).unwrap(), "[\"a\",\n ]");
        assert_eq!(edited("[\"a\"]", "\"a\"", &[]).unwrap(), "[]");
        assert_eq!(edited("{\"pattern\": \"a\"}", "\"a\"", &[]), None);
        assert_eq!(edited("[#[cfg(x)] \"a\"]", "\"a\"", &[]), None);
    }
}
