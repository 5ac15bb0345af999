//! The task of a node: it asks the store, and serves what is new.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use cors_policy::Packer;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use crate::disk::Disk;
use crate::document;
use crate::node::build::Draft;
use crate::node::health::{Refused, Rejected, Served};
use crate::node::keep::Keeper;
use crate::node::loss::Removals;
use crate::node::report::Reporter;
use crate::node::status::Status;
use crate::node::{Builder, Request, SyncError};
use crate::snapshot::Snapshot;
use crate::store::{Cursor, Head, Hints, Store, StoreError};
use crate::tenant::TenantId;
use crate::tenants::Tenants;

/// How many tenants are asked for at once.
const ROWS: u32 = 2_000;

/// What follows the store.
#[derive(Debug)]
pub(crate) struct Follower {
    settings: Builder,
    tenants: Tenants,
    status: Arc<Status>,
    keeper: Option<Keeper>,
    reporter: Reporter,
    store: Option<(Store, Hints)>,
    packer: Packer,
    rejected: BTreeMap<TenantId, Rejected>,
}

impl Follower {
    pub(crate) fn new(settings: Builder, tenants: Tenants, status: Arc<Status>) -> Self {
        let (every, ceiling) = (settings.write_every, settings.ceiling);
        let disk = settings.snapshots.clone().map(Disk::new);
        let keeper = disk.map(|disk| Keeper::new(disk, every, tenants.clone(), ceiling, status.clone()));
        Follower {
            reporter: Reporter::new(settings.name.clone()),
            settings,
            tenants,
            status,
            keeper,
            store: None,
            packer: Packer::default(),
            rejected: BTreeMap::new(),
        }
    }

    /// Serves the newest snapshot on the disk, if there is one; gives the files that cannot be read.
    pub(crate) async fn load_from_disk(&mut self) -> Vec<(PathBuf, String)> {
        let Some(keeper) = &mut self.keeper else { return Vec::new() };
        let Some((found, above)) = keeper.read().await else { return Vec::new() };
        let mut status = self.status.lock();
        if let Some((path, why)) = found.unreadable.first() {
            status.disk_error = Some(format!("`{}`: {why}", path.display()));
        }
        if let Some(read) = found.read {
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
            if let Some(keeper) = &mut self.keeper {
                keeper.write(&self.rejected).await;
            }
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
                    self.reporter.hurry();
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
                        self.reporter.hurry();
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
        self.reporter.hurry();
    }

    async fn store(&mut self) -> Result<Store, SyncError> {
        if let Some((store, _)) = &self.store {
            return Ok(store.clone());
        }
        let store = Store::open(&self.settings.url).await?;
        self.store = Some((store.clone(), store.hints()));
        Ok(store)
    }

    /// Says in the store how the node is.
    async fn report(&mut self) {
        if let Some((store, _)) = &self.store {
            self.reporter.report(store, &self.status, &self.tenants).await;
        }
    }

    /// Leaves the newest snapshot on the disk, and the fleet.
    async fn finish(&mut self) {
        let Follower { keeper, reporter, store, status, tenants, rejected, .. } = self;
        let keep = async {
            if let Some(keeper) = keeper {
                keeper.finish(rejected).await;
            }
        };
        let leave = async {
            if let Some((store, _)) = store {
                reporter.leave(store, status, tenants).await;
            }
        };
        tokio::join!(keep, leave);
    }
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
