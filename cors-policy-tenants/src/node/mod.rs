//! A node: it follows a store, and has all tenants at hand.

mod build;
mod follow;
mod health;
mod keep;
mod loss;
mod metrics;
mod report;
mod status;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use cors_policy::{Ceiling, Policy};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use crate::key::TenantBy;
use crate::limit::Tiers;
use crate::store::{Head, StoreError};
use crate::tenants::Tenants;
use follow::Follower;
use status::Status;

pub use health::{Health, Refused, Rejected, Served};

/// How long a start waits for the database where a snapshot on disk was found.
const START_PATIENCE: Duration = Duration::from_secs(2);

/// How long a stop takes at the most: who stops a container waits for as long.
const STOP_PATIENCE: Duration = Duration::from_secs(10);

/// What happens at a start without the database and without a snapshot on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Bootstrap {
    /// The start fails.
    #[default]
    Fail,
    /// It goes on without tenants, and with the policy [`without_tenant`](Builder::without_tenant): the node is not ready
    /// until the database answers.
    WithoutTenants,
}

/// A node in the making. See [`Node::builder`].
#[derive(Clone, Debug)]
#[must_use = "nothing is started yet"]
pub struct Builder {
    pub(crate) url: String,
    pub(crate) ceiling: &'static Ceiling,
    pub(crate) name: String,
    by: TenantBy,
    tiers: Tiers,
    without_tenant: Option<Policy>,
    pub(crate) snapshots: Option<PathBuf>,
    bootstrap: Bootstrap,
    pub(crate) poll: Duration,
    pub(crate) settle: Duration,
    pub(crate) write_every: Duration,
}

/// A node that runs. Its task ends when it is dropped or [stopped](Node::stop).
#[derive(Debug)]
pub struct Node {
    tenants: Tenants,
    status: Arc<Status>,
    requests: mpsc::Sender<Request>,
    task: JoinHandle<()>,
}

/// What a node's task is asked for.
#[derive(Debug)]
pub(crate) enum Request {
    Sync { accept_shrink: bool, done: oneshot::Sender<Result<Head, SyncError>> },
    Stop { done: oneshot::Sender<()> },
}

/// Why a node does not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// There is neither a database nor a snapshot on disk.
    NoTenants {
        /// Why not the database.
        store: Box<SyncError>,
        /// Why not the snapshots, if there are files.
        snapshots: Vec<(PathBuf, String)>,
    },
}

/// Why a node could not take over what the store has.
#[derive(Debug)]
#[non_exhaustive]
pub enum SyncError {
    /// The store does not answer, or not with what a store has.
    Store(StoreError),
    /// More than a fifth of all tenants would be gone, and not by a write for each ([`Refused`]). Confirm it with
    /// [`Node::sync_accepting_shrink`], or for all nodes in the store.
    Shrinks(Refused),
    /// The store is behind what is served already: a replica, or a backup that was restored without a new epoch.
    Behind {
        /// The revision that is served.
        served: u64,
        /// That of the store.
        store: u64,
    },
    /// Building the snapshot ended in a panic, or the node was stopped.
    Stopped,
    /// A page of tenants would be larger than 4 GiB.
    TooLarge,
}

impl Node {
    /// A node that follows the store at `url`, whose documents stay below the ceiling. By default it finds tenants by
    /// host, limits nobody, asks the store every five seconds, and keeps no snapshots on disk.
    pub fn builder(url: impl Into<String>, ceiling: &'static Ceiling) -> Builder {
        Builder {
            url: url.into(),
            ceiling,
            name: format!("{}-{}", host_name(), std::process::id()),
            by: TenantBy::Host,
            tiers: Tiers::none(),
            without_tenant: None,
            snapshots: None,
            bootstrap: Bootstrap::Fail,
            poll: Duration::from_secs(5),
            settle: Duration::from_millis(50),
            write_every: Duration::from_secs(60),
        }
    }

    /// The tenants, for adapters.
    #[must_use]
    pub fn tenants(&self) -> Tenants {
        self.tenants.clone()
    }

    /// How the node is.
    #[must_use]
    pub fn health(&self) -> Health {
        self.status.health(&self.tenants)
    }

    /// Counters and gauges in the text format of Prometheus.
    #[must_use]
    pub fn metrics(&self) -> String {
        metrics::render(&self.health(), &self.tenants.0.counters)
    }

    /// Takes over what the store has now, without waiting for the next look, and tells the store how the node is.
    ///
    /// # Errors
    ///
    /// Why it could not. What was served goes on being served.
    pub async fn sync(&self) -> Result<Head, SyncError> {
        self.ask_for_sync(false).await
    }

    /// The same, and accepts that more than a fifth of all tenants may be gone, on this node.
    ///
    /// # Errors
    ///
    /// Why it could not.
    pub async fn sync_accepting_shrink(&self) -> Result<Head, SyncError> {
        self.ask_for_sync(true).await
    }

    async fn ask_for_sync(&self, accept_shrink: bool) -> Result<Head, SyncError> {
        let (done, answer) = oneshot::channel();
        self.requests.send(Request::Sync { accept_shrink, done }).await.map_err(|_| SyncError::Stopped)?;
        answer.await.map_err(|_| SyncError::Stopped)?
    }

