//! The argument CEILING: a ceiling in a Rust source, compiled.

use std::path::PathBuf;

use clap::Args;
use cors_policy_compiler::ceiling::Limits;
use cors_policy_compiler::cfg::Atom;
use cors_policy_compiler::compile_ceiling;

use super::{held, of_kind, read_named};
use crate::Exit;
use crate::check::{tell, written};
use crate::console::Console;
use crate::failure::Failure;
use crate::finding::Kind;

/// Which ceiling is meant.
#[derive(Clone, Debug, Args)]
pub(crate) struct Above {
    /// Takes documents only below this ceiling: a `cors_ceiling!` in a Rust source
    ///
    /// Where a source has several, `src/cors.rs#NAME` is the one in the item or function of this name, and
    /// `src/cors.rs#12` the one that begins in this line
    #[arg(long = "ceiling", value_name = "CEILING", verbatim_doc_comment)]
    ceiling: Option<PathBuf>,
    /// Takes the ceiling of builds for which this condition holds
    ///
    /// As in `#[cfg(…)]`. Without it, no condition of the ceiling holds
    #[arg(long = "ceiling-cfg", value_name = "CONDITION", requires = "ceiling")]
    cfg: Vec<String>,
}

impl Above {
    /// This one, or else that which a variable of the environment names.
    #[cfg(feature = "tenants")]
    pub(crate) fn or_of_environment(&self, variable: &str) -> Self {
        let named = || std::env::var_os(variable).map(PathBuf::from);
        Above { ceiling: self.ceiling.clone().or_else(named), ..self.clone() }
    }

    /// The most that documents may ask for, if that is limited. What is wrong with the ceiling is told to the stream of
    /// failures.
    pub(crate) fn compile(&self, console: &mut Console<'_>) -> Result<Option<Limits>, Failure> {
        let Some(ceiling) = &self.ceiling else { return Ok(None) };
        let (file, name) = read_named(ceiling, console)?;
        let written = match written(&file, None) {
            Ok(written) => written,
            Err(malformed) => {
                write!(console.errors, "{}", tell(&file, &[*malformed], console.errors_colours))?;
                return Err(Failure::told(Exit::Findings));
            }
        };
        let written = of_kind(Kind::Ceiling, written, name.as_deref(), &file)?;
        let findings = written.check(&file, None);
        write!(console.errors, "{}", tell(&file, &findings, console.errors_colours))?;
        if findings.iter().any(|found| found.diagnostic.denies()) {
            return Err(Failure::told(Exit::Findings));
        }
        let limits = compile_ceiling(written.source.clone()).limits;
        let conditions: Vec<&[(Atom, bool)]> =
            limits.iter().map(|(conditions, _)| conditions.as_slice()).collect();
        let place = held(&conditions, &self.cfg, "ceiling")?;
        Ok(limits.into_iter().nth(place).map(|(_, limits)| limits))
    }
}
