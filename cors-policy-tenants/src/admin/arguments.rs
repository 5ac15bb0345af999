//! Arguments that many commands have.

use clap::Args;

use super::failure::Failure;
use crate::store::{Edit, RowVersion, Store, StoreError};

/// Of commands that look at the database.
#[derive(Debug, Args)]
pub(super) struct Reading {
    /// The database: `sqlite:tenants.db` or `postgres://user:password@host/database`. Others on the machine can read a
    /// password in arguments, but not in the environment
    #[arg(long, value_name = "URL", env = "CORS_STORE", hide_env_values = true)]
    pub(super) store: String,
    #[command(flatten)]
    pub(super) form: Form,
}

/// How data is printed.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct Form {
    /// Prints JSON
    #[arg(long)]
    pub(super) json: bool,
}

/// Of commands that change something.
#[derive(Debug, Args)]
pub(super) struct Writing {
    #[command(flatten)]
    pub(super) reading: Reading,
    /// Who does it: the audit names them
    #[arg(long = "as", value_name = "NAME", env = "CORS_ACTOR", hide_env_values = true)]
    actor: String,
    /// Why: the audit repeats it
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    note: String,
}

/// Of commands that change a tenant.
#[derive(Debug, Args)]
pub(super) struct Changing {
    #[command(flatten)]
    pub(super) writing: Writing,
    /// Writes only if the tenant still has this row version, which `show` prints; otherwise the last writer wins
    #[arg(long, value_name = "ROW_VERSION")]
    expect: Option<u64>,
}

impl Reading {
    pub(super) async fn open(&self) -> Result<Store, Failure> {
        Ok(Store::open(&self.store).await?)
    }
}

impl Writing {
    pub(super) fn edit(&self) -> Edit<'_> {
        Edit::by(&self.actor).note(&self.note)
    }
}

impl Changing {
    pub(super) fn edit(&self) -> Edit<'_> {
        let edit = self.writing.edit();
        self.expect.map_or(edit, |seen| edit.expecting(RowVersion(seen)))
    }

    pub(super) async fn open(&self) -> Result<Store, Failure> {
        self.writing.reading.open().await
    }

    pub(super) fn json(&self) -> bool {
        self.writing.reading.form.json
    }
}

/// The version that is meant where none is named: the active one.
pub(super) async fn active_of(store: &Store, slug: &str) -> Result<u32, Failure> {
    let active = store.tenant(slug).await?.active;
    active.ok_or_else(|| Failure::refused(format!("the tenant `{slug}` has no active version")))
}

/// The version that was published last.
pub(super) async fn newest_of(store: &Store, slug: &str) -> Result<u32, Failure> {
    let newest = store.versions(slug, 1).await?;
    let newest = newest.first().map(|version| version.version);
    newest.ok_or_else(|| Failure::refused(format!("the tenant `{slug}` has no version")))
}

/// The compiled form of a version.
pub(super) async fn compiled(
    store: &Store,
    slug: &str,
    version: u32,
    ceiling: &cors_policy::Ceiling,
) -> Result<cors_policy::Policy, Failure> {
    let text = store.document(slug, version).await?;
    match crate::compile(&text, ceiling) {
        Ok(compiled) => Ok(compiled.policy),
        Err(bad) => {
            let which = format!("nodes of this build do not serve version {version} of the tenant `{slug}`");
            Err(Failure::from(bad).after(&which))
        }
    }
}

/// A key in an argument. What is wrong with it stands behind its name there.
pub(super) fn key(text: &str) -> Result<crate::store::Key, String> {
    text.parse().map_err(|error: StoreError| error.to_string())
}
