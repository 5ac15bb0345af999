//! The store of tenants, on SQLite and on PostgreSQL.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a panic is the report")]

mod changes;
mod crash;
mod hangs;
mod hints;
mod integrity;
mod listing;
mod names;
mod nodes;
mod origins;
mod purge;
mod roles;
mod schema;
mod shadow;
mod writes;

use cors_policy_tenants::store::{Checked, Edit, Store};

/// Whoever writes.
fn me() -> Edit<'static> {
    Edit::by("alice").note("because")
}

/// A document that allows one origin, said to be checked.
fn allowing(origin: &str) -> Checked {
    Checked::elsewhere(format!(r#"{{"origins":["{origin}"]}}"#), [origin.to_owned()])
}

/// A tenant whose active version allows an origin.
async fn publish(store: &Store, slug: &str, origin: &str) -> u64 {
    store.create_tenant(me(), slug, "standard").await.unwrap();
    store.publish(me(), slug, &allowing(origin), true).await.unwrap().written.revision
}
