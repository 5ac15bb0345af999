//! What is literal in a pattern.

use cors_policy_program::hash::SHORTEST;
use cors_policy_program::{exact, wild};

use crate::origin::Pattern;

/// What is hashed of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Literal<'p> {
    pub(super) text: &'p str,
    /// Where it begins in the pattern: behind its `*`, or with it.
    pub(super) at: usize,
}

impl Literal<'_> {
    /// `None` for a pattern that no hash finds: with a `*` other than one at the end of its first label.
    pub(super) fn of(pattern: &Pattern) -> Option<Literal<'_>> {
        let text = if pattern.has_any_port() { pattern.text().strip_suffix(":*")? } else { pattern.text() };
        let Some(star) = text.find('*') else {
            return (SHORTEST..exact::TOO_LONG).contains(&text.len()).then_some(Literal { text, at: 0 });
        };
        let (front, behind) = text.split_at_checked(star + 1)?;
        let is_in_first_label = !front.contains('.') && star < wild::TOO_FAR;
        let is_literal = behind.starts_with('.') && !behind.contains('*');
        let fits = (SHORTEST..wild::TOO_LONG).contains(&behind.len());
        (is_in_first_label && is_literal && fits).then_some(Literal { text: behind, at: star + 1 })
    }
}
