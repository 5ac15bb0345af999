//! Why a command did not do what it was asked.

use std::io;

use annotate_snippets::{Group, Level};

use crate::Exit;
use crate::console::{Console, renderer};

/// A status, and the reason in words.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    text: String,
}

impl Failure {
    pub(crate) fn usage(text: impl Into<String>) -> Self {
        Failure { exit: Exit::Usage, text: text.into() }
    }

    pub(crate) fn failed(text: impl Into<String>) -> Self {
        Failure { exit: Exit::Failed, text: text.into() }
    }

    /// What has been told already.
    pub(crate) fn told(exit: Exit) -> Self {
        Failure { exit, text: String::new() }
    }

    /// Whether nobody reads the output any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.exit == Exit::Fine
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn tell(self, console: &mut Console<'_>) -> Exit {
        // Where this cannot be written either, the status is all there is.
        let _ = console.output.flush();
        if !self.text.is_empty() {
            let title = Group::with_title(Level::ERROR.primary_title(&self.text));
            let _ = writeln!(console.errors, "{}", renderer(console.errors_colours).render(&[title]));
        }
        self.exit
    }
}

/// Of what is written to. Whoever reads results may have read enough of them.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::told(Exit::Fine),
            _ => Failure::failed(format!("the output cannot be written: {error}")),
        }
    }
}
