//! Why a command did not do what it was asked.

use std::io::{self, Write};

use super::Exit;
use crate::document::BadDocument;
use crate::store::StoreError;

/// A status, and the reason in words.
#[derive(Debug)]
pub(super) struct Failure {
    exit: Exit,
    text: String,
}

impl Failure {
    pub(super) fn refused(text: impl Into<String>) -> Self {
        Failure { exit: Exit::Refused, text: text.into() }
    }

    pub(super) fn usage(text: impl Into<String>) -> Self {
        Failure { exit: Exit::Usage, text: text.into() }
    }

    /// The same with more to read below it.
    pub(super) fn and(self, more: &str) -> Self {
        Failure { text: format!("{}\n{more}", self.text), ..self }
    }

    /// The same, with what was done before in front of it.
    pub(super) fn after(self, done: &str) -> Self {
        Failure { text: format!("{done}: {}", self.text), ..self }
    }

    pub(super) fn tell(self, err: &mut impl Write) -> Exit {
        if !self.text.is_empty() {
            // Where this cannot be written either, the status is all there is.
            let _ = writeln!(err, "error: {}", self.text);
        }
        self.exit
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let exit = match &error {
            StoreError::Address { .. } | StoreError::Name { .. } => Exit::Usage,
            StoreError::SchemaMissing
            | StoreError::SchemaTooOld { .. }
            | StoreError::SchemaTooNew { .. }
            | StoreError::TimedOut => Exit::Unavailable,
            StoreError::Database(error) if !is_taken(error.as_ref()) => Exit::Unavailable,
            _ => Exit::Refused,
        };
        Failure { exit, text: error.to_string() }
    }
}

/// Whether somebody else was faster to take a name.
fn is_taken(error: &(dyn std::error::Error + 'static)) -> bool {
    match error.downcast_ref::<sqlx::Error>() {
        Some(sqlx::Error::Database(error)) => error.is_unique_violation(),
        _ => false,
    }
}

impl From<BadDocument> for Failure {
    fn from(bad: BadDocument) -> Self {
        Failure::refused(bad.to_string())
    }
}

/// Of what is written to. Whoever reads a list may have read enough of it.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure { exit: Exit::Done, text: String::new() },
            _ => Failure::refused(format!("the output cannot be written: {error}")),
        }
    }
}
