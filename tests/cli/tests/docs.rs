//! `docs/command.md`: its commands are run on its files, and print what stands there.

#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use cors_policy_cli_tests::Place;

const BINARY: &str = env!("CARGO_BIN_EXE_cors-policy-under-test");

fn manual() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/command.md")
}

/// The command, by the name that users have it under.
fn named(place: &Place) -> PathBuf {
    let binaries = place.path().join(".bin");
    fs::create_dir(&binaries).unwrap();
    std::os::unix::fs::symlink(BINARY, binaries.join("cors-policy")).unwrap();
    binaries
}

/// The page with the output of each command in it. A file is a block below its name in backquotes, and a colon.
fn run(page: &str, place: &Place) -> (String, usize) {
    let path = format!("{}:{}", named(place).display(), std::env::var("PATH").unwrap());
    let (mut written, mut commands, mut status) = (String::new(), 0, 0);
    let mut before = "";
    let mut exports = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        written += line;
        written.push('\n');
        let Some(language) = line.strip_prefix("```") else {
            if !line.is_empty() {
                before = line;
            }
            continue;
        };
        let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        if language == "console" {
            for command in block.iter().filter_map(|line| line.strip_prefix("$ ")) {
                let output = if command == "echo $?" {
                    format!("{status}\n")
                } else {
                    if command.starts_with("export ") {
                        exports.extend([command, "; "]);
                    }
                    let command = format!("{{ {exports}{command}\n}} 2>&1");
                    let ran = place.finish(Command::new("sh").args(["-c", &command]).env("PATH", &path), b"");
                    status = ran.status;
                    ran.output
                };
                writeln!(written, "$ {command}").unwrap();
                written += &output;
                commands += 1;
            }
        } else {
            for line in &block {
                written += line;
                written.push('\n');
            }
            if let Some(name) = before.strip_prefix('`').and_then(|name| name.strip_suffix("`:")) {
                place.put(name, format!("{}\n", block.join("\n")).as_bytes());
            }
        }
        written += "```\n";
    }
    (written, commands)
}

#[test]
fn the_manual_shows_what_the_command_prints() {
    let page = fs::read_to_string(manual()).unwrap();
    let (written, commands) = run(&page, &Place::new(BINARY, &[]));
    if std::env::var_os("GOLDEN").is_some_and(|wanted| wanted == "overwrite") {
        fs::write(manual(), &written).unwrap();
    } else {
        assert!(page == written, "docs/command.md should be\n{written}");
    }
    assert!(commands > 10, "{commands}");
}

/// Each field of the objects has its line in the manual, and each option.
#[test]
fn the_manual_names_fields_and_options() {
    let page = fs::read_to_string(manual()).unwrap();
    let place =
        Place::new(BINARY, &[("a.json", r#"{"origins": ["https://a.example/", "https://*.a.example"]}"#)]);
    place.put("b.json", br#"{"origins": ["https://a.example"]}"#);
    place.put("requests", b"{\"method\":\"GET\"}\nx\n");
    let mut words = Vec::new();
    for arguments in [
        &["check", "a.json", "missing.json", "--format", "json"][..],
        &["check", "--explain", "any_port", "--format", "json"],
        &["origins", "b.json", "--format", "json"],
        &["decide", "b.json", "--requests", "requests"],
        &["explain", "b.json", "--origin", "https://b.example", "--format", "json"],
    ] {
        let objects = place.run(arguments).json();
        assert!(!objects.is_empty());
        words.extend(objects.iter().flat_map(|object| object.as_object().unwrap().keys().cloned()));
    }
    for command in ["check", "decide", "explain", "origins", "tenants"] {
        let help = place.run(&[command, "--help"]).output;
        let options = help.split_whitespace().filter(|word| word.starts_with("--"));
        words.extend(options.map(str::to_owned));
    }
    for word in words {
        assert!(
            page.contains(&format!("`{word}`")) || page.contains(&format!("`{word} ")),
            "{word} is not in the manual"
        );
    }
}

/// The command of the README, on the files of the manual, tells what the README says that it tells.
#[test]
fn the_readme_explains_a_refused_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let command = readme.lines().find_map(|line| line.strip_prefix("cors-policy explain ")).unwrap();
    let place = Place::new(BINARY, &[]);
    let page = fs::read_to_string(manual()).unwrap();
    let block = page.split("`src/cors.rs`:\n\n```rust\n").nth(1).unwrap();
    place.put("src/cors.rs", block.split("```").next().unwrap().as_bytes());
    let arguments: Vec<&str> = std::iter::once("explain").chain(command.split(' ')).collect();
    let ran = place.run(&arguments);
    for part in
        ["OPTIONS https://", "(Fetch ", "Chrome says: ", "Firefox says: ", "The smallest change", "\n+ "]
    {
        assert!(ran.output.contains(part), "{part}: {}", ran.output);
    }
    assert_eq!(ran.status, 1);
}
