//! Rows of the store become a snapshot.

use std::any::Any;
use std::collections::BTreeMap;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use cors_policy::{Ceiling, Compiled, Packer, Policy};

use crate::document::BadDocument;
use crate::limit::Tiers;
use crate::node::SyncError;
use crate::node::health::Rejected;
use crate::node::loss::Removals;
use crate::shadow::Shadow;
use crate::snapshot::{Change, Snapshot};
use crate::store::{Head, KeyKind, Row, State, Version};
use crate::tenant::{Tenant, TenantId};
use crate::tenants::owner_of;

/// With fewer rows than this for a thread, starting it costs more than it saves.
const ROWS_FOR_A_THREAD: usize = 64;

/// Building copies what it touches, which of tenants that changed in no order is everything: it waits until as many changes
/// are there as a quarter of all tenants. With half of them it takes as long, and 240 MB more for a million.
const AT_LEAST: usize = 2_000;

/// How a document becomes a policy: [`crate::document::compile`], outside of tests.
pub(crate) type Compile = fn(&str, &Ceiling) -> Result<Compiled, BadDocument>;

/// A snapshot in the making.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) next: Snapshot,
    /// What is compiled, and does not stand in the snapshot yet.
    pub(crate) pending: Vec<Change>,
    /// What is served meanwhile, and goes on being served of tenants whose new document does not compile.
    pub(crate) served: Arc<Snapshot>,
    pub(crate) packer: Packer,
    /// The tenants whose newest document is not served, and why.
    pub(crate) rejected: BTreeMap<TenantId, Rejected>,
    pub(crate) changes: Vec<Change>,
    pub(crate) removals: Removals,
    pub(crate) ceiling: &'static Ceiling,
    pub(crate) compile: Compile,
    pub(crate) kind: KeyKind,
    pub(crate) tiers: Tiers,
    /// How long it took so far, without what the store took.
    pub(crate) time: Duration,
}

impl Draft {
    /// Takes in rows. Blocks for as long as they take to compile.
    pub(crate) fn take_in(mut self, rows: &[Row]) -> Result<Self, SyncError> {
        let begun = Instant::now();
        let compiled = self.compile_all(rows);
        for ((change, rejected), row) in compiled.into_iter().zip(rows) {
            self.removals.take_in(&self.served, row, &change);
            match rejected {
                Some(rejected) => drop(self.rejected.insert(change.id, rejected)),
                None => drop(self.rejected.remove(&change.id)),
            }
            self.pending.push(change);
        }
        if self.pending.len() >= AT_LEAST.max(self.next.tenants() / 4) {
            self.build()?;
        }
        self.time += begun.elapsed();
        Ok(self)
    }

    /// Takes in the last rows: the snapshot has all of them then.
    pub(crate) fn finish(mut self, rows: &[Row]) -> Result<Self, SyncError> {
        self = self.take_in(rows)?;
        let begun = Instant::now();
        self.build()?;
        self.time += begun.elapsed();
        Ok(self)
    }

    fn build(&mut self) -> Result<(), SyncError> {
        let changes = std::mem::take(&mut self.pending);
        let next = self.next.changed(&changes, &self.served, &self.tiers.in_order(), &mut self.packer);
        self.next = next.map_err(|_| SyncError::TooLarge)?;
        // What was compiled stands in the snapshot now.
        self.changes.extend(changes.into_iter().map(|change| Change { tenant: None, ..change }));
        Ok(())
    }

    /// How many tenants are served that would no longer be, without that being explained or confirmed.
    pub(crate) fn lost(&self, head: &Head) -> usize {
        self.removals.unexplained(&self.served, &self.next, head)
    }

    fn compile_all(&self, rows: &[Row]) -> Vec<(Change, Option<Rejected>)> {
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let threads = threads.min(rows.len().div_ceil(ROWS_FOR_A_THREAD)).max(1);
        let compile = |rows: &[Row]| -> Vec<_> { rows.iter().map(|row| self.change(row)).collect() };
        if threads == 1 {
            return compile(rows);
        }
        let parts: Vec<&[Row]> = rows.chunks(rows.len().div_ceil(threads)).collect();
        thread::scope(|scope| {
            let threads: Vec<_> = parts.iter().map(|part| (part, scope.spawn(|| compile(part)))).collect();
            // What panics although a document that does is caught does so again here, and the sync fails with it.
            threads
                .into_iter()
                .flat_map(|(part, thread)| thread.join().unwrap_or_else(|_| compile(part)))
                .collect()
        })
    }

    /// What becomes of a tenant, and why it does not get its newest document, if so.
    fn change(&self, row: &Row) -> (Change, Option<Rejected>) {
        let id = row.id;
        let Some(active) = row.active.as_ref().filter(|_| row.state == State::Active) else {
            return (Change { id, tenant: None }, None);
        };
        let (served, mut rejected) = match self.policy(active) {
            Ok(policy) => (Some((active.number, policy)), None),
            Err(why) => (self.last_good(id, &row.slug), Some(Rejected::new(row, active.number, why))),
        };
        let shadow = row.shadow.as_ref().and_then(|shadow| match self.shadow(id, row, shadow) {
            Ok(shadow) => Some(shadow),
            Err(why) => {
                rejected.get_or_insert_with(|| Rejected::new(row, shadow.number, why));
                None
            }
        });
        let tenant = served.map(|(version, policy)| Tenant {
            slug: row.slug.clone(),
            version,
            tier: self.tiers.place(&row.tier),
            keys: row
                .keys
                .iter()
                .filter(|key| key.kind() == self.kind)
                .map(|key| key.value().to_owned())
                .collect(),
            policy,
            shadow,
        });
        (Change { id, tenant }, rejected)
    }

