//! Documents: to check, to publish and to read them, and to go back.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::{Value, json};

use super::arguments::{Changing, Form, Reading, active_of};
use super::console::Console;
use super::failure::Failure;
use crate::document::{BadDocument, compile};
use crate::store::Checked;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Checks a document below the ceiling of this program, and says everything that is wrong with it. Needs no database
    Check {
        /// The document; `-` is the standard input
        file: PathBuf,
        #[command(flatten)]
        form: Form,
    },
    /// Checks a document and publishes it as the next version of a tenant's policy, which is served at once
    ///
    /// Browsers keep preflights that they have cached: `diff` says for how long.
    Publish {
        /// The tenant
        slug: String,
        /// The document; `-` is the standard input
        file: PathBuf,
        /// Only stores the version: what is served stays. `shadow` tries it, `rollback` serves it
        #[arg(long)]
        inactive: bool,
        #[command(flatten)]
        changing: Changing,
    },
    /// Serves another version of a tenant's policy that was published before
    Rollback {
        /// The tenant
        slug: String,
        /// The version to serve
        version: u32,
        #[command(flatten)]
        changing: Changing,
    },
    /// The document of a version, as it was published. Changes nothing
    Document {
        /// The tenant
        slug: String,
        /// The version; without it the active one
        version: Option<u32>,
        #[command(flatten)]
        reading: Reading,
    },
}

impl Command {
    pub(super) async fn run(self, console: &mut Console<'_>) -> Result<(), Failure> {
        match self {
            Command::Check { file, form } => {
                let text = console.read_document(&file)?;
                check(console, &text, form)
            }
            Command::Publish { slug, file, inactive, changing } => {
                let text = console.read_document(&file)?;
                publish(console, &slug, &text, !inactive, &changing).await
            }
            Command::Rollback { slug, version, changing } => {
                let store = changing.open().await?;
                let written = store.activate(changing.edit(), &slug, version).await?;
                store.close().await;
                let did = format!("{slug}: version {version} is active");
                console.written(changing.json(), &did, json!({ "slug": slug, "active": version }), written)
            }
            Command::Document { slug, version, reading } => {
                let store = reading.open().await?;
                let version = match version {
                    Some(version) => version,
                    None => active_of(&store, &slug).await?,
                };
                let text = store.document(&slug, version).await?;
                store.close().await;
                if reading.form.json {
                    let document: Value = serde_json::from_str(&text).unwrap_or(Value::String(text));
                    return console.json(&json!({ "slug": slug, "version": version, "document": document }));
                }
                console.line(text.trim_end_matches('\n'))
            }
        }
    }
}

fn check(console: &mut Console<'_>, text: &str, form: Form) -> Result<(), Failure> {
    let checked = compile(text, console.ceiling);
    if form.json {
        let (valid, found) = match &checked {
            Ok(compiled) => (true, json!(compiled.warnings)),
            Err(BadDocument::Mistakes(mistakes)) => (false, json!(mistakes)),
            Err(BadDocument::Json(error)) => (false, json!([{ "severity": "error", "message": error }])),
            Err(bad) => (false, json!([{ "severity": "error", "message": bad.to_string() }])),
        };
        console.json(&json!({ "valid": valid, "diagnostics": found }))?;
        return if valid { Ok(()) } else { Err(Failure::refused("the document is refused")) };
    }
    match checked {
        Ok(compiled) if compiled.warnings.is_empty() => console.line("the document is valid"),
        Ok(compiled) => console.line(&format!("{}\nthe document is valid", compiled.warnings)),
        Err(bad) => {
            console.line(&bad.to_string())?;
            Err(Failure::refused("the document is refused"))
        }
    }
}

async fn publish(
    console: &mut Console<'_>,
    slug: &str,
    text: &str,
    activate: bool,
    changing: &Changing,
) -> Result<(), Failure> {
    let warnings = compile(text, console.ceiling)?.warnings;
    let document = Checked::new(text, console.ceiling)?;
    let store = changing.open().await?;
    let published = store.publish(changing.edit(), slug, &document, activate).await?;
    store.close().await;
    let version = published.version;
    let more = json!({ "slug": slug, "version": version, "active": activate, "diagnostics": warnings });
    if !changing.json() && !warnings.is_empty() {
        console.line(&warnings.to_string())?;
    }
    let how = if activate { "active" } else { "published, and not active" };
    let did = format!("{slug}: version {version} is {how}");
    console.written(changing.json(), &did, more, published.written)
}
