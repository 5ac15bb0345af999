//! Sizes of what a policy is compiled to, but for the texts of its patterns.

use super::Outcome;
use super::verdict::Verdicts;
use crate::{Kind, document, patterns, program};

/// What a program may take over its patterns.
const OVER_PATTERNS: u64 = 400;

/// Prints the table.
///
/// # Errors
///
/// If a policy is refused.
pub fn measure(verdicts: &mut Verdicts) -> Outcome<()> {
    println!("## Programs\n");
    println!("| patterns | kind | bytes of patterns | bytes of program | ratio | target | verdict |");
    println!("| ---: | --- | ---: | ---: | ---: | ---: | --- |");
    for kind in Kind::ALL {
        for count in [1, 10, 100, 1_000, 10_000] {
            let patterns = patterns(kind, count);
            let total: u64 = patterns.iter().map(|pattern| pattern.len() as u64).sum();
            let program = program(&document(&patterns)?).ok_or("a policy was refused")?;
            let bytes = program.matcher.bytes() as u64;
            let target = if count < 1_000 { total + OVER_PATTERNS } else { total * 8 / 10 };
            let verdict = verdicts.bytes(&format!("program of {count} {}", kind.name()), bytes, target);
            let per_mille = bytes * 1_000 / total.max(1);
            println!(
                "| {count} | {} | {total} | {bytes} | {}.{:03} | {target} | {verdict} |",
                kind.name(),
                per_mille / 1_000,
                per_mille % 1_000,
            );
        }
    }
    Ok(())
}
