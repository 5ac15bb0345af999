//! A node under mixed load while tenants change: `cargo run --release -p cors-policy-tenants-benches --bin soak --
//! [tenants] [minutes] [changes a minute] [sqlite | postgres]`; by default 100,000 tenants, 10 minutes, 1,000 changes a
//! minute, SQLite.
//!
//! Two nodes follow one store. Every answer is compared with what the tenant's policy says, every change must be served by
//! both nodes within the bound, and memory must stay flat. What is missed makes the exit code 1.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use cors_policy::{MissingOrigin, Outcome, Policy, Resolve};
use cors_policy_tenants::store::{Checked, Edit, Store};
use cors_policy_tenants::{Node, Tenants};
use cors_policy_tenants_benches::{CEILING, Failure, Random, fill, host, node, origin, resident};
use cors_policy_tenants_tests::postgres;
use http::{HeaderValue, Method, Request};

/// How often nodes ask the store.
const POLL: Duration = Duration::from_millis(250);
/// Within what every change must be served: the poll and a tenth, the time to settle, and the transaction itself.
const BOUND: Duration = Duration::from_secs(1);
/// Tenants whose number is below this never change: their answers are known.
const STEADY: usize = 1_000;
/// What memory may grow by from the second third of the time to the last.
const GROWTH: f64 = 0.03;

#[derive(Debug, Default)]
struct Tally {
    requests: AtomicU64,
    wrong: AtomicU64,
    stop: AtomicBool,
}

#[tokio::main]
async fn main() -> Result<ExitCode, Failure> {
    let mut arguments = std::env::args().skip(1);
    let mut number = |default: usize| arguments.next().map_or(Ok(default), |text| text.parse::<usize>());
    let (tenants, minutes, changes) = (number(100_000)?, number(10)?, number(1_000)?);
    let is_postgres = arguments.next().as_deref() == Some("postgres");
    let directory = tempfile::tempdir()?;
    let url = if is_postgres {
        postgres::shared().ok_or("PostgreSQL is not installed")?.create_database()
    } else {
        format!("sqlite:{}", directory.path().join("tenants.db").display())
    };
    let store = Store::migrate(&url).await?;
    println!("importing {tenants} tenants");
    fill(&store, tenants).await?;
    let start = |name: &'static str| node(&url, &directory.path().join(name)).name(name).poll(POLL).start();
    let nodes = [start("one").await?, start("two").await?];

    let tally = Arc::new(Tally::default());
    let workers: Vec<_> = nodes
        .iter()
        .enumerate()
        .map(|(place, node)| {
            let (tenants_of, tally) = (node.tenants(), tally.clone());
            std::thread::spawn(move || ask(&tenants_of, tenants, place as u64 + 1, &tally))
        })
        .collect();
    let time = Duration::from_secs(60 * minutes as u64);
    let measured = change(&store, &nodes, tenants, time, changes, &tally).await?;
    tally.stop.store(true, Ordering::Relaxed);
    for worker in workers {
        worker.join().map_err(|_| "a worker panicked")?;
    }
    Ok(measured.report(&nodes, &tally))
}

