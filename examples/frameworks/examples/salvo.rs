//! A policy in front of an application on Salvo 0.90: `cargo run --example salvo`.

use std::{io, net::TcpListener};

use cors_policy::{Policy, cors_policy};
use cors_policy_framework_examples::apps;

/// Who may call the shop's API from a browser.
static SHOP: Policy = cors_policy! {
    origins: ["https://shop.example.com", "https://*.shop.example.com"],
    credentials: true,
    methods: [PUT, DELETE],
    request_headers: ["content-type"],
    max_age: "2h",
};

#[tokio::main]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:3004")?;
    println!("http://127.0.0.1:3004/hello");
    println!("curl -i -H 'origin: https://shop.example.com' http://127.0.0.1:3004/hello");
    apps::salvo::serve(SHOP.clone(), listener).await
}
