//! How long the compiler of the language takes, by the number and kind of patterns.
//!
//! Run it without optimisation (`cargo run -p cors-policy-benches --bin compile-times`): that is how procedural
//! macros are built by default, in debug and in release builds alike.

use std::error::Error;
use std::time::Instant;

use cors_policy_benches::{Kind, document, patterns, program};

const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn Error>> {
    println!("| patterns | kind | bytes of patterns | bytes of automaton | compile, ms |");
    println!("| ---: | --- | ---: | ---: | ---: |");
    for kind in Kind::ALL {
        for count in [1, 10, 100, 1_000, 10_000] {
            let patterns = patterns(kind, count);
            let total: usize = patterns.iter().map(String::len).sum();
            let document = document(&patterns)?;
            let mut best = f64::INFINITY;
            let mut size = None;
            for _ in 0..ROUNDS {
                let start = Instant::now();
                let program = program(&document);
                best = best.min(start.elapsed().as_secs_f64() * 1e3);
                size = program.map(|program| program.automaton.len());
            }
            let size = size.ok_or("a policy was refused")?;
            println!("| {count} | {} | {total} | {size} | {best:.2} |", kind.name());
        }
    }
    Ok(())
}
