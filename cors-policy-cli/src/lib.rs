//! The command `cors-policy`: checks CORS policies in data files and in Rust sources, decides requests by them, says in
//! words whom they admit and why a page is refused, and asks live servers what browsers would. `docs/command.md` in the
//! repository is its manual.
//!
//! [`run`] is the command over streams of the caller's choice.

mod arguments;
mod browser;
mod check;
mod console;
mod data;
mod decide;
mod explain;
mod failure;
mod finding;
mod origins;
mod policy;
mod probe;
mod rust;
mod source;
#[cfg(feature = "tenants")]
mod tenants;

use std::ffi::OsString;
use std::io::{self, BufReader, BufWriter, IsTerminal};
use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};
use failure::Failure;

pub use console::Console;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Nothing was found.
    Fine = 0,
    /// Policies have mistakes, lines of input were malformed, or a page does not have what it asks for.
    Findings = 1,
    /// The arguments make no sense.
    Usage = 2,
    /// Something could not be read or written, or there is no policy where one was looked for.
    Failed = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// The command, over the arguments and streams of the process.
#[must_use]
pub fn main() -> ExitCode {
    let mut console = Console {
        input: Box::new(BufReader::new(io::stdin())),
        output: Box::new(BufWriter::new(io::stdout())),
        errors: Box::new(io::stderr()),
        output_colours: wants_colours(&io::stdout()),
        errors_colours: wants_colours(&io::stderr()),
    };
    run(std::env::args_os(), &mut console).into()
}

/// Whether a stream shows colours, by what environments agree on: <https://bixense.com/clicolors>, <https://no-color.org>.
fn wants_colours(stream: &impl IsTerminal) -> bool {
    let shows = || {
        let wanted = anstyle_query::clicolor().unwrap_or(true);
        stream.is_terminal() && wanted && anstyle_query::term_supports_color()
    };
    !anstyle_query::no_color() && (anstyle_query::clicolor_force() || shows())
}

/// The command: arguments, of which the first is the name of the program, and streams.
pub fn run(arguments: impl IntoIterator<Item = OsString>, console: &mut Console<'_>) -> Exit {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return console.usage(&error),
    };
    console.choose(arguments.colours);
    let done = match &arguments.command {
        Command::Check(command) => command.run(arguments.format, console),
        Command::Decide(command) => command.run(arguments.format, console),
        Command::Explain(command) => command.run(arguments.format, console),
        Command::Origins(command) => command.run(arguments.format, console),
        Command::Probe(command) => command.run(arguments.format, console),
        #[cfg(feature = "tenants")]
        Command::Tenants(command) => command.run(arguments.format, console),
    };
    let done = done.and_then(|exit| match console.output.flush().map_err(Failure::from) {
        Err(failure) if !failure.is_closed() => Err(failure),
        _ => Ok(exit),
    });
    done.unwrap_or_else(|failure: Failure| failure.tell(console))
}
