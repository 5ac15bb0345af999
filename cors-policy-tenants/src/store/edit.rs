//! What every write says about itself, and what it answers.

use std::fmt;

/// How often a tenant was changed: what a writer has seen, and compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RowVersion(pub u64);

impl fmt::Display for RowVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Who writes, why, and what they had seen.
#[derive(Clone, Copy, Debug)]
pub struct Edit<'a> {
    pub(super) actor: &'a str,
    pub(super) note: &'a str,
    pub(super) expected: Option<RowVersion>,
}

impl<'a> Edit<'a> {
    /// A write by a person or a program, which the audit names.
    #[must_use]
    pub fn by(actor: &'a str) -> Self {
        Self { actor, note: "", expected: None }
    }

    /// Why it is done.
    #[must_use]
    pub fn note(self, note: &'a str) -> Self {
        Self { note, ..self }
    }

    /// Only if the tenant is still what was read: without this, the last one wins. What is not about a tenant that was
    /// there before does not look at it.
    #[must_use]
    pub fn expecting(self, seen: RowVersion) -> Self {
        Self { expected: Some(seen), ..self }
    }
}

/// A write that is on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its number. A node that has seen it serves it.
    pub revision: u64,
    /// The row version that the tenant has now.
    pub row_version: RowVersion,
}
