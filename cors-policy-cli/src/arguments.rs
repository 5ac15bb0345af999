//! The arguments.

use clap::{Parser, Subcommand, ValueEnum};

use crate::check::Check;
use crate::decide::Decide;
use crate::explain::Explain;
use crate::origins::Origins;
use crate::probe::Probe;
#[cfg(feature = "tenants")]
use crate::tenants::Tenants;

pub(crate) const EXITS: &str = "\
Exit status:
  0  nothing was found
  1  policies have mistakes, or lines of input were malformed
  2  the arguments make no sense
  3  something could not be read or written, or there is no policy where one was looked for";

/// Checks CORS policies, decides requests by them, says whom they admit and why a page is refused, and asks live servers
#[derive(Debug, Parser)]
#[command(name = "cors-policy", bin_name = "cors-policy", version, after_help = EXITS)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// How results are printed: for people, or as one JSON object per line
    #[arg(long, global = true, value_enum, value_name = "FORMAT", display_order = 900)]
    pub(crate) format: Option<Format>,
    /// When to print colours; by default where a terminal wants them, and not where `NO_COLOR` is set
    #[arg(
        long = "color",
        global = true,
        value_enum,
        value_name = "WHEN",
        default_value = "auto",
        hide_default_value = true,
        display_order = 901
    )]
    pub(crate) colours: Colours,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(Check),
    Decide(Decide),
    Explain(Box<Explain>),
    Origins(Origins),
    Probe(Box<Probe>),
    #[cfg(feature = "tenants")]
    Tenants(Tenants),
}

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Human,
    Json,
}

/// When colours are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Colours {
    Auto,
    Always,
    Never,
}

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    Json,
    Toml,
    Rust,
}
