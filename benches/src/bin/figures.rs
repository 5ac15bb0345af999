//! The figures of the README: sizes of automata, and times as multiples of one `HeaderMap::get`.
//!
//! `cargo run --release -p cors-policy-benches --bin figures`. All times come from one interleaved run: each
//! round measures everything once, and the medians over the rounds are compared.

use std::cell::RefCell;
use std::error::Error;
use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use cors_policy::{Policy, cors_policy};
use cors_policy_benches::{Kind, document, patterns, program};
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

const ROUNDS: usize = 41;
const CALLS: u32 = 200;
/// Every call does its operation so often in a loop of its own; for `admits`, with as many origins, so that no
/// branch of the walk can be learnt by heart.
const REPEATS: u32 = 64;
const GET: &str = "`HeaderMap::get(ORIGIN)`";

static CONSTANT_ANY: Policy = cors_policy! { origins: any };
static CONSTANT_ONE: Policy = cors_policy! { origins: ["https://app.example.com"], credentials: true };
static ECHOED: Policy = cors_policy! {
    origins: ["https://app.example.com", "https://*.app.example.com"],
    credentials: true,
    methods: [PUT, PATCH, DELETE],
    request_headers: ["content-type", "x-csrf-token"],
    expose_headers: ["etag"],
    max_age: "2h",
};

/// Something to measure: what prepares it gives a call of it.
type Call = Box<dyn Fn()>;
type Prepare = Box<dyn Fn() -> Result<Call, Box<dyn Error>>>;
type Operation = (String, Prepare);

fn main() -> Result<(), Box<dyn Error>> {
    if let [_, name, calls] = std::env::args().collect::<Vec<_>>().as_slice() {
        return repeat(name, calls);
    }
    sizes()?;
    println!();
    times()
}

fn sizes() -> Result<(), Box<dyn Error>> {
    println!("| patterns | kind | bytes of patterns | bytes of automaton | limit |");
    println!("| ---: | --- | ---: | ---: | ---: |");
    for kind in Kind::ALL {
        for count in [1, 10, 100, 1_000, 10_000] {
            let patterns = patterns(kind, count);
            let total: usize = patterns.iter().map(String::len).sum();
            let program = program(&document(&patterns)?).ok_or("a policy was refused")?;
            println!(
                "| {count} | {} | {total} | {} | {} |",
                kind.name(),
                program.automaton.len(),
                total + 512
            );
        }
    }
    Ok(())
}

fn times() -> Result<(), Box<dyn Error>> {
    let operations = operations();
    let calls = operations.iter().map(|(_, prepare)| prepare()).collect::<Result<Vec<Call>, _>>()?;
    let mut samples = vec![Vec::with_capacity(ROUNDS); operations.len()];
    for _ in 0..ROUNDS {
        for (call, samples) in calls.iter().zip(&mut samples) {
            let start = Instant::now();
            measured_calls(call, CALLS);
            samples.push(start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS * REPEATS));
        }
    }
    let medians: Vec<f64> = samples.into_iter().map(median).collect();
    let empty = medians.first().copied().unwrap_or_default();
    let get = medians.get(1).copied().unwrap_or_default() - empty;
    let empty_instructions = instructions("nothing");
    println!("| operation | ns | × `HeaderMap::get` | instructions |");
    println!("| --- | ---: | ---: | ---: |");
    for ((name, _), median) in operations.iter().zip(&medians).skip(1) {
        let time = median - empty;
        let own = empty_instructions.and_then(|empty| Some(instructions(name)?.saturating_sub(empty)));
        let own = own.map_or("–".to_owned(), |count| count.to_string());
        println!("| {name} | {time:.1} | {:.1} | {own} |", time / get);
    }
    Ok(())
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples.get(samples.len() / 2).copied().unwrap_or_default()
}

fn operations() -> Vec<Operation> {
    let mut operations = vec![operation("nothing", || Ok(repeated(|_| ()))), operation(GET, header_get)];
    for kind in Kind::ALL {
        for count in [1, 10, 100, 1_000, 10_000] {
            let name = format!("`admits`, {count} {}", kind.name());
            operations.push(operation(&name, move || admits(kind, count)));
        }
    }
    operations.push(operation("`admits`, refused by 1000 exact", || refused(1_000)));
    let mut evaluated = |what: &str, policy: &'static Policy, origin: &'static str| {
        let name = format!("`evaluate`, {what}");
        operations.push(operation(&name, move || Ok(evaluate(policy, Method::GET, request(origin, &[])?))));
    };
    evaluated("any", &CONSTANT_ANY, "https://app.example.com");
    evaluated("one origin", &CONSTANT_ONE, "https://app.example.com");
    evaluated("echoed, exact", &ECHOED, "https://app.example.com");
    evaluated("echoed, `*.`", &ECHOED, "https://eu.app.example.com");
    evaluated("refused", &ECHOED, "https://evil.example");
    operations
        .push(operation("`evaluate`, preflight", || Ok(evaluate(&ECHOED, Method::OPTIONS, preflight()?))));
    operations.push(operation("`apply`, echoed", || {
        Ok(applied(&ECHOED, &request("https://app.example.com", &[])?))
    }));
    operations.push(operation("the inserts of that `apply`, bare", || Ok(bare_inserts())));
    operations
}

