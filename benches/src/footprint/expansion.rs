//! How long `cors_policy!` takes inside rustc.
//!
//! The macro is built once more under another name, from the same sources with a clock around its one function, as
//! cargo builds the procedural macros of its users: without optimisation, with all checks. rustc calls it on its own
//! tokens.

use std::path::Path;
use std::time::Duration;
use std::{fs, io};

use super::package::{Package, Profile, workspace};
use super::verdict::{Verdicts, milliseconds};
use super::{Outcome, policy};
use crate::{Kind, patterns};

/// The clock. What it writes goes to the directory in which cargo runs rustc: that of the package.
const CLOCK: &str = r#"
#[proc_macro]
pub fn cors_policy(input: TokenStream) -> TokenStream {
    let start = std::time::Instant::now();
    let output = expanded(input);
    let time = start.elapsed();
    std::fs::write("time", time.as_nanos().to_string()).unwrap();
    std::fs::write("output", output.to_string()).unwrap();
    output
}
"#;

/// Numbers of origins, how often each is measured, and what the expansion of so many exact ones may take in
/// milliseconds.
const SIZES: [(usize, usize, u64); 5] =
    [(10, 9, 2), (100, 9, 8), (1_000, 5, 50), (10_000, 3, 500), (100_000, 2, 6_000)];
/// What may come on top where there are wildcards: they are compared with the lists of suffixes and of shared hosts.
const DETERMINISED: u64 = 1;
const KINDS: [Kind; 3] = [Kind::Exact, Kind::Subdomains, Kind::InLabel];

/// A package that uses the macro with the clock.
#[derive(Debug)]
pub struct Timed(Package);

/// One expansion.
#[derive(Clone, Debug)]
pub struct Expansion {
    /// What the macro took.
    pub time: Duration,
    /// What it expanded to.
    pub output: String,
}

impl Timed {
    /// The package. Nothing is built yet.
    ///
    /// # Errors
    ///
    /// Of the file system, and if the macro crate has no function of the form that is known here.
    pub fn new() -> Outcome<Self> {
        let timed = "timed-macros = { path = \"timed-macros\" }";
        let package = Package::new(&["cors-policy.workspace = true", timed])?;
        let manifest = fs::read_to_string(workspace().join("cors-policy-macros/Cargo.toml"))?;
        let (_, dependencies) =
            manifest.split_once("[dependencies]").ok_or("the macro crate has no dependencies")?;
        let dependencies = dependencies.split_once("\n[").map_or(dependencies, |(table, _)| table);
        let manifest = format!(
            "[package]\nname = \"timed-macros\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [lib]\nproc-macro = true\n\n[dependencies]{dependencies}\n"
        );
        package.write("timed-macros/Cargo.toml", &manifest)?;
        let sources = workspace().join("cors-policy-macros/src");
        copy(&sources, &package.path("timed-macros/src"))?;
        let library = fs::read_to_string(sources.join("lib.rs"))?;
        let (before, after) = library
            .split_once("#[doc(hidden)]\n#[proc_macro]\npub fn cors_policy(")
            .ok_or("the macro crate has no `pub fn cors_policy`")?;
        package.write("timed-macros/src/lib.rs", &format!("{before}fn expanded({after}{CLOCK}"))?;
        Ok(Timed(package))
    }

    /// The package itself, for what does not call the macro.
    #[must_use]
    pub fn package(&self) -> &Package {
        &self.0
    }

    /// Expands a policy over these patterns, in a process of rustc of its own.
    ///
    /// # Errors
    ///
    /// If it does not compile.
    pub fn expand(&self, patterns: &[String]) -> Outcome<Expansion> {
        // The path is the one that `cors_policy::cors_policy!` passes on.
        let call = policy("timed_macros::cors_policy! { cors_policy", patterns);
        let (time, output) = (self.0.path("time"), self.0.path("output"));
        // Otherwise those of an earlier expansion would do, if there were no other.
        for file in [&time, &output] {
            if file.exists() {
                fs::remove_file(file)?;
            }
        }
        let main = format!(
            "static POLICY: cors_policy::Policy = {call} }};\nfn main() {{ POLICY.admits(b\"\"); }}\n"
        );
        self.0.build(Profile::Debug, &main, &[])?;
        let time = Duration::from_nanos(fs::read_to_string(time)?.parse()?);
        Ok(Expansion { time, output: fs::read_to_string(output)? })
    }
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

/// Prints the table.
///
/// # Errors
///
/// If a package cannot be built.
pub fn measure(verdicts: &mut Verdicts) -> Outcome<()> {
    println!("## Expansion\n");
    println!(
        "Of policies with credentials, inside rustc, in a debug build; the best of several processes.\n"
    );
    println!("| origins | kind | time, ms | target, ms | verdict |");
    println!("| ---: | --- | ---: | ---: | --- |");
    let timed = Timed::new()?;
    for kind in KINDS {
        for (count, rounds, target) in SIZES {
            let target = target + if kind == Kind::Exact { 0 } else { DETERMINISED };
            let patterns = patterns(kind, count);
            let mut best = Duration::MAX;
            for _ in 0..rounds {
                best = best.min(timed.expand(&patterns)?.time);
            }
            let what = format!("expansion of {count} {}", kind.name());
            let verdict = verdicts.time(&what, best, Duration::from_millis(target));
            println!("| {count} | {} | {} | {target} | {verdict} |", kind.name(), milliseconds(best));
        }
    }
    Ok(())
}
