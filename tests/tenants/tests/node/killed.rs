//! Processes that are killed with SIGKILL, at any moment.

use std::collections::hash_map::RandomState;
use std::fs;
use std::hash::BuildHasher as _;
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use cors_policy_tenants::store::{Key, NewTenant, Store};
use cors_policy_tenants::{Node, Served};
use cors_policy_tenants_tests::Place;
use cors_policy_tenants_tests::postgres::Cluster;
use cors_policy_tenants_tests::serving::{
    CEILING, NEVER, PATIENCE, host, listing, me, publish, serves, tenant, until,
};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

/// Tenants that nobody changes.
const OTHERS: usize = 300;
const KILLS: u32 = 36;

fn origin(version: u32) -> String {
    format!("https://v{version}.test")
}

fn other(number: usize) -> (String, String) {
    (format!("other-{number}"), format!("https://app.other-{number}.test"))
}

fn node(url: &str, snapshots: &Path) -> cors_policy_tenants::Builder {
    Node::builder(url, &CEILING).name("killed").poll(NEVER).snapshots(snapshots)
}

/// Not a test by itself: the process that the next one kills. It publishes, and writes snapshots as fast as it can.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn follower() {
    let (Ok(url), Ok(snapshots)) =
        (std::env::var("CORS_POLICY_TEST_FOLLOWER"), std::env::var("CORS_POLICY_TEST_SNAPSHOTS"))
    else {
        return;
    };
    let often = Duration::from_millis(1);
    let node = node(&url, Path::new(&snapshots)).poll(often).write_every(Duration::ZERO);
    let _node = node.start().await.unwrap();
    let store = Store::open(&url).await.unwrap();
    let mut version = store.tenant("acme").await.unwrap().active.unwrap();
    loop {
        let published = publish(&store, "acme", &[&origin(version + 1)]).await;
        version += 1;
        assert_eq!(published.version, version);
        println!("acknowledged {version}");
    }
}

/// Runs it until it has acknowledged some more, kills it a moment later, and returns the last that it acknowledged.
fn run_and_kill(url: &str, snapshots: &Path, mut acknowledged: u32) -> u32 {
    let random = RandomState::new().hash_one(acknowledged);
    let mut process = Command::new(std::env::current_exe().unwrap());
    process.args(["--exact", "killed::follower", "--nocapture", "--test-threads=1"]);
    process.env("CORS_POLICY_TEST_FOLLOWER", url).env("CORS_POLICY_TEST_SNAPSHOTS", snapshots);
    let mut process = process.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let number = |line: &str| line.rsplit_once("acknowledged ")?.1.parse::<u32>().ok();
    let enough = acknowledged + 1 + u32::try_from(random % 8).unwrap();
    while acknowledged < enough {
        acknowledged = number(&lines.next().unwrap().unwrap()).unwrap_or(acknowledged);
    }
    std::thread::sleep(Duration::from_micros(random >> 8 & 0x3fff));
    process.kill().unwrap();
    assert_eq!(process.wait().unwrap().signal(), Some(9));
    lines.map_while(Result::ok).filter_map(|line| number(&line)).last().unwrap_or(acknowledged)
}

/// The version of `acme` that is served: one, and all others beside it.
fn served_version(node: &Node, newest: u32) -> u32 {
    assert_eq!(node.health().tenants, OTHERS + 1);
    for number in 0..OTHERS {
        let (slug, origin) = other(number);
        assert!(serves(node, &slug, &origin) && !serves(node, &slug, "https://v1.test"), "{slug}");
    }
    let admitted: Vec<u32> = (1..=newest).filter(|version| serves(node, "acme", &origin(*version))).collect();
    assert_eq!(admitted.len(), 1, "{admitted:?}");
    admitted[0]
}

