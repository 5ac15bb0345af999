//! What tenants cost: `cargo run --release -p cors-policy-tenants-benches --bin tenants -- 1000 100000 1000000`.
//!
//! Each number of tenants is imported into SQLite, read by a node, written to the disk, and read from there by a process of
//! its own, whose memory is measured. Look-ups of both kinds take turns, in the same random order.

use std::collections::HashMap;
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{Ordering, fence};
use std::time::{Duration, Instant};

use cors_policy_tenants::store::{Checked, Edit, Store};
use cors_policy_tenants::{Served, Tenants, compile};
use cors_policy_tenants_benches::{
    CEILING, Failure, Random, document, document_with_wildcards, fill, host, node, origin, resident,
};
use cors_policy_tenants_tests::postgres;

const LOOKUPS: u32 = 200_000;
const BATCH: usize = 100;
const ROUNDS: usize = 7;
const PUBLISHES: usize = 21;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [mode, directory] = arguments.as_slice()
        && mode == "--from-disk"
    {
        return from_disk(Path::new(directory)).await;
    }
    let sizes: Vec<usize> = arguments.iter().map(|size| size.parse()).collect::<Result<_, _>>()?;
    let sizes = if sizes.is_empty() { vec![1_000, 100_000] } else { sizes };
    compilations()?;
    propagation().await?;
    println!(
        "\n| tenants | resident bytes each | in pages | look-up and match, ns | × map get (foldhash) | × map get (SipHash) | publish one, ms | start from disk, s | file, bytes each | start from SQLite, s | import, s |"
    );
    println!("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
    for size in sizes {
        tenants(size).await?;
    }
    Ok(())
}

fn compilations() -> Result<(), Failure> {
    println!("| compile one document, JSON included | µs |\n| --- | ---: |");
    for (name, text) in [
        ("five exact origins", document(7)),
        ("three exact origins and two wildcards", document_with_wildcards(7)),
    ] {
        let mut times = Vec::new();
        for _ in 0..2_000 {
            let begun = Instant::now();
            black_box(compile(black_box(&text), &CEILING)?);
            times.push(begun.elapsed());
        }
        println!("| {name} | {:.1} |", median(times).as_secs_f64() * 1e6);
    }
    Ok(())
}

/// How long a change takes from its publish to be served by a second node, which asks every five seconds.
async fn propagation() -> Result<(), Failure> {
    println!("\n| a change is served by another node | median, ms | most, ms |\n| --- | ---: | ---: |");
    let directory = tempfile::tempdir()?;
    let sqlite = format!("sqlite:{}", directory.path().join("tenants.db").display());
    let places = [
        ("PostgreSQL, by its hint", postgres::shared().map(postgres::Cluster::create_database), 5_000),
        ("SQLite, asked every 250 ms", Some(sqlite), 250),
    ];
    for (name, url, poll) in places {
        let Some(url) = url else {
            println!("| {name} | not installed | |");
            continue;
        };
        let mut times = visible_after(&url, directory.path(), Duration::from_millis(poll)).await?;
        times.sort_unstable();
        let most = times.last().copied().unwrap_or_default();
        println!("| {name} | {:.0} | {:.0} |", median(times).as_secs_f64() * 1e3, most.as_secs_f64() * 1e3);
    }
    Ok(())
}

