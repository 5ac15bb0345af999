//! `cors-policy explain`.

mod change;
mod diff;
mod insert;
mod intended;

use clap::Args;
use cors_policy::Document;
use cors_policy::explain::{Draft, Intent, Remedy, Spelling, Story};
use serde::Serialize;

use crate::Exit;
use crate::arguments::{Format, Language};
use crate::check::tell;
use crate::console::Console;
use crate::failure::Failure;
use crate::finding::Finding;
use crate::policy::{Chosen, Compiled};
use crate::source::Source;
use diff::Diff;
use intended::Intended;

const EXITS: &str = "\
Exit status:
  0  it works
  1  it does not, or the policy has mistakes
  2  the arguments make no sense
  3  something could not be read or written, or there is no policy where one was looked for";

/// Says why a page has, or has not, what it asks for, and what would help
///
/// Nothing is sent: a model of the browser asks the policy. What is proposed was compiled and asked again.
#[derive(Debug, Args)]
#[command(after_help = EXITS)]
pub(crate) struct Explain {
    #[command(flatten)]
    chosen: Chosen,
    #[command(flatten)]
    intended: Intended,
}

/// A story, and the change of the file by which it would be another.
#[derive(Serialize)]
struct Explained<'e> {
    #[serde(flatten)]
    story: &'e Story,
    /// Conditions of builds in which it works.
    works_with: Vec<String>,
    diff: Option<String>,
    /// Why there is none, if the policy of other builds would have mistakes with it.
    refused_in_other_builds: Vec<Refused<'e>>,
}

/// A mistake that the policy of other builds would have.
#[derive(Serialize)]
struct Refused<'e> {
    code: &'static str,
    message: &'e str,
    condition: Option<&'e str>,
}

/// What becomes of a file with the changes of a remedy.
enum Change {
    Lines(Diff),
    /// The changed file, and the mistakes that its policy has in other builds.
    Refused(Source, Vec<Finding>),
}

impl Explain {
    pub(crate) fn run(&self, format: Option<Format>, console: &mut Console<'_>) -> Result<Exit, Failure> {
        let intent = self.intended.intent()?;
        let compiled = self.chosen.compile(console)?;
        let story = story(&compiled, &intent)?;
        let changes = story.remedies().iter().filter_map(|remedy| self.change(&compiled, remedy));
        let (mut diff, mut refused) = (None, None);
        for change in changes {
            match change {
                Change::Lines(lines) => drop(diff.get_or_insert(lines)),
                Change::Refused(file, found) => drop(refused.get_or_insert((file, found))),
            }
        }
        let refused = refused.filter(|_| diff.is_none());
        let works_with = if story.works() { Vec::new() } else { self.works_with(&compiled, &intent) };
        match format {
            Some(Format::Json) => {
                let diff = diff.map(|diff| diff.exact().to_string());
                let found = refused.iter().flat_map(|(_, found)| found);
                let refused_in_other_builds = found.map(Refused::of).collect();
                console.json(&Explained { story: &story, works_with, diff, refused_in_other_builds })?;
            }
            Some(Format::Human) | None => {
                write!(console.output, "{}", story.told(self.spelling(&compiled)))?;
                for condition in works_with {
                    writeln!(console.output, "\nIt works in builds with `{condition}`: see `--cfg`.")?;
                }
                if let Some(diff) = diff {
                    write!(console.output, "\n{}", diff.coloured(console.output_colours))?;
                }
                if let Some((file, found)) = &refused {
                    let told = tell(file, found, console.output_colours);
                    write!(
                        console.output,
                        "\nWith that change of the policy, other builds are refused:\n\n{told}"
                    )?;
                }
            }
        }
        Ok(if story.works() { Exit::Fine } else { Exit::Findings })
    }

    /// The conditions with which it works.
    fn works_with(&self, compiled: &Compiled, intent: &Intent) -> Vec<String> {
        let works = |document: &Document| {
            Draft::read(document).is_ok_and(|draft| draft.story(intent).is_ok_and(|story| story.works()))
        };
        let others = self.chosen.otherwise(compiled).into_iter();
        others.filter(|(_, document)| works(document)).map(|(condition, _)| condition).collect()
    }

    fn spelling(&self, compiled: &Compiled) -> Spelling {
        match self.chosen.language(&compiled.file) {
            Language::Rust => Spelling::Rust,
            Language::Json | Language::Toml => Spelling::Data,
        }
    }

    /// The change of the file that makes the changes of a remedy; `None` where that is more than a few words, where its lines
    /// are too long to be read, and where the file changed so would be another policy.
    fn change(&self, compiled: &Compiled, remedy: &Remedy) -> Option<Change> {
        remedy.policy_edits().next()?;
        let changed = change::changed(&self.chosen, compiled, remedy)?;
        let also: &[&str] = if changed.in_debug_builds { &["debug_assertions"] } else { &[] };
        let mistakes = self.chosen.mistakes(&changed.file, compiled.place)?;
        if !mistakes.is_empty() {
            return Some(Change::Refused(changed.file, mistakes));
        }
        let document = self.chosen.changed(&changed.file, compiled.place, also)?;
        let same = Draft::read(&document).ok()? == *remedy.draft();
        let diff = if same { Diff::of(&compiled.file, &changed.file) } else { None };
        diff.map(Change::Lines)
    }
}

impl<'e> Refused<'e> {
    fn of(found: &'e Finding) -> Self {
        let diagnostic = &found.diagnostic;
        Refused {
            code: diagnostic.mistake.name(),
            message: &diagnostic.message,
            condition: diagnostic.condition.as_deref(),
        }
    }
}

fn story(compiled: &Compiled, intent: &Intent) -> Result<Story, Failure> {
    let refused = |found: cors_policy::Diagnostics| Failure::failed(found.to_string());
    let draft = Draft::read(&compiled.document).map_err(refused)?;
    Ok(draft.story(intent).map_err(refused)?.called(&compiled.label))
}
