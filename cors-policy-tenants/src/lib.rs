//! A CORS policy per tenant.

mod counters;
mod directory;
mod disk;
mod key;
mod limit;
mod page;
mod revocation;
mod shadow;
mod snapshot;
pub mod store;
mod tenant;
mod tenants;

pub use key::{BadKey, Key, KeyKind, LONGEST_KEY, TenantBy};
pub use limit::{Budgets, Quota, Tier, Tiers};
pub use revocation::{Permit, Revoked};
pub use shadow::{Sample, ShadowReport};
pub use tenant::TenantId;
pub use tenants::{Found, Tenants};
