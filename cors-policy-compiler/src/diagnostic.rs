//! What is wrong with a policy.

use std::collections::{HashMap, HashSet};
use std::fmt;

use crate::cfg::Atom;
use crate::mistake::{Mistake, Severity};
use crate::source::Span;

/// One mistake in one policy: what is wrong, where, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Diagnostic {
    /// Which mistake it is; its name is stable.
    pub mistake: Mistake,
    /// The smallest part of the policy that shows it.
    pub span: Span,
    /// What is wrong: one sentence, lower case, no full stop.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// A fact about browsers or about the policy that says why.
    pub note: Option<String>,
    /// Other places that play a part, and which.
    pub related: Vec<(Span, String)>,
}

impl Diagnostic {
    /// A diagnostic with the note that the catalogue has for its mistake.
    #[must_use]
    pub fn new(mistake: Mistake, span: Span, message: impl Into<String>) -> Self {
        Diagnostic {
            mistake,
            span,
            message: printable(&message.into()),
            help: None,
            note: mistake.note().map(str::to_owned),
            related: Vec::new(),
        }
    }

    /// Says what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(printable(&help.into()));
        self
    }

    /// Says why, in place of what the catalogue says.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    /// Points at another place.
    #[must_use]
    pub fn related(mut self, span: Span, what: impl Into<String>) -> Self {
        self.related.push((span, what.into()));
        self
    }

    /// Whether the policy is refused for it.
    #[must_use]
    pub fn denies(&self) -> bool {
        self.mistake.severity() != Severity::Warning
    }
}

/// The message, and `help` and `note` on lines of their own.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(help) = &self.help {
            write!(f, "\n  = help: {help}")?;
        }
        if let Some(note) = &self.note {
            write!(f, "\n  = note: {note}")?;
        }
        write!(f, "\n  = note: `{}`", self.mistake.name())?;
        Ok(())
    }
}

fn in_words(conditions: &[(Atom, bool)]) -> String {
    let condition =
        |(atom, holds): &(Atom, bool)| format!("`{atom}` is {}", if *holds { "on" } else { "off" });
    conditions.iter().map(condition).collect::<Vec<_>>().join(" and ")
}

/// The text with what a reader could not see, or could be misled by, escaped: messages repeat what stands in a
/// policy.
pub(crate) fn printable(text: &str) -> String {
    let is_hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
            || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
    };
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Everything found in one policy.
#[derive(Clone, Debug, Default)]
pub struct Report {
    diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// Adds a diagnostic.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Adds what was found in each variant of a policy: what is in all of them as it is, and the rest with the
    /// conditions of the first variant that has it.
    pub fn append_variants(&mut self, variants: Vec<(Vec<(Atom, bool)>, Report)>) {
        let count = variants.len();
        let mut found: HashMap<Diagnostic, (usize, Vec<(Atom, bool)>)> = HashMap::new();
        for (conditions, report) in variants {
            let in_variant: HashSet<Diagnostic> = report.diagnostics.into_iter().collect();
            for diagnostic in in_variant {
                found.entry(diagnostic).or_insert_with(|| (0, conditions.clone())).0 += 1;
            }
        }
        for (mut diagnostic, (variants, conditions)) in found {
            if variants < count {
                diagnostic.message = format!("{}, where {}", diagnostic.message, in_words(&conditions));
            }
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
