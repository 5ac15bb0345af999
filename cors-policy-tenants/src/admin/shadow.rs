//! A version in the shadow: to try it, to see what it would change, and to make it the active one.

use clap::Subcommand;
use serde_json::{Value, json};

use super::arguments::{Changing, Reading};
use super::console::{Console, table};
use super::failure::Failure;
use super::instant::utc;
use crate::shadow::Sample;
use crate::store::{Promotion, ShadowReport, Store, StoreError};

const NODES: [&str; 7] =
    ["VERSION", "NODE", "REQUESTS", "NEWLY REFUSED", "NEWLY ADMITTED", "OTHER HEADERS", "LAST REPORT"];
const SAMPLES: [&str; 7] = ["VERSION", "NODE", "CHANGE", "COUNT", "METHOD", "ORIGIN", "REASON"];

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Tries a version beside the active one: nodes count what it would change
    Shadow {
        #[command(subcommand)]
        command: Shadow,
    },
    /// Makes the version in the shadow the active one, unless a node has counted a request that it would newly refuse, or
    /// none has counted any
    Promote {
        /// The tenant
        slug: String,
        /// Whatever was counted: what it refuses is refused from then on
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        changing: Changing,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Shadow {
    /// Puts a version into the shadow. What is served stays; what was counted for the version before is forgotten
    Set {
        /// The tenant
        slug: String,
        /// The version
        version: u32,
        #[command(flatten)]
        changing: Changing,
    },
    /// Takes the version out of the shadow. What is served stays
    Off {
        /// The tenant
        slug: String,
        #[command(flatten)]
        changing: Changing,
    },
    /// What nodes have counted, and samples of it. Changes nothing
    ///
    /// Nodes report every 15 seconds.
    Report {
        /// The tenant
        slug: String,
        #[command(flatten)]
        reading: Reading,
    },
}

impl Command {
    pub(super) async fn run(self, console: &mut Console<'_>) -> Result<(), Failure> {
        match self {
            Command::Shadow { command: Shadow::Set { slug, version, changing } } => {
                set(console, &slug, Some(version), &changing).await
            }
            Command::Shadow { command: Shadow::Off { slug, changing } } => {
                set(console, &slug, None, &changing).await
            }
            Command::Shadow { command: Shadow::Report { slug, reading } } => {
                report(console, &slug, &reading).await
            }
            Command::Promote { slug, force, changing } => promote(console, &slug, force, &changing).await,
        }
    }
}

async fn set(
    console: &mut Console<'_>,
    slug: &str,
    version: Option<u32>,
    changing: &Changing,
) -> Result<(), Failure> {
    let store = changing.open().await?;
    let written = store.shadow(changing.edit(), slug, version).await?;
    store.close().await;
    let did = match version {
        Some(version) => format!("{slug}: version {version} is in the shadow"),
        None => format!("{slug}: nothing is in the shadow"),
    };
    console.written(changing.json(), &did, json!({ "slug": slug, "shadow": version }), written)
}

async fn promote(
    console: &mut Console<'_>,
    slug: &str,
    force: bool,
    changing: &Changing,
) -> Result<(), Failure> {
    let store = changing.open().await?;
    let promotion = if force { Promotion::Anyway } else { Promotion::IfNothingBreaks };
    let written = match store.promote(changing.edit(), slug, promotion).await {
        Ok(written) => written,
        Err(error @ StoreError::WouldRefuse { version, .. }) => {
            let why = refused_samples(&store, slug, version).await?;
            return Err(
                Failure::from(error).and(&format!("{why}`promote {slug} --force` promotes it anyway"))
            );
        }
        Err(error @ StoreError::NothingSeen { .. }) => {
            return Err(Failure::from(error).and(&format!("`promote {slug} --force` promotes it anyway")));
        }
        Err(error) => return Err(error.into()),
    };
    let active = store.tenant(slug).await?.active;
    store.close().await;
    let did =
        format!("{slug}: version {} is active, and nothing in the shadow", super::console::or_none(active));
    console.written(changing.json(), &did, json!({ "slug": slug, "active": active }), written)
}

/// What nodes have seen that a version would newly refuse.
async fn refused_samples(store: &Store, slug: &str, version: u32) -> Result<String, Failure> {
    let reports = store.shadow_reports(slug).await?;
    let rows: Vec<_> = reports
        .iter()
        .filter(|report| report.version == version)
        .flat_map(sample_rows)
        .filter(|[_, _, change, ..]| change == "newly_refused")
        .collect();
    Ok(if rows.is_empty() { String::new() } else { table(SAMPLES, &rows) })
}

async fn report(console: &mut Console<'_>, slug: &str, reading: &Reading) -> Result<(), Failure> {
    let store = reading.open().await?;
    let reports = store.shadow_reports(slug).await?;
    store.close().await;
    if reading.form.json {
        return console.json(&reports.iter().map(report_json).collect());
    }
    if reports.is_empty() {
        return console.line("no node has reported about a version in the shadow");
    }
    let rows: Vec<_> = reports.iter().map(report_row).collect();
    console.table(NODES, &rows)?;
    let samples: Vec<_> = reports.iter().flat_map(sample_rows).collect();
    if samples.is_empty() {
        return Ok(());
    }
    console.line("")?;
    console.table(SAMPLES, &samples)
}

fn report_row(report: &ShadowReport) -> [String; 7] {
    let counts = &report.counts;
    let numbers = [counts.requests, counts.newly_refused, counts.newly_admitted, counts.other_headers];
    let [requests, refused, admitted, headers] = numbers.map(|number| number.to_string());
    [
        report.version.to_string(),
        report.node.clone(),
        requests,
        refused,
        admitted,
        headers,
        utc(report.last_seen),
    ]
}

fn sample_rows(report: &ShadowReport) -> Vec<[String; 7]> {
    let (version, node) = (report.version.to_string(), &report.node);
    match serde_json::from_str::<Vec<Sample>>(&report.counts.samples) {
        Ok(samples) => {
            let row = |Sample { origin, method, change, reason, count, .. }| {
                [version.clone(), node.clone(), change, count.to_string(), method, origin, reason]
            };
            samples.into_iter().map(row).collect()
        }
        Err(error) => {
            let nothing = String::new;
            let why = format!("the samples cannot be read: {error}");
            vec![[version, node.clone(), nothing(), nothing(), nothing(), nothing(), why]]
        }
    }
}

fn report_json(report: &ShadowReport) -> Value {
    let counts = &report.counts;
    let samples: Value = serde_json::from_str(&counts.samples).unwrap_or_default();
    json!({
        "version": report.version, "node": report.node, "requests": counts.requests,
        "newly_refused": counts.newly_refused, "newly_admitted": counts.newly_admitted,
        "other_headers": counts.other_headers, "samples": samples, "first_seen": report.first_seen,
        "last_seen": report.last_seen,
    })
}