    /// Writes a snapshot, if they are kept and there is something new, leaves the fleet, and ends. That takes ten seconds at
    /// the most: what a database or a disk that hangs keeps from being done by then is left undone.
    pub async fn stop(mut self) {
        let stop = async {
            let (done, answer) = oneshot::channel();
            if self.requests.send(Request::Stop { done }).await.is_ok() {
                let _ = answer.await;
            }
            let _ = (&mut self.task).await;
        };
        let _ = tokio::time::timeout(STOP_PATIENCE, stop).await;
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Builder {
    /// What the node is called in the store, the same after it restarts: the name of its pod, say. By default, the name of
    /// the machine and the number of the process.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// What of a request names its tenant.
    pub fn by(mut self, by: TenantBy) -> Self {
        self.by = by;
        self
    }

    /// The limits of tenants, by tier.
    pub fn tiers(mut self, tiers: Tiers) -> Self {
        self.tiers = tiers;
        self
    }

    /// The policy of requests without a tenant: of the platform's own hosts, say. It is also that of tenants that are
    /// suspended, deleted, or have no version that is served.
    pub fn without_tenant(mut self, policy: Policy) -> Self {
        self.without_tenant = Some(policy);
        self
    }

    /// Keeps snapshots in a directory, for a start while the database is down. Who can write to it can admit anybody.
    pub fn snapshots(mut self, directory: impl Into<PathBuf>) -> Self {
        self.snapshots = Some(directory.into());
        self
    }

    /// At most how often a snapshot is written, beside when the node stops. After a failure, it is twice as long each time, up
    /// to 32 times.
    pub fn write_every(mut self, time: Duration) -> Self {
        self.write_every = time;
        self
    }

    /// What happens at a start without database and snapshot.
    pub fn bootstrap(mut self, bootstrap: Bootstrap) -> Self {
        self.bootstrap = bootstrap;
        self
    }

    /// How often the node asks the store, give or take a tenth: within that time every change is served, with or without
    /// hints.
    pub fn poll(mut self, time: Duration) -> Self {
        self.poll = time;
        self
    }

    /// For how long changes are collected before they are served together.
    pub fn settle(mut self, time: Duration) -> Self {
        self.settle = time;
        self
    }

    /// Starts the node: with what the store has, or else the newest snapshot on disk.
    ///
    /// Must be called in a tokio runtime.
    ///
    /// # Errors
    ///
    /// [`StartError::NoTenants`], unless [`Bootstrap::WithoutTenants`] was chosen.
    pub async fn start(self) -> Result<Node, StartError> {
        let tenants = Tenants::new(self.by.clone(), self.tiers.clone(), self.without_tenant.clone());
        let status = Arc::new(Status::default());
        let bootstrap = self.bootstrap;
        let mut follower = Follower::new(self, tenants.clone(), status.clone());
        let unreadable = follower.load_from_disk().await;
        let is_loaded = status.is_loaded();
        if !is_loaded
            && let Err(store) = follower.sync(false).await
            && bootstrap == Bootstrap::Fail
        {
            return Err(StartError::NoTenants { store: Box::new(store), snapshots: unreadable });
        }
        let (requests, asked) = mpsc::channel(16);
        let task = tokio::spawn(follower.follow(asked));
        let node = Node { tenants, status, requests, task };
        if is_loaded {
            // It goes on also when nobody waits any more, and its error is in the health.
            drop(tokio::time::timeout(START_PATIENCE, node.sync()).await);
        }
        Ok(node)
    }
}

fn host_name() -> String {
    let read = std::fs::read_to_string("/proc/sys/kernel/hostname")
        .or_else(|_| std::env::var("HOSTNAME").map_err(|error| std::io::Error::other(error.to_string())));
    read.map_or_else(|_| "node".to_owned(), |name| name.trim().to_owned())
}

impl From<StoreError> for SyncError {
    fn from(error: StoreError) -> Self {
        SyncError::Store(error)
    }
}

impl fmt::Display for SyncError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SyncError::Store(error) => error.fmt(f),
            SyncError::Shrinks(refused) => refused.fmt(f),
            SyncError::Behind { served, store } => write!(
                f,
                "the store is at revision {store}, and revision {served} of it is served already: it is a replica that \
                 is behind, or a backup whose epoch was not renewed"
            ),
            SyncError::Stopped => {
                f.write_str("the node was stopped, or building the snapshot ended in a panic")
            }
            SyncError::TooLarge => f.write_str("a page of 512 tenants would be larger than 4 GiB"),
        }
    }
}

impl std::error::Error for SyncError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            SyncError::Store(error) => Some(error),
            _ => None,
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let StartError::NoTenants { store, snapshots } = self;
        write!(f, "there are no tenants to serve: {store}")?;
        match snapshots.as_slice() {
            [] => f.write_str("; and there is no snapshot on disk"),
            files => files.iter().try_for_each(|(path, why)| write!(f, "; `{}`: {why}", path.display())),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        let StartError::NoTenants { store, .. } = self;
        Some(&**store)
    }
}
