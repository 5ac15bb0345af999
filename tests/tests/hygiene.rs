//! What the macro expands to in crates of other people: under other names, other lints, other editions, without
//! a prelude, and with the features of those crates on and off.
//!
//! The crates stand in `hygiene`. Each is copied to where tests may write, and built there without the network and
//! with the versions of this workspace.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a panic is the report")]

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;

/// Builds of crates of the same name share a folder of results: one at a time.
static CARGO: Mutex<()> = Mutex::new(());

/// Puts a crate of `hygiene` where it can be built: its manifest with other texts in the place of some, and the
/// workspace's lock file.
fn installed(package: &str, as_name: &str, changes: &[(&str, &str)]) -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let workspace = tests.parent().unwrap();
    let source = tests.join("hygiene").join(package);
    let target = scratch().join(as_name);
    if target.exists() {
        fs::remove_dir_all(&target).unwrap();
    }
    fs::create_dir_all(target.join("src")).unwrap();
    for file in fs::read_dir(source.join("src")).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), target.join("src").join(file.file_name())).unwrap();
    }
    let mut manifest = fs::read_to_string(source.join("Cargo.toml")).unwrap();
    let dependency = workspace.join("cors-policy").display().to_string().replace('\\', "/");
    for (from, to) in [&[("../../../cors-policy", dependency.as_str())], changes].concat() {
        assert!(manifest.contains(from), "{package} has no `{from}`");
        manifest = manifest.replace(from, to);
    }
    fs::write(target.join("Cargo.toml"), manifest).unwrap();
    fs::copy(workspace.join("Cargo.lock"), target.join("Cargo.lock")).unwrap();
    target
}

fn scratch() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("hygiene")
}

fn cargo(package: &Path, arguments: &[&str]) -> Output {
    let _turn = CARGO.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(package).args(arguments).env("CARGO_TARGET_DIR", scratch().join("target"));
    for variable in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET"] {
        command.env_remove(variable);
    }
    command.output().unwrap()
}

/// What a successful run printed.
#[track_caller]
fn succeed(package: &Path, arguments: &[&str]) -> String {
    let output = cargo(package, arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cargo {} failed:\n{errors}", arguments.join(" "));
    assert!(!errors.contains("warning"), "cargo {} warned:\n{errors}", arguments.join(" "));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn expansions_pass_every_lint_in_crates_without_a_prelude() {
    let package = installed("renamed", "linted", &[]);
    for features in ["--features=", "--features=dev", "--features=staging", "--features=dev,staging"] {
        succeed(&package, &["clippy", "--offline", "--quiet", "--all-targets", features, "--", "-Dwarnings"]);
    }
}

/// What the crate's binary prints of the policies with conditions.
fn admitted(package: &Path, features: &str) -> Vec<String> {
    let printed = succeed(package, &["run", "--offline", "--quiet", features]);
    printed.lines().map(str::to_owned).collect()
}

/// The origins of one policy among what was printed.
fn origins_of<'p>(printed: &'p [String], policy: &str) -> Vec<&'p str> {
    let line = printed.iter().find_map(|line| line.strip_prefix(policy)?.strip_prefix(": "));
    match line {
        Some(line) => line.split_whitespace().collect(),
        None => panic!("{policy} is not among {printed:?}"),
    }
}

#[test]
fn origins_for_development_are_there_exactly_with_their_feature() {
    const APP: &str = "https://app.example.com";
    const LOCAL: &str = "http://localhost:5173";
    const ADDRESS: &str = "http://127.0.0.1:5173";
    const STAGING: &str = "https://staging.example.com";
    let package = installed("renamed", "running", &[]);
    for (features, conditional, is_dev) in [
        ("--features=", &[APP][..], false),
        ("--features=dev", &[APP, LOCAL, ADDRESS], true),
        ("--features=staging", &[APP, STAGING], false),
        ("--features=dev,staging", &[APP, LOCAL, STAGING], true),
    ] {
        let printed = admitted(&package, features);
        assert_eq!(origins_of(&printed, "conditional"), conditional, "{features}");
        let first = if is_dev { vec![APP, LOCAL] } else { vec![APP] };
        assert_eq!(origins_of(&printed, "first"), first, "{features}");
        let second = if is_dev { vec![APP] } else { vec![APP, "https://www.example.com"] };
        assert_eq!(origins_of(&printed, "second"), second, "{features}");
        let names = ["https://names.example.com", "https://dev.names.example.com"];
        assert_eq!(origins_of(&printed, "named"), names[..=usize::from(is_dev)], "{features}");
        assert_eq!(origins_of(&printed, "untouched"), ["policy", "tables", "rules", "automaton", "function"]);
    }
}

/// What a feature turns off is not in the binary either.
#[test]
fn origins_of_other_builds_are_not_in_the_binary() {
    let package = installed("renamed", "binary", &[("name = \"renamed\"", "name = \"binary\"")]);
    let main = package.join("src/main.rs");
    let program =
        "//! Asks once.\nfn main() { assert!(!binary::conditions::CONDITIONAL.admits(b\"null\")); }\n";
    fs::write(main, program).unwrap();
    for (features, expected) in [("--features=", false), ("--features=dev", true)] {
        succeed(&package, &["build", "--offline", "--quiet", features]);
        let binary = scratch().join("target/debug").join(format!("binary{}", env::consts::EXE_SUFFIX));
        let bytes = fs::read(binary).unwrap();
        let contains = |text: &[u8]| bytes.windows(text.len()).any(|window| window == text);
        assert!(contains(b"https://app.example.com"), "the patterns stand in the binary");
        assert_eq!(contains(b"http://127.0.0.1:5173"), expected, "{features}");
    }
}

#[test]
fn policies_compile_in_every_edition() {
    for edition in ["2015", "2018", "2021", "2024"] {
        let package = installed("editions", edition, &[("\"2015\"", &format!("{edition:?}"))]);
        for features in ["--features=", "--features=dev"] {
            succeed(&package, &["check", "--offline", "--quiet", features]);
        }
    }
}

#[test]
fn mistakes_read_the_same_in_every_edition_since_2018() {
    for edition in ["2018", "2021", "2024"] {
        let package =
            installed("editions", &format!("broken-{edition}"), &[("\"2015\"", &format!("{edition:?}"))]);
        let output = cargo(&package, &["check", "--offline", "--quiet", "--features=broken"]);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(
            errors.contains("error: an origin has no slash at its end"),
            "in edition {edition}:\n{errors}"
        );
    }
}
