//! Snapshots on disk that are damaged, of another kind, or cannot be written.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cors_policy_tenants::store::Key;
use cors_policy_tenants::{Builder, Node, Served, StartError, TenantBy};
use cors_policy_tenants_tests::Place;
use cors_policy_tenants_tests::serving::{
    CEILING, PATIENCE, break_down, manual, me, publish, serves, tenant, until,
};
use tempfile::TempDir;
use tokio::time::timeout;

use crate::{ONE, TWO};

/// Two snapshots: of the first, `acme` admits one origin, and of the second another.
async fn two_snapshots() -> (TempDir, PathBuf, Vec<u8>) {
    let place = Place::sqlite();
    let directory = TempDir::new().unwrap();
    let store = place.store().await;
    for slug in ["globex", "acme", "initech"] {
        tenant(&store, slug, &[ONE]).await;
    }
    for origin in [ONE, TWO] {
        publish(&store, "acme", &[origin]).await;
        manual(&place).snapshots(directory.path()).start().await.unwrap().stop().await;
    }
    let files = files(directory.path());
    assert_eq!(files.len(), 2);
    let whole = fs::read(&files[1]).unwrap();
    (directory, files[1].clone(), whole)
}

/// The files, the oldest first.
fn files(directory: &Path) -> Vec<PathBuf> {
    let mut files = everything(directory);
    files.retain(|file| file.extension().is_some_and(|suffix| suffix == "cors-snapshot"));
    files
}

