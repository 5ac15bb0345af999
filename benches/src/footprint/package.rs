//! A package in a temporary directory, and what it takes to build it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{fs, io};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;
use tempfile::TempDir;

use super::Outcome;

/// The workspace of cors-policy.
#[must_use]
pub fn workspace() -> &'static Path {
    let benches = Path::new(env!("CARGO_MANIFEST_DIR"));
    benches.parent().unwrap_or(benches)
}

/// A profile of cargo, with its defaults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// `cargo build`.
    Debug,
    /// `cargo build --release`.
    Release,
}

impl Profile {
    /// Both.
    pub const ALL: [Profile; 2] = [Profile::Debug, Profile::Release];

    /// The name in tables and of the directory.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Profile::Debug => "debug",
            Profile::Release => "release",
        }
    }
}

/// For [`Package::build`]: compiles as what comes from a registry is compiled. Of a path cargo thinks that it will
/// change, and spends time on what would make the next build faster.
pub const NOT_INCREMENTAL: (&str, &str) = ("CARGO_INCREMENTAL", "0");

/// How the names of variables begin that change how cargo builds.
const SETTINGS: [&str; 6] =
    ["CARGO_BUILD_", "CARGO_ENCODED_RUSTFLAGS", "CARGO_INCREMENTAL", "CARGO_PROFILE_", "RUSTC_", "RUSTFLAGS"];

/// A package with one binary, deleted when dropped. It has the versions of dependencies that the workspace has.
#[derive(Debug)]
pub struct Package {
    directory: TempDir,
}

/// What a build took.
#[derive(Clone, Copy, Debug)]
pub struct Build {
    /// The time on all cores, of cargo and all that it started, in the program and in the system.
    pub cpu: Duration,
    /// The time on the clock.
    pub wall: Duration,
    /// How many packages were compiled.
    pub crates: usize,
}

impl Package {
    /// A package with dependencies of the workspace: a line of `Cargo.toml` for each. Its profile is cargo's, with
    /// symbols stripped from release builds.
    ///
    /// # Errors
    ///
    /// Of the file system.
    pub fn new(dependencies: &[&str]) -> Outcome<Self> {
        let manifest = format!(
            "[package]\nname = \"user\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [profile.release]\nstrip = true\n\n[dependencies]\n{}\n\n\
             [workspace]\n\n[workspace.dependencies]\n{}\n",
            dependencies.join("\n"),
            workspace_dependencies()?
        );
        let package = Package { directory: tempfile::Builder::new().prefix("cors-policy-").tempdir()? };
        package.write("Cargo.toml", &manifest)?;
        fs::copy(workspace().join("Cargo.lock"), package.path("Cargo.lock"))?;
        Ok(package)
    }

    /// A path inside.
    #[must_use]
    pub fn path(&self, path: &str) -> PathBuf {
        self.directory.path().join(path)
    }

    /// Writes a file.
    ///
    /// # Errors
    ///
    /// Of the file system.
    pub fn write(&self, path: &str, text: &str) -> io::Result<()> {
        let path = self.path(path);
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory)?;
        }
        fs::write(path, text)
    }

    /// Builds with `src/main.rs` of this text. The environment has the variables given.
    ///
    /// # Errors
    ///
    /// If it does not compile; what cargo said is in the error.
    pub fn build(&self, profile: Profile, main: &str, variables: &[(&str, &str)]) -> Outcome<Build> {
        self.write("src/main.rs", main)?;
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.args(["build", "--offline", "--color", "never"]).current_dir(self.directory.path());
        cargo.env("CARGO_TARGET_DIR", self.path("target"));
        // How the measurement itself was built is not how users build.
        for (name, _) in std::env::vars_os() {
            if SETTINGS.iter().any(|setting| name.to_string_lossy().starts_with(setting)) {
                cargo.env_remove(&name);
            }
        }
        cargo.envs(variables.iter().copied());
        if profile == Profile::Release {
            cargo.arg("--release");
        }
        let (before, start) = (cpu_of_children()?, Instant::now());
        let output = cargo.output()?;
        let (wall, cpu) = (start.elapsed(), cpu_of_children()?.saturating_sub(before));
        let said = String::from_utf8_lossy(&output.stderr);
        if !output.status.success() {
            return Err(format!("cargo build failed:\n{said}").into());
        }
        let crates = said.lines().filter(|line| line.trim_start().starts_with("Compiling ")).count();
        Ok(Build { cpu, wall, crates })
    }

    /// The bytes of the binary that was built last.
    ///
    /// # Errors
    ///
    /// If there is none.
    pub fn binary_size(&self, profile: Profile) -> io::Result<u64> {
        let name = format!("target/{}/user{}", profile.name(), std::env::consts::EXE_SUFFIX);
        Ok(fs::metadata(self.path(&name))?.len())
    }

    /// Deletes all that was built.
    ///
    /// # Errors
    ///
    /// Of the file system.
    pub fn clean(&self) -> io::Result<()> {
        match fs::remove_dir_all(self.path("target")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}

/// The table of dependencies in the manifest of the workspace, its paths from the root of the file system.
fn workspace_dependencies() -> Outcome<String> {
    let manifest = fs::read_to_string(workspace().join("Cargo.toml"))?;
    let (_, table) =
        manifest.split_once("\n[workspace.dependencies]\n").ok_or("no dependencies in the workspace")?;
    let table = table.split_once("\n[").map_or(table, |(table, _)| table);
    Ok(table.replace("path = \"", &format!("path = \"{}/", workspace().display())))
}

/// The processor time of all processes that this one has waited for, and those that they waited for.
fn cpu_of_children() -> Outcome<Duration> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    Ok(duration(usage.user_time())? + duration(usage.system_time())?)
}

fn duration(time: TimeVal) -> Outcome<Duration> {
    let microseconds = u64::try_from(time.tv_usec())?;
    Ok(Duration::from_secs(u64::try_from(time.tv_sec())?) + Duration::from_micros(microseconds))
}
