//! Tenants: to create them, to change what they are, and to look at them.

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::arguments::{Changing, Reading, Writing, key};
use super::console::{Console, or_none};
use super::failure::Failure;
use super::instant::utc;
use crate::store::{Edit, Key, Listed, Store, Tenant, VersionInfo, Written};

/// How many versions `show` lists.
const VERSIONS: u32 = 20;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Creates a tenant. It is served once it has a key and an active version
    Create {
        /// What the tenant is called: a-z, 0-9 and `-`
        slug: String,
        /// The name of its limits, as the platform's nodes know it
        #[arg(long)]
        tier: String,
        /// What leads to it: `host:acme.example`, `path:acme` or `query:acme`. Can be given several times
        #[arg(long = "key", value_parser = key, value_name = "KEY")]
        keys: Vec<Key>,
        #[command(flatten)]
        writing: Writing,
    },
    /// Leads keys to a tenant, or takes them from it
    Keys {
        #[command(subcommand)]
        command: Keys,
    },
    /// Gives a tenant other limits. Nodes apply them to its next request
    Tier {
        /// The tenant
        slug: String,
        /// The name of its limits
        tier: String,
        #[command(flatten)]
        changing: Changing,
    },
    /// Stops serving a tenant for now: browsers refuse its pages, as if it had no policy
    Suspend(Named),
    /// Serves a suspended tenant again, as it was
    Resume(Named),
    /// Deletes a tenant for good: browsers refuse its pages, and its keys are free at once
    ///
    /// Its name is free, and its documents are gone, once it is purged. What can be undone is `suspend`.
    Delete {
        #[command(flatten)]
        named: Named,
        /// Says that this is meant
        #[arg(long)]
        yes: bool,
    },
    /// The tenants by slug, deleted ones that are not purged included. Changes nothing
    List {
        /// Begins behind this slug
        #[arg(long, default_value = "", hide_default_value = true, value_name = "SLUG")]
        after: String,
        /// At most so many
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100_000))]
        limit: u32,
        #[command(flatten)]
        reading: Reading,
    },
    /// A tenant: its keys, versions and row version. Changes nothing
    Show {
        /// The tenant
        slug: String,
        #[command(flatten)]
        reading: Reading,
    },
}

#[derive(Debug, Subcommand)]
pub(super) enum Keys {
    /// Leads a key to a tenant: its next requests are answered by the tenant's policy
    Add(Keyed),
    /// Takes a key from a tenant: browsers refuse the pages that use it
    Remove(Keyed),
}

#[derive(Debug, Args)]
pub(super) struct Keyed {
    /// The tenant
    slug: String,
    /// The key: `host:acme.example`, `path:acme` or `query:acme`
    #[arg(value_parser = key)]
    key: Key,
    #[command(flatten)]
    changing: Changing,
}

#[derive(Debug, Args)]
pub(super) struct Named {
    /// The tenant
    slug: String,
    #[command(flatten)]
    changing: Changing,
}

impl Command {
    pub(super) async fn run(self, console: &mut Console<'_>) -> Result<(), Failure> {
        match self {
            Command::Create { slug, tier, keys, writing } => {
                create(console, &slug, &tier, &keys, &writing).await
            }
            Command::Keys { command: Keys::Add(keyed) } => keyed.add(console).await,
            Command::Keys { command: Keys::Remove(keyed) } => keyed.remove(console).await,
            Command::Tier { slug, tier, changing } => {
                let store = changing.open().await?;
                let written = store.set_tier(changing.edit(), &slug, &tier).await?;
                store.close().await;
                let did = format!("{slug}: the limits of `{tier}`");
                console.written(changing.json(), &did, json!({ "slug": slug, "tier": tier }), written)
            }
            Command::Suspend(named) => {
                let store = named.changing.open().await?;
                let written = store.suspend(named.changing.edit(), &named.slug).await?;
                named.is(console, &store, "suspended", written).await
            }
            Command::Resume(named) => {
                let store = named.changing.open().await?;
                let written = store.resume(named.changing.edit(), &named.slug).await?;
                named.is(console, &store, "active", written).await
            }
            Command::Delete { named, yes } => named.delete(console, yes).await,
            Command::List { after, limit, reading } => list(console, &after, limit, &reading).await,
            Command::Show { slug, reading } => show(console, &slug, &reading).await,
        }
    }
}

async fn create(
    console: &mut Console<'_>,
    slug: &str,
    tier: &str,
    keys: &[Key],
    writing: &Writing,
) -> Result<(), Failure> {
    let store = writing.reading.open().await?;
    let mut written = store.create_tenant(writing.edit(), slug, tier).await?;
    for key in keys {
        // A key is a write of its own: another writer may come between, and is told apart by the row version.
        let edit = writing.edit().expecting(written.row_version);
        written = add_first(&store, edit, slug, key).await?;
    }
    store.close().await;
    let names: Vec<String> = keys.iter().map(Key::to_string).collect();
    let did = match names.as_slice() {
        [] => format!("{slug}: created, without a key"),
        names => format!("{slug}: created, with {}", names.join(", ")),
    };
    let more = json!({ "slug": slug, "tier": tier, "keys": names });
    console.written(writing.reading.form.json, &did, more, written)
}

async fn add_first(store: &Store, edit: Edit<'_>, slug: &str, key: &Key) -> Result<Written, Failure> {
    let added = store.add_key(edit, slug, key).await;
    added.map_err(|error| {
        Failure::from(error).after(&format!("the tenant `{slug}` is created, but not all its keys"))
    })
}

