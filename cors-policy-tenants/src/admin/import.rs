//! Many tenants at once: how a platform moves here.

use std::collections::HashMap;
use std::path::PathBuf;

use clap::Subcommand;
use cors_policy::Ceiling;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::arguments::Writing;
use super::console::Console;
use super::failure::Failure;
use crate::store::{Checked, Key, MAX_DOCUMENT, NewTenant, Store, StoreError, check_slug, check_tier};

/// Other writers wait while a batch is written.
const BATCH: usize = 1000;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Creates many tenants, each with its keys and an active version 1, which is served at once
    ///
    /// All lines are checked first, and nothing is written unless all are right. A thousand at a time are written: if the
    /// database fails in between, those before are there.
    #[command(after_help = r#"A line of the file is a tenant:
  {"slug": "acme", "tier": "standard", "keys": ["host:acme.example"], "document": {"origins": ["https://acme.example"]}}"#)]
    Import {
        /// The tenants, as JSON lines; `-` is the standard input
        file: PathBuf,
        #[command(flatten)]
        writing: Writing,
    },
}

/// A line of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'l> {
    slug: String,
    tier: String,
    keys: Vec<String>,
    /// Its text is what the hash of the version is made of.
    #[serde(borrow)]
    document: &'l RawValue,
}

/// Lines that were read, and what is wrong with others, by the numbers of lines.
#[derive(Default)]
struct Lines {
    tenants: Vec<NewTenant>,
    numbers: Vec<usize>,
    mistakes: Vec<(usize, String)>,
}

impl Command {
    pub(super) async fn run(self, console: &mut Console<'_>) -> Result<(), Failure> {
        let Command::Import { file, writing } = self;
        let text = console.read(&file)?;
        let mut lines = Lines::read(&text, console.ceiling);
        let store = writing.reading.open().await?;
        for (place, error) in store.taken(&lines.tenants).await? {
            lines.wrong_at(place, error.to_string());
        }
        lines.refuse()?;
        let revision = lines.write(&store, &writing).await?;
        store.close().await;
        let count = lines.tenants.len();
        if writing.reading.form.json {
            return console.json(&json!({ "tenants": count, "revision": revision }));
        }
        match revision {
            Some(revision) => console.line(&format!("{count} tenants are there (revision {revision})")),
            None => console.line("the file has no tenants"),
        }
    }
}

impl Lines {
    fn read(text: &str, ceiling: &Ceiling) -> Self {
        let mut lines = Lines::default();
        let mut slugs = HashMap::new();
        let mut keys = HashMap::new();
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            let tenant = match tenant(line, ceiling) {
                Ok(tenant) => tenant,
                Err(mistakes) => {
                    lines.mistakes.extend(mistakes.into_iter().map(|mistake| (number, mistake)));
                    continue;
                }
            };
            if let Some(first) = slugs.insert(tenant.slug.clone(), number) {
                lines.mistakes.push((number, format!("line {first} has the slug `{}` too", tenant.slug)));
            }
            for key in &tenant.keys {
                if let Some(first) = keys.insert(key.clone(), number) {
                    lines.mistakes.push((number, format!("line {first} has the key {key} too")));
                }
            }
            lines.tenants.push(tenant);
            lines.numbers.push(number);
        }
        lines
    }

    fn wrong_at(&mut self, place: usize, mistake: String) {
        if let Some(number) = self.numbers.get(place) {
            self.mistakes.push((*number, mistake));
        }
    }

    /// Everything that is wrong, if anything is.
    fn refuse(&mut self) -> Result<(), Failure> {
        if self.mistakes.is_empty() {
            return Ok(());
        }
        self.mistakes.sort_by_key(|(number, _)| *number);
        let mistakes: Vec<String> =
            self.mistakes.iter().map(|(number, mistake)| format!("line {number}: {mistake}")).collect();
        Err(Failure::refused("nothing is imported").and(&mistakes.join("\n")))
    }

    async fn write(&self, store: &Store, writing: &Writing) -> Result<Option<u64>, Failure> {
        let mut revision = None;
        for (batch, tenants) in self.tenants.chunks(BATCH).enumerate() {
            match store.import(writing.edit(), tenants).await {
                Ok(written) => revision = Some(written.revision),
                Err(error) => {
                    let done = match batch.checked_sub(1).and_then(|_| self.numbers.get(batch * BATCH - 1)) {
                        Some(last) => format!("imported up to line {last}, and nothing behind it"),
                        None => "nothing is imported".to_owned(),
                    };
                    return Err(Failure::from(error).after(&done));
                }
            }
        }
        Ok(revision)
    }
}

/// The tenant of a line, or everything that is wrong with it.
fn tenant(line: &str, ceiling: &Ceiling) -> Result<NewTenant, Vec<String>> {
    let Line { slug, tier, keys, document } =
        serde_json::from_str(line).map_err(|error| vec![unreadable(&error)])?;
    let mut mistakes = Vec::new();
    let names = [check_slug(&slug), check_tier(&tier)];
    mistakes.extend(names.into_iter().filter_map(Result::err).map(|error| error.to_string()));
    let mut read = Vec::new();
    for key in keys {
        match key.parse::<Key>() {
            Ok(key) => read.push(key),
            Err(error) => mistakes.push(error.to_string()),
        }
    }
    let text = document.get();
    if text.len() > MAX_DOCUMENT {
        mistakes.push(StoreError::DocumentTooLarge { bytes: text.len() }.to_string());
    }
    match Checked::new(text, ceiling) {
        Ok(document) if mistakes.is_empty() => Ok(NewTenant { slug, tier, keys: read, document }),
        Ok(_) => Err(mistakes),
        Err(bad) => {
            mistakes.push(bad.to_string());
            Err(mistakes)
        }
    }
}

/// What is wrong with a line of JSON, without its number there, which is always 1.
fn unreadable(error: &serde_json::Error) -> String {
    error.to_string().replace(" at line 1 column ", " at column ")
}
