//! Tenants to measure with.

use std::error::Error;
use std::path::Path;

use cors_policy_tenants::store::{Checked, Edit, Key, NewTenant, Store};
use cors_policy_tenants::{Budgets, Builder, Ceiling, Node, Quota, Tier, Tiers, cors_ceiling};

/// What goes wrong.
pub type Failure = Box<dyn Error + Send + Sync>;

/// What the tenants may ask for.
pub static CEILING: Ceiling = cors_ceiling! {
    credentials: true,
    methods: [PUT, PATCH, DELETE],
    request_headers: ["authorization", "content-type"],
    expose_headers: ["etag"],
    max_age: "2h",
    profiles: {
        standard: { methods: [PUT, DELETE], request_headers: ["content-type"], max_age: "10m" },
    },
};

/// The host of a tenant.
#[must_use]
pub fn host(number: usize) -> String {
    format!("tenant-{number:07}.api.example")
}

/// One of its five origins.
#[must_use]
pub fn origin(number: usize, place: usize) -> String {
    format!("https://app-{place}.tenant-{number:07}.example")
}

/// A document of five exact origins.
#[must_use]
pub fn document(number: usize) -> String {
    let origins: Vec<String> = (0..5).map(|place| format!("\"{}\"", origin(number, place))).collect();
    format!(r#"{{"profile": "standard", "credentials": true, "origins": [{}]}}"#, origins.join(", "))
}

/// A document of three exact origins and two patterns with a wildcard.
#[must_use]
pub fn document_with_wildcards(number: usize) -> String {
    let exact: Vec<String> = (0..3).map(|place| format!("\"{}\"", origin(number, place))).collect();
    let base = format!("tenant-{number:07}.example");
    format!(
        r#"{{"profile": "standard", "credentials": true, "origins": [{}, "https://*.apps.{base}", "https://pr-*.preview.{base}"]}}"#,
        exact.join(", ")
    )
}

/// Fills a store with so many tenants, a thousand at a time.
///
/// # Errors
///
/// What the store says.
pub async fn fill(store: &Store, tenants: usize) -> Result<(), Failure> {
    for start in (0..tenants).step_by(1_000) {
        let end = tenants.min(start + 1_000);
        let batch = (start..end).map(|number| {
            let document = Checked::new(&document(number), &CEILING)?;
            let (slug, keys) = (format!("tenant-{number:07}"), vec![Key::host(&host(number))?]);
            Ok(NewTenant { slug, tier: "paid".to_owned(), keys, document })
        });
        let batch: Vec<NewTenant> = batch.collect::<Result<_, Failure>>()?;
        store.import(Edit::by("bench"), &batch).await?;
    }
    Ok(())
}

/// A node with limits for every tenant and every pattern.
pub fn node(url: &str, snapshots: &Path) -> Builder {
    let budgets = Budgets::NONE
        .preflights(Quota::per_second(1_000))
        .requests(Quota::per_second(1_000_000))
        .upgrades(Quota::per_second(100));
    let paid = Tier::unlimited().tenant(budgets).pattern(budgets).unmatched(Quota::per_second(1_000));
    Node::builder(url, &CEILING).name("bench").tiers(Tiers::none().tier("paid", paid)).snapshots(snapshots)
}

/// The bytes of this process that are in memory.
///
/// # Errors
///
/// Where the system does not say.
pub fn resident() -> Result<usize, Failure> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<usize>()? * 1024)
}

/// A generator of numbers that look random: the same in every run.
#[derive(Clone, Debug)]
pub struct Random(pub u64);

impl Random {
    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or_default() % end.max(1)
    }
}
