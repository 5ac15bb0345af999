//! A reverse proxy that keeps a policy in front of an upstream that gets CORS wrong.
//!
//! `cargo run --example edge`, or `-- 8810` for another port.

use std::error::Error;
use std::net::TcpListener;
use std::time::Duration;
use std::{env, future};

use cors_policy::Event;
use cors_policy_server_examples::edge::{Proxy, serve, wrong_upstream};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = env::args().nth(1).map_or(Ok(8800), |port| port.parse())?;
    let upstream = wrong_upstream(0).await?;
    let proxy = Proxy::new(&upstream.address.to_string(), Duration::from_secs(2))?
        .except("/gone", &closed_address()?)?;
    let edge = serve(port, proxy, |event| {
        if let Event::Misplaced(_, misplacement) = event {
            println!("noticed: {misplacement}");
        }
    });
    let edge = edge.await.map_err(|error| format!("port {port}: {error}; choose another: -- 8810"))?;

    println!(
        "The upstream at http://{} allows every origin with credentials, and says so twice.",
        upstream.address
    );
    println!("The edge in front of it is http://{edge}. In another terminal:\n");
    let origin = "-H 'origin: https://shop.example.com'";
    for (what, options) in [
        ("the policy's headers instead of the upstream's", format!("{origin} http://{edge}/")),
        ("a stranger gets none", format!("-H 'origin: https://evil.test' http://{edge}/")),
        (
            "a preflight, which the upstream never sees",
            format!("-X OPTIONS {origin} -H 'access-control-request-method: PUT' http://{edge}/"),
        ),
        ("what the upstream is sent", format!("http://{edge}/headers")),
        ("502, readable", format!("{origin} http://{edge}/gone")),
        ("504 after two seconds, readable", format!("{origin} http://{edge}/slow")),
    ] {
        println!("  # {what}\n  curl -i {options}\n");
    }
    future::pending().await
}

/// An address on which nobody listens.
fn closed_address() -> Result<String, Box<dyn Error>> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}
