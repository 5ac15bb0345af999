//! Which remedy is the smallest.

use super::draft::Draft;
use super::edit::{Edit, PageEdit, PolicyEdit};
use super::intent::Intent;
use super::remedy::Remedy;
use super::search::Attempt;

/// Edits, and what they lead to.
#[derive(Clone, Copy)]
pub(super) struct Solved<'s> {
    edits: &'s [Edit],
    draft: &'s Draft,
    intent: &'s Intent,
}

impl<'s> From<&'s Remedy> for Solved<'s> {
    fn from(remedy: &'s Remedy) -> Self {
        Solved { edits: &remedy.edits, draft: &remedy.draft, intent: &remedy.intent }
    }
}

impl<'s> From<&'s Attempt> for Solved<'s> {
    fn from(attempt: &'s Attempt) -> Self {
        Solved { edits: &attempt.edits, draft: &attempt.draft, intent: &attempt.intent }
    }
}

/// What edits cost: who gets more than is needed, how much is written, how far the page is changed.
pub(super) fn cost<'s>(solved: impl Into<Solved<'s>>) -> usize {
    let solved = solved.into();
    solved.edits.iter().map(|edit| of_edit(edit, solved)).sum()
}

fn of_edit(edit: &Edit, solved: Solved<'_>) -> usize {
    match edit {
        Edit::Policy(edit) => of_policy(edit, solved),
        Edit::Page(PageEdit::WithoutReading(_) | PageEdit::WithoutHeader(_)) => 3,
        Edit::Page(PageEdit::Method(_) | PageEdit::Url(_) | PageEdit::Mode(_)) => 2,
        Edit::Page(PageEdit::Credentials(_) | PageEdit::CrossOrigin(_) | PageEdit::WithoutBody) => 4,
        Edit::Page(PageEdit::ServedAt(_)) => 8,
    }
}

fn of_policy(edit: &PolicyEdit, solved: Solved<'_>) -> usize {
    // Of sites that come to have more, a pattern stands for many.
    let others = |rule: usize| {
        let rule = solved.draft.rules.get(rule);
        let sites = rule.and_then(|rule| rule.origins.as_ref()).map_or(20, |origins| {
            origins.iter().map(|entry| if entry.pattern.contains('*') { 5 } else { 1 }).sum()
        });
        sites.min(20)
    };
    match edit {
        PolicyEdit::ExposeHeader { .. } => 1,
        PolicyEdit::AddMethod { .. } | PolicyEdit::AddRequestHeader { .. } => 2,
        PolicyEdit::AddOrigin { rule, .. } => {
            let has_credentials = solved.draft.rules.get(*rule).is_some_and(|rule| rule.credentials);
            3 + if has_credentials && !needs_credentials(solved.intent) { 8 } else { 0 }
        }
        PolicyEdit::AddRule { .. } => 9,
        PolicyEdit::AllowCredentials { rule } => 3 + others(*rule),
    }
}

fn needs_credentials(intent: &Intent) -> bool {
    intent.request.credentials == cors_policy_browser::CredentialsMode::Include
}

/// Whether a remedy spares other sites, or credentials, what another one gives them.
pub(super) fn is_narrower(remedy: &Remedy, other: &Remedy) -> bool {
    excess(remedy) < excess(other)
}

/// How many edits give more than the request needs: to other sites, or credentials that it does without.
fn excess(remedy: &Remedy) -> usize {
    let is_shared = |rule: usize| {
        let rule = remedy.draft.rules.get(rule);
        rule.is_some_and(|rule| rule.origins.as_ref().is_none_or(|origins| origins.len() > 1))
    };
    let gives_more = |edit: &&PolicyEdit| match edit {
        PolicyEdit::AddRule { .. } => false,
        PolicyEdit::ExposeHeader { rule, .. }
        | PolicyEdit::AllowCredentials { rule }
        | PolicyEdit::AddMethod { rule, .. }
        | PolicyEdit::AddRequestHeader { rule, .. } => is_shared(*rule),
        PolicyEdit::AddOrigin { rule, .. } => {
            let has_credentials = remedy.draft.rules.get(*rule).is_some_and(|rule| rule.credentials);
            has_credentials && !needs_credentials(&remedy.intent)
        }
    };
    remedy.policy_edits().filter(gives_more).count()
}
