//! Diagnostics of policies from data: places are paths in the document.

use std::fmt;

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::diagnostic;
use crate::document::{Document, Place};
use crate::mistake::Severity;
use crate::render::{Excerpt, Said};
use crate::source::Span;

/// One thing that is wrong with, or surprising about, a policy.
///
/// It displays as the compiler shows it to users of the macro, and serialises to an object with these fields:
///
/// ```json
/// {
///   "rule": "trailing_slash",
///   "severity": "error",
///   "path": "origins[0]",
///   "at_key": false,
///   "message": "an origin has no slash at its end",
///   "excerpt": { "text": "https://app.example.com/", "start": 23, "end": 24 },
///   "help": "write `https://app.example.com`",
///   "replacement": ["https://app.example.com"],
///   "note": "browsers send origins without a path, and compare them byte for byte: this entry would never match (Fetch, CORS check)",
///   "related": []
/// }
/// ```
///
/// `start` and `end` count bytes of the text in UTF-8.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The stable name of the mistake, such as `trailing_slash`; what `allow` takes for a lint.
    pub rule: &'static str,
    /// What follows from it.
    pub severity: Severity,
    /// Where it stands, such as `origins[2]` or `apps.max_age`; empty for the whole document.
    pub path: String,
    /// Whether the key at `path` is meant, and not its value.
    pub at_key: bool,
    /// What is wrong, in one sentence.
    pub message: String,
    /// Where in the text at `path` it is, if not everywhere.
    pub excerpt: Option<Excerpt>,
    /// What to write instead.
    pub help: Option<String>,
    /// What to write instead, for programs: these texts in place of the one at `path`, each as an entry of its own;
    /// none, to remove it.
    pub replacement: Option<Vec<String>>,
    /// A fact that says why, with the section of the standard.
    pub note: Option<String>,
    /// Other places that play a part.
    pub related: Vec<Related>,
}

/// Another place that plays a part in a diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Related {
    /// Where it stands, such as `origins[2]`.
    pub path: String,
    /// Which part it plays, such as `also listed here`.
    pub message: String,
}

/// Everything that was found in a document, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Document {
    /// The diagnostics with places as paths.
    #[doc(hidden)]
    #[must_use]
    pub fn locate(&self, diagnostics: &[diagnostic::Diagnostic]) -> Diagnostics {
        if diagnostics.is_empty() {
            return Diagnostics::default();
        }
        let related = diagnostics.iter().flat_map(|found| found.related.iter().map(|(span, _)| *span));
        let wanted = diagnostics.iter().map(|found| found.span).chain(related).collect();
        let places = self.places(&wanted);
        let place = |span: Span| places.get(&span).cloned().unwrap_or_default();
        Diagnostics(diagnostics.iter().map(|diagnostic| located(diagnostic, &place)).collect())
    }
}

fn located(diagnostic: &diagnostic::Diagnostic, place: &dyn Fn(Span) -> Place) -> Diagnostic {
    let diagnostic::Diagnostic { mistake, span, message, excerpt, help, replacement, note, related, .. } =
        diagnostic;
    let related =
        related.iter().map(|(span, what)| Related { path: place(*span).path, message: what.clone() });
    let Place { path, at_key } = place(*span);
    Diagnostic {
        rule: mistake.name(),
        severity: mistake.severity(),
        path,
        at_key,
        message: message.clone(),
        excerpt: excerpt.clone(),
        help: help.clone(),
        replacement: replacement.clone(),
        note: note.clone(),
        related: related.collect(),
    }
}

impl Diagnostics {
    /// The diagnostics, one by one.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// Those for which the policy is refused.
    pub fn denying(&self) -> impl Iterator<Item = &Diagnostic> {
        self.0.iter().filter(|diagnostic| diagnostic.severity.denies())
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'d> IntoIterator for &'d Diagnostics {
    type Item = &'d Diagnostic;
    type IntoIter = std::slice::Iter<'d, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

/// `path: message`, and the rest on lines of their own.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        let related = self.related.iter().map(|related| (related.path.clone(), related.message.as_str()));
        let said = Said {
            message: &self.message,
            excerpt: self.excerpt.as_ref(),
            help: self.help.as_deref(),
            note: self.note.as_deref(),
            related: related.collect(),
            condition: None,
            name: self.rule,
        };
        fmt::Display::fmt(&said, f)
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{diagnostic}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

impl Serialize for Diagnostics {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(&self.0)
    }
}

impl Serialize for Diagnostic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Diagnostic", 10)?;
        fields.serialize_field("rule", self.rule)?;
        fields.serialize_field("severity", self.severity.name())?;
        fields.serialize_field("path", &self.path)?;
        fields.serialize_field("at_key", &self.at_key)?;
        fields.serialize_field("message", &self.message)?;
        fields.serialize_field("excerpt", &self.excerpt)?;
        fields.serialize_field("help", &self.help)?;
        fields.serialize_field("replacement", &self.replacement)?;
        fields.serialize_field("note", &self.note)?;
        fields.serialize_field("related", &self.related)?;
        fields.end()
    }
}

impl Serialize for Excerpt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Excerpt", 3)?;
        fields.serialize_field("text", self.text())?;
        fields.serialize_field("start", &self.start())?;
        fields.serialize_field("end", &self.end())?;
        fields.end()
    }
}

impl Serialize for Related {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Related", 2)?;
        fields.serialize_field("path", &self.path)?;
        fields.serialize_field("message", &self.message)?;
        fields.end()
    }
}