fn unfinished(snapshots: &Path) -> usize {
    let names =
        fs::read_dir(snapshots).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.contains("writing")).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_is_killed_starts_from_a_whole_snapshot_or_the_database() {
    let place = Place::sqlite();
    let directory = TempDir::new().unwrap();
    let snapshots = directory.path().join("snapshots");
    let store = place.store().await;
    tenant(&store, "acme", &[&origin(1)]).await;
    let others: Vec<NewTenant> = (0..OTHERS)
        .map(|number| {
            let (slug, origin) = other(number);
            let keys = vec![Key::host(&host(&slug)).unwrap()];
            NewTenant { slug, tier: "standard".to_owned(), keys, document: listing(&[&origin]) }
        })
        .collect();
    store.import(me(), &others).await.unwrap();
    node(&place.url, &snapshots).start().await.unwrap().stop().await;
    let none = format!("sqlite:{}", directory.path().join("none.db").display());

    let (mut acknowledged, mut killed_while_writing) = (1, 0);
    for round in 0..KILLS {
        acknowledged = run_and_kill(&place.url, &snapshots, acknowledged);
        // Each is killed once while it writes: what it leaves goes with the next write.
        assert!(unfinished(&snapshots) <= 1);
        killed_while_writing += unfinished(&snapshots);

        let from_disk = node(&none, &snapshots).start().await.unwrap();
        assert_eq!(from_disk.health().served, Served::Disk);
        let on_disk = served_version(&from_disk, acknowledged + 1);
        drop(from_disk);

        let from_database = node(&place.url, &snapshots).start().await.unwrap();
        assert_eq!(from_database.health().served, Served::Database);
        let current = served_version(&from_database, acknowledged + 1);
        // One more may have been on its way.
        assert!(current == acknowledged || current == acknowledged + 1, "{current} of {acknowledged}");
        assert!(on_disk <= current);
        acknowledged = current;
        if round % 3 == 0 {
            publish(&store, "acme", &[&origin(acknowledged + 1)]).await;
            acknowledged += 1;
            from_database.sync().await.unwrap();
            from_database.stop().await;
            assert_eq!(unfinished(&snapshots), 0);
        }
    }
    println!("{killed_while_writing} of {KILLS} were killed while they wrote a snapshot");
    let files = fs::read_dir(&snapshots).unwrap().count();
    assert!(files <= 5, "{files} files");
}

/// Publishes until it fails; the last that was acknowledged is counted.
async fn publish_until_it_fails(store: Store, acknowledged: Arc<AtomicU32>) {
    loop {
        let next = acknowledged.load(Ordering::Relaxed) + 1;
        match store.publish(me(), "acme", &listing(&[&origin(next)]), true).await {
            Ok(_) => acknowledged.store(next, Ordering::Relaxed),
            Err(_) => return,
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_is_killed_while_two_nodes_follow() {
    let Some(mut cluster) = Cluster::start() else { return };
    let url = cluster.create_database();
    let store = Store::migrate(&url).await.unwrap();
    tenant(&store, "acme", &[&origin(1)]).await;
    tenant(&store, "globex", &["https://globex.test"]).await;
    let start =
        |name: &str| Node::builder(&url, &CEILING).name(name).poll(Duration::from_millis(100)).start();
    let nodes = [start("one").await.unwrap(), start("other").await.unwrap()];
    let acknowledged = Arc::new(AtomicU32::new(1));
    for round in 0..3 {
        let before = acknowledged.load(Ordering::Relaxed);
        let publishing = tokio::spawn(publish_until_it_fails(store.clone(), acknowledged.clone()));
        until("some are published", || acknowledged.load(Ordering::Relaxed) > before + 10).await;
        sleep(Duration::from_micros(900 * round)).await;
        cluster.kill();
        publishing.await.unwrap();
        until("both see it", || nodes.iter().all(|node| node.health().degraded)).await;
        for node in &nodes {
            assert!(node.health().ready && serves(node, "globex", "https://globex.test"));
        }
        cluster.restart();
        let end = Instant::now() + PATIENCE;
        while store.head().await.is_err() {
            assert!(Instant::now() < end);
            sleep(Duration::from_millis(50)).await;
        }
        let last = acknowledged.load(Ordering::Relaxed);
        let current = store.tenant("acme").await.unwrap().active.unwrap();
        let document = store.document("acme", current).await.unwrap();
        let serves_all = |node: &Node| {
            let health = node.health();
            !health.degraded
                && (last..=last + 1).any(|version| {
                    document.contains(&format!("{:?}", origin(version)))
                        && serves(node, "acme", &origin(version))
                })
        };
        until("both serve what was acknowledged", || nodes.iter().all(serves_all)).await;
        for node in &nodes {
            let admitted = (1..=last + 1).filter(|version| serves(node, "acme", &origin(*version))).count();
            assert_eq!(admitted, 1);
            assert!(serves(node, "globex", "https://globex.test"));
        }
        acknowledged.store(last + 1, Ordering::Relaxed);
    }
}
