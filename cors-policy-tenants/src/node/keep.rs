//! Keeps what is served on the disk.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cors_policy::Ceiling;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::disk::{Context, Disk, Found};
use crate::node::health::{Rejected, Served};
use crate::node::status::Status;
use crate::page::Owner;
use crate::snapshot::Snapshot;
use crate::tenant::TenantId;
use crate::tenants::Tenants;

/// How long a disk that failed is left alone at the least; twice as long each time that it fails again, five times.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const DOUBLINGS: u32 = 5;

/// What writes snapshots, one at a time and never on the way of a request.
#[derive(Debug)]
pub(crate) struct Keeper {
    disk: Disk,
    every: Duration,
    tenants: Tenants,
    ceiling: &'static Ceiling,
    status: Arc<Status>,
    /// The snapshot that is on the disk, or on its way there.
    kept: Option<(String, u64)>,
    /// Whether the write came to a good end.
    writing: Option<JoinHandle<bool>>,
    attempted: Option<Instant>,
    /// How many writes failed since one did not.
    failed: u32,
}

impl Keeper {
    pub(crate) fn new(
        disk: Disk,
        every: Duration,
        tenants: Tenants,
        ceiling: &'static Ceiling,
        status: Arc<Status>,
    ) -> Self {
        let (kept, writing, attempted, failed) = (None, None, None, 0);
        Keeper { disk, every, tenants, ceiling, status, kept, writing, attempted, failed }
    }

    /// The newest snapshot that is whole, and the tenants that it had above the ceiling of now.
    pub(crate) async fn read(&mut self) -> Option<(Found, BTreeMap<TenantId, Rejected>)> {
        let (disk, tenants, ceiling) = (self.disk.clone(), self.tenants.clone(), self.ceiling);
        let read = spawn_blocking(move || {
            let mut found = disk.read(&context(&tenants, ceiling));
            let above = found.read.as_mut().map(|read| read.remove_above(ceiling, &tenants.0.limits));
            (found, above.unwrap_or_default())
        });
        let (found, above) = read.await.ok()?;
        // What is compiled again is written again.
        let whole = found.read.iter().map(|read| &read.snapshot).find(|snapshot| snapshot.resume_after > 0);
        self.kept = whole.map(|snapshot| (snapshot.epoch.clone(), snapshot.revision));
        Some((found, above))
    }

    /// Begins to write what is served, if it comes from the database, is not on the disk, and the last try is long enough
    /// ago.
    pub(crate) async fn write(&mut self, rejected: &BTreeMap<TenantId, Rejected>) {
        if self.writing.as_ref().is_some_and(JoinHandle::is_finished) {
            self.finish_writing().await;
        }
        if self.writing.is_none() && self.is_due() {
            self.begin(rejected);
        }
    }

    /// Leaves what is served on the disk, and waits for it.
    pub(crate) async fn finish(&mut self, rejected: &BTreeMap<TenantId, Rejected>) {
        self.finish_writing().await;
        self.begin(rejected);
        self.finish_writing().await;
    }

    fn is_due(&self) -> bool {
        let pause = match self.failed {
            0 => self.every,
            times => self.every.max(FIRST_PAUSE) * 2_u32.pow(times.min(DOUBLINGS + 1) - 1),
        };
        self.attempted.is_none_or(|at| at.elapsed() >= pause)
    }

    fn begin(&mut self, rejected: &BTreeMap<TenantId, Rejected>) {
        let snapshot = self.tenants.0.snapshot.load_full();
        let current = (snapshot.epoch.clone(), snapshot.revision);
        let is_from_database = self.status.lock().served == Served::Database;
        if self.kept.as_ref() == Some(&current) || !is_from_database {
            return;
        }
        self.kept = Some(current);
        self.attempted = Some(Instant::now());
        let resume_after = whole_up_to(&snapshot, rejected);
        let (disk, tenants, ceiling) = (self.disk.clone(), self.tenants.clone(), self.ceiling);
        let status = self.status.clone();
        self.writing = Some(spawn_blocking(move || {
            let written = disk.write(&snapshot, resume_after, &context(&tenants, ceiling));
            let mut status = status.lock();
            status.disk_error = written.as_ref().err().map(ToString::to_string);
            match written {
                Ok(()) => status.written = Some(Instant::now()),
                Err(_) => status.disk_failures += 1,
            }
            status.disk_error.is_none()
        }));
    }

    /// Waits until a snapshot is on the disk; one that could not be written is written later.
    async fn finish_writing(&mut self) {
        let Some(writing) = &mut self.writing else { return };
        if matches!(writing.await, Ok(true)) {
            self.failed = 0;
        } else {
            self.kept = None;
            self.failed = self.failed.saturating_add(1);
        }
        self.writing = None;
    }
}

/// The revision before the oldest that brought something which a file does not have: a shadow, or the reason why a document
/// is not served.
fn whole_up_to(snapshot: &Snapshot, rejected: &BTreeMap<TenantId, Rejected>) -> u64 {
    let owners = snapshot.pages().filter_map(|(_, page)| page.owner());
    let shadows = owners.flat_map(Owner::shadows).map(|(_, shadow)| shadow.since);
    let oldest = rejected.values().map(|rejected| rejected.since).chain(shadows).min();
    oldest.map_or(snapshot.revision, |oldest| oldest.saturating_sub(1))
}

fn context<'t>(tenants: &'t Tenants, ceiling: &Ceiling) -> Context<'t> {
    Context { ceiling: ceiling.fingerprint(), kind: tenants.0.by.kind(), tiers: &tenants.0.tiers }
}
