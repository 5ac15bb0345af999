//! What is wrong with a policy.

use std::collections::HashMap;

use crate::cfg::{self, Atom};
use crate::mistake::Mistake;
use crate::render::{Excerpt, Said, printable};
use crate::source::{Span, Spelling};

/// One mistake in one policy: what is wrong, where, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Diagnostic {
    /// Which mistake it is; its name is stable.
    pub mistake: Mistake,
    /// The smallest part of the policy that shows it.
    pub span: Span,
    /// What is wrong: one sentence, lower case, no full stop.
    pub message: String,
    /// Where in the text at `span` it is, if not everywhere.
    pub excerpt: Option<Excerpt>,
    /// What to write instead.
    pub help: Option<String>,
    /// What to write instead, for programs: these texts in place of the one at `span`, each as an entry of its
    /// own; none, to remove it.
    pub replacement: Option<Vec<String>>,
    /// A fact about browsers or about the policy that says why.
    pub note: Option<String>,
    /// Other places that play a part, and which.
    pub related: Vec<(Span, String)>,
    /// In which builds it is so, if not in all.
    pub condition: Option<String>,
}

impl Diagnostic {
    /// A diagnostic with the note that the catalogue has for its mistake.
    #[must_use]
    pub fn new(mistake: Mistake, span: Span, message: impl Into<String>) -> Self {
        Diagnostic {
            mistake,
            span,
            message: printable(&message.into()),
            excerpt: None,
            help: None,
            replacement: None,
            note: mistake.note().map(|note| with_standard(mistake, note)),
            related: Vec::new(),
            condition: None,
        }
    }

    /// Says what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(printable(&help.into()));
        self
    }

    /// Says what to write instead, where that is one text.
    #[must_use]
    pub fn write(self, text: impl Into<String>) -> Self {
        let text = text.into();
        self.help(format!("write `{text}`")).replacement(Some(vec![text]))
    }

    /// Says that it is to be removed, and what more there is to say about that.
    #[must_use]
    pub fn remove(self, help: impl Into<String>) -> Self {
        self.help(help).replacement(Some(Vec::new()))
    }

    /// What to write instead, for programs.
    #[must_use]
    pub fn replacement(mut self, texts: Option<Vec<String>>) -> Self {
        self.replacement = texts;
        self
    }

    /// Where in the text it is.
    #[must_use]
    pub fn excerpt(mut self, excerpt: Option<Excerpt>) -> Self {
        self.excerpt = excerpt;
        self
    }

    /// Says why, in place of what the catalogue says.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(with_standard(self.mistake, &printable(&note.into())));
        self
    }

    /// Points at another place.
    #[must_use]
    pub fn related(mut self, span: Span, what: impl Into<String>) -> Self {
        self.related.push((span, printable(&what.into())));
        self
    }

    /// What it says, where `place` puts places in words.
    #[must_use]
    pub fn said(&self, place: &dyn Fn(Span) -> String) -> Said<'_> {
        Said {
            message: &self.message,
            excerpt: self.excerpt.as_ref(),
            help: self.help.as_deref(),
            note: self.note.as_deref(),
            related: self.related.iter().map(|(span, what)| (place(*span), what.as_str())).collect(),
            condition: self.condition.as_deref(),
            name: self.mistake.name(),
        }
    }

    /// Whether the policy is refused for it.
    #[must_use]
    pub fn denies(&self) -> bool {
        self.mistake.severity().denies()
    }
}

fn with_standard(mistake: Mistake, note: &str) -> String {
    match mistake.standard() {
        Some(section) => format!("{note} ({})", section.name),
        None => note.to_owned(),
    }
}

/// Everything found in one policy.
#[derive(Clone, Debug)]
pub struct Report {
    spelling: Spelling,
    diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// Nothing found yet in a policy of this spelling.
    #[must_use]
    pub fn new(spelling: Spelling) -> Self {
        Report { spelling, diagnostics: Vec::new() }
    }

    /// How the policy is spelt: help says what to write in it.
    #[must_use]
    pub fn spelling(&self) -> Spelling {
        self.spelling
    }

    /// Adds a diagnostic.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Adds what was found in each variant of a policy: what is in all of them as it is, and the rest with the
    /// conditions under which it is so.
    pub fn append_variants(&mut self, variants: Vec<(Vec<(Atom, bool)>, Report)>) {
        let mut all = Vec::with_capacity(variants.len());
        let mut found: HashMap<Diagnostic, Vec<usize>> = HashMap::new();
        for (index, (conditions, report)) in variants.into_iter().enumerate() {
            for diagnostic in report.diagnostics {
                let variants = found.entry(diagnostic).or_default();
                if variants.last() != Some(&index) {
                    variants.push(index);
                }
            }
            all.push(conditions);
        }
        for (mut diagnostic, variants) in found {
            diagnostic.condition = cfg::in_words(&all, &variants);
            self.push(diagnostic);
        }
    }

    /// Whether anything in it refuses the policy.
    #[must_use]
    pub fn denies(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::denies)
    }

    /// The diagnostics in the order of the policy, each once, however many of its variants have it.
    #[must_use]
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.diagnostics.sort_by(|a, b| (a.span, a.mistake, a).cmp(&(b.span, b.mistake, b)));
        self.diagnostics.dedup();
        self.diagnostics
    }
}
