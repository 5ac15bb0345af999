//! Runs of the command, and outputs that are kept.

#![expect(clippy::missing_panics_doc, clippy::panic, clippy::unwrap_used, reason = "a panic is the report")]

pub mod api;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// What a run left.
#[derive(Debug, PartialEq, Eq)]
pub struct Ran {
    /// The exit status.
    pub status: i32,
    /// The standard output.
    pub output: String,
    /// The standard error.
    pub errors: String,
}

impl Ran {
    /// The lines of the output as JSON.
    #[must_use]
    pub fn json(&self) -> Vec<serde_json::Value> {
        self.output.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// All of it, as a terminal shows it, with the status behind.
    #[must_use]
    pub fn shown(&self) -> String {
        format!("{}{}[status {}]\n", self.output, self.errors, self.status)
    }
}

/// A directory with files, in which the command runs.
#[derive(Debug)]
pub struct Place {
    binary: PathBuf,
    directory: TempDir,
}

impl Place {
    /// A directory with these files, for this binary.
    #[must_use]
    pub fn new(binary: &str, files: &[(&str, &str)]) -> Self {
        let place = Place { binary: binary.into(), directory: TempDir::new().unwrap() };
        for (name, text) in files {
            place.put(name, text.as_bytes());
        }
        place
    }

    /// Writes a file, with the directories above it.
    pub fn put(&self, name: &str, text: &[u8]) {
        let path = self.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// The directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// Runs the command with nothing on its standard input.
    #[must_use]
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.feed(arguments, b"")
    }

    /// Runs the command with this on its standard input.
    #[must_use]
    pub fn feed(&self, arguments: &[&str], input: &[u8]) -> Ran {
        self.finish(Command::new(&self.binary).args(arguments), input)
    }

    /// Runs a command in this place, without what the environment says about colours.
    #[must_use]
    pub fn finish(&self, command: &mut Command, input: &[u8]) -> Ran {
        let command = command.current_dir(self.path()).stdin(Stdio::piped());
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI"] {
            if !command.get_envs().any(|(set, value)| set == name && value.is_some()) {
                command.env_remove(name);
            }
        }
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let finished = std::thread::scope(|threads| {
            // A command that has read enough closes its end.
            threads.spawn(move || drop(stdin.write_all(input)));
            child.wait_with_output().unwrap()
        });
        Ran {
            status: finished.status.code().unwrap(),
            output: String::from_utf8(finished.stdout).unwrap(),
            errors: String::from_utf8(finished.stderr).unwrap(),
        }
    }
}

/// A number in an object.
#[must_use]
pub fn number(object: &serde_json::Value, field: &str) -> usize {
    usize::try_from(object[field].as_u64().unwrap()).unwrap()
}

/// Compares a text with the one that is kept under `tests/cli/golden`. With `GOLDEN=overwrite` in the environment the text is
/// kept instead.
pub fn assert_golden(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(name);
    if std::env::var_os("GOLDEN").is_some_and(|wanted| wanted == "overwrite") {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert!(kept == text, "{name} is\n{kept}\nand not\n{text}");
}
