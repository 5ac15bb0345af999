//! A tenant, as snapshots know it.

use std::fmt;
use std::sync::Arc;

use cors_policy::Policy;

use crate::shadow::Shadow;

/// The number of a tenant in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TenantId(pub(crate) u64);

impl TenantId {
    /// The number.
    #[must_use]
    pub const fn get(self) -> u64 {
        self.0
    }
}

impl fmt::Display for TenantId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a snapshot takes in of a tenant that is served.
#[derive(Clone, Debug)]
pub(crate) struct Tenant {
    pub(crate) slug: String,
    /// The number of the version that is served.
    pub(crate) version: u32,
    /// The place of its tier.
    pub(crate) tier: u16,
    /// By what it is found, in the form in which it is compared.
    pub(crate) keys: Vec<String>,
    pub(crate) policy: Policy,
    pub(crate) shadow: Option<Arc<Shadow>>,
}
