//! Documents: a tenant's policy as data, checked below the platform's ceiling.

use std::fmt;

use cors_policy::{Ceiling, Compiled, Diagnostics, Document, Policy};

use crate::store::{Checked, MAX_DOCUMENT};

/// Why a document is refused.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum BadDocument {
    /// It has so many bytes, more than [`MAX_DOCUMENT`].
    TooLarge(usize),
    /// It is no JSON, or no map.
    Json(String),
    /// It makes these mistakes.
    Mistakes(Diagnostics),
}

/// Compiles a document below a ceiling.
///
/// # Errors
///
/// Everything that is wrong with it.
pub fn compile(text: &str, ceiling: &Ceiling) -> Result<Compiled, BadDocument> {
    if text.len() > MAX_DOCUMENT {
        return Err(BadDocument::TooLarge(text.len()));
    }
    let document: Document =
        serde_json::from_str(text).map_err(|error| BadDocument::Json(error.to_string()))?;
    Policy::compile_below(&document, ceiling).map_err(BadDocument::Mistakes)
}

impl Checked {
    /// Checks a document before it is published.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn new(text: &str, ceiling: &Ceiling) -> Result<Checked, BadDocument> {
        let compiled = compile(text, ceiling)?;
        let mut patterns = Vec::new();
        for rule in compiled.policy.rules() {
            match rule.origins() {
                Some(own) => patterns.extend(own.map(str::to_owned)),
                None => patterns.push("*".to_owned()),
            }
        }
        Ok(Checked::elsewhere(text, patterns))
    }
}

impl fmt::Display for BadDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadDocument::TooLarge(bytes) => {
                write!(f, "the document has {bytes} bytes, more than {MAX_DOCUMENT}: list fewer origins")
            }
            BadDocument::Json(error) => write!(f, "the document cannot be read: {error}"),
            BadDocument::Mistakes(diagnostics) => diagnostics.fmt(f),
        }
    }
}

impl std::error::Error for BadDocument {}
