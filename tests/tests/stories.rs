//! Stories: what a page cannot have, why, and what would help.

#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use cors_policy::explain::browser::{CredentialsMode, Initiator, Mode, Origin, Page, Request, Url};
use cors_policy::explain::{Intent, Story};
use cors_policy::{Document, Policy};

fn policy(json: &str) -> Policy {
    Policy::compile(&serde_json::from_str::<Document>(json).unwrap()).unwrap().policy
}

fn story(json: &str, page: &str, request: Request) -> Story {
    policy(json).story(&Intent::new(Page::of(Origin::parse(page)), request))
}

fn url() -> Url {
    Url::parse("https://api.example.com/orders").unwrap()
}

const SHOP: &str = r#"{"origins": ["https://shop.example.com", "https://*.shop.example.com"], "credentials": true,
    "methods": ["PUT"], "max_age": "2h"}"#;

#[test]
fn tales() {
    let include = CredentialsMode::Include;
    let _ = format!(
        "{}",
        story(
            SHOP,
            "https://shop.example.com",
            Request::fetch(&url()).method("patch").header("X-A", "1").credentials(include)
        )
    );
    let _ = format!(
        "{}",
        story(SHOP, "https://shop.example.com.evil.test", Request::fetch(&url()).credentials(include))
    );
    let _ =
        format!("{}", story(SHOP, "http://shop.example.com", Request::fetch(&url()).credentials(include)));
    let _ = format!("{}", story(SHOP, "null", Request::fetch(&url())));
    let _ = format!(
        "{}",
        story(r#"{"origins": "*"}"#, "https://app.example.com", Request::fetch(&url()).credentials(include))
    );
    let _ = format!(
        "{}",
        story(
            SHOP,
            "https://other.example.com",
            Request::by(Initiator::WebSocket, &Url::parse("wss://api.example.com/").unwrap())
        )
    );
    let _ = format!("{}", story(SHOP, "https://other.example.com", Request::by(Initiator::Image, &url())));
    let _ =
        format!("{}", story(SHOP, "https://other.example.com", Request::fetch(&url()).mode(Mode::NoCors)));
    let _ = format!(
        "{}",
        story(
            SHOP,
            "https://shop.example.com",
            Request::fetch(&Url::parse("http://u:p@api.example.com:25/").unwrap()).mode(Mode::NoCors)
        )
    );
    let _ = format!(
        "{}",
        serde_json::to_string_pretty(&story(
            SHOP,
            "http://localhost:3000",
            Request::fetch(&url()).credentials(include)
        ))
        .unwrap()
    );
}
