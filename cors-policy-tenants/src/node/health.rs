//! How a node is.

use std::fmt;
use std::time::Duration;

use cors_policy::Policy;
use serde::{Deserialize, Serialize};

use crate::store::Row;

/// Where what is served comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Served {
    /// Nothing is served yet.
    #[default]
    Nothing,
    /// A snapshot on disk: the database has not answered since the start.
    Disk,
    /// The database.
    Database,
}

/// How a node is. `ready` is for load balancers; nothing of it is a reason to restart a node.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Health {
    /// Whether tenants are served: from the database, or from the disk.
    pub ready: bool,
    /// Whether something is wrong: what is served may be older than the store, or not all of it.
    pub degraded: bool,
    /// Where what is served comes from.
    pub served: Served,
    /// The history that the revision belongs to.
    pub epoch: String,
    /// The last write that is served.
    pub revision: u64,
    /// How many snapshots the node has made since it started.
    pub generation: u64,
    /// How many tenants are served.
    pub tenants: usize,
    /// How many bytes they take in memory.
    pub bytes: usize,
    /// How long ago the store was last known to have nothing newer.
    pub age: Option<Duration>,
    /// How long the last snapshot took to be compiled, built and served, without what the store took.
    pub built: Duration,
    /// How long ago a snapshot was last written to the disk.
    pub written: Option<Duration>,
    /// The tenants whose newest document is not served.
    pub rejected: Vec<Rejected>,
    /// How many tenants have a tier that has no name on this node, where others have and none is called `default`: they have
    /// the limits of the strictest ([`Tiers`](crate::Tiers)).
    pub unknown_tier: usize,
    /// What was refused because too many tenants would be gone.
    pub refused: Option<Refused>,
    /// Why the store could last not be asked, or the disk not be written.
    pub errors: Vec<String>,
    /// How often the store could not be asked.
    pub failures: u64,
    /// How often a snapshot could not be written.
    pub disk_failures: u64,
}

/// A tenant whose newest document is not served. The one before is, if there was one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Rejected {
    /// The tenant.
    pub slug: String,
    /// The version that is not served.
    pub version: u32,
    /// Why.
    pub why: String,
    /// The revision that brought it; 0 where that is not known.
    #[serde(skip)]
    pub(crate) since: u64,
}

/// A change that was refused because too many tenants would be gone: more than one, and more than a fifth of all. That
/// catches truncated tables, the wrong database, and migrations that went wrong.
///
/// Tenants that were deleted, suspended or left without keys by writes of their own do not count, however many they are:
/// each of these writes is in the audit. What counts is what one write does to two tenants or more, tenants that the store
/// does not name any more, and everything that is lost by going over to another history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Refused {
    /// The history that the revision belongs to.
    pub epoch: String,
    /// The revision that is not served.
    pub revision: u64,
    /// How many tenants would be gone, without those whose loss was confirmed, or is explained by a write for each.
    pub lost: usize,
    /// Of how many.
    pub of: usize,
}

impl Rejected {
    pub(super) fn new(row: &Row, version: u32, why: String) -> Self {
        Rejected { slug: row.slug.clone(), version, why, since: row.changed_revision }
    }

    /// Of a snapshot on disk, which has no documents.
    pub(crate) fn above_ceiling(policy: &Policy, version: u32) -> Self {
        let why = "it asks for more than the ceiling of this build allows".to_owned();
        Rejected { slug: policy.name().to_owned(), version, why, since: 0 }
    }
}

impl Refused {
    /// Whether so many of so many are too many to lose at once.
    pub(super) fn is_too_much(lost: usize, of: usize) -> bool {
        lost > 1 && lost.saturating_mul(5) > of
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Refused { revision, lost, of, .. } = self;
        write!(
            f,
            "with revision {revision}, {lost} of {of} tenants would be gone: that is refused until it is confirmed, and \
             what was served goes on being served"
        )
    }
}
