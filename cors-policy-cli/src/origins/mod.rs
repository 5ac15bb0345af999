//! `cors-policy origins`.

mod describe;
mod examples;
mod human;
mod remarks;

use clap::Args;

use crate::Exit;
use crate::arguments::{EXITS, Format};
use crate::console::Console;
use crate::failure::Failure;
use crate::policy::Chosen;
use describe::Description;

/// Says in words whom a policy admits, and what it grants them
///
/// Each example of an origin was given to the compiled policy.
#[derive(Debug, Args)]
#[command(after_help = EXITS)]
pub(crate) struct Origins {
    #[command(flatten)]
    chosen: Chosen,
    /// The most examples of each kind for a pattern
    #[arg(long, value_name = "NUMBER", default_value_t = 3)]
    examples: usize,
}

impl Origins {
    pub(crate) fn run(&self, format: Option<Format>, console: &mut Console<'_>) -> Result<Exit, Failure> {
        let compiled = self.chosen.compile(console)?;
        let description = Description::of(&compiled, self.examples);
        match format {
            Some(Format::Json) => console.json(&description)?,
            Some(Format::Human) | None => write!(console.output, "{description}")?,
        }
        Ok(Exit::Fine)
    }
}
