//! `cors-policy check`.

mod explain;
mod human;
mod json;

use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use cors_policy_compiler::ceiling::Limits;
use cors_policy_compiler::mistake::Severity;

use crate::Exit;
use crate::arguments::{EXITS, Format, Language};
use crate::console::Console;
use crate::failure::Failure;
use crate::finding::{Finding, Written};
use crate::policy::Above;
use crate::source::{Source, files, read, read_input};
use crate::{data, rust};

/// Checks policies in data files and in Rust sources
///
/// Data files are JSON or TOML. In Rust sources every `cors_policy!` and `cors_ceiling!` is checked, whatever its `cfg`.
#[derive(Debug, Args)]
#[command(after_help = EXITS)]
pub(crate) struct Check {
    /// Files, directories, or `-` for the standard input
    ///
    /// In directories: `*.rs`, `cors.json`, `*.cors.json`, `cors.toml` and `*.cors.toml`,
    /// but nothing that is hidden, ignored by git or built by cargo
    #[arg(value_name = "FILE", required_unless_present = "explain", verbatim_doc_comment)]
    files: Vec<PathBuf>,
    /// Reads every FILE as this, whatever its name is
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    language: Option<Language>,
    /// Ends with status 1 for warnings, too
    #[arg(long)]
    deny_warnings: bool,
    #[command(flatten)]
    above: Above,
    /// Explains a mistake, by the name in brackets, and checks nothing
    #[arg(long, value_name = "CODE", conflicts_with_all = ["files", "language", "deny_warnings", "ceiling"])]
    explain: Option<String>,
}

/// What is said about one file.
pub(crate) struct Checked {
    pub(crate) file: Source,
    pub(crate) findings: Vec<Finding>,
    /// How many policies and ceilings stand in it.
    pub(crate) written: usize,
}

/// How much was found in all.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) files: usize,
    pub(crate) policies: usize,
    pub(crate) errors: usize,
    pub(crate) warnings: usize,
    /// Files that could not be read.
    pub(crate) failures: usize,
}

/// Prints what is found.
pub(crate) trait Report {
    fn file(&mut self, checked: &Checked, console: &mut Console<'_>) -> Result<(), Failure>;
    fn failure(&mut self, failure: Failure, console: &mut Console<'_>) -> Result<(), Failure>;
    fn end(&mut self, counts: Counts, console: &mut Console<'_>) -> Result<(), Failure>;
}

impl Check {
    pub(crate) fn run(&self, format: Option<Format>, console: &mut Console<'_>) -> Result<Exit, Failure> {
        if let Some(code) = &self.explain {
            return explain::explain(code, format, console);
        }
        let mut report: Box<dyn Report> = match format {
            Some(Format::Json) => Box::new(json::Objects),
            Some(Format::Human) | None => Box::<human::Excerpts>::default(),
        };
        let ceiling = self.above.compile(console)?;
        let mut counts = Counts::default();
        for argument in &self.files {
            for file in named(argument) {
                match file.and_then(|file| self.one(&file, ceiling.as_ref(), console)) {
                    Ok(checked) => {
                        counts.add(&checked);
                        unheard(report.file(&checked, console), console)?;
                    }
                    Err(failure) => {
                        counts.failures += 1;
                        unheard(report.failure(failure, console), console)?;
                    }
                }
            }
        }
        if counts.policies + counts.errors + counts.failures == 0 {
            counts.failures += 1;
            let failure = Failure::failed("there is no policy in what was to be checked");
            unheard(report.failure(failure, console), console)?;
        }
        unheard(report.end(counts, console), console)?;
        Ok(self.exit(counts))
    }

    fn one(
        &self,
        file: &Path,
        ceiling: Option<&Limits>,
        console: &mut Console<'_>,
    ) -> Result<Checked, Failure> {
        let file = if is_input(file) { read_input(console)? } else { read(file)? };
        Ok(check(file, self.language, ceiling))
    }

    fn exit(&self, counts: Counts) -> Exit {
        match counts {
            Counts { failures: 1.., .. } => Exit::Failed,
            Counts { errors: 1.., .. } => Exit::Findings,
            Counts { warnings: 1.., .. } if self.deny_warnings => Exit::Findings,
            _ => Exit::Fine,
        }
    }
}

impl Counts {
    fn add(&mut self, checked: &Checked) {
        let denying = checked.findings.iter().filter(|found| found.diagnostic.denies()).count();
        self.files += 1;
        self.policies += checked.written;
        self.errors += denying;
        self.warnings += checked.findings.len() - denying;
    }
}

/// Whoever reads the first lines only gets the status of all of it.
fn unheard(result: Result<(), Failure>, console: &mut Console<'_>) -> Result<(), Failure> {
    match result {
        Err(failure) if failure.is_closed() => {
            console.output = Box::new(io::sink());
            Ok(())
        }
        result => result,
    }
}

pub(crate) fn is_input(file: &Path) -> bool {
    file.as_os_str() == "-"
}

fn named(argument: &Path) -> Vec<Result<PathBuf, Failure>> {
    if !is_input(argument) && argument.is_dir() { files(argument) } else { vec![Ok(argument.to_owned())] }
}

/// Everything that stands in a file.
///
/// # Errors
///
/// What is malformed as a whole.
pub(crate) fn written(file: &Source, language: Option<Language>) -> Result<Vec<Written>, Box<Finding>> {
    match language.unwrap_or_else(|| file.language()) {
        Language::Rust => rust::read(file),
        language => data::read(file, language).map(|written| vec![written]),
    }
}

fn check(file: Source, language: Option<Language>, ceiling: Option<&Limits>) -> Checked {
    match written(&file, language) {
        Ok(written) => {
            let findings = written.iter().flat_map(|written| written.check(&file, ceiling)).collect();
            Checked { findings, written: written.len(), file }
        }
        Err(malformed) => Checked { findings: vec![*malformed], written: 0, file },
    }
}

/// Prints what was found in one policy as people read it.
pub(crate) fn tell(file: &Source, findings: &[Finding], colours: bool) -> String {
    findings.iter().map(|finding| human::excerpt(file, finding, colours) + "\n\n").collect()
}

/// The word in front of a diagnostic. Lints refuse a policy as errors do.
pub(crate) fn word(severity: Severity) -> &'static str {
    severity.name()
}
