//! A service for many customers, each with its own policy in a database beside it: SQLite, so that there is nothing to
//! set up. With PostgreSQL, only the address is another one.
//!
//! ```sh
//! cargo run --example tenants
//! ```

mod ask;
mod ceiling;

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use ask::Service;
use axum::Router;
use axum::routing::get;
use ceiling::CEILING;
use cors_policy::tower::CorsLayer;
use cors_policy_tenants::store::{Checked, Edit, Key, Store};
use cors_policy_tenants::{Budgets, Node, Quota, Tier, Tiers};
use tokio::net::TcpListener;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Result<()> {
    let directory = tempfile::tempdir()?;
    let url = format!("sqlite:{}", directory.path().join("tenants.db").display());
    let store = Store::migrate(&url).await?;

    step("Three customers publish their policies");
    for (slug, document) in CUSTOMERS {
        publish_first(&store, slug, document).await?;
        println!("  {slug}.api.test   {document}");
    }

    step("A node takes them into memory, and the service starts");
    let node = start(&url, directory.path()).await?;
    println!("  {} tenants, {} bytes", node.health().tenants, node.health().bytes);
    let service = serve(&node).await?;

    step("Each customer's pages reach their own API, and no other");
    service.preflight("acme", "https://app.acme.test").await?;
    service.preflight("globex", "https://app.acme.test").await?;
    service.preflight("globex", "https://eu.shop.globex.test").await?;
    service.preflight("nobody", "https://app.acme.test").await?;

    step("A policy that asks for too much is refused when it is written");
    let too_much = r#"{"origins": ["https://app.acme.test/", "http://acme.test"], "methods": ["PATCH"]}"#;
    if let Err(refused) = Checked::new(too_much, &CEILING) {
        println!("{}", indented(&refused.to_string()));
    }

    step("Acme opens its API to a second application, while requests are served");
    let wider = r#"{"profile": "standard", "credentials": true, "origins": ["https://app.acme.test", "https://new.acme.test"]}"#;
    service.preflight("acme", "https://new.acme.test").await?;
    let begun = Instant::now();
    let published = store.publish(Edit::by("acme"), "acme", &Checked::new(wider, &CEILING)?, true).await?;
    node.sync().await?;
    println!("  version {} is served after {:?}", published.version, begun.elapsed());
    service.preflight("acme", "https://new.acme.test").await?;

    step("A version in the shadow: what would it refuse?");
    let narrower = r#"{"profile": "standard", "credentials": true, "origins": ["https://new.acme.test"]}"#;
    let tried = store.publish(Edit::by("acme"), "acme", &Checked::new(narrower, &CEILING)?, false).await?;
    store.shadow(Edit::by("acme"), "acme", Some(tried.version)).await?;
    node.sync().await?;
    service.preflight("acme", "https://app.acme.test").await?;
    // The node tells the store what it has counted.
    node.sync().await?;
    for report in store.shadow_reports("acme").await? {
        println!(
            "  version {}: {} of {} would be refused",
            report.version, report.counts.newly_refused, report.counts.requests
        );
        println!("  {}", report.counts.samples);
    }

    step(
        "Initech's tier has three requests at once; the fourth says when to come back, and the page can read it",
    );
    for _ in 0..4 {
        service.get("initech", "https://initech.test").await?;
    }

    step("Rollback is a pointer");
    store.activate(Edit::by("operator").note("support ticket 4711"), "acme", 1).await?;
    node.sync().await?;
    service.preflight("acme", "https://new.acme.test").await?;

    step("The database is gone, and a new node starts from the snapshot on disk");
    node.stop().await;
    store.close().await;
    std::fs::rename(directory.path().join("tenants.db"), directory.path().join("lost.db"))?;
    let node = start(&url, directory.path()).await?;
    let health = node.health();
    println!("  {} tenants from {:?}; {}", health.tenants, health.served, health.errors.join("; "));
    serve(&node).await?.preflight("acme", "https://app.acme.test").await
}

const CUSTOMERS: [(&str, &str); 3] = [
    ("acme", r#"{"profile": "standard", "credentials": true, "origins": ["https://app.acme.test"]}"#),
    ("globex", r#"{"profile": "standard", "origins": ["https://*.shop.globex.test"]}"#),
    ("initech", r#"{"profile": "readonly", "origins": ["https://initech.test"]}"#),
];

async fn publish_first(store: &Store, slug: &str, document: &str) -> Result<()> {
    let edit = Edit::by("example");
    let tier = if slug == "initech" { "free" } else { "paid" };
    store.create_tenant(edit, slug, tier).await?;
    store.add_key(edit, slug, &Key::host(&format!("{slug}.api.test"))?).await?;
    store.publish(edit, slug, &Checked::new(document, &CEILING)?, true).await?;
    Ok(())
}

async fn start(url: &str, directory: &Path) -> Result<Node> {
    let free = Tier::unlimited().tenant(Budgets::NONE.requests(Quota::per_minute(6).burst(3)));
    let node = Node::builder(url, &CEILING)
        .name("example")
        .tiers(Tiers::none().tier("free", free).tier("paid", Tier::unlimited()))
        .snapshots(directory.join("snapshots"))
        .poll(Duration::from_millis(250));
    Ok(node.start().await?)
}

async fn serve(node: &Node) -> Result<Service> {
    let application = Router::new().route("/orders", get(|| async { "[]" }).put(|| async { "stored" }));
    let cors = CorsLayer::new(node.tenants()).wrap(application);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let service = Service::at(listener.local_addr()?);
    tokio::spawn(async move { axum::serve(listener, cors.into_make_service()).await });
    Ok(service)
}

fn step(title: &str) {
    println!("\n{title}");
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}
