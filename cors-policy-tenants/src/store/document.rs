//! Documents: how they enter, and how a reader knows that they are what entered.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::{Corrupt, StoreError};

/// The most bytes that a document may have.
pub const MAX_DOCUMENT: usize = 64 * 1024;

/// A document that was checked, and what can be asked about it in the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// The document.
    pub text: String,
    /// The patterns of its origins, and whether each is one with a wildcard.
    pub patterns: Vec<(String, bool)>,
}

impl Checked {
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
