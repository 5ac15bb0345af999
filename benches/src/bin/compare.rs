//! How fast cors-policy is: in multiples of one look-up in a header map, and beside every peer in its framework.
//!
//! `cargo run --release -p cors-policy-benches --bin compare`, and with `-- --only <part of a name>` some of the
//! comparisons. All times of a table come from one interleaved run: each round measures everything once, and medians over
//! the rounds are compared. Instructions are callgrind's, where it is installed. Fails where a target is missed by more than
//! [`MARGIN`](targets::MARGIN).

use std::env;
use std::process::ExitCode;

use cors_policy_benches::comparison::{Comparison, run};
use cors_policy_benches::decision::Decisions;
use cors_policy_benches::hostile::Hostile;
use cors_policy_benches::matching::Growth;
use cors_policy_benches::measure::{Failure, Section, counted};
use cors_policy_benches::peers::{AboveInserts, Beside, FRAMEWORKS};
use cors_policy_benches::targets::{self, Target};

fn main() -> Result<ExitCode, Failure> {
    let mut comparisons: Vec<Box<dyn Comparison>> =
        vec![Box::new(Decisions), Box::new(Growth), Box::new(Hostile), Box::new(AboveInserts)];
    comparisons.extend(FRAMEWORKS.map(|framework| -> Box<dyn Comparison> { Box::new(Beside(framework)) }));
    // It may be this program that callgrind runs again.
    let sections: Vec<Section> = comparisons.iter().map(|comparison| comparison.section()).collect();
    if counted(&sections)? {
        return Ok(ExitCode::SUCCESS);
    }
    let only = only()?;
    let mut targets = Vec::new();
    for comparison in comparisons.iter().filter(|comparison| comparison.name().contains(&only)) {
        println!("## {}\n", comparison.name());
        targets.extend(run(comparison.as_ref())?);
        println!();
    }
    println!("## Targets\n");
    targets::print(&targets);
    let missed: Vec<&Target> = targets.iter().filter(|target| target.is_missed()).collect();
    for Target { name, most, measured } in &missed {
        eprintln!("missed: {name}: {measured:.2}, at most {most}");
    }
    Ok(if missed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn only() -> Result<String, Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.as_slice() {
        [] => Ok(String::new()),
        [flag, part] if flag == "--only" => Ok(part.clone()),
        _ => Err("arguments: [--only <part of a name>]".into()),
    }
}
