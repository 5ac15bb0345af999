//! Documents: how they enter, and how a reader knows that they are what entered.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::{Corrupt, StoreError};

/// The most bytes that a document may have.
pub const MAX_DOCUMENT: usize = 64 * 1024;

/// A document that was checked, and what can be asked about it in the database: [`Checked::new`] makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    pub(super) text: String,
    /// The patterns of its origins, and whether each is one with a wildcard.
    pub(super) patterns: Vec<(String, bool)>,
}

impl Checked {
    /// A document that something else has checked, such as a copy from another store. `patterns` are those of its origins, `*`
    /// for any; they are what [`Store::who_allows`](super::Store::who_allows) knows of it. Nodes compile every document
    /// again: one that is bad is not served, and its tenant keeps what it had.
    #[must_use]
    pub fn elsewhere(text: impl Into<String>, patterns: impl IntoIterator<Item = String>) -> Self {
        let with_kind = |pattern: String| {
            let is_wildcard = pattern.contains('*');
            (pattern, is_wildcard)
        };
        let mut patterns: Vec<_> = patterns.into_iter().map(with_kind).collect();
        // Two rules may have one pattern.
        patterns.sort_unstable();
        patterns.dedup();
        Checked { text: text.into(), patterns }
    }

    /// The document.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The patterns of its origins, each once; `*` for any.
    pub fn patterns(&self) -> impl Iterator<Item = &str> {
        self.patterns.iter().map(|(pattern, _)| pattern.as_str())
    }

    /// Whether it may be stored.
    pub(super) fn fits(&self) -> Result<(), StoreError> {
        match self.text.len() {
            0..=MAX_DOCUMENT => Ok(()),
            bytes => Err(StoreError::DocumentTooLarge { bytes }),
        }
    }
}

/// The SHA-256 of a document, in hexadecimal digits.
pub(super) fn hash(document: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(document) {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// What was read, if it is what was published.
pub(super) fn verify(document: Vec<u8>, stored: String) -> Result<String, Corrupt> {
    let read = hash(&document);
    if read != stored {
        return Err(Corrupt { stored, read });
    }
    String::from_utf8(document).map_err(|_| Corrupt { stored, read })
}
