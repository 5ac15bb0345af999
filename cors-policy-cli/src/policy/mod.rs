//! The argument POLICY: a policy in a file, compiled.

mod ceiling;
mod spelling;

use std::path::{Path, PathBuf};

use clap::Args;
use cors_policy::{Document, Policy};
use cors_policy_compiler::cfg::{Atom, Variant, variants};
use cors_policy_compiler::diagnostic::Report;

use crate::Exit;
use crate::arguments::Language;
use crate::check::{is_input, tell, written};
use crate::console::Console;
use crate::failure::Failure;
use crate::finding::{Finding, Kind, Written};
use crate::source::{Source, printable, read, read_input};

pub(crate) use ceiling::Above;

/// Which policy is meant.
#[derive(Debug, Args)]
pub(crate) struct Chosen {
    /// A data file, a Rust source, or `-` for the standard input
    ///
    /// Where a source has several policies, `src/cors.rs#NAME` is the one in the item or function of
    /// this name, and `src/cors.rs#12` the one that begins in this line
    #[arg(value_name = "POLICY", verbatim_doc_comment)]
    pub(crate) policy: PathBuf,
    /// Reads POLICY as this, whatever its name is
    #[arg(long, value_enum, value_name = "LANGUAGE")]
    language: Option<Language>,
    /// Takes the policy of builds for which this condition holds
    ///
    /// As in `#[cfg(…)]`: `debug_assertions`, `feature="dev"`. Without it, no condition of the policy holds
    #[arg(long, value_name = "CONDITION")]
    cfg: Vec<String>,
}

/// A policy that compiled.
#[derive(Debug)]
pub(crate) struct Compiled {
    /// What it is called, and where it stands.
    pub(crate) label: String,
    pub(crate) policy: Policy,
    /// Its conditions, each with whether it holds.
    pub(crate) conditions: Vec<(Atom, bool)>,
    /// As it was compiled.
    pub(crate) document: Document,
    /// Where it stands, and as which of the policies there.
    pub(crate) file: Source,
    pub(crate) place: usize,
}

impl Chosen {
    pub(crate) fn is_input(&self) -> bool {
        is_input(&self.policy)
    }

    /// The policy. What is wrong with it is told to the stream of failures.
    pub(crate) fn compile(&self, console: &mut Console<'_>) -> Result<Compiled, Failure> {
        let (file, place, written) = without_mistakes(Kind::Policy, &self.policy, self.language, console)?;
        let (document, conditions) = self.document(&written, &[])?;
        let compiled = Policy::compile(&document);
        let policy = compiled.map_err(|found| Failure::failed(found.to_string()))?.policy;
        Ok(Compiled { label: label(&written, &file), policy, conditions, document, file, place })
    }

    /// The policy at a place of a changed file, as a document, in builds for which these conditions hold, too.
    pub(crate) fn changed(&self, file: &Source, place: usize, also: &[&str]) -> Option<Document> {
        let written = written(file, self.language).ok()?.into_iter().nth(place)?;
        Some(self.document(&written, also).ok()?.0)
    }

    /// The mistakes of the policy at a place of a changed file, in any build; `None` where there is none at that place.
    pub(crate) fn mistakes(&self, file: &Source, place: usize) -> Option<Vec<Finding>> {
        let mut found = self.written(file).into_iter().nth(place)?.check(file, None);
        found.retain(|found| found.diagnostic.denies());
        Some(found)
    }

    /// The policy as a document in builds for which one more condition holds, for each that does not.
    pub(crate) fn otherwise(&self, compiled: &Compiled) -> Vec<(String, Document)> {
        let others = compiled.conditions.iter().filter(|(_, holds)| !holds).map(|(atom, _)| atom.to_string());
        let document = |condition: String| {
            let document = self.changed(&compiled.file, compiled.place, &[&condition])?;
            Some((condition, document))
        };
        others.filter_map(document).collect()
    }

    /// Every policy and ceiling in a file.
    pub(crate) fn written(&self, file: &Source) -> Vec<Written> {
        written(file, self.language).unwrap_or_default()
    }

    /// How a file is read.
    pub(crate) fn language(&self, file: &Source) -> Language {
        self.language.unwrap_or_else(|| file.language())
    }

    fn document(&self, written: &Written, also: &[&str]) -> Result<(Document, Vec<(Atom, bool)>), Failure> {
        let variant = self.variant(written, also)?;
        let document = match &written.document {
            Some(document) => document.clone(),
            None => document(&variant)?,
        };
        Ok((document, variant.conditions))
    }

    /// The policy for these conditions.
    fn variant(&self, written: &Written, also: &[&str]) -> Result<Variant, Failure> {
        let mut report = Report::new(written.source.spelling);
        let variants = variants(written.source.clone(), &mut report);
        let conditions: Vec<&[(Atom, bool)]> =
            variants.iter().map(|variant| variant.conditions.as_slice()).collect();
        let wanted: Vec<&str> = self.cfg.iter().map(String::as_str).chain(also.iter().copied()).collect();
        let place = held(&conditions, &wanted, "policy")?;
        let variant = variants.into_iter().nth(place);
        variant.ok_or_else(|| Failure::usage("in no build all of these conditions hold"))
    }
}

