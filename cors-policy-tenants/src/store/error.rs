//! What a store refuses, in words.

use std::error::Error;
use std::fmt;

use super::name::Key;
use super::{MAX_DOCUMENT, RowVersion};

/// Why a store did not do what it was asked.
#[derive(Debug)]
#[non_exhaustive]
pub enum StoreError {
    /// The address names no kind of database that this build can open.
    Address {
        /// What is wrong with it.
        why: String,
    },
    /// The database has no tables of this crate.
    SchemaMissing,
    /// The tables are older than this version of the crate can read.
    SchemaTooOld {
        /// The version of the tables.
        found: u64,
        /// The oldest that can be read.
        oldest: u64,
    },
    /// The tables are newer than this version of the crate knows.
    SchemaTooNew {
        /// The version of the tables.
        found: u64,
        /// The newest that is known.
        newest: u64,
    },
    /// A slug, key, tier, actor or name of a node that cannot be one.
    Name {
        /// What kind of name it is, like `slug`.
        kind: &'static str,
        /// What was given.
        given: String,
        /// What is wrong with it, and what to write instead.
        why: &'static str,
    },
    /// A tenant of this slug exists, or its tombstone.
    SlugTaken {
        /// The slug.
        slug: String,
        /// Whether that tenant is deleted and waits to be purged.
        deleted: bool,
    },
    /// Another tenant, or this one, has the key.
    KeyTaken {
        /// The key.
        key: Key,
        /// The tenant that has it.
        by: String,
    },
    /// The tenant has no such key.
    UnknownKey {
        /// The tenant.
        slug: String,
        /// The key.
        key: Key,
    },
    /// There is no such tenant.
    UnknownTenant {
        /// What was asked for.
        slug: String,
    },
    /// The tenant is deleted, for good.
    Deleted {
        /// The tenant.
        slug: String,
    },
    /// The tenant has no such version.
    UnknownVersion {
        /// The tenant.
        slug: String,
        /// What was asked for.
        version: u32,
    },
    /// The tenant has no version in the shadow.
    NoShadow {
        /// The tenant.
        slug: String,
    },
    /// Somebody else changed the tenant since it was read.
    Conflict {
        /// The tenant.
        slug: String,
        /// The row version that the caller had seen.
        expected: RowVersion,
        /// The one that it has.
        current: RowVersion,
    },
    /// The shadow would refuse requests that are admitted now.
    WouldRefuse {
        /// The tenant.
        slug: String,
        /// The version in the shadow.
        version: u32,
        /// How many requests it would have refused.
        requests: u64,
    },
    /// No node has reported a request that the shadow was asked about.
    NothingSeen {
        /// The tenant.
        slug: String,
        /// The version in the shadow.
        version: u32,
    },
    /// A document beyond the limit of 64 KiB.
    DocumentTooLarge {
        /// Its size.
        bytes: usize,
    },
    /// A document that is not what was published.
    Corrupt {
        /// The tenant.
        slug: String,
        /// The version.
        version: u32,
        /// What does not fit.
        corrupt: Corrupt,
    },
    /// Deletions that come after the cursor are purged: only a walk from the start is whole.
    CursorTooOld {
        /// Up to which revision they may be.
        purged_revision: u64,
    },
    /// Between two pages of a walk, another history took the place of the one that it began in: what was read of both is no
    /// state of either.
    OtherHistory,
    /// The database has not answered in time. Whether a write was made is not known.
    TimedOut,
    /// The database failed. Whether a write was made is only known if this came before its commit.
    Database(Box<dyn Error + Send + Sync>),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Address { why } => write!(f, "the address of the store cannot be used: {why}"),
            Self::SchemaMissing => f.write_str(
                "the database has no tables of tenants: run the migrations once, as a role that may create tables",
            ),
            Self::SchemaTooOld { found, oldest } => write!(
                f,
                "the tables of tenants have version {found}, and this program reads {oldest} or newer: run the migrations"
            ),
            Self::SchemaTooNew { found, newest } => write!(
                f,
                "the tables of tenants have version {found}, and this program knows {newest}: deploy the newer program, \
                 or restore the backup from before the migration"
            ),
            Self::Name { kind, given, why } => write!(f, "`{given}` is no {kind}: {why}"),
            Self::SlugTaken { slug, deleted: false } => write!(f, "there is a tenant `{slug}` already"),
            Self::SlugTaken { slug, deleted: true } => write!(
                f,
                "the tenant `{slug}` was deleted, and some node may not know yet: the name is free once it is purged"
            ),
            Self::KeyTaken { key, by } => write!(f, "{key} leads to the tenant `{by}` already: remove it there first"),
            Self::UnknownKey { slug, key } => write!(f, "{key} does not lead to the tenant `{slug}`"),
            Self::UnknownTenant { slug } => write!(f, "there is no tenant `{slug}`"),
            Self::Deleted { slug } => write!(
                f,
                "the tenant `{slug}` is deleted, which is final: create another one; suspending is what can be undone"
            ),
            Self::UnknownVersion { slug, version } => write!(f, "the tenant `{slug}` has no version {version}"),
            Self::NoShadow { slug } => write!(f, "the tenant `{slug}` has no version in the shadow"),
            Self::Conflict { slug, expected, current } => write!(
                f,
                "the tenant `{slug}` was changed since it was read (row version {current}, not {expected}): nothing was \
                 written; read it again and decide anew"
            ),
            Self::WouldRefuse { slug, version, requests } => write!(
                f,
                "version {version} of the tenant `{slug}` would have refused {requests} requests that are admitted now: \
                 look at its reports, or promote it anyway"
            ),
            Self::NothingSeen { slug, version } => write!(
                f,
                "no request has been reported for version {version} of the tenant `{slug}` in the shadow, so nothing is \
                 known of what it would refuse: wait for traffic and the next reports, or promote it anyway"
            ),
            Self::DocumentTooLarge { bytes } => {
                write!(f, "the document has {bytes} bytes, more than {MAX_DOCUMENT}: list fewer origins")
            }
            Self::Corrupt { slug, version, corrupt } => {
                write!(f, "version {version} of the tenant `{slug}`: {corrupt}")
            }
            Self::CursorTooOld { purged_revision } => write!(
                f,
                "deletions up to revision {purged_revision} are purged, and the cursor has not seen all of them: start over"
            ),
            Self::OtherHistory => {
                f.write_str("another database or a restored one took the place of the one that was being read: start over")
            }
            Self::TimedOut => f.write_str("the database did not answer in time"),
            Self::Database(error) => write!(f, "the database failed: {error}"),
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Database(error) => Some(error.as_ref()),
            Self::Corrupt { corrupt, .. } => Some(corrupt),
            _ => None,
        }
    }
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::PoolTimedOut => Self::TimedOut,
            error => Self::Database(Box::new(error)),
        }
    }
}

/// A document that does not have the hash which was stored with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Corrupt {
    /// The SHA-256 that was stored, in hexadecimal digits.
    pub stored: String,
    /// The SHA-256 of what was read.
    pub read: String,
}

impl fmt::Display for Corrupt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the document has the SHA-256 {}, and was published with {}: something changed it in the database",
            self.read, self.stored
        )
    }
}

impl Error for Corrupt {}