impl Keyed {
    async fn add(self, console: &mut Console<'_>) -> Result<(), Failure> {
        let store = self.changing.open().await?;
        let written = store.add_key(self.changing.edit(), &self.slug, &self.key).await?;
        store.close().await;
        self.tell(console, "leads to it", written)
    }

    async fn remove(self, console: &mut Console<'_>) -> Result<(), Failure> {
        let store = self.changing.open().await?;
        let written = store.remove_key(self.changing.edit(), &self.slug, &self.key).await?;
        store.close().await;
        self.tell(console, "no longer leads to it", written)
    }

    fn tell(&self, console: &mut Console<'_>, what: &str, written: Written) -> Result<(), Failure> {
        let Keyed { slug, key, changing } = self;
        let more = json!({ "slug": slug, "key": key.to_string() });
        console.written(changing.json(), &format!("{slug}: {key} {what}"), more, written)
    }
}

impl Named {
    async fn delete(self, console: &mut Console<'_>, yes: bool) -> Result<(), Failure> {
        if !yes {
            return Err(Failure::usage(format!(
                "deleting `{}` is final, and its pages are refused at once: say `--yes` if that is meant, or `suspend` it",
                self.slug
            )));
        }
        let store = self.changing.open().await?;
        let written = store.delete_tenant(self.changing.edit(), &self.slug).await?;
        self.is(console, &store, "deleted", written).await
    }

    async fn is(
        &self,
        console: &mut Console<'_>,
        store: &Store,
        state: &str,
        written: Written,
    ) -> Result<(), Failure> {
        store.close().await;
        let more = json!({ "slug": self.slug, "state": state });
        console.written(self.changing.json(), &format!("{}: {state}", self.slug), more, written)
    }
}

async fn list(console: &mut Console<'_>, after: &str, limit: u32, reading: &Reading) -> Result<(), Failure> {
    let store = reading.open().await?;
    // One more than asked for, to know whether there is one.
    let mut tenants = store.tenants_after(after, limit + 1).await?;
    store.close().await;
    let more = tenants.len() > limit as usize;
    tenants.truncate(limit as usize);
    let next = tenants.last().filter(|_| more).map(|last| last.slug.clone());
    if reading.form.json {
        let tenants: Vec<Value> = tenants.iter().map(listed_json).collect();
        return console.json(&json!({ "tenants": tenants, "next": next }));
    }
    let rows: Vec<_> = tenants.into_iter().map(listed_row).collect();
    console.table(["TENANT", "STATE", "TIER", "ACTIVE", "SHADOW", "ROW VERSION", "CHANGED"], &rows)?;
    match next {
        Some(next) => console.line(&format!("there are more: list --after {next}")),
        None => Ok(()),
    }
}

fn listed_row(tenant: Listed) -> [String; 7] {
    let Listed { slug, state, tier, active, shadow, row_version, changed_at } = tenant;
    let (active, shadow) = (or_none(active), or_none(shadow));
    [slug, state.name().to_owned(), tier, active, shadow, row_version.to_string(), utc(changed_at)]
}

fn listed_json(tenant: &Listed) -> Value {
    let Listed { slug, state, tier, active, shadow, row_version, changed_at } = tenant;
    json!({
        "slug": slug, "state": state.name(), "tier": tier, "active": active, "shadow": shadow,
        "row_version": row_version.0, "changed_at": changed_at,
    })
}

async fn show(console: &mut Console<'_>, slug: &str, reading: &Reading) -> Result<(), Failure> {
    let store = reading.open().await?;
    let tenant = store.tenant(slug).await?;
    let versions = store.versions(slug, VERSIONS).await?;
    store.close().await;
    if reading.form.json {
        return console.json(&shown_json(&tenant, &versions));
    }
    let keys: Vec<String> = tenant.keys.iter().map(Key::to_string).collect();
    let keys = if keys.is_empty() { "none".to_owned() } else { keys.join(", ") };
    let Tenant { state, active, shadow, row_version, changed_revision, .. } = tenant;
    console.fields(
        "",
        &[
            ("tenant", tenant.slug),
            ("state", state.name().to_owned()),
            ("tier", tenant.tier),
            ("keys", keys),
            ("active", or_none(active)),
            ("shadow", or_none(shadow)),
            ("row version", row_version.to_string()),
            ("revision", changed_revision.to_string()),
            ("created", utc(tenant.created_at)),
            ("changed", utc(tenant.changed_at)),
        ],
    )?;
    if versions.is_empty() {
        return Ok(());
    }
    console.line("")?;
    let rows: Vec<_> = versions.into_iter().map(version_row).collect();
    console.table(["VERSION", "PUBLISHED", "BY", "SHA-256", "NOTE"], &rows)
}

fn version_row(info: VersionInfo) -> [String; 5] {
    let VersionInfo { version, sha256, created_at, actor, note } = info;
    [version.to_string(), utc(created_at), actor, sha256.chars().take(12).collect(), note]
}

fn shown_json(tenant: &Tenant, versions: &[VersionInfo]) -> Value {
    let Tenant { slug, state, tier, keys, active, shadow, row_version, changed_revision, .. } = tenant;
    let keys: Vec<String> = keys.iter().map(Key::to_string).collect();
    let version = |info: &VersionInfo| {
        let VersionInfo { version, sha256, created_at, actor, note } = info;
        json!({ "version": version, "sha256": sha256, "created_at": created_at, "actor": actor, "note": note })
    };
    json!({
        "slug": slug, "state": state.name(), "tier": tier, "keys": keys, "active": active, "shadow": shadow,
        "row_version": row_version.0, "revision": changed_revision, "created_at": tenant.created_at,
        "changed_at": tenant.changed_at, "versions": versions.iter().map(version).collect::<Vec<_>>(),
    })
}
