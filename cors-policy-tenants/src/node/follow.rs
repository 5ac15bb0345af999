//! The task of a node: it asks the store, and serves what is new.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cors_policy::{Ceiling, Packer};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::disk::{Context, Disk};
use crate::document;
use crate::node::build::Draft;
use crate::node::health::{Refused, Rejected, Served};
use crate::node::loss::Removals;
use crate::node::status::Status;
use crate::node::{Builder, Request, SyncError};
use crate::page::Owner;
use crate::snapshot::Snapshot;
use crate::store::{Cursor, Head, Hints, NodeReport, Store, StoreError};
use crate::tenant::TenantId;
use crate::tenants::Tenants;

/// How many tenants are asked for at once.
const ROWS: u32 = 2_000;
/// How often a node says how it is, also where nothing changes.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// What follows the store.
#[derive(Debug)]
pub(crate) struct Follower {
    settings: Builder,
    tenants: Tenants,
    status: Arc<Status>,
    disk: Option<Disk>,
    store: Option<(Store, Hints)>,
    packer: Packer,
    rejected: BTreeMap<TenantId, Rejected>,
    reported: Option<Instant>,
    /// The snapshot that is on the disk, or on its way there.
    stored: Option<(String, u64)>,
    /// Whether the write came to a good end.
    writing: Option<JoinHandle<bool>>,
}

impl Follower {
    pub(crate) fn new(settings: Builder, tenants: Tenants, status: Arc<Status>, disk: Option<Disk>) -> Self {
        Follower {
            settings,
            tenants,
            status,
            disk,
            store: None,
            packer: Packer::default(),
            rejected: BTreeMap::new(),
            reported: None,
            stored: None,
            writing: None,
        }
    }

    /// Serves the newest snapshot on the disk, if there is one; gives the files that cannot be read.
    pub(crate) async fn load_from_disk(&mut self) -> Vec<(PathBuf, String)> {
        let Some(disk) = self.disk.clone() else { return Vec::new() };
        let (tenants, ceiling) = (self.tenants.clone(), self.settings.ceiling);
        let read = spawn_blocking(move || {
            let mut found = disk.read(&context(&tenants, ceiling));
            let above = found.read.as_mut().map(|read| read.remove_above(ceiling, &tenants.0.limits));
            (found, above.unwrap_or_default())
        });
        let Ok((found, above)) = read.await else { return Vec::new() };
        let mut status = self.status.lock();
        if let Some((path, why)) = found.unreadable.first() {
            status.disk_error = Some(format!("`{}`: {why}", path.display()));
        }
        if let Some(read) = found.read {
            let (epoch, revision) = (read.snapshot.epoch.clone(), read.snapshot.revision);
            // What is compiled again is written again.
            self.stored = (read.snapshot.resume_after > 0).then_some((epoch, revision));
            self.packer = read.packer;
            self.tenants.publish(read.snapshot, Some(&[]));
            status.served = Served::Disk;
            status.rejected = above.values().cloned().collect();
            self.rejected = above;
        }
        drop(status);
        found.unreadable
    }

    /// Follows the store until it is told to stop.
    pub(crate) async fn follow(mut self, mut requests: mpsc::Receiver<Request>) {
        loop {
            self.write_to_disk(false).await;
            let wait = jittered(self.settings.poll);
            let request = tokio::select! {
                request = requests.recv() => request,
                () = hinted(&mut self.store) => {
                    // More may come together with it.
                    tokio::time::sleep(self.settings.settle).await;
                    drop(self.sync(false).await);
                    continue;
                }
                () = tokio::time::sleep(wait) => {
                    drop(self.sync(false).await);
                    continue;
                }
            };
            match request {
                Some(Request::Sync { accept_shrink, done }) => {
                    self.reported = None;
                    drop(done.send(self.sync(accept_shrink).await));
                }
                Some(Request::Stop { done }) => {
                    self.finish().await;
                    // Whoever asked may have gone.
                    let _ = done.send(());
                    return;
                }
                None => return,
            }
        }
    }

    /// Takes over what the store has, and remembers what came of it.
    pub(crate) async fn sync(&mut self, accept_shrink: bool) -> Result<Head, SyncError> {
        let synced = self.take_over(accept_shrink).await;
        {
            let mut status = self.status.lock();
            match &synced {
                Ok(_) => {
                    status.served = Served::Database;
                    status.current = Some(Instant::now());
                    status.store_error = None;
                    status.refused = None;
                }
                Err(error) => {
                    status.failures += 1;
                    status.store_error = Some(error.to_string());
                    if let SyncError::Shrinks(refused) = error
                        && status.refused.as_ref() != Some(refused)
                    {
                        status.refused = Some(refused.clone());
                        // It waits for a person: it is told at once.
                        self.reported = None;
                    }
                }
            }
        }
        if matches!(synced, Err(SyncError::Store(_))) {
            // Its connections may be dead without saying so.
            self.store = None;
        }
        self.report().await;
        synced
    }

