//! Instruction counts by callgrind, which runs this program again, with the name of a section.

use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs, io, process};

use super::{Call, Failure, Operation, REPEATS, Section, measured_calls, repeated};

const COUNT: &str = "--count";
const CALLS: u32 = 4;

/// The names of the section's operations with their instructions, less those of the loop; `None` without callgrind.
pub(super) fn counts(section: &Section) -> Option<Vec<(String, i64)>> {
    counted_operations(section).next()?;
    let directory = env::temp_dir().join(format!("cors-policy-benches-{}", process::id()));
    fs::create_dir_all(&directory).ok()?;
    let totals = run(section, &directory);
    // A leftover in the directory for temporary files does not make the counts wrong.
    drop(fs::remove_dir_all(&directory));
    let mut totals = totals?.into_iter();
    let loops = totals.next()?;
    let names = counted_operations(section).map(|operation| operation.name.clone());
    Some(names.zip(totals.map(|total| (total - loops) / i64::from(CALLS * REPEATS))).collect())
}

fn counted_operations(section: &Section) -> impl Iterator<Item = &Operation> {
    section.operations.iter().filter(|operation| operation.counted)
}

/// Callgrind writes a file before each call of `measured_calls` and of `end_of_calls`, which follows it, so that every other
/// file has what happened in one: the loop first, and then operations.
fn run(section: &Section, directory: &Path) -> Option<Vec<i64>> {
    let file = directory.join("out");
    let status = Command::new("valgrind")
        .args(["--tool=callgrind", "--dump-before=*measured_calls*", "--dump-before=*end_of_calls*"])
        .arg(format!("--callgrind-out-file={}", file.display()))
        .arg(env::current_exe().ok()?)
        .args([COUNT, section.name])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .ok()?;
    let dumps = (1..=counted_operations(section).count() + 1).map(|call| (2 * call).to_string());
    let totals = dumps.map(|number| total(&fs::read_to_string(file.with_extension(number)).ok()?));
    status.success().then(|| totals.collect())?
}

fn total(dump: &str) -> Option<i64> {
    dump.lines().find_map(|line| line.strip_prefix("summary: "))?.trim().parse().ok()
}

pub(super) fn counted(sections: &[Section]) -> Result<bool, Failure> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [flag, name] = arguments.as_slice() else { return Ok(false) };
    if flag != COUNT {
        return Ok(false);
    }
    let section = sections.iter().find(|section| section.name == name);
    let section = section.ok_or_else(|| io::Error::other(format!("no section is called {name}")))?;
    count(&repeated(|_| ()));
    for operation in counted_operations(section) {
        // What cannot be prepared is told by the process that takes times. Its place in the order is kept.
        count(&(operation.prepare)().unwrap_or_else(|_| repeated(|_| ())));
    }
    Ok(true)
}

fn count(call: &Call) {
    // Whatever is made on first use is made here.
    call();
    measured_calls(call, CALLS);
    end_of_calls();
}

/// What callgrind stops at. It takes no two options for one function.
#[inline(never)]
fn end_of_calls() {
    black_box(());
}
