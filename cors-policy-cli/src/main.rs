//! The command `cors-policy`: see [`cors_policy_cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    cors_policy_cli::main()
}