/// The place of the variant for which the wanted conditions hold, and no others.
fn held(variants: &[&[(Atom, bool)]], wanted: &[&str], what: &str) -> Result<usize, Failure> {
    let wanted: Vec<String> = wanted.iter().copied().map(without_spaces).collect();
    let conditions = variants.first().copied().unwrap_or_default();
    let known: Vec<String> = conditions.iter().map(|(atom, _)| without_spaces(&atom.to_string())).collect();
    if let Some(unknown) = wanted.iter().find(|wanted| !known.contains(wanted)) {
        let known = match known.as_slice() {
            [] => "it has none".to_owned(),
            known => format!("it has {}", known.join(", ")),
        };
        let unknown = printable(unknown);
        return Err(Failure::usage(format!("`{unknown}` is no condition of the {what}; {known}")));
    }
    let holds = |atom: &Atom| wanted.contains(&without_spaces(&atom.to_string()));
    let is_meant = |variant: &&[(Atom, bool)]| variant.iter().all(|(atom, held)| holds(atom) == *held);
    let place = variants.iter().position(is_meant);
    place.ok_or_else(|| Failure::usage("in no build all of these conditions hold"))
}

/// The policy or ceiling at a path, with its file and its place there. What is wrong with it is told to the stream of
/// failures.
fn without_mistakes(
    kind: Kind,
    path: &Path,
    language: Option<Language>,
    console: &mut Console<'_>,
) -> Result<(Source, usize, Written), Failure> {
    let (file, name) = read_named(path, console)?;
    let written = match written(&file, language) {
        Ok(written) => written,
        Err(malformed) => {
            write!(console.errors, "{}", tell(&file, &[*malformed], console.errors_colours))?;
            return Err(Failure::told(Exit::Findings));
        }
    };
    let (place, written) = of_kind(kind, written, name.as_deref(), &file)?;
    let findings = written.check(&file, None);
    write!(console.errors, "{}", tell(&file, &findings, console.errors_colours))?;
    if findings.iter().any(|found| found.diagnostic.denies()) {
        return Err(Failure::told(Exit::Findings));
    }
    Ok((file, place, written))
}

/// The file, and what stands behind `#`.
fn read_named(path: &Path, console: &mut Console<'_>) -> Result<(Source, Option<String>), Failure> {
    if is_input(path) {
        return Ok((read_input(console)?, None));
    }
    // A file may have a `#` in its name.
    let split = path.to_str().and_then(|path| path.rsplit_once('#'));
    match split.filter(|_| !path.exists()) {
        Some((file, name)) => Ok((read(Path::new(file))?, Some(name.to_owned()))),
        None => Ok((read(path)?, None)),
    }
}

fn without_spaces(condition: &str) -> String {
    condition.chars().filter(|character| !character.is_whitespace()).collect()
}

/// The policy or ceiling that is meant, and its place among all.
fn of_kind(
    kind: Kind,
    written: Vec<Written>,
    name: Option<&str>,
    file: &Source,
) -> Result<(usize, Written), Failure> {
    let line = name.and_then(|name| name.parse::<usize>().ok());
    let is_meant = |written: &Written| match (name, line) {
        (None, _) => written.kind == kind,
        (_, Some(line)) => file.position(written.place.start).line == line,
        (Some(name), None) => written.name.as_deref() == Some(name),
    };
    let all = listed(kind, &written, file);
    let mut meant: Vec<(usize, Written)> =
        written.into_iter().enumerate().filter(|(_, written)| is_meant(written)).collect();
    let which = name.map_or_else(|| file.name.clone(), |name| format!("{}#{}", file.name, printable(name)));
    match (meant.pop(), meant.len()) {
        (Some(only), 0) if only.1.kind == kind => Ok(only),
        (Some(_), 0) => Err(Failure::failed(match kind {
            Kind::Policy => format!("`{which}` is a ceiling, which admits nobody by itself"),
            Kind::Ceiling => format!("`{which}` is a policy, and no ceiling"),
        })),
        (None, _) => Err(Failure::failed(format!("there is no {} `{which}`{all}", kind.word()))),
        (Some(_), _) => Err(Failure::usage(format!("`{which}` can be several {}{all}", kind.words()))),
    }
}

/// What there is to choose from.
fn listed(kind: Kind, written: &[Written], file: &Source) -> String {
    let wanted = written.iter().filter(|written| written.kind == kind);
    let places = wanted.map(|written| {
        let line = file.position(written.place.start).line;
        match &written.name {
            Some(name) => format!("#{name} (line {line})"),
            None => format!("#{line}"),
        }
    });
    let places: Vec<String> = places.collect();
    if places.is_empty() { String::new() } else { format!("; the file has {}", places.join(", ")) }
}

fn label(written: &Written, file: &Source) -> String {
    match &written.name {
        Some(name) => format!("{name} ({}:{})", file.name, file.position(written.place.start).line),
        None => file.name.clone(),
    }
}

/// The policy as data.
fn document(variant: &Variant) -> Result<Document, Failure> {
    let data = spelling::data(&variant.source);
    serde_json::from_value(data).map_err(|error| Failure::failed(error.to_string()))
}
