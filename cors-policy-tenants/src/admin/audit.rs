//! Who did what; and who allows an origin.

use clap::Subcommand;
use serde_json::{Value, json};

use super::arguments::Reading;
use super::console::{Console, or_none};
use super::failure::Failure;
use super::instant::utc;
use crate::store::{Allowing, Entry, Role};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Who did what to a tenant, and why, the latest first. Changes nothing
    ///
    /// Also of tenants that are gone. What is not about a tenant, such as `confirm-shrink`, stands under the slug ''.
    Audit {
        /// The tenant
        slug: String,
        /// At most so many entries
        #[arg(long, default_value_t = 50)]
        limit: u32,
        #[command(flatten)]
        reading: Reading,
    },
    /// The tenants whose active or shadow version admits an origin. Changes nothing
    WhoAllows {
        #[arg(value_parser = origin, help = "The origin as browsers send it: https://app.example.com")]
        origin: String,
        #[command(flatten)]
        reading: Reading,
    },
}

impl Command {
    pub(super) async fn run(self, console: &mut Console<'_>) -> Result<(), Failure> {
        match self {
            Command::Audit { slug, limit, reading } => {
                let store = reading.open().await?;
                let entries = store.audit(&slug, limit).await?;
                store.close().await;
                if reading.form.json {
                    return console.json(&entries.iter().map(entry_json).collect());
                }
                let rows: Vec<_> = entries.into_iter().map(entry_row).collect();
                console.table(["TIME", "REVISION", "BY", "ACTION", "VERSION", "DETAIL", "NOTE"], &rows)
            }
            Command::WhoAllows { origin, reading } => {
                let store = reading.open().await?;
                let allowing = store.who_allows(&origin).await?;
                store.close().await;
                if reading.form.json {
                    return console.json(&allowing.iter().map(allowing_json).collect());
                }
                if allowing.is_empty() {
                    return console.line(&format!("no tenant allows {origin}"));
                }
                let rows: Vec<_> = allowing.into_iter().map(allowing_row).collect();
                console.table(["TENANT", "STATE", "VERSION", "ROLE", "PATTERN"], &rows)
            }
        }
    }
}

/// An origin in the form in which it is compared: in another one, nobody would seem to allow it.
fn origin(text: &str) -> Result<String, String> {
    let is_origin = text.split_once("://").is_some_and(|(scheme, rest)| {
        let has =
            |byte: &u8| byte.is_ascii_graphic() && !b"/?#@*".contains(byte) && !byte.is_ascii_uppercase();
        !scheme.is_empty() && !rest.is_empty() && scheme.bytes().chain(rest.bytes()).all(|byte| has(&byte))
    });
    if is_origin || text == "null" {
        return Ok(text.to_owned());
    }
    Err("write scheme, host and port as browsers send them, in lower case: https://app.example.com"
        .to_owned())
}

fn entry_row(entry: Entry) -> [String; 7] {
    let version = match (entry.from_version, entry.to_version) {
        (None, None) => String::new(),
        (None, Some(to)) => to.to_string(),
        (from, to) => format!("{} -> {}", or_none(from), or_none(to)),
    };
    let Entry { at, revision, actor, action, detail, note, .. } = entry;
    [utc(at), revision.to_string(), actor, action, version, detail, note]
}

fn entry_json(entry: &Entry) -> Value {
    let Entry { at, revision, actor, action, from_version, to_version, detail, note } = entry;
    json!({
        "at": at, "revision": revision, "actor": actor, "action": action, "from_version": from_version,
        "to_version": to_version, "detail": detail, "note": note,
    })
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Active => "active",
        Role::Shadow => "shadow",
    }
}

fn allowing_row(allowing: Allowing) -> [String; 5] {
    let Allowing { slug, state, version, role: is, pattern } = allowing;
    [slug, state.name().to_owned(), version.to_string(), role(is).to_owned(), pattern]
}

fn allowing_json(allowing: &Allowing) -> Value {
    let Allowing { slug, state, version, role: is, pattern } = allowing;
    json!({
        "slug": slug, "state": state.name(), "version": version, "role": role(*is), "pattern": pattern,
    })
}
