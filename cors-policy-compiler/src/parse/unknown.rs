//! Fields that do not exist, and those that were meant.

use std::collections::{HashMap, HashSet};

use super::Parser;
use super::fields::{Place, RULE_FIELDS};
use super::suggest::{Ours, foreign, listed, nearest};
use crate::diagnostic::Diagnostic;
use crate::mistake::Mistake;
use crate::source::{Field, Shape};

/// A field that does not exist, among others.
pub(super) struct Unknown<'f> {
    pub(super) field: &'f Field,
    /// The keys beside it, and its own, and for those of other libraries what we have in their place.
    pub(super) siblings: &'f Siblings<'f>,
    pub(super) place: Place,
}

impl Parser<'_> {
    /// Reports the field. Gives the one that was probably meant.
    pub(super) fn unknown_field(&mut self, unknown: &Unknown<'_>) -> Option<&'static str> {
        let Field { key, value, .. } = unknown.field;
        let text = &key.text;
        let found = |message: String| Diagnostic::new(Mistake::UnknownField, key.span, message);
        let known = unknown.place.fields();
        let foreign = foreign(text).filter(|(_, ours)| match ours {
            Ours::Field(ours) | Ours::Any(ours) => !unknown.place.is_of_ceiling() || known.contains(ours),
            Ours::Nothing(_) => true,
        });
        let (diagnostic, meant) = match foreign {
            None if text == "name" && !unknown.place.is_of_ceiling() => {
                let help = "remove it; who takes the document names the policy";
                (found("a document below a ceiling has no `name`".to_owned()).remove(help), None)
            }
            Some((library, Ours::Nothing(help))) => {
                (found(format!("there is no field `{text}`; {library} has one")).remove(help), None)
            }
            Some((library, Ours::Any(ours))) => {
                let message = format!("there is no field `{text}`; {library} has one");
                let any = self.report.spelling().either(format!("{ours}: any"), format!("\"{ours}\": \"*\""));
                match value.shape {
                    Shape::Boolean(true) => (found(message).help(format!("write `{any}`")), Some(ours)),
                    _ => (found(message).remove("remove it: nothing is allowed that is not listed"), None),
                }
            }
            Some((library, Ours::Field(ours))) => {
                let message = format!("there is no field `{text}`; that is its name in {library}");
                (unknown.rename(found(message), ours), Some(ours))
            }
            None => {
                let diagnostic = found(format!("there is no field `{text}`"));
                match nearest(text, known.iter().copied()) {
                    Some(best) => (unknown.rename(diagnostic, best), Some(best)),
                    None => (diagnostic.help(format!("the fields are {}", listed(known.into_iter()))), None),
                }
            }
        };
        self.report.push(diagnostic);
        meant
    }
}

/// The keys of one policy or rule.
#[derive(Default)]
pub(super) struct Siblings<'f> {
    keys: HashSet<&'f str>,
    /// How many keys of other libraries stand for each of our fields.
    foreign: HashMap<&'static str, usize>,
}

impl<'f> Siblings<'f> {
    pub(super) fn of(fields: impl Iterator<Item = &'f Field>) -> Self {
        let mut siblings = Siblings::default();
        for field in fields {
            let key = field.key.text.as_str();
            siblings.keys.insert(key);
            if let Some((_, Ours::Field(ours) | Ours::Any(ours))) = foreign(key) {
                *siblings.foreign.entry(ours).or_default() += 1;
            }
        }
        siblings
    }

    fn has(&self, key: &str) -> bool {
        self.keys.contains(key)
    }

    fn count(&self, ours: &str) -> usize {
        self.foreign.get(ours).copied().unwrap_or_default()
    }
}

impl Unknown<'_> {
    fn rename(&self, diagnostic: Diagnostic, ours: &'static str) -> Diagnostic {
        if matches!(self.place, Place::Rule(_)) && !RULE_FIELDS.contains(&ours) {
            diagnostic.help(format!("write `{ours}` outside the rules: it belongs to the whole policy"))
        } else if self.siblings.count(ours) > 1 || self.siblings.has(ours) {
            diagnostic.help(format!("write one `{ours}` that has what both have"))
        } else {
            diagnostic.write(ours)
        }
    }
}