fn operation(name: &str, prepare: impl Fn() -> Result<Call, Box<dyn Error>> + 'static) -> Operation {
    (name.to_owned(), Box::new(prepare))
}

/// A call that does something [`REPEATS`] times.
fn repeated(operation: impl Fn(usize) + 'static) -> Call {
    Box::new(move || {
        for index in 0..REPEATS as usize {
            operation(black_box(index));
        }
    })
}

/// What callgrind counts.
#[inline(never)]
fn measured_calls(call: &Call, calls: u32) {
    for _ in 0..calls {
        call();
    }
}

fn header_get() -> Result<Call, Box<dyn Error>> {
    let request = request("https://app.example.com", &[])?;
    Ok(repeated(move |_| {
        black_box(black_box(&request).get(header::ORIGIN));
    }))
}

fn preflight() -> Result<HeaderMap, Box<dyn Error>> {
    let asked = [
        ("access-control-request-method", "PUT"),
        ("access-control-request-headers", "content-type,x-csrf-token"),
    ];
    request("https://app.example.com", &asked)
}

/// A request as a browser sends it: ten headers, and those given.
fn request(origin: &str, more: &[(&'static str, &str)]) -> Result<HeaderMap, Box<dyn Error>> {
    let mut headers = HeaderMap::new();
    let usual = [
        ("host", "api.example.com"),
        ("connection", "keep-alive"),
        (
            "user-agent",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0",
        ),
        ("accept", "*/*"),
        ("origin", origin),
        ("sec-fetch-site", "same-site"),
        ("sec-fetch-mode", "cors"),
        ("sec-fetch-dest", "empty"),
        ("referer", "https://app.example.com/"),
        ("accept-encoding", "gzip, deflate, br, zstd"),
    ];
    for (name, value) in usual.iter().chain(more) {
        let value = HeaderValue::from_str(value)?;
        // A server hands over shared values; the first clone makes this one so.
        drop(value.clone());
        headers.insert(HeaderName::from_static(name), value);
    }
    Ok(headers)
}

fn admits(kind: Kind, count: usize) -> Result<Call, Box<dyn Error>> {
    let policy = Policy::compile(&document(&patterns(kind, count))?)?.policy;
    let repeats = REPEATS as usize;
    let spread = (0..repeats).map(|index| index * count.div_ceil(repeats) % count);
    let origins: Vec<String> = spread.map(|number| kind.admitted(number)).collect();
    if !origins.iter().all(|origin| policy.admits(origin.as_bytes())) {
        return Err("an origin should be admitted".into());
    }
    Ok(repeated(move |index| {
        if let Some(origin) = origins.get(index) {
            black_box(policy.admits(black_box(origin.as_bytes())));
        }
    }))
}

fn refused(count: usize) -> Result<Call, Box<dyn Error>> {
    let policy = Policy::compile(&document(&patterns(Kind::Exact, count))?)?.policy;
    Ok(repeated(move |_| {
        black_box(policy.admits(black_box(b"https://app.somewhere-else.test")));
    }))
}

fn evaluate(policy: &'static Policy, method: Method, request: HeaderMap) -> Call {
    repeated(move |_| drop(black_box(policy.evaluate(black_box(&method), black_box(&request)))))
}

fn applied(policy: &'static Policy, request: &HeaderMap) -> Call {
    let decision = policy.evaluate(&Method::GET, request);
    let response = RefCell::new(HeaderMap::with_capacity(16));
    repeated(move |_| {
        let mut response = response.borrow_mut();
        response.clear();
        decision.apply(black_box(&mut response));
    })
}

fn bare_inserts() -> Call {
    let response = RefCell::new(HeaderMap::with_capacity(16));
    let origin = HeaderValue::from_static("https://app.example.com");
    repeated(move |_| {
        let mut response = response.borrow_mut();
        response.clear();
        response.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        response.insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        response.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("etag"));
        response.insert(header::VARY, HeaderValue::from_static("origin"));
        black_box(&mut *response);
    })
}

/// Instructions for each call, counted by callgrind where it is installed: it runs this program again, with the
/// name of one operation, and counts inside `measured_calls` only.
fn instructions(name: &str) -> Option<u64> {
    const CALLS: u32 = 10;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", "--toggle-collect=*measured_calls*"])
        .args([&*std::env::current_exe().ok()?.to_string_lossy(), name, &CALLS.to_string()])
        .output()
        .ok()?;
    let report = String::from_utf8(output.stderr).ok()?;
    let (_, collected) = report.split_once("Collected : ")?;
    let total: u64 = collected.split_whitespace().next()?.parse().ok()?;
    Some(total / u64::from(CALLS) / u64::from(REPEATS))
}

/// Calls one operation, for callgrind.
fn repeat(name: &str, calls: &str) -> Result<(), Box<dyn Error>> {
    let operation = operations().into_iter().find(|(known, _)| known == name);
    let (_, prepare) = operation.ok_or("no operation has this name")?;
    measured_calls(&prepare()?, calls.parse()?);
    Ok(())
}
