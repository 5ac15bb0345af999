//! What a policy costs whoever builds a program with it, each figure with its target.
//!
//! `cargo run --release -p cors-policy-benches --bin footprint` measures everything, in some minutes;
//! `… -- expansion` only what is named: `expansion`, `rustc`, `build`, `binary`, `program`. The exit code says
//! whether a target was missed, times by more than a margin.

use std::process::{Command, ExitCode};

use cors_policy_benches::footprint::verdict::{TIME_MARGIN, Verdicts};
use cors_policy_benches::footprint::{Outcome, binary, clean, expansion, program, rustc};

type Part = (&'static str, fn(&mut Verdicts) -> Outcome<()>);

const PARTS: [Part; 5] = [
    ("expansion", expansion::measure),
    ("rustc", rustc::measure),
    ("build", clean::measure),
    ("binary", binary::measure),
    ("program", program::measure),
];

fn main() -> Outcome<ExitCode> {
    let named: Vec<String> = std::env::args().skip(1).collect();
    let is_part = |name: &String| PARTS.iter().any(|(part, _)| part == name);
    if let Some(unknown) = named.iter().find(|name| !is_part(name)) {
        let parts = PARTS.map(|(part, _)| part).join(", ");
        return Err(format!("`{unknown}` is none of {parts}").into());
    }
    println!("{}\n", machine()?);
    let mut verdicts = Verdicts::default();
    for (part, measure) in PARTS {
        if named.is_empty() || named.iter().any(|name| name == part) {
            measure(&mut verdicts)?;
            println!();
        }
    }
    let missed = verdicts.missed();
    if missed.is_empty() {
        println!("Every target is met, times with a margin of {:.0} %.", TIME_MARGIN * 100.0);
        return Ok(ExitCode::SUCCESS);
    }
    println!("Missed:\n");
    for missed in missed {
        println!("- {missed}");
    }
    Ok(ExitCode::FAILURE)
}

fn machine() -> Outcome<String> {
    let cores = std::thread::available_parallelism()?;
    let rustc = Command::new("rustc").arg("--version").output()?;
    let processors = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = processors.lines().find(|line| line.starts_with("model name"));
    let model = model.and_then(|line| line.split_once(": ")).map_or("unknown processor", |(_, model)| model);
    Ok(format!("{model}, {cores} cores; {}", String::from_utf8(rustc.stdout)?.trim()))
}