/// Asks as fast as it can, and compares every answer.
fn ask(tenants: &Tenants, count: usize, seed: u64, tally: &Tally) {
    let mut random = Random(seed);
    while !tally.stop.load(Ordering::Relaxed) {
        for _ in 0..1_000 {
            let is_right = one_request(tenants, count, &mut random);
            tally.wrong.fetch_add(u64::from(!is_right), Ordering::Relaxed);
        }
        tally.requests.fetch_add(1_000, Ordering::Relaxed);
        // The machine is for others, too: a server has something else to do.
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn one_request(tenants: &Tenants, count: usize, random: &mut Random) -> bool {
    let steady = random.below(STEADY.min(count));
    let (asked, sent) = match random.below(6) {
        // Its own page, somebody else's, and one that nobody knows.
        0..=2 => (steady, origin(steady, random.below(5))),
        3 => (steady, origin((steady + 1) % count, random.below(5))),
        4 => (steady, format!("https://evil-{}.example", random.below(1_000_000))),
        _ => (count + steady, origin(steady, 0)),
    };
    let is_preflight = random.below(3) == 0;
    let method = if is_preflight { Method::OPTIONS } else { Method::GET };
    let mut request = Request::builder().method(method).uri("/").header("host", host(asked));
    request = request.header("origin", &sent);
    if is_preflight {
        request = request.header("access-control-request-method", HeaderValue::from_static("PUT"));
    }
    let Ok(request) = request.body(()) else { return false };
    let policy = tenants.resolve(&request).unwrap_or(Policy::nobody());
    let decision = policy.evaluate(request.method(), request.headers());
    let is_own = asked == steady && sent.contains(&format!("tenant-{steady:07}."));
    let upgrade = policy.check_upgrade(request.headers(), MissingOrigin::Deny).is_ok();
    (decision.verdict().outcome() == Outcome::Admitted) == is_own && upgrade == is_own
}

/// What a soak has measured.
#[derive(Debug, Default)]
struct Measured {
    /// How long each change took from its publish to be served by the slower node.
    visible: Vec<Duration>,
    late: usize,
    /// Bytes in memory, a sample every second.
    memory: Vec<usize>,
}

/// Publishes at a steady rate, and waits for each change to be served by both nodes.
async fn change(
    store: &Store,
    nodes: &[Node; 2],
    tenants: usize,
    time: Duration,
    a_minute: usize,
    tally: &Tally,
) -> Result<Measured, Failure> {
    let (mut measured, mut random) = (Measured::default(), Random(99));
    let pause = Duration::from_secs(60) / u32::try_from(a_minute.max(1))?;
    let begun = Instant::now();
    let (mut next, mut number, mut sampled) = (begun, 0, begun);
    let mut waiting: Vec<(Instant, String, String)> = Vec::new();
    while begun.elapsed() < time {
        if Instant::now() >= next && tenants > STEADY {
            next += pause;
            number += 1;
            let tenant = STEADY + random.below(tenants - STEADY);
            let added = format!("https://v{number}.tenant-{tenant:07}.example");
            let text = format!(
                r#"{{"profile": "standard", "credentials": true, "origins": ["{}", "{added}"]}}"#,
                origin(tenant, 0)
            );
            let slug = format!("tenant-{tenant:07}");
            store.publish(Edit::by("soak"), &slug, &Checked::new(&text, &CEILING)?, true).await?;
            // The same tenant may change again before this one is seen.
            waiting.retain(|(_, other, _)| *other != host(tenant));
            waiting.push((Instant::now(), host(tenant), added));
        }
        waiting.retain(|(since, host, added)| {
            let is_served = |node: &Node| {
                node.tenants().policy(host).is_some_and(|policy| policy.admits(added.as_bytes()))
            };
            let is_visible = nodes.iter().all(is_served);
            if is_visible {
                measured.late += usize::from(since.elapsed() > BOUND);
                measured.visible.push(since.elapsed());
            }
            !is_visible
        });
        if sampled.elapsed() >= Duration::from_secs(1) {
            sampled = Instant::now();
            measured.memory.push(resident()?);
            if measured.memory.len() % 60 == 0 {
                println!(
                    "{:>4} s: {} MB, {} changes, {} requests, {} wrong",
                    begun.elapsed().as_secs(),
                    measured.memory.last().copied().unwrap_or_default() >> 20,
                    number,
                    tally.requests.load(Ordering::Relaxed),
                    tally.wrong.load(Ordering::Relaxed),
                );
            }
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    measured.late += waiting.iter().filter(|(since, ..)| since.elapsed() > BOUND).count();
    Ok(measured)
}

impl Measured {
    fn report(mut self, nodes: &[Node; 2], tally: &Tally) -> ExitCode {
        self.visible.sort_unstable();
        let at = |percent: usize| {
            let place = (self.visible.len() * percent / 100).min(self.visible.len().saturating_sub(1));
            self.visible.get(place).copied().unwrap_or_default()
        };
        let third = self.memory.len() / 3;
        let mean = |samples: &[usize]| {
            let kilobytes = (samples.iter().sum::<usize>() / samples.len().max(1)) >> 10;
            f64::from(u32::try_from(kilobytes).unwrap_or(u32::MAX))
        };
        let second = mean(self.memory.get(third..2 * third).unwrap_or_default());
        let last = mean(self.memory.get(2 * third..).unwrap_or_default());
        let growth = if second > 0.0 { last / second - 1.0 } else { 0.0 };
        let (requests, wrong) = (tally.requests.load(Ordering::Relaxed), tally.wrong.load(Ordering::Relaxed));
        let failures: u64 = nodes.iter().map(|node| node.health().failures).sum();
        println!("| what | measured | must be |\n| --- | ---: | ---: |");
        println!("| requests | {requests} | |");
        println!("| wrong answers | {wrong} | 0 |");
        println!("| failures to ask the store | {failures} | 0 |");
        println!("| changes seen by both nodes | {} | |", self.visible.len());
        println!("| seen after, median | {:?} | |", at(50));
        println!("| seen after, 99 % | {:?} | |", at(99));
        println!("| seen after, most | {:?} | {BOUND:?} |", at(100));
        println!("| seen too late | {} | 0 |", self.late);
        println!("| memory, last third over second | {:+.2} % | {:.0} % |", growth * 100.0, GROWTH * 100.0);
        let is_good = wrong == 0 && failures == 0 && self.late == 0 && growth <= GROWTH;
        if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
