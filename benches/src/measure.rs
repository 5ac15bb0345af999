//! Times and instruction counts of operations, each section of them from one interleaved run.

use std::error::Error;
use std::time::Instant;

mod callgrind;

/// What is wrong with a measurement.
pub type Failure = Box<dyn Error>;

/// Every call does its operation so often in a loop of its own, so that what a loop costs can be subtracted.
pub const REPEATS: u32 = 64;
const ROUNDS: usize = 101;
/// How long one sample takes: long enough for the clock, short enough that all of a round meet the same weather.
const SAMPLE_SECONDS: f64 = 3e-4;

/// Does an operation [`REPEATS`] times.
pub type Call = Box<dyn Fn()>;
type Prepare = Box<dyn Fn() -> Result<Call, Failure>>;

/// A call that takes longer than this is measured in few of the rounds.
const LONG_SECONDS: f64 = 0.1;
const EVERY: usize = 20;

/// Something to measure.
pub struct Operation {
    name: String,
    prepare: Prepare,
    counted: bool,
}

impl std::fmt::Debug for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Operation").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Operation {
    /// An operation with a name, and what prepares a call of it.
    pub fn new(name: impl Into<String>, prepare: impl Fn() -> Result<Call, Failure> + 'static) -> Operation {
        Operation { name: name.into(), prepare: Box::new(prepare), counted: true }
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Without instruction counts, for what takes long to prepare: callgrind makes it take fifty times as long.
    #[must_use]
    pub fn uncounted(self) -> Operation {
        Operation { counted: false, ..self }
    }
}

/// A call that does something [`REPEATS`] times.
pub fn repeated(operation: impl Fn(usize) + 'static) -> Call {
    Box::new(move || {
        for index in 0..REPEATS as usize {
            operation(std::hint::black_box(index));
        }
    })
}

/// Operations that are measured in one interleaved run, and compared.
#[derive(Debug)]
pub struct Section {
    /// The name, unique in a program: callgrind is told it.
    pub name: &'static str,
    /// The operations, with unique names.
    pub operations: Vec<Operation>,
}

/// What an operation costs, less the loop around it.
#[derive(Clone, Debug)]
pub struct Cost {
    /// Nanoseconds, a sample for each round; NaN where a round was left out.
    samples: Vec<f64>,
    /// Instructions, where callgrind is installed.
    pub instructions: Option<i64>,
}

impl Cost {
    /// Nanoseconds: the median over the rounds.
    #[must_use]
    pub fn nanoseconds(&self) -> f64 {
        median(self.samples.clone())
    }

    /// What this costs above something else. Samples of the same round are subtracted, before the median is taken:
    /// what slowed a round down slowed both.
    #[must_use]
    pub fn above(&self, base: &Cost) -> Cost {
        let samples = self.samples.iter().zip(&base.samples).map(|(cost, base)| cost - base).collect();
        let instructions = self.instructions.zip(base.instructions).map(|(cost, base)| cost - base);
        Cost { samples, instructions }
    }

    /// How many times something else this takes.
    #[must_use]
    pub fn ratio(&self, other: &Cost) -> f64 {
        self.nanoseconds() / other.nanoseconds()
    }

    /// How many times as many instructions as something else.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "thousands of instructions")]
    pub fn instruction_ratio(&self, other: &Cost) -> Option<f64> {
        Some(self.instructions? as f64 / other.instructions? as f64)
    }
}

/// What the operations of a section cost.
#[derive(Debug)]
pub struct Costs(Vec<(String, Result<Cost, String>)>);

impl Costs {
    /// The cost of an operation.
    ///
    /// # Errors
    ///
    /// What its preparation said, or that there is none of this name.
    pub fn of(&self, name: &str) -> Result<&Cost, String> {
        let named = self.0.iter().find(|(named, _)| named == name);
        let (_, cost) = named.ok_or_else(|| format!("no operation is called {name}"))?;
        cost.as_ref().map_err(Clone::clone)
    }
}

/// Measures the operations of a section: each round measures everything once, every other round backwards.
#[must_use]
pub fn costs(section: &Section) -> Costs {
    let nothing = Operation::new("nothing", || Ok(repeated(|_| ())));
    let operations: Vec<&Operation> = std::iter::once(&nothing).chain(&section.operations).collect();
    let prepared: Vec<Result<Timed, String>> =
        operations.iter().map(|operation| Timed::new(operation)).collect();
    let samples = samples(&prepared);
    let loops = samples.first().cloned().unwrap_or_default();
    let counts = callgrind::counts(section).unwrap_or_default();
    let mut costs = Vec::new();
    for ((operation, timed), samples) in operations.iter().zip(prepared).zip(samples).skip(1) {
        let instructions = counts.iter().find(|(name, _)| *name == operation.name).map(|(_, count)| *count);
        let base = Cost { samples: loops.clone(), instructions: Some(0) };
        let cost = timed.map(|_| Cost { samples, instructions }.above(&base));
        costs.push((operation.name.clone(), cost));
    }
    Costs(costs)
}

/// Whether this process was started to count the instructions of a section, which it has then done.
///
/// # Errors
///
/// A section that is not there.
pub fn counted(sections: &[Section]) -> Result<bool, Failure> {
    callgrind::counted(sections)
}

/// A call, how often it fills a sample, and whether it overfills one.
struct Timed {
    call: Call,
    calls: u32,
    long: bool,
}

impl Timed {
    fn new(operation: &Operation) -> Result<Timed, String> {
        let call = (operation.prepare)().map_err(|failure| failure.to_string())?;
        // Whatever is made on first use is made here.
        call();
        let start = Instant::now();
        call();
        let once = start.elapsed().as_secs_f64().max(1e-9);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to small numbers"
        )]
        let calls = (SAMPLE_SECONDS / once).clamp(1.0, 10_000.0) as u32;
        Ok(Timed { call, calls, long: once > LONG_SECONDS })
    }

    fn sample(&self, round: usize) -> f64 {
        if self.long && !round.is_multiple_of(EVERY) {
            return f64::NAN;
        }
        let start = Instant::now();
        measured_calls(&self.call, self.calls);
        start.elapsed().as_secs_f64() * 1e9 / (f64::from(self.calls) * f64::from(REPEATS))
    }
}

fn samples(prepared: &[Result<Timed, String>]) -> Vec<Vec<f64>> {
    let mut samples = vec![Vec::with_capacity(ROUNDS); prepared.len()];
    for round in 0..ROUNDS {
        let take = |(timed, samples): (&Result<Timed, String>, &mut Vec<f64>)| {
            if let Ok(timed) = timed {
                samples.push(timed.sample(round));
            }
        };
        let operations = prepared.iter().zip(&mut samples);
        if round % 2 == 0 { operations.for_each(take) } else { operations.rev().for_each(take) }
    }
    samples
}

fn median(mut samples: Vec<f64>) -> f64 {
    samples.retain(|sample| !sample.is_nan());
    samples.sort_by(f64::total_cmp);
    samples.get(samples.len() / 2).copied().unwrap_or(f64::NAN)
}

/// What callgrind counts.
#[inline(never)]
fn measured_calls(call: &Call, calls: u32) {
    for _ in 0..calls {
        call();
    }
}