fn everything(directory: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// A node whose database is not there.
fn without_database(directory: &Path) -> Builder {
    let url = format!("sqlite:{}", directory.join("none.db").display());
    Node::builder(url, &CEILING).snapshots(directory)
}

/// The first snapshot is served, and the second is told of.
async fn falls_back(directory: &Path, damaged: &[u8], what: &str) {
    fs::write(&files(directory)[1], damaged).unwrap();
    let node = without_database(directory).start().await.unwrap();
    assert!(serves(&node, "acme", ONE) && !serves(&node, "acme", TWO), "{what}");
    let health = node.health();
    assert_eq!((health.tenants, health.served, health.degraded), (3, Served::Disk, true), "{what}");
    assert!(health.errors.iter().any(|error| error.contains("00000000000000000001")), "{what}: {health:?}");
}

#[tokio::test]
async fn a_file_that_was_cut_short() {
    let (directory, _, whole) = two_snapshots().await;
    let lengths = (0..whole.len()).step_by(whole.len() / 50 + 1).chain([1, 7, 8, 15, 16, whole.len() - 1]);
    for length in lengths {
        falls_back(directory.path(), &whole[..length], &format!("{length} bytes")).await;
    }
    let longer = [&whole[..], b"\0"].concat();
    falls_back(directory.path(), &longer, "a byte too many").await;
    fs::write(&files(directory.path())[1], &whole).unwrap();
    assert!(serves(&without_database(directory.path()).start().await.unwrap(), "acme", TWO));
}

#[tokio::test]
async fn a_file_with_a_byte_that_flipped() {
    let (directory, _, whole) = two_snapshots().await;
    for place in (0..whole.len()).step_by(whole.len() / 60 + 1).chain([whole.len() - 1]) {
        let mut damaged = whole.clone();
        damaged[place] ^= 1 << (place % 8);
        falls_back(directory.path(), &damaged, &format!("byte {place}")).await;
    }
}

/// The checksum fits whatever stands there: of bytes that nobody wrote, none makes a node panic or half of a snapshot.
#[tokio::test]
async fn a_file_that_somebody_made_up() {
    let (directory, file, whole) = two_snapshots().await;
    let (body, _) = whole.split_at(whole.len() - 4);
    let mut fell_back = 0;
    for place in (0..body.len()).step_by(body.len() / 150 + 1) {
        for value in [0, 0x7f, 0xff] {
            let mut made_up = body.to_vec();
            made_up[place] = value;
            fs::write(&file, with_sum(&made_up)).unwrap();
            let node = without_database(directory.path()).start().await.unwrap();
            assert!(node.health().ready);
            fell_back += usize::from(serves(&node, "acme", ONE));
        }
    }
    assert!(fell_back > 50, "{fell_back}");
}

fn with_sum(body: &[u8]) -> Vec<u8> {
    [body, &crc32fast::hash(body).to_le_bytes()].concat()
}

#[tokio::test]
async fn a_file_of_another_form() {
    let (directory, _, whole) = two_snapshots().await;
    for place in [8, 12] {
        let mut body = whole[..whole.len() - 4].to_vec();
        body[place] += 1;
        falls_back(directory.path(), &with_sum(&body), "another version").await;
        let node = without_database(directory.path()).start().await.unwrap();
        let errors = node.health().errors.join("\n");
        assert!(errors.contains("of a form that another version of this program writes"), "{errors}");
    }
}

/// Its version and the day of its list of public suffixes stand in the head.
#[tokio::test]
async fn a_file_of_another_compiler_is_served_and_compiled_again() {
    let place = Place::sqlite();
    let directory = TempDir::new().unwrap();
    tenant(&place.store().await, "acme", &[ONE]).await;
    let start = || manual(&place).snapshots(directory.path()).start();
    start().await.unwrap().stop().await;
    let same = start().await.unwrap();
    assert_eq!((same.health().generation, same.health().served), (0, Served::Database));
    same.stop().await;

    let file = files(directory.path())[0].clone();
    let whole = fs::read(&file).unwrap();
    let length = usize::from(whole[24]);
    let compiler = 32..32 + length;
    let said = std::str::from_utf8(&whole[compiler.clone()]).unwrap();
    assert_eq!(said.len(), concat!(env!("CARGO_PKG_VERSION"), " 2026-10-22").len(), "{said}");
    for place in [compiler.start, compiler.end - 1] {
        let mut body = whole[..whole.len() - 4].to_vec();
        body[place] ^= 1;
        fs::write(&file, with_sum(&body)).unwrap();
        let down = without_database(directory.path()).start().await.unwrap();
        assert!(serves(&down, "acme", ONE) && down.health().served == Served::Disk);
        drop(down);
        let node = start().await.unwrap();
        let health = node.health();
        assert_eq!((health.generation, health.served, health.degraded), (1, Served::Database, false));
        assert!(serves(&node, "acme", ONE));
        node.stop().await;
        let newest = files(directory.path()).pop().unwrap();
        assert_eq!(&fs::read(&newest).unwrap()[compiler.clone()], &whole[compiler.clone()]);
        fs::remove_file(newest).unwrap();
    }
}

#[tokio::test]
async fn files_of_another_kind_of_keys() {
    let (directory, ..) = two_snapshots().await;
    let by_path = || without_database(directory.path()).by(TenantBy::PathSegment(0));
    let error = by_path().start().await.unwrap_err();
    let StartError::NoTenants { snapshots, .. } = &error else { panic!("{error}") };
    assert_eq!(snapshots.len(), 2);
    assert!(error.to_string().contains("its tenants are not found by path"), "{error}");
}

#[tokio::test]
async fn all_files_damaged() {
    let (directory, ..) = two_snapshots().await;
    for file in files(directory.path()) {
        fs::write(file, b"").unwrap();
    }
    let error = without_database(directory.path()).start().await.unwrap_err().to_string();
    assert!(
        error.contains("00000000000000000000.cors-snapshot") && error.contains("00000000000000000001"),
        "{error}"
    );
    assert!(!error.contains("there is no snapshot"), "{error}");
}

#[tokio::test]
async fn three_are_kept() {
    let place = Place::sqlite();
    let directory = TempDir::new().unwrap();
    let store = place.store().await;
    tenant(&store, "acme", &[ONE]).await;
    // What processes left that were killed while writing.
    for process in [1, 99999] {
        fs::write(directory.path().join(format!("00000000000000000000.writing-{process}")), b"half").unwrap();
    }
    for _ in 0..5 {
        publish(&store, "acme", &[ONE]).await;
        manual(&place).snapshots(directory.path()).start().await.unwrap().stop().await;
    }
    let names: Vec<_> =
        everything(directory.path()).iter().map(|file| file.file_name().unwrap().to_owned()).collect();
    assert_eq!(
        names,
        [
            "00000000000000000002.cors-snapshot",
            "00000000000000000003.cors-snapshot",
            "00000000000000000004.cors-snapshot",
            "lock"
        ]
    );
}

#[tokio::test]
async fn what_could_not_be_written_is_tried_again() {
    let place = Place::sqlite();
    let directory = TempDir::new().unwrap();
    let snapshots = directory.path().join("snapshots");
    let store = place.store().await;
    tenant(&store, "acme", &[ONE]).await;
    let often = Duration::from_millis(20);
    let node = manual(&place).poll(often).write_every(often).snapshots(&snapshots).start().await.unwrap();
    until("the first is written", || node.health().written.is_some()).await;
    // A file stands where the directory should.
    fs::rename(&snapshots, directory.path().join("away")).unwrap();
    fs::write(&snapshots, b"").unwrap();
    publish(&store, "acme", &[TWO]).await;
    until("the failure is told", || node.health().degraded).await;
    assert!(node.health().ready && serves(&node, "acme", TWO));
    fs::remove_file(&snapshots).unwrap();
    until("it is written", || snapshots.exists() && files(&snapshots).len() == 1).await;
    until("all is well", || !node.health().degraded).await;
}

#[tokio::test]
async fn a_disk_that_fails_is_left_alone_for_a_while() {
    let place = Place::sqlite();
    let directory = TempDir::new().unwrap();
    let snapshots = directory.path().join("snapshots");
    tenant(&place.store().await, "acme", &[ONE]).await;
    fs::write(&snapshots, b"").unwrap();
    let often = Duration::from_millis(1);
    let node = manual(&place).poll(often).write_every(often).snapshots(&snapshots).start().await.unwrap();
    until("the failure is told", || node.health().disk_failures > 0).await;
    assert!(node.metrics().contains("\ncors_snapshot_write_failures_total "), "{}", node.metrics());
    // Each look is a failure now, and so would each write be.
    break_down(&place).await;
    let looks = node.health().failures;
    until("it has looked often", || node.health().failures >= looks + 300).await;
    assert!(node.health().disk_failures <= 10, "{:?}", node.health());
}

/// As when the disk of another process hangs.
#[tokio::test]
async fn a_lock_that_nobody_gives_back() {
    let place = Place::sqlite();
    let directory = TempDir::new().unwrap();
    tenant(&place.store().await, "acme", &[ONE]).await;
    let lock = fs::File::create(directory.path().join("lock")).unwrap();
    lock.lock().unwrap();
    let node = manual(&place).snapshots(directory.path()).start().await.unwrap();
    assert!(serves(&node, "acme", ONE));
    timeout(PATIENCE, node.stop()).await.unwrap();
    assert_eq!(files(directory.path()).len(), 0);
}

#[tokio::test]
async fn it_is_written_again_after_a_while() {
    let place = Place::sqlite();
    let directory = TempDir::new().unwrap();
    let store = place.store().await;
    tenant(&store, "acme", &[ONE]).await;
    store.add_key(me(), "acme", &Key::host("acme.example").unwrap()).await.unwrap();
    let poll = Duration::from_millis(20);
    let node = manual(&place).poll(poll).write_every(poll).snapshots(directory.path()).start().await.unwrap();
    until("the first is written", || files(directory.path()).len() == 1).await;
    publish(&store, "acme", &[TWO]).await;
    until("the second is written", || files(directory.path()).len() == 2).await;
    // As when the process is killed.
    drop(node);
    let node = without_database(directory.path()).start().await.unwrap();
    assert!(serves(&node, "acme", TWO) && node.tenants().policy("acme.example").is_some());
}

/// As when one process takes over from another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_write_to_one_directory() {
    let place = Place::sqlite();
    let directory = TempDir::new().unwrap();
    let store = place.store().await;
    for number in 0..50 {
        tenant(&store, &format!("tenant-{number}"), &[ONE]).await;
    }
    let often = Duration::from_millis(1);
    let start =
        |name| manual(&place).name(name).poll(often).write_every(often).snapshots(directory.path()).start();
    let nodes = [start("one").await.unwrap(), start("other").await.unwrap()];
    for number in 0..300 {
        publish(&store, "tenant-7", &[&format!("https://v{number}.test")]).await;
        for node in &nodes {
            assert_eq!(node.health().errors, [""; 0]);
        }
    }
    for node in nodes {
        node.sync().await.unwrap();
        node.stop().await;
    }
    let node = without_database(directory.path()).start().await.unwrap();
    assert!(serves(&node, "tenant-7", "https://v299.test"));
    assert_eq!(files(directory.path()).len() + 1, everything(directory.path()).len());
}
