//! The store as a whole, and the nodes that follow it.

use std::time::Duration;

use clap::Subcommand;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::arguments::{Reading, Writing};
use super::console::Console;
use super::duration;
use super::failure::Failure;
use crate::node::{Refused, Rejected};
use crate::store::{Counts, Head, Live, NodeStatus, Store};

/// Who has not reported for so long is not waited for: nodes report every 15 seconds.
const ALIVE: Duration = Duration::from_secs(60);
/// How often the store is asked while waiting.
const LOOK: Duration = Duration::from_millis(250);

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Waits until every node that reported within the last minute serves a revision, and says who does not
    ///
    /// Changes nothing. It is refused where nodes are behind after the time, where one rejects what the write changed, and
    /// where no node reports.
    WaitLive {
        /// The revision that a write printed; without it, the last one
        revision: Option<u64>,
        /// For how long: 30s, 2m
        #[arg(long, default_value = "30s", value_parser = duration::parse, value_name = "TIME")]
        timeout: Duration,
        #[command(flatten)]
        reading: Reading,
    },
    /// How far the store is, how many tenants it has, and what its nodes serve. Changes nothing
    Status {
        #[command(flatten)]
        reading: Reading,
    },
    /// Creates the tables, or brings them up to date. Nodes go on serving meanwhile
    Migrate {
        #[command(flatten)]
        reading: Reading,
    },
    /// Says that losing more than a fifth of all tenants at once is meant: nodes that refuse that take it over
    ConfirmShrink {
        /// For nodes that serve another history, which `status` prints: as after a backup was restored
        #[arg(long, value_name = "EPOCH")]
        from: Option<String>,
        #[command(flatten)]
        writing: Writing,
    },
    /// Begins a new history, after a backup was restored: every node reads all tenants again, and serves meanwhile
    RenewEpoch {
        #[command(flatten)]
        writing: Writing,
    },
    /// Removes deleted tenants that every node knows to be deleted, and frees their names. Changes nothing that is served
    Purge {
        /// Nodes that have not reported for so long are forgotten, and not waited for
        #[arg(long, default_value = "7d", value_parser = duration::parse, value_name = "TIME")]
        seen_within: Duration,
        #[command(flatten)]
        writing: Writing,
    },
    /// Forgets a node that is gone for good, so that nobody waits for it. One that still runs reports again
    ForgetNode {
        /// The name of the node, which `status` prints
        name: String,
        #[command(flatten)]
        writing: Writing,
    },
}

impl Command {
    pub(super) async fn run(self, console: &mut Console<'_>) -> Result<(), Failure> {
        match self {
            Command::WaitLive { revision, timeout, reading } => {
                wait_live(console, revision, timeout, &reading).await
            }
            Command::Status { reading } => status(console, &reading).await,
            Command::Migrate { reading } => {
                let store = Store::migrate(&reading.store).await?;
                let revision = store.head().await?.revision;
                store.close().await;
                let did = format!("the tables are up to date (revision {revision})");
                tell(console, &reading, &did, &json!({ "revision": revision }))
            }
            Command::ConfirmShrink { from, writing } => {
                let store = writing.reading.open().await?;
                let revision = match &from {
                    Some(epoch) => store.confirm_shrink_from(writing.edit(), epoch).await?,
                    None => store.confirm_shrink(writing.edit()).await?,
                };
                store.close().await;
                let whose = from.map(|epoch| format!(", for nodes of {epoch}")).unwrap_or_default();
                let did = format!("what was written up to revision {revision} is meant{whose}");
                tell(console, &writing.reading, &did, &json!({ "revision": revision }))
            }
            Command::RenewEpoch { writing } => {
                let store = writing.reading.open().await?;
                let epoch = store.renew_epoch(writing.edit()).await?;
                store.close().await;
                let did = format!("a new history has begun: {epoch}");
                tell(console, &writing.reading, &did, &json!({ "epoch": epoch }))
            }
            Command::Purge { seen_within, writing } => purge(console, seen_within, &writing).await,
            Command::ForgetNode { name, writing } => {
                let store = writing.reading.open().await?;
                let was_known = store.forget_node(writing.edit(), &name).await?;
                store.close().await;
                if !was_known {
                    return Err(Failure::refused(format!("there is no node `{name}`")));
                }
                tell(console, &writing.reading, &format!("{name} is forgotten"), &json!({ "node": name }))
            }
        }
    }
}

fn tell(console: &mut Console<'_>, reading: &Reading, did: &str, value: &Value) -> Result<(), Failure> {
    if reading.form.json { console.json(value) } else { console.line(did) }
}

async fn purge(console: &mut Console<'_>, seen_within: Duration, writing: &Writing) -> Result<(), Failure> {
    let store = writing.reading.open().await?;
    let purged = store.purge(writing.edit(), seen_within).await?;
    store.close().await;
    let value = json!({ "slugs": purged.slugs, "revision": purged.revision });
    let did = match purged.slugs.as_slice() {
        [] => "there was nothing to purge".to_owned(),
        slugs => format!("purged: {}", slugs.join(", ")),
    };
    tell(console, &writing.reading, &format!("{did} (revision {})", purged.revision), &value)
}