    async fn take_over(&mut self, accept_shrink: bool) -> Result<Head, SyncError> {
        match self.take_over_once(accept_shrink).await {
            // Another database stands there now: it is judged from its head on, like any other.
            Err(SyncError::Store(StoreError::OtherHistory)) => self.take_over_once(accept_shrink).await,
            done => done,
        }
    }

    async fn take_over_once(&mut self, accept_shrink: bool) -> Result<Head, SyncError> {
        let store = self.store().await?;
        let head = store.head().await?;
        let served = self.tenants.0.snapshot.load_full();
        let is_same_history = head.epoch == served.epoch;
        if is_same_history && head.revision < served.revision {
            return Err(SyncError::Behind { served: served.revision, store: head.revision });
        }
        if is_same_history && head.revision == served.revision && served.resume_after == served.revision {
            return Ok(head);
        }
        if let Some(refused) = self.refused_before(&head).filter(|_| !accept_shrink) {
            return Err(SyncError::Shrinks(refused));
        }
        let goes_on = is_same_history && served.resume_after > 0;
        let (draft, head, is_whole) = match self.draft(&store, &served, &head, goes_on).await {
            Err(SyncError::Store(StoreError::CursorTooOld { .. })) if goes_on => {
                let (draft, head) = self.draft(&store, &served, &head, false).await?;
                (draft, head, true)
            }
            draft => draft.map(|(draft, head)| (draft, head, !goes_on))?,
        };
        let (lost, of) = (draft.lost(&head), served.tenants());
        if Refused::is_too_much(lost, of) && !accept_shrink {
            self.packer = draft.packer;
            let (epoch, revision) = (head.epoch, head.revision);
            return Err(SyncError::Shrinks(Refused { epoch, revision, lost, of }));
        }
        self.serve(draft, is_whole);
        Ok(head)
    }

    /// What was refused already, if nothing has changed since, so that the store is not read again and again for it.
    fn refused_before(&self, head: &Head) -> Option<Refused> {
        let refused = self.status.lock().refused.clone()?;
        // A confirmation is a write, too.
        (refused.epoch == head.epoch && refused.revision == head.revision).then_some(refused)
    }

    /// What is served with all that has changed since, or everything from the start: of the history of `head`, from the first
    /// page to the last.
    async fn draft(
        &mut self,
        store: &Store,
        served: &Arc<Snapshot>,
        head: &Head,
        goes_on: bool,
    ) -> Result<(Draft, Head), SyncError> {
        let (cursor, mut next, rejected) = if goes_on {
            (Cursor::after(served.resume_after), Snapshot::clone(served), self.rejected.clone())
        } else {
            (Cursor::START, Snapshot::empty(), BTreeMap::new())
        };
        next.epoch.clone_from(&head.epoch);
        let mut draft = Draft {
            next,
            pending: Vec::new(),
            served: served.clone(),
            packer: std::mem::take(&mut self.packer),
            rejected,
            changes: Vec::new(),
            removals: Removals::default(),
            ceiling: self.settings.ceiling,
            compile: document::compile,
            kind: self.tenants.0.by.kind(),
            tiers: self.tenants.0.tiers.clone(),
            time: Duration::ZERO,
        };
        let mut cursor = cursor.within(head);
        loop {
            let page = match store.changes(cursor, ROWS).await {
                Ok(page) => page,
                Err(error) => {
                    self.packer = draft.packer;
                    return Err(error.into());
                }
            };
            let (rows, is_last) = (page.rows, page.complete);
            let taken_in =
                spawn_blocking(move || if is_last { draft.finish(&rows) } else { draft.take_in(&rows) });
            draft = taken_in.await.map_err(|_| SyncError::Stopped)??;
            cursor = page.next;
            if is_last {
                draft.next.revision = page.head.revision;
                draft.next.resume_after = page.head.revision;
                return Ok((draft, page.head));
            }
        }
    }

    /// Of what `is_whole`, it is not known who is gone.
    fn serve(&mut self, draft: Draft, is_whole: bool) {
        self.packer = draft.packer;
        self.rejected = draft.rejected;
        let begun = Instant::now();
        self.tenants.publish(draft.next, (!is_whole).then_some(&draft.changes));
        let mut status = self.status.lock();
        status.generation += 1;
        status.built = draft.time + begun.elapsed();
        status.rejected = self.rejected.values().cloned().collect();
        drop(status);
        // It is told at once: somebody may wait for it.
        self.reported = None;
    }

    async fn store(&mut self) -> Result<Store, SyncError> {
        if let Some((store, _)) = &self.store {
            return Ok(store.clone());
        }
        let store = Store::open(&self.settings.url).await?;
        self.store = Some((store.clone(), store.hints()));
        Ok(store)
    }

