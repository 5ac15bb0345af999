//! A CORS policy per tenant: documents that customers publish while the service runs, from a database, matched by the
//! tables that `cors_policy!` makes.
//!
//! ```no_run
//! use cors_policy::tower::CorsLayer;
//! use cors_policy_tenants::store::{Checked, Edit, Key, Store};
//! use cors_policy_tenants::{Ceiling, Node, cors_ceiling};
//!
//! /// The most that a customer may ask for, whatever stands in the database.
//! static CEILING: Ceiling = cors_ceiling! {
//!     credentials: true,
//!     methods: [PUT, DELETE],
//!     request_headers: ["content-type"],
//!     max_age: "2h",
//! };
//!
//! # async fn start(router: axum::Router) -> Result<(), Box<dyn std::error::Error>> {
//! // Once, by whoever may create tables.
//! let store = Store::migrate("sqlite:tenants.db").await?;
//! store.create_tenant(Edit::by("sales"), "acme", "default").await?;
//! store.add_key(Edit::by("sales"), "acme", &Key::host("acme.api.example.com")?).await?;
//!
//! // By the customer.
//! let document = Checked::new(r#"{"origins": ["https://app.acme.example"], "credentials": true}"#, &CEILING)?;
//! store.publish(Edit::by("acme"), "acme", &document, true).await?;
//!
//! // In every process that serves requests.
//! let node = Node::builder("sqlite:tenants.db", &CEILING).snapshots("/var/lib/shop/cors").start().await?;
//! let cors = CorsLayer::new(node.tenants()).wrap(router);
//! # let _ = cors;
//! # Ok(()) }
//! ```
//!
//! # What a tenant is found by
//!
//! By the host, a segment of the path, or a parameter of the query ([`TenantBy`]), and by nothing else: a preflight carries
//! no cookie, no token and no API key ([Fetch, CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch)),
//! so what is found by these is not found when it matters. Who lets any tenant's list answer then, leaks from one tenant to
//! another.
//!
//! # What a document is
//!
//! A policy in the data spelling of the language, checked by the same compiler as `cors_policy!`, below a [`Ceiling`] that
//! is fixed at compile time: schemes, methods, headers, credentials, max-age, numbers and kinds of patterns. It is checked
//! when it is written ([`store::Checked::new`]) and again when it is read; versions are never changed, and a rollback is a
//! pointer.
//!
//! # What a request costs
//!
//! One look-up and one match in a snapshot of all tenants, without I/O, locks or allocation. A change copies the page of
//! 512 tenants that it is in, and one pointer is stored.
//!
//! # What becomes of a bad day
//!
//! | what happens | what is served | where it shows |
//! | --- | --- | --- |
//! | the database is down | what was served before | [`Health::errors`], [`Health::age`] |
//! | it is down at the start | the newest whole snapshot on disk ([`Builder::snapshots`]) | [`Served::Disk`] |
//! | and there is none | as configured ([`Bootstrap`]): the start fails, or [`Builder::without_tenant`] answers | [`StartError`], [`Health::ready`] |
//! | a snapshot is damaged | the one before it: three are kept | [`Health::errors`] |
//! | a snapshot is from another version of this crate, or of its list of public suffixes | that, and every document is compiled again when the database answers; of another form, it is as if damaged | [`Served::Disk`] |
//! | the disk cannot be written | everything; the disk is tried again, more and more rarely | [`Health::disk_failures`] |
//! | a document is damaged, above the ceiling, from a newer version, or makes the compiler panic | that tenant's last good version, and all others | [`Health::rejected`] |
//! | more than a fifth of all tenants would be gone, and not by a write for each | what was served before, until [`store::Store::confirm_shrink`] | [`Health::refused`] |
//! | a tier has no name on the node | the tenant, with the limits of the tier `default` or else of the strictest | [`Health::unknown_tier`] |
//! | a replica is behind, a backup was restored | what was served before; after [`store::Store::renew_epoch`], the new history, if its losses are few or [confirmed](store::Store::confirm_shrink_from) | [`SyncError::Behind`], [`Health::refused`] |
//! | another database takes the place of the one that is being read | one of them, never half of each | [`store::StoreError::OtherHistory`] |
//! | hints are lost | everything, within [`Builder::poll`] | |
//! | many changes at once | the newest, together, after [`Builder::settle`] | [`Health::built`] |
//!
//! # Beyond CORS
//!
//! - [`Tiers`] limit what a tenant and each of its patterns may send to this node. Over the limit is 429, with the CORS
//!   headers, and `Retry-After` where the page can read it.
//! - A version in the [shadow](store::Store::shadow) is asked beside the active one; what it would change is counted and
//!   sampled, and [`store::Store::promote`] refuses while it would newly refuse what real traffic uses.
//! - [`Tenants::check_upgrade`] checks WebSocket handshakes, and its [`Permit`] tells an open socket when it is revoked.
//! - [`Node::health`] and [`Node::metrics`] say how the node is.
//!
//! # What is not instant
//!
//! From the moment a change is served, browsers read by the new policy. Preflights that they have remembered let requests
//! go on *arriving* until their max-age is over, two hours in Chromium and a day in Firefox at the most: the application
//! must not rest on CORS to keep them out.
//!
//! # Features
//!
//! - `sqlite` (default), `postgres`: the databases. `tls`: PostgreSQL over TLS.
//! - `admin`: the command line, for a binary of the platform.

#[cfg(feature = "admin")]
pub mod admin;
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