    fn policy(&self, version: &Version) -> Result<Policy, String> {
        let text = version.document.as_ref().map_err(ToString::to_string)?;
        // A document on which the compiler panics costs its own tenant, like any other that cannot be served. Nothing that
        // it was changing is seen by anybody afterwards.
        let compiled = catch_unwind(AssertUnwindSafe(|| (self.compile)(text, self.ceiling)));
        let compiled = compiled.map_err(|panic| format!("the compiler panicked: {}", said(&*panic)))?;
        Ok(compiled.map_err(|error| error.to_string())?.policy)
    }

    /// What is served of the tenant. After a backup was restored, its number can have belonged to somebody else.
    fn last_good(&self, id: TenantId, slug: &str) -> Option<(u32, Policy)> {
        let policy = self.served.get(id).filter(|policy| policy.name() == slug)?;
        let version = owner_of(&policy).map(|(owner, place)| owner.version(place))?;
        Some((version, policy))
    }

    /// The shadow that counts already, if it is the same try of the same version: of another history, both may be another's.
    fn shadow(&self, id: TenantId, row: &Row, version: &Version) -> Result<Arc<Shadow>, String> {
        let served = self.served.get(id).filter(|_| self.next.epoch == self.served.epoch);
        let shadow = served.as_ref().and_then(owner_of).and_then(|(owner, place)| owner.shadow(place));
        match shadow.filter(|shadow| (shadow.version, shadow.since) == (version.number, row.shadow_since)) {
            Some(shadow) => Ok(shadow.clone()),
            None => Ok(Arc::new(Shadow::new(version.number, self.policy(version)?, row.shadow_since))),
        }
    }
}

/// What a panic says.
fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it does not say why")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document;
    use crate::key::TenantBy;
    use crate::store::Key;
    use crate::tenants::Tenants;

    static CEILING: Ceiling = cors_policy::cors_ceiling! {};

    fn panics(text: &str, ceiling: &Ceiling) -> Result<Compiled, BadDocument> {
        assert!(!text.contains("panic"), "at this document");
        document::compile(text, ceiling)
    }

    fn draft(served: Arc<Snapshot>) -> Draft {
        Draft {
            next: Snapshot::clone(&served),
            served,
            pending: Vec::new(),
            packer: Packer::default(),
            rejected: BTreeMap::new(),
            changes: Vec::new(),
            removals: Removals::default(),
            ceiling: &CEILING,
            compile: panics,
            kind: KeyKind::Host,
            tiers: Tiers::none(),
            time: Duration::ZERO,
        }
    }

    fn row(id: u64, version: u32, origin: &str) -> Row {
        let document = Ok(format!(r#"{{"origins": ["{origin}"]}}"#));
        Row {
            id: TenantId(id),
            slug: format!("tenant-{id}"),
            state: State::Active,
            changed_revision: u64::from(version),
            tier: "standard".to_owned(),
            keys: vec![Key::host(&format!("tenant-{id}.test")).unwrap()],
            active: Some(Version { number: version, document }),
            shadow: None,
            shadow_since: 0,
        }
    }

    /// Among as many as threads share, and among few.
    #[test]
    fn a_panic_costs_its_own_tenant() {
        for rows in [3, 1_000] {
            let good: Vec<Row> = (0..rows).map(|id| row(id, 1, "https://one.test")).collect();
            let first = draft(Arc::new(Snapshot::empty())).finish(&good).unwrap();
            let mut second: Vec<Row> = (0..rows).map(|id| row(id, 2, "https://two.test")).collect();
            second[1] = row(1, 2, "https://panic.test");
            second.push(row(rows, 2, "https://panic.test"));
            let draft = draft(Arc::new(first.next)).finish(&second).unwrap();
            let tenants = Tenants::new(TenantBy::Host, Tiers::none(), None);
            let admits = |id: u64, origin: &str| {
                let policy = tenants.policy(&format!("tenant-{id}.test"));
                policy.is_some_and(|policy| policy.admits(origin.as_bytes()))
            };
            let rejected: Vec<_> =
                draft.rejected.values().map(|it| (it.slug.clone(), it.why.clone())).collect();
            tenants.publish(draft.next, None);
            assert!(admits(0, "https://two.test") && admits(2, "https://two.test"));
            assert!(admits(1, "https://one.test") && !admits(rows, "https://panic.test"));
            let why = "the compiler panicked: at this document".to_owned();
            assert_eq!(rejected, [("tenant-1".to_owned(), why.clone()), (format!("tenant-{rows}"), why)]);
        }
    }
}