    /// Says in the store how the node is. Nothing rests on it.
    async fn report(&mut self) {
        if self.reported.is_some_and(|at| at.elapsed() < HEARTBEAT) {
            return;
        }
        let Some((store, _)) = &self.store else { return };
        let health = self.status.health(&self.tenants);
        let report = NodeReport {
            node: self.settings.name.clone(),
            epoch: health.epoch,
            revision: health.revision,
            generation: health.generation,
            tenants: health.tenants as u64,
            rejected: serde_json::to_string(&health.rejected).unwrap_or_default(),
            refused: health.refused.and_then(|refused| serde_json::to_string(&refused).ok()),
        };
        // Each question to a store that does not answer takes half a minute: the first is enough.
        if store.report(&report).await.is_ok() {
            self.reported = Some(Instant::now());
            self.report_shadows(store).await;
        }
    }

    async fn report_shadows(&self, store: &Store) {
        let snapshot = self.tenants.0.snapshot.load_full();
        let owners = snapshot.pages().filter_map(|(_, page)| page.owner());
        for (tenant, shadow) in owners.flat_map(Owner::shadows) {
            let counts = shadow.take();
            // A request can have been counted before, and its difference only now.
            if counts.requests + counts.newly_refused + counts.newly_admitted + counts.other_headers == 0 {
                continue;
            }
            let id = i64::try_from(tenant.get()).unwrap_or(i64::MAX);
            if store.report_shadow(id, shadow.version, &self.settings.name, &counts).await.is_err() {
                shadow.give_back(&counts);
                return;
            }
        }
    }

    /// Begins to write what is served, if it is not on the disk and the last write is long enough ago.
    async fn write_to_disk(&mut self, at_once: bool) {
        let Some(disk) = self.disk.clone() else { return };
        if self.writing.as_ref().is_some_and(JoinHandle::is_finished) {
            self.finish_writing().await;
        }
        let snapshot = self.tenants.0.snapshot.load_full();
        let current = (snapshot.epoch.clone(), snapshot.revision);
        let last = self.status.lock().written;
        let is_due = at_once || last.is_none_or(|at| at.elapsed() >= self.settings.write_every);
        let is_writing = self.writing.is_some();
        let is_from_database = self.status.lock().served == Served::Database;
        if self.stored.as_ref() == Some(&current) || !is_due || is_writing || !is_from_database {
            return;
        }
        self.stored = Some(current);
        let resume_after = self.whole_up_to(&snapshot);
        let (tenants, ceiling, status) = (self.tenants.clone(), self.settings.ceiling, self.status.clone());
        self.writing = Some(spawn_blocking(move || {
            let written = disk.write(&snapshot, resume_after, &context(&tenants, ceiling));
            let mut status = status.lock();
            status.disk_error = written.as_ref().err().map(ToString::to_string);
            if written.is_ok() {
                status.written = Some(Instant::now());
            }
            written.is_ok()
        }));
    }

    /// Waits until a snapshot is on the disk; one that could not be written is written later.
    async fn finish_writing(&mut self) {
        if let Some(writing) = self.writing.take()
            && !matches!(writing.await, Ok(true))
        {
            self.stored = None;
        }
    }

    /// The revision before the oldest that brought something which a file does not have: a shadow, or the reason why a
    /// document is not served.
    fn whole_up_to(&self, snapshot: &Snapshot) -> u64 {
        let owners = snapshot.pages().filter_map(|(_, page)| page.owner());
        let shadows = owners.flat_map(Owner::shadows).map(|(_, shadow)| shadow.since);
        let oldest = self.rejected.values().map(|rejected| rejected.since).chain(shadows).min();
        oldest.map_or(snapshot.revision, |oldest| oldest.saturating_sub(1))
    }

    /// Leaves the newest snapshot on the disk.
    async fn finish(&mut self) {
        self.finish_writing().await;
        self.write_to_disk(true).await;
        self.finish_writing().await;
        self.reported = None;
        self.report().await;
    }
}

fn context<'t>(tenants: &'t Tenants, ceiling: &Ceiling) -> Context<'t> {
    Context { ceiling: ceiling.fingerprint(), kind: tenants.0.by.kind(), tiers: &tenants.0.tiers }
}

/// Waits for a hint; for ever where there are none.
async fn hinted(store: &mut Option<(Store, Hints)>) {
    match store {
        Some((_, hints)) => hints.next().await,
        None => std::future::pending().await,
    }
}

/// Nine to eleven tenths of a time: nodes that started together shall not ask together.
fn jittered(time: Duration) -> Duration {
    let random = RandomState::new().hash_one(0_u8) % 200;
    time.mul_f64(0.9 + 0.001 * f64::from(u32::try_from(random).unwrap_or_default()))
}
