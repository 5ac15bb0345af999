//! The streams of the command.

use std::fmt;
use std::io::{self, BufRead, Write};

use annotate_snippets::Renderer;
use serde::Serialize;

use crate::Exit;
use crate::arguments::Colours;
use crate::failure::Failure;

/// The streams of a command, and which of them show colours.
pub struct Console<'c> {
    /// What `-` reads.
    pub input: Box<dyn BufRead + 'c>,
    /// Where results go.
    pub output: Box<dyn Write + 'c>,
    /// Where failures go.
    pub errors: Box<dyn Write + 'c>,
    /// Whether results are coloured where the arguments leave it open.
    pub output_colours: bool,
    /// Whether failures are coloured where the arguments leave it open.
    pub errors_colours: bool,
}

impl fmt::Debug for Console<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Console")
            .field("output_colours", &self.output_colours)
            .field("errors_colours", &self.errors_colours)
            .finish_non_exhaustive()
    }
}

impl Console<'_> {
    pub(crate) fn choose(&mut self, colours: Colours) {
        let chosen = match colours {
            Colours::Auto => return,
            Colours::Always => true,
            Colours::Never => false,
        };
        (self.output_colours, self.errors_colours) = (chosen, chosen);
    }

    /// Prints an object on a line of its own.
    pub(crate) fn json(&mut self, object: &impl Serialize) -> Result<(), Failure> {
        serde_json::to_writer(&mut self.output, object).map_err(io::Error::from)?;
        Ok(self.output.write_all(b"\n")?)
    }

    /// What clap has to say: help and the version are results, the rest is not.
    pub(crate) fn usage(&mut self, error: &clap::Error) -> Exit {
        let exit = if error.use_stderr() { Exit::Usage } else { Exit::Fine };
        let stream = if error.use_stderr() { &mut self.errors } else { &mut self.output };
        // Where this cannot be written, the status is all there is.
        let _ = write!(stream, "{}", error.render());
        let _ = stream.flush();
        exit
    }
}

/// Prints excerpts, with colours or without.
pub(crate) fn renderer(colours: bool) -> Renderer {
    if colours { Renderer::styled() } else { Renderer::plain() }
}