async fn visible_after(url: &str, directory: &Path, poll: Duration) -> Result<Vec<Duration>, Failure> {
    let store = Store::migrate(url).await?;
    fill(&store, 100).await?;
    let other = node(url, &directory.join("other")).name("other").poll(poll).start().await?;
    // Listening begins a moment after the start.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let mut times = Vec::new();
    for number in 0..50 {
        let wider = format!(r#"{{"origins": ["{}", "https://v{number}.example"]}}"#, origin(7, 0));
        let added = format!("https://v{number}.example");
        store.publish(Edit::by("bench"), "tenant-0000007", &Checked::new(&wider, &CEILING)?, true).await?;
        let begun = Instant::now();
        let tenants = other.tenants();
        while !tenants.policy(&host(7)).is_some_and(|policy| policy.admits(added.as_bytes())) {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        times.push(begun.elapsed());
        // Out of step with the poll.
        tokio::time::sleep(Duration::from_millis(37)).await;
    }
    other.stop().await;
    Ok(times)
}

async fn tenants(size: usize) -> Result<(), Failure> {
    let directory = tempfile::tempdir()?;
    let url = format!("sqlite:{}", directory.path().join("tenants.db").display());
    let store = Store::migrate(&url).await?;
    let begun = Instant::now();
    fill(&store, size).await?;
    let imported = begun.elapsed();

    let begun = Instant::now();
    let running = node(&url, &directory.path().join("snapshots")).start().await?;
    let started = begun.elapsed();
    let [ours, fold, sip] = look_ups(&running.tenants(), size)?;
    let mut publishes = Vec::new();
    for number in 0..PUBLISHES {
        let slug = format!("tenant-{:07}", number * 7_919 % size);
        let wider = Checked::new(&document_with_wildcards(number), &CEILING)?;
        store.publish(Edit::by("bench"), &slug, &wider, true).await?;
        running.sync().await?;
        publishes.push(running.health().built);
    }
    let bytes = running.health().bytes / size;
    running.stop().await;
    store.close().await;
    leave_one(directory.path()).await?;

    let child = Command::new(std::env::current_exe()?).arg("--from-disk").arg(directory.path()).output()?;
    let said = String::from_utf8(child.stdout)?;
    let [from_disk, resident, file] = said.split_whitespace().collect::<Vec<_>>()[..] else {
        return Err(format!("the process that starts from the disk said: {said}").into());
    };
    let (resident, file): (usize, usize) = (resident.parse()?, file.parse()?);
    println!(
        "| {size} | {} | {bytes} | {ours:.0} | {:.2} | {:.2} | {:.3} | {from_disk} | {} | {:.1} | {:.1} |",
        resident / size,
        ours / fold,
        ours / sip,
        median(publishes).as_secs_f64() * 1e3,
        file / size,
        started.as_secs_f64(),
        imported.as_secs_f64(),
    );
    Ok(())
}

/// Leaves a snapshot with one tenant on the disk.
async fn leave_one(directory: &Path) -> Result<(), Failure> {
    let url = format!("sqlite:{}", directory.join("one.db").display());
    let store = Store::migrate(&url).await?;
    fill(&store, 1).await?;
    node(&url, &directory.join("one")).start().await?.stop().await;
    Ok(())
}

/// Starts without the database, and says how long that took, how much memory the tenants take, and how large the file is.
async fn from_disk(directory: &Path) -> Result<(), Failure> {
    let snapshots = directory.join("snapshots");
    let missing = format!("sqlite:{}", directory.join("missing.db").display());
    // What a node takes that has read a file is there before, code and allocators included: a tenant is in it.
    let first = node(&missing, &directory.join("one")).start().await?;
    first.stop().await;
    let before = resident()?;
    let begun = Instant::now();
    let running = node(&missing, &snapshots).start().await?;
    let time = begun.elapsed();
    let health = running.health();
    if health.served != Served::Disk {
        return Err(format!("served from {:?}", health.served).into());
    }
    let after = resident()?;
    let mut largest = 0;
    for file in std::fs::read_dir(snapshots)? {
        largest = largest.max(file?.metadata()?.len());
    }
    println!("{:.2} {} {largest}", time.as_secs_f64(), after.saturating_sub(before));
    Ok(())
}

/// Nanoseconds of our look-up with its match, and of a get from a map with two hashers, of the same keys.
fn look_ups(tenants: &Tenants, size: usize) -> Result<[f64; 3], Failure> {
    let mut random = Random(size as u64);
    let asked: Vec<(String, String)> = (0..LOOKUPS)
        .map(|_| {
            let number = random.below(size);
            (host(number), origin(number, random.below(5)))
        })
        .collect();
    let keys = || (0..size).map(|number| (host(number), number));
    let fold: HashMap<String, usize, foldhash::fast::RandomState> = keys().collect();
    let sip: HashMap<String, usize> = keys().collect();
    let mut times: [Vec<Duration>; 4] = Default::default();
    for _ in 0..ROUNDS {
        let nothing = time(&asked, |(host, origin)| host.len() < origin.len())?;
        let ours = time(&asked, |(host, origin)| {
            tenants.policy(host).is_some_and(|policy| policy.admits(origin.as_bytes()))
        })?;
        let theirs = time(&asked, |(host, _)| fold.contains_key(host))?;
        let slow = time(&asked, |(host, _)| sip.contains_key(host))?;
        for (times, time) in times.iter_mut().zip([nothing, ours, theirs, slow]) {
            times.push(time);
        }
    }
    let [nothing, ours, fold, sip] = times.map(median);
    Ok([ours, fold, sip].map(|time| (time.saturating_sub(nothing)).as_secs_f64() * 1e9 / f64::from(LOOKUPS)))
}

/// How long all questions take. Each batch of them has just been read, as a server has read a request, and each question
/// waits for the answer to the one before: requests do not come so close that a processor could work on several at a time.
fn time(
    asked: &[(String, String)],
    question: impl Fn(&(String, String)) -> bool,
) -> Result<Duration, Failure> {
    let mut time = Duration::ZERO;
    for batch in asked.chunks(BATCH) {
        let read: u64 =
            batch.iter().flat_map(|(host, origin)| host.bytes().chain(origin.bytes())).map(u64::from).sum();
        black_box(read);
        let begun = Instant::now();
        let mut admitted = 0;
        for asked in batch {
            admitted += usize::from(question(black_box(asked)));
            // Loads behind it wait for those in front of it.
            fence(Ordering::SeqCst);
        }
        time += begun.elapsed();
        if admitted != batch.len() {
            return Err("what is there was not found".into());
        }
    }
    Ok(time)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
