//! What would help, and what must not be done.

use super::draft::Draft;
use super::edit::{Edit, PolicyEdit};
use super::intent::Intent;
use crate::policy::Policy;

/// Changes that make work what a page means to do. None of them can be left out.
#[derive(Clone, Debug)]
pub struct Remedy {
    pub(super) edits: Vec<Edit>,
    pub(super) before: Draft,
    pub(super) draft: Draft,
    pub(super) policy: Policy,
    pub(super) intent: Intent,
    pub(super) widening: Widening,
    pub(super) changes_others: bool,
    pub(super) security: Vec<String>,
    pub(super) cautions: Vec<String>,
}

/// What is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The policy.
    Policy,
    /// The page or its request.
    Page,
    /// Both.
    Both,
}

impl Kind {
    pub(super) fn of(edits: &[Edit]) -> Self {
        let of_policy = edits.iter().filter(|edit| matches!(edit, Edit::Policy(_))).count();
        match edits.len() {
            all if all == of_policy => Kind::Policy,
            _ if of_policy == 0 => Kind::Page,
            _ => Kind::Both,
        }
    }

    /// Its name in lower case, which stays the same.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Policy => "policy",
            Kind::Page => "page",
            Kind::Both => "both",
        }
    }
}

/// Who gets more than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Widening {
    /// Nobody sends or reads more, but for headers of responses that are read anyway.
    Nothing,
    /// Sites that are admitted anyway may do more.
    SameSites,
    /// A site is admitted that was not.
    MoreSites,
}

impl Widening {
    /// Its name in `snake_case`, which stays the same.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Widening::Nothing => "nothing",
            Widening::SameSites => "same_sites",
            Widening::MoreSites => "more_sites",
        }
    }

    /// In words.
    #[must_use]
    pub const fn in_words(self) -> &'static str {
        match self {
            Widening::Nothing => "nobody is admitted who was not, and nobody may send more",
            Widening::SameSites => "the same sites, with more than before",
            Widening::MoreSites => "one more site",
        }
    }
}

/// Changes that would help and are not proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Withheld {
    /// The changes.
    pub edits: Vec<Edit>,
    /// Why not, in one sentence.
    pub why: String,
    /// What is right instead.
    pub instead: Option<String>,
    /// The name of the mistake that the changed policy would have, where the compiler refuses it.
    pub mistake: Option<&'static str>,
}

impl Remedy {
    /// The changes, to be made one after the other.
    #[must_use]
    pub fn edits(&self) -> &[Edit] {
        &self.edits
    }

    /// What is changed.
    #[must_use]
    pub fn kind(&self) -> Kind {
        Kind::of(&self.edits)
    }

    /// The changes of the policy.
    pub fn policy_edits(&self) -> impl Iterator<Item = &PolicyEdit> {
        self.edits.iter().filter_map(|edit| match edit {
            Edit::Policy(edit) => Some(edit),
            Edit::Page(_) => None,
        })
    }

    /// Who gets more than before.
    #[must_use]
    pub fn widening(&self) -> Widening {
        self.widening
    }

    /// Who gets more than before, in words.
    #[must_use]
    pub fn for_whom(&self) -> &'static str {
        match self.widening {
            Widening::MoreSites if self.changes_others => {
                "one more site, and the other sites of its rule, with more than before"
            }
            widening => widening.in_words(),
        }
    }

    /// What it means for security, in sentences: who can then read what, and with whose session.
    #[must_use]
    pub fn security(&self) -> &[String] {
        &self.security
    }

    /// What to make sure of beforehand, in sentences.
    #[must_use]
    pub fn cautions(&self) -> &[String] {
        &self.cautions
    }

    /// The changed policy, compiled.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The policy as it was.
    #[must_use]
    pub fn before(&self) -> &Draft {
        &self.before
    }

    /// The changed policy.
    #[must_use]
    pub fn draft(&self) -> &Draft {
        &self.draft
    }

    /// The changed request.
    #[must_use]
    pub fn intent(&self) -> &Intent {
        &self.intent
    }
}
