//! How long rustc itself takes over a policy: with what the macro expands to written out in its place.

use std::time::Duration;

use super::Outcome;
use super::expansion::Timed;
use super::package::{NOT_INCREMENTAL, Profile};
use super::verdict::{Verdicts, milliseconds};
use crate::{Kind, patterns};

/// Numbers of origins, and what rustc may take for each in milliseconds.
const SIZES: [(usize, u64); 4] = [(10, 40), (1_000, 50), (10_000, 80), (100_000, 250)];
const ROUNDS: usize = 7;
/// A program that differs from one with a policy in nothing else.
const WITHOUT: &str = "
fn admits(policy: &cors_policy::Policy) -> bool { policy.admits(b\"\") }
fn main() { std::hint::black_box(admits as fn(&cors_policy::Policy) -> bool); }
";

/// Prints the table.
///
/// # Errors
///
/// If a package cannot be built.
pub fn measure(verdicts: &mut Verdicts) -> Outcome<()> {
    println!("## rustc on the expansion\n");
    println!(
        "Processor time of a debug build with the expansion written out, over one without a policy; the best"
    );
    println!("of {ROUNDS} interleaved rounds.\n");
    println!("| origins | bytes of the expansion | time, ms | target, ms | verdict |");
    println!("| ---: | ---: | ---: | ---: | --- |");
    let timed = Timed::new()?;
    let mut outputs = Vec::new();
    for (count, _) in SIZES {
        outputs.push(timed.expand(&patterns(Kind::Exact, count))?.output);
    }
    let mut mains = vec![WITHOUT.to_owned()];
    mains.extend(outputs.iter().map(|output| {
        format!("static POLICY: cors_policy::Policy = {output};\nfn main() {{ POLICY.admits(b\"\"); }}\n")
    }));
    let mut best = vec![Duration::MAX; mains.len()];
    for _ in 0..ROUNDS {
        for (main, best) in mains.iter().zip(&mut best) {
            let build = timed.package().build(Profile::Debug, main, &[NOT_INCREMENTAL])?;
            *best = build.cpu.min(*best);
        }
    }
    let without = best.first().copied().unwrap_or_default();
    for (((count, target), output), with) in SIZES.into_iter().zip(outputs).zip(best.into_iter().skip(1)) {
        let time = with.saturating_sub(without);
        let what = format!("rustc on the expansion of {count}");
        let verdict = verdicts.time(&what, time, Duration::from_millis(target));
        println!("| {count} | {} | {} | {target} | {verdict} |", output.len(), milliseconds(time));
    }
    Ok(())
}
