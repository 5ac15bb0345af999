//! `cors-policy tenants`: the command line of whoever runs tenants, below a ceiling in a source.

use std::ffi::OsString;

use clap::Args;
use cors_policy::__macro_v1::ceiling;
use cors_policy_compiler::ceiling::Limits;
use cors_policy_tenants::admin;

use crate::Exit;
use crate::arguments::Format;
use crate::console::Console;
use crate::failure::Failure;
use crate::policy::Above;

/// Publishes the policies of tenants, rolls them back, tries them in the shadow, and says what becomes of requests
///
/// `cors-policy tenants help` lists the commands. The ceiling is that of the platform: documents are checked below it, and
/// `CORS_CEILING` in the environment can name it, too. A platform can also have these commands in a binary of its own, which
/// has its ceiling in it: `cors_policy_tenants::admin`.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit status:
  0  it is done
  1  it is refused: a document with mistakes, a conflict, a write that is not served in time
  2  the arguments make no sense
  3  the database does not answer, or something could not be read")]
pub(crate) struct Tenants {
    #[command(flatten)]
    above: Above,
    /// A command with its arguments
    #[arg(value_name = "COMMAND", required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<OsString>,
}

impl Tenants {
    pub(crate) fn run(&self, format: Option<Format>, console: &mut Console<'_>) -> Result<Exit, Failure> {
        let limits = match self.above.or_of_environment("CORS_CEILING").compile(console)? {
            Some(limits) => limits,
            // What commands there are can be asked without.
            None if self.asks_for_help() => Limits::NOTHING,
            None => {
                return Err(Failure::usage(
                    "which ceiling the documents have must be said: `--ceiling src/cors.rs#CEILING`",
                ));
            }
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Failure::failed(error.to_string()))?;
        let arguments = std::iter::once("cors-policy tenants".into()).chain(self.command.iter().cloned());
        let arguments = arguments.chain((format == Some(Format::Json)).then(|| "--json".into()));
        let Console { input, output, errors, .. } = console;
        let exit = runtime.block_on(admin::run(arguments, &ceiling(limits), input, output, errors));
        Ok(match exit {
            admin::Exit::Done => Exit::Fine,
            admin::Exit::Refused => Exit::Findings,
            admin::Exit::Usage => Exit::Usage,
            admin::Exit::Unavailable => Exit::Failed,
        })
    }

    fn asks_for_help(&self) -> bool {
        self.command.iter().any(|word| word == "help" || word == "--help" || word == "-h")
    }
}
