//! Times and instruction counts of operations, from one interleaved run.

use std::error::Error;
use std::process::Command;
use std::time::Instant;

const ROUNDS: usize = 41;
const CALLS: u32 = 200;
/// Every call does its operation so often in a loop of its own, so that what a loop costs can be subtracted.
pub const REPEATS: u32 = 64;

/// Does an operation [`REPEATS`] times.
pub type Call = Box<dyn Fn()>;
type Prepare = Box<dyn Fn() -> Result<Call, Box<dyn Error>>>;

/// Something to measure.
pub struct Operation {
    name: String,
    prepare: Prepare,
}

impl std::fmt::Debug for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Operation").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What an operation costs.
#[derive(Clone, Debug)]
pub struct Cost {
    /// The operation.
    pub name: String,
    /// Nanoseconds.
    pub nanoseconds: f64,
    /// Instructions, where callgrind is installed.
    pub instructions: Option<u64>,
}

/// An operation with a name, and what prepares a call of it.
pub fn operation(name: &str, prepare: impl Fn() -> Result<Call, Box<dyn Error>> + 'static) -> Operation {
    Operation { name: name.to_owned(), prepare: Box::new(prepare) }
}

/// A call that does something [`REPEATS`] times.
pub fn repeated(operation: impl Fn(usize) + 'static) -> Call {
    Box::new(move || {
        for index in 0..REPEATS as usize {
            operation(std::hint::black_box(index));
        }
    })
}

/// Measures the operations, less what `nothing`, the first of them, costs: each round measures everything once, and the
/// medians over the rounds are given. `None` if this process was started by the measurement to count instructions.
///
/// # Errors
///
/// What an operation's preparation says.
pub fn costs(operations: &[Operation]) -> Result<Option<Vec<Cost>>, Box<dyn Error>> {
    if let [_, name, calls] = std::env::args().collect::<Vec<_>>().as_slice() {
        repeat(operations, name, calls)?;
        return Ok(None);
    }
    let prepared = operations.iter().map(|operation| (operation.prepare)());
    let calls = prepared.collect::<Result<Vec<Call>, _>>()?;
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
    let empty_instructions = operations.first().and_then(|nothing| instructions(&nothing.name));
    let costs = operations.iter().zip(medians).skip(1).map(|(operation, median)| Cost {
        name: operation.name.clone(),
        nanoseconds: median - empty,
        instructions: empty_instructions
            .and_then(|empty| Some(instructions(&operation.name)?.saturating_sub(empty))),
    });
    Ok(Some(costs.collect()))
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.sort_by(f64::total_cmp);
    samples.get(samples.len() / 2).copied().unwrap_or_default()
}

/// What callgrind counts.
#[inline(never)]
fn measured_calls(call: &Call, calls: u32) {
    for _ in 0..calls {
        call();
    }
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
fn repeat(operations: &[Operation], name: &str, calls: &str) -> Result<(), Box<dyn Error>> {
    let operation = operations.iter().find(|operation| operation.name == name);
    let operation = operation.ok_or("no operation has this name")?;
    measured_calls(&(operation.prepare)()?, calls.parse()?);
    Ok(())
}
