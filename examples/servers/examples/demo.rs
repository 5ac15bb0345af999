//! A page and an API of different origins, to click through what CORS does, and why.
//!
//! `cargo run --example demo`, then open the address that it prints. Other ports: `-- page=8610 api=8710
//! stranger=8611`, or the environment variables `PAGE_PORT`, `API_PORT` and `STRANGER_PORT`.

use std::error::Error;
use std::{env, future};

use cors_policy_server_examples::demo::{Ports, serve};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let ports =
        Ports { page: port("page", 8600)?, api: port("api", 8700)?, stranger: port("stranger", 8601)? };
    let addresses = match serve(ports).await {
        Ok(addresses) => addresses,
        Err(error) => {
            eprintln!("{error}");
            eprintln!("Choose others: cargo run --example demo -- page=8610 api=8710 stranger=8611");
            std::process::exit(1);
        }
    };
    println!("Open {} in a browser. Ctrl+C ends the demo.\n", addresses.page);
    println!("  {}  the API, which admits pages of localhost", addresses.api);
    println!("  {}  the same page at an origin that the API does not admit", addresses.stranger);
    println!("  {}  what the API refused, and why", addresses.inspector);
    future::pending().await
}

/// An argument goes before the environment.
fn port(name: &str, default: u16) -> Result<u16, Box<dyn Error>> {
    let argument =
        env::args().find_map(|argument| Some(argument.strip_prefix(name)?.strip_prefix('=')?.to_owned()));
    let variable = || env::var(format!("{}_PORT", name.to_uppercase())).ok();
    match argument.or_else(variable) {
        Some(text) => Ok(text.parse().map_err(|_| format!("`{text}` is no port for {name}"))?),
        None => Ok(default),
    }
}
