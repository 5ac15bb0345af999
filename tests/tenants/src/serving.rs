//! Tenants to serve, and requests to ask about.

use std::time::Duration;

use cors_policy::{Outcome, Resolve as _};
use cors_policy_tenants::store::{Checked, Edit, Key, Published, Store};
use cors_policy_tenants::{Builder, Ceiling, Node, Tenants, cors_ceiling};
use http::Request;
use tokio::time::{Instant, sleep};

use crate::Place;

/// The ceiling of tests that need no other.
pub static CEILING: Ceiling = cors_ceiling! {
    credentials: true,
    methods: [PUT, DELETE],
    request_headers: ["content-type", "authorization"],
    expose_headers: ["etag"],
    max_age: "2h",
    exact_origins: 500,
};

/// Longer than anything takes on a machine that is busy with something else.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// So rarely that a node only asks the store when it is told to.
pub const NEVER: Duration = Duration::from_secs(24 * 60 * 60);

/// Whoever writes.
#[must_use]
pub fn me() -> Edit<'static> {
    Edit::by("alice")
}

/// A document with these origins.
///
/// # Panics
/// If the ceiling forbids it.
#[must_use]
pub fn listing(origins: &[&str]) -> Checked {
    let list: Vec<String> = origins.iter().map(|origin| format!("{origin:?}")).collect();
    checked(&format!(r#"{{"origins": [{}]}}"#, list.join(",")))
}

/// A document, checked.
///
/// # Panics
/// If the ceiling forbids it.
#[must_use]
pub fn checked(text: &str) -> Checked {
    Checked::new(text, &CEILING).unwrap()
}

/// A document that was never checked.
#[must_use]
pub fn unchecked(text: &str) -> Checked {
    Checked::elsewhere(text, [])
}

/// The host that leads to a tenant.
#[must_use]
pub fn host(slug: &str) -> String {
    format!("{slug}.api.test")
}

/// A tenant that is found by its [`host`] and admits these origins.
///
/// # Panics
/// If the store refuses it.
pub async fn tenant(store: &Store, slug: &str, origins: &[&str]) -> Published {
    store.create_tenant(me(), slug, "standard").await.unwrap();
    store.add_key(me(), slug, &Key::host(&host(slug)).unwrap()).await.unwrap();
    publish(store, slug, origins).await
}

/// The next version of a tenant's policy, which admits these origins.
///
/// # Panics
/// If the store refuses it.
pub async fn publish(store: &Store, slug: &str, origins: &[&str]) -> Published {
    store.publish(me(), slug, &listing(origins), true).await.unwrap()
}

/// So many tenants, `tenant-0` and so on; each admits `https://app.` and its name.
///
/// # Panics
/// If the store refuses them.
pub async fn tenants(store: &Store, count: usize) {
    for number in 0..count {
        tenant(store, &format!("tenant-{number}"), &[&format!("https://app.tenant-{number}.test")]).await;
    }
}

/// A node that asks the store when it is told to, and is called `node`.
pub fn manual(place: &Place) -> Builder {
    Node::builder(&place.url, &CEILING).name("node").poll(NEVER)
}

/// A read across origins.
///
/// # Panics
/// If the host or the origin cannot stand in a request.
#[must_use]
pub fn get(host: &str, origin: &str) -> Request<()> {
    Request::get("/").header("host", host).header("origin", origin).body(()).unwrap()
}

/// Whether a page of the origin may read from the host.
#[must_use]
pub fn admits(tenants: &Tenants, host: &str, origin: &str) -> bool {
    let request = get(host, origin);
    let decision =
        tenants.resolve(&request).map(|policy| policy.evaluate(request.method(), request.headers()));
    decision.is_some_and(|decision| decision.verdict().outcome() == Outcome::Admitted)
}

/// Whether a page of the origin may read from a tenant.
#[must_use]
pub fn serves(node: &Node, slug: &str, origin: &str) -> bool {
    admits(&node.tenants(), &host(slug), origin)
}

/// Waits until something is so.
///
/// # Panics
/// If it is not so in the end.
pub async fn until(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < end, "not in time: {what}");
        sleep(Duration::from_millis(10)).await;
    }
}

/// Takes away the table that every look begins with, as when the database is down.
///
/// # Panics
/// If the database refuses that.
pub async fn break_down(place: &Place) {
    rename(place, "cors_meta", "cors_meta_away").await;
}

/// Gives back what [`break_down`] took.
///
/// # Panics
/// If the database refuses that.
pub async fn come_back(place: &Place) {
    rename(place, "cors_meta_away", "cors_meta").await;
}

async fn rename(place: &Place, from: &str, to: &str) {
    let raw = place.raw().await;
    sqlx::query(&format!("ALTER TABLE {from} RENAME TO {to}")).execute(&raw).await.unwrap();
    raw.close().await;
}
