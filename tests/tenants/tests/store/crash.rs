//! What is acknowledged is there, whatever is killed.

use std::io::{BufRead as _, BufReader};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};
use std::time::Duration;

use cors_policy_tenants::store::{Cursor, Hints, Store, StoreError};
use cors_policy_tenants_tests::Place;
use cors_policy_tenants_tests::postgres::Cluster;
use sqlx::{AnyPool, query_scalar};
use tokio::time::{Instant, sleep, timeout};

use crate::{allowing, me, publish};

const PATIENCE: Duration = Duration::from_secs(30);

/// Publishes until it fails, and returns the number of the last version that was acknowledged.
async fn publish_until_it_fails(store: Store, acknowledged: impl Fn(u32)) {
    loop {
        let document = allowing(&format!("https://{}.test", "x".repeat(60)));
        match store.publish(me(), "acme", &document, true).await {
            Ok(published) => acknowledged(published.version),
            Err(_) => return,
        }
    }
}

/// Every version up to the last is there and whole; and the last is one that was acknowledged, or the one after it,
/// whose acknowledgement was on its way.
async fn check(store: &Store, acknowledged: u32) -> u32 {
    let tenant = store.tenant("acme").await.unwrap();
    let last = tenant.active.unwrap();
    assert!(last == acknowledged || last == acknowledged + 1, "{last}, acknowledged {acknowledged}");
    let versions = store.versions("acme", u32::MAX).await.unwrap();
    let numbers: Vec<u32> = versions.iter().rev().map(|version| version.version).collect();
    assert_eq!(numbers, (1..=last).collect::<Vec<_>>());
    let published = store.audit("acme", u32::MAX).await.unwrap();
    assert_eq!(published.len(), last as usize + 1, "one entry for each version and one for the tenant");
    assert_eq!(published[0].revision, store.head().await.unwrap().revision);
    assert_eq!(tenant.changed_revision, published[0].revision);
    let page = store.changes(Cursor::START, 10).await.unwrap();
    assert!(page.rows[0].active.as_ref().unwrap().document.is_ok());
    last
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_is_killed_between_publishes() {
    let Some(mut cluster) = Cluster::start() else { return };
    let url = cluster.create_database();
    let store = Store::migrate(&url).await.unwrap();
    publish(&store, "acme", "https://one.test").await;
    let hints = store.hints();
    let mut last = 1;
    for round in 0..3 {
        let (sender, mut receiver) = tokio::sync::watch::channel(last);
        let publishing = tokio::spawn(publish_until_it_fails(store.clone(), move |version| {
            sender.send_replace(version);
        }));
        receiver.wait_for(|version| *version >= last + 20).await.unwrap();
        sleep(Duration::from_micros(700 * round)).await;
        cluster.kill();
        publishing.await.unwrap();
        let acknowledged = *receiver.borrow();
        if round == 0 {
            let down = store.head().await;
            assert!(matches!(down, Err(StoreError::Database(_) | StoreError::TimedOut)), "{down:?}");
        }
        cluster.restart();
        // The same store works again, without anything being done to it.
        let until = Instant::now() + PATIENCE;
        while store.head().await.is_err() {
            assert!(Instant::now() < until);
            sleep(Duration::from_millis(50)).await;
        }
        last = check(&store, acknowledged).await;
    }
    listens_again(&store, &url, hints).await;
}

/// A listener that had its server killed is there again, and hears of the next write.
async fn listens_again(store: &Store, url: &str, mut hints: Hints) {
    let raw = AnyPool::connect(url).await.unwrap();
    let listening = "SELECT count(*) FROM pg_stat_activity \
                     WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    let until = Instant::now() + PATIENCE;
    while query_scalar::<_, i64>(listening).fetch_one(&raw).await.unwrap() == 0 {
        assert!(Instant::now() < until);
        sleep(Duration::from_millis(50)).await;
    }
    while timeout(Duration::from_millis(300), hints.next()).await.is_ok() {}
    store.set_tier(me(), "acme", "gold").await.unwrap();
    timeout(PATIENCE, hints.next()).await.unwrap();
}

/// Not a test by itself: the process that the next one kills.
#[tokio::test]
async fn publisher() {
    let Ok(url) = std::env::var("CORS_POLICY_TEST_PUBLISHER") else { return };
    let store = Store::open(&url).await.unwrap();
    publish_until_it_fails(store, |version| println!("acknowledged {version}")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_publisher_is_killed_beside_sqlite() {
    let place = Place::sqlite();
    let store = place.store().await;
    publish(&store, "acme", "https://one.test").await;
    let mut last = 1;
    for _ in 0..3 {
        let mut publisher = Command::new(std::env::current_exe().unwrap());
        publisher.args(["--exact", "crash::publisher", "--nocapture", "--test-threads=1"]);
        publisher.env("CORS_POLICY_TEST_PUBLISHER", &place.url).stdout(Stdio::piped());
        let mut publisher = publisher.spawn().unwrap();
        let mut lines = BufReader::new(publisher.stdout.take().unwrap()).lines();
        let mut acknowledged = last;
        let number = |line: &str| line.rsplit_once("acknowledged ")?.1.parse::<u32>().ok();
        while acknowledged < last + 20 {
            acknowledged = number(&lines.next().unwrap().unwrap()).unwrap_or(acknowledged);
        }
        publisher.kill().unwrap();
        assert_eq!(publisher.wait().unwrap().signal(), Some(9));
        // What it said before it was killed counts.
        for line in lines {
            acknowledged = number(&line.unwrap()).unwrap_or(acknowledged);
        }
        last = check(&store, acknowledged).await;
    }
}
