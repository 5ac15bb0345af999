//! A CORS policy per tenant.

mod counters;
mod directory;
mod disk;
mod document;
mod key;
mod limit;
mod node;
mod page;
mod revocation;
mod shadow;
mod snapshot;
pub mod store;
mod tenant;
mod tenants;

pub use cors_policy::{Ceiling, cors_ceiling};
pub use document::{BadDocument, compile};
pub use key::TenantBy;
pub use limit::{Budgets, Quota, Tier, Tiers};
pub use node::{Bootstrap, Builder, Health, Node, Refused, Rejected, Served, StartError, SyncError};
pub use revocation::{Permit, Revoked};
pub use shadow::Sample;
pub use tenant::TenantId;
pub use tenants::{Found, Tenants};
