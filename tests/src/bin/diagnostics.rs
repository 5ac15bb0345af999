//! Prints `docs/diagnostics.md`.

use std::io;

fn main() -> io::Result<()> {
    print!("{}", cors_policy_tests::reference::page()?);
    Ok(())
}
