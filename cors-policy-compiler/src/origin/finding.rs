//! What is found in a text that should be an origin.

use std::collections::HashSet;

use crate::mistake::{Mistake, Severity};
use crate::parse::listed;
use crate::render::Excerpt;

/// Something that is wrong with a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which mistake it is.
    pub mistake: Mistake,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: String,
    /// The texts to write instead, where they can be told.
    pub replacement: Option<Vec<String>>,
    /// Why, where the catalogue does not say it.
    pub note: Option<String>,
    /// Where in the text it is, if not everywhere.
    pub excerpt: Option<Excerpt>,
    /// What was probably meant, not checked yet.
    pub(super) meant: Vec<String>,
    /// What there is to say behind that.
    pub(super) reservation: String,
}

impl Finding {
    pub(super) fn new(mistake: Mistake, message: impl Into<String>, help: impl Into<String>) -> Self {
        Finding {
            mistake,
            message: message.into(),
            help: help.into(),
            replacement: None,
            note: None,
            excerpt: None,
            meant: Vec::new(),
            reservation: String::new(),
        }
    }

    pub(super) fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Texts that were probably meant. Those that are origins, or nearly so, become the help.
    pub(super) fn meant(mut self, texts: impl IntoIterator<Item = String>) -> Self {
        self.meant = texts.into_iter().collect();
        self
    }

    /// What there is to say behind the text that was probably meant.
    pub(super) fn reservation(mut self, text: impl Into<String>) -> Self {
        self.reservation = text.into();
        self
    }

    /// Where in the text it is.
    pub(super) fn at(mut self, text: &str, part: &str) -> Self {
        self.excerpt = Excerpt::of(text, part);
        self
    }

    /// Has help that is known to be right.
    pub(super) fn mend(&mut self, mut texts: Vec<String>) {
        let mut seen = HashSet::new();
        texts.retain(|text| seen.insert(text.clone()));
        let names = listed(texts.iter().map(String::as_str));
        let each = if texts.len() > 1 { ", each in a string of its own" } else { "" };
        self.help = format!("write {names}{each}{}", self.reservation);
        self.replacement = Some(texts);
    }

    /// Has no replacement by several texts.
    pub(crate) fn keep_one(&mut self) {
        self.replacement = self.replacement.take().filter(|texts| texts.len() == 1);
    }

    pub(super) fn is_error(&self) -> bool {
        self.mistake.severity() == Severity::Error
    }
}

/// What is found in one text.
pub(super) struct Findings<'t> {
    text: &'t str,
    found: Vec<Finding>,
    ambiguous: bool,
}

impl<'t> Findings<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Findings { text, found: Vec::new(), ambiguous: false }
    }

    pub(super) fn push(&mut self, finding: Finding) {
        self.found.push(finding);
    }

    /// Adds what is found in a part of the text.
    pub(super) fn push_at(&mut self, part: &str, finding: Finding) {
        self.found.push(finding.at(self.text, part));
    }

    /// The text with another one in place of a part of it.
    pub(super) fn with(&self, part: &str, other: &str) -> Option<String> {
        let excerpt = Excerpt::of(self.text, part)?;
        Some(format!("{}{other}{}", self.text.get(..excerpt.start())?, self.text.get(excerpt.end()..)?))
    }

    /// Nobody can tell which origin was meant.
    pub(super) fn make_ambiguous(&mut self) {
        self.ambiguous = true;
    }

    pub(super) fn is_ambiguous(&self) -> bool {
        self.ambiguous
    }

    pub(super) fn has_errors(&self) -> bool {
        self.found.iter().any(Finding::is_error)
    }

    pub(super) fn into_list(self) -> Vec<Finding> {
        self.found
    }
}