async fn wait_live(
    console: &mut Console<'_>,
    revision: Option<u64>,
    timeout: Duration,
    reading: &Reading,
) -> Result<(), Failure> {
    let store = reading.open().await?;
    let head = store.head().await?;
    let revision = revision.unwrap_or(head.revision);
    if revision > head.revision {
        let last = head.revision;
        return Err(Failure::refused(format!("there is no revision {revision} yet: the last one is {last}")));
    }
    let Live { live, behind, rejecting } = live(&store, revision, timeout).await?;
    store.close().await;
    if reading.form.json {
        let [behind, rejecting] = [&behind, &rejecting]
            .map(|nodes| nodes.iter().map(|node| node_json(node, &head)).collect::<Vec<Value>>());
        console
            .json(&json!({ "revision": revision, "live": live, "behind": behind, "rejecting": rejecting }))?;
    } else {
        let all = live + behind.len() + rejecting.len();
        console.line(&format!("revision {revision} is live on {live} of {all} nodes"))?;
        let others: Vec<NodeStatus> = behind.iter().chain(&rejecting).cloned().collect();
        if !others.is_empty() {
            nodes(console, &others, &head)?;
        }
    }
    if !behind.is_empty() {
        return Err(Failure::refused(format!("not live in time: {}", names(&behind))));
    }
    if !rejecting.is_empty() {
        return Err(Failure::refused(format!("rejected by {}", names(&rejecting))));
    }
    if live == 0 {
        return Err(Failure::refused("no node has reported within the last minute"));
    }
    Ok(())
}

fn names(nodes: &[NodeStatus]) -> String {
    let names: Vec<&str> = nodes.iter().map(|node| node.report.node.as_str()).collect();
    names.join(", ")
}

/// Waits for the nodes, and where there are none, for one to report.
async fn live(store: &Store, revision: u64, timeout: Duration) -> Result<Live, Failure> {
    let until = Instant::now() + timeout;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let live = store.wait_live(revision, ALIVE, left, LOOK).await?;
        let left = until.saturating_duration_since(Instant::now());
        if live.live > 0 || !live.behind.is_empty() || !live.rejecting.is_empty() || left.is_zero() {
            return Ok(live);
        }
        sleep(LOOK.min(left)).await;
    }
}

async fn status(console: &mut Console<'_>, reading: &Reading) -> Result<(), Failure> {
    let store = reading.open().await?;
    let head = store.head().await?;
    let counts = store.count().await?;
    let all = store.nodes().await?;
    store.close().await;
    let Counts { active, suspended, deleted } = counts;
    if reading.form.json {
        let nodes: Vec<Value> = all.iter().map(|node| node_json(node, &head)).collect();
        return console.json(&json!({
            "revision": head.revision, "epoch": head.epoch, "purged_revision": head.purged_revision,
            "confirmed_revision": head.confirmed_revision, "confirmed_epoch": head.confirmed_epoch,
            "tenants": { "active": active, "suspended": suspended, "deleted": deleted }, "nodes": nodes,
        }));
    }
    let tenants = format!("{active} active, {suspended} suspended, {deleted} deleted");
    console.fields(
        "",
        &[
            ("revision", head.revision.to_string()),
            ("epoch", head.epoch.clone()),
            ("tenants", tenants),
            ("purged up to", head.purged_revision.to_string()),
            ("confirmed up to", head.confirmed_revision.to_string()),
        ],
    )?;
    console.line("")?;
    if all.is_empty() {
        return console.line("no node has reported");
    }
    nodes(console, &all, &head)
}

/// The nodes in a table, and below it what they do not serve.
fn nodes(console: &mut Console<'_>, nodes: &[NodeStatus], head: &Head) -> Result<(), Failure> {
    let rows: Vec<_> = nodes.iter().map(|node| node_row(node, head)).collect();
    console.table(["NODE", "REVISION", "SERVES", "TENANTS", "REJECTED", "REPORTED"], &rows)?;
    for NodeStatus { report, .. } in nodes {
        for Rejected { slug, version, why, .. } in rejected(&report.rejected) {
            console.line(&format!("{}: version {version} of {slug} is not served:", report.node))?;
            why.lines()
                .try_for_each(|line| console.line(&format!("    {}", super::console::printable(line))))?;
        }
        if let Some(refused) = report.refused.as_deref() {
            let said =
                serde_json::from_str::<Refused>(refused).map_or(refused.to_owned(), |it| it.to_string());
            // What it serves says whose loss is to be confirmed.
            let from = match &report.epoch {
                epoch if *epoch == head.epoch => String::new(),
                epoch => format!(" --from {}", super::console::printable(epoch)),
            };
            console.line(&format!("{}: {said}; `confirm-shrink{from}` confirms it", report.node))?;
        }
    }
    Ok(())
}

fn rejected(json: &str) -> Vec<Rejected> {
    serde_json::from_str(json).unwrap_or_else(|error| {
        let (slug, why) = ("?".to_owned(), format!("what the node reports cannot be read: {error}"));
        vec![Rejected { slug, version: 0, why, since: 0 }]
    })
}

/// How what a node serves stands to the store.
fn standing(node: &NodeStatus, head: &Head) -> &'static str {
    match &node.report {
        report if report.epoch != head.epoch => "another history",
        report if report.revision < head.revision => "older",
        _ => "current",
    }
}

fn node_row(node: &NodeStatus, head: &Head) -> [String; 6] {
    let report = &node.report;
    [
        report.node.clone(),
        report.revision.to_string(),
        standing(node, head).to_owned(),
        report.tenants.to_string(),
        rejected(&report.rejected).len().to_string(),
        format!("{} ago", duration::roughly(node.age)),
    ]
}

fn node_json(node: &NodeStatus, head: &Head) -> Value {
    let report = &node.report;
    let refused = report.refused.as_deref().and_then(|refused| serde_json::from_str::<Value>(refused).ok());
    json!({
        "node": report.node, "epoch": report.epoch, "revision": report.revision, "serves": standing(node, head),
        "generation": report.generation, "tenants": report.tenants, "rejected": rejected(&report.rejected),
        "refused": refused, "seen_at": node.seen_at, "age_ms": u64::try_from(node.age.as_millis()).unwrap_or(u64::MAX),
    })
}
