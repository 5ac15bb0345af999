//! The command line of whoever runs tenants (feature `admin`).
//!
//! A document is checked below the platform's ceiling, which is compiled into the platform's program. So this is a
//! function, and the platform has a binary of three lines:
//!
//! ```no_run
//! # use cors_policy_tenants::{Ceiling, cors_ceiling};
//! # static CEILING: Ceiling = cors_ceiling! { methods: [PUT] };
//! fn main() -> std::process::ExitCode {
//!     cors_policy_tenants::admin::main(&CEILING)
//! }
//! ```
//!
//! `--help` lists the commands; each says what it does to live traffic. The database is `--store` or the environment's
//! `CORS_STORE`, whoever writes is `--as` or `CORS_ACTOR`. With `--json`, data is one JSON value. See [`Exit`] for the
//! statuses.

mod arguments;
mod audit;
mod console;
mod diff;
mod duration;
mod explain;
mod failure;
mod fleet;
mod import;
mod instant;
mod loss;
mod policies;
mod shadow;
mod tenants;

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use cors_policy::Ceiling;

use console::Console;
use failure::Failure;

/// What a command came to: the status of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Exit {
    /// 0: it is done.
    Done,
    /// 1: it is refused: a document with mistakes, a conflict, a shadow that would refuse requests, a write that is not
    /// served in time.
    Refused,
    /// 2: the arguments make no sense.
    Usage,
    /// 3: the database does not answer, or not as one with the tables of this version.
    Unavailable,
}

/// Runs the command of the process's arguments, and gives its status.
#[must_use]
pub fn main(ceiling: &Ceiling) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            // Where this cannot be written either, the status is all there is.
            let _ = writeln!(io::stderr(), "error: {error}");
            return Exit::Unavailable.into();
        }
    };
    let mut out = io::BufWriter::new(io::stdout().lock());
    let (mut input, mut err) = (io::stdin(), io::stderr());
    runtime.block_on(run(std::env::args_os(), ceiling, &mut input, &mut out, &mut err)).into()
}

/// Runs one command. `arguments` begin with the name of the program; `input` is what a file called `-` has, `out` gets
/// what the command has to say, and `err` why it did not do what it was asked.
///
/// The environment is read for `CORS_STORE` and `CORS_ACTOR` where the arguments do not have them.
pub async fn run(
    arguments: impl IntoIterator<Item = OsString>,
    ceiling: &Ceiling,
    input: &mut impl Read,
    out: &mut impl Write,
    err: &mut impl Write,
) -> Exit {
    let mut console = Console { input, out, ceiling };
    let done = match Arguments::try_parse_from(arguments) {
        Ok(Arguments { command }) => command.run(&mut console).await,
        Err(error) if error.use_stderr() => {
            // It brings its own `error:`.
            let _ = write!(err, "{}", error.render());
            return Exit::Usage;
        }
        Err(help) => write!(console.out, "{}", help.render()).map_err(Failure::from),
    };
    let done = done.and(console.out.flush().map_err(Failure::from));
    match done {
        Ok(()) => Exit::Done,
        Err(failure) => failure.tell(err),
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(match exit {
            Exit::Done => 0,
            Exit::Refused => 1,
            Exit::Usage => 2,
            Exit::Unavailable => 3,
        })
    }
}

/// The CORS policies of tenants: publishes them, tries them in the shadow, rolls them back, and says why a request is
/// admitted or refused.
#[derive(Debug, Parser)]
#[command(after_help = "Exit status: 0 done, 1 refused, 2 wrong usage, 3 the database does not answer.\n\
                  What is written is served by every node within its polling interval, five seconds by default; \
                  `wait-live` waits for it.")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(flatten)]
    Policies(policies::Command),
    #[command(flatten)]
    Import(import::Command),
    #[command(flatten)]
    Diff(diff::Command),
    #[command(flatten)]
    Shadow(shadow::Command),
    #[command(flatten)]
    Explain(explain::Command),
    #[command(flatten)]
    Tenants(tenants::Command),
    #[command(flatten)]
    Audit(audit::Command),
    #[command(flatten)]
    Fleet(fleet::Command),
}

impl Command {
    async fn run(self, console: &mut Console<'_>) -> Result<(), Failure> {
        match self {
            Command::Policies(command) => command.run(console).await,
            Command::Import(command) => command.run(console).await,
            Command::Diff(command) => command.run(console).await,
            Command::Shadow(command) => command.run(console).await,
            Command::Explain(command) => command.run(console).await,
            Command::Tenants(command) => command.run(console).await,
            Command::Audit(command) => command.run(console).await,
            Command::Fleet(command) => command.run(console).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_arguments_fit_together() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn statuses() {
        assert_eq!(ExitCode::from(Exit::Done), ExitCode::SUCCESS);
        assert_eq!(ExitCode::from(Exit::Refused), ExitCode::from(1));
        assert_eq!(ExitCode::from(Exit::Usage), ExitCode::from(2));
        assert_eq!(ExitCode::from(Exit::Unavailable), ExitCode::from(3));
    }
}
