//! The argument CEILING: a ceiling in a Rust source, compiled.

use std::path::PathBuf;

use clap::Args;
use cors_policy_compiler::ceiling::Limits;
use cors_policy_compiler::cfg::Atom;
use cors_policy_compiler::compile_ceiling;

use super::{held, without_mistakes};
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
        let (_, _, written) = without_mistakes(Kind::Ceiling, ceiling, None, console)?;
        let limits = compile_ceiling(written.source.clone()).limits;
        let conditions: Vec<&[(Atom, bool)]> =
            limits.iter().map(|(conditions, _)| conditions.as_slice()).collect();
        let wanted: Vec<&str> = self.cfg.iter().map(String::as_str).collect();
        let place = held(&conditions, &wanted, "ceiling")?;
        Ok(limits.into_iter().nth(place).map(|(_, limits)| limits))
    }
}
