//! The quickstart prints what is committed, and its captures are what was on the wire.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

/// After a change: `cargo run --example quickstart > examples/tests/quickstart.txt`, and read it.
#[test]
fn prints_the_snapshot() {
    let run = Command::new(env::var_os("CARGO").expect("set by cargo"))
        .args(["run", "--quiet", "--example", "quickstart"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let printed = String::from_utf8(run.stdout).expect("UTF-8");
    assert_eq!(printed, include_str!("quickstart.txt"));
}

#[test]
fn captures_are_raw() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures");
    for capture in fs::read_dir(folder).expect("a folder") {
        let path = capture.expect("a file").path();
        let text = fs::read_to_string(&path).expect("ASCII");
        let is_raw = text
            .split_once("\r\n\r\n")
            .is_some_and(|(head, _body)| !head.replace("\r\n", "").contains(['\r', '\n']));
        assert!(is_raw, "{}: something has changed the ends of the lines", path.display());
    }
}
