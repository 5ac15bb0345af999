//! Fields that do not exist, and those that were meant.

use super::suggest::{Ours, foreign, listed, nearest};
use super::{POLICY_FIELDS, Parser, RULE_FIELDS};
use crate::diagnostic::Diagnostic;
use crate::mistake::Mistake;
use crate::source::Text;

/// A field that does not exist, among others.
pub(super) struct Unknown<'f> {
    pub(super) key: &'f Text,
    /// The keys beside it, and its own.
    pub(super) siblings: Vec<&'f str>,
    pub(super) in_rule: bool,
}

impl Parser<'_> {
    /// Reports the field. Gives the one that was probably meant.
    pub(super) fn unknown_field(&mut self, unknown: &Unknown<'_>) -> Option<&'static str> {
        let Text { text, span } = unknown.key;
        let found = |message: String| Diagnostic::new(Mistake::UnknownField, *span, message);
        let (diagnostic, meant) = match foreign(text) {
            Some((library, Ours::Nothing(help))) => {
                (found(format!("there is no field `{text}`; {library} has one")).remove(help), None)
            }
            Some((library, Ours::Any(ours))) => {
                let message = format!("there is no field `{text}`; {library} has one");
                let any = self.report.spelling().either(format!("{ours}: any"), format!("\"{ours}\": \"*\""));
                (found(message).help(format!("write `{any}`")), Some(ours))
            }
            Some((library, Ours::Field(ours))) => {
                let message = format!("there is no field `{text}`; that is its name in {library}");
                (unknown.rename(found(message), ours), Some(ours))
            }
            None => {
                let diagnostic = found(format!("there is no field `{text}`"));
                match nearest(text, unknown.known()) {
                    Some(best) => (unknown.rename(diagnostic, best), Some(best)),
                    None => (diagnostic.help(format!("the fields are {}", listed(unknown.known()))), None),
                }
            }
        };
        self.report.push(diagnostic);
        meant
    }
}

impl Unknown<'_> {
    /// The fields that there are in its place.
    fn known(&self) -> impl Iterator<Item = &'static str> + use<> {
        let in_rule = self.in_rule;
        let of_policy =
            POLICY_FIELDS.into_iter().filter(move |field| !in_rule && !RULE_FIELDS.contains(field));
        RULE_FIELDS.into_iter().chain(of_policy)
    }

    fn rename(&self, diagnostic: Diagnostic, ours: &'static str) -> Diagnostic {
        if self.in_rule && !RULE_FIELDS.contains(&ours) {
            diagnostic.help(format!("write `{ours}` outside the rules: it belongs to the whole policy"))
        } else if self.siblings.contains(&ours) {
            diagnostic.help(format!("write one `{ours}` that has what both have"))
        } else {
            diagnostic.write(ours)
        }
    }
}
