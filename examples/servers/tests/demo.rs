//! The demo in Chromium: every button, and what the page then shows.
//!
//! Needs Chromium or Chrome, and `chromedriver` in the path. Without them the test says that it is skipped, and
//! passes, unless `CORS_POLICY_BROWSERS` is `required`.

#![expect(clippy::unwrap_used, reason = "a panic is the report of a test")]

mod chromium;

use std::net::TcpListener;

use cors_policy_server_examples::demo::{Addresses, Ports, serve};
use fantoccini::{Client, Locator};

/// Button, what it comes to, how many requests the API saw, and what is written on the page.
const EXPECTED: [(&str, &str, usize, &[&str]); 16] = [
    ("get", "read", 1, &["Hello from the API.", "`http://localhost:*` admits the origin"]),
    ("put", "read", 2, &["Saved: {\"text\":\"milk\"}", "the candidate would send other headers"]),
    ("delete", "read", 2, &["Gone.", "the candidate would refuse it"]),
    ("cookies", "read", 1, &["The API got the cookie session=demo.", "access-control-allow-credentials"]),
    ("headers", "read", 1, &["7f3a", "sent, but hidden", "x-served-by"]),
    ("broken", "error", 1, &["500", "The database is on fire."]),
    ("missing", "error", 1, &["404", "There is nothing here."]),
    ("socket", "connected", 1, &["You said: hello", "101"]),
    ("stranger-get", "withheld", 1, &["TypeError", "the application runs", "does not admit the origin"]),
    ("stranger-put", "unsent", 1, &["TypeError", "PUT /notes/1 is not sent", "the candidate would admit it"]),
    ("patch", "unsent", 1, &["the method `PATCH` is not allowed", "PATCH /notes/1 is not sent"]),
    ("header", "unsent", 1, &["the header `x-trace` is not allowed"]),
    ("null", "withheld", 1, &["does not admit the origin `null`"]),
    ("form", "arrived", 1, &["the application runs", "reported, and let through"]),
    ("form-refused", "refused", 1, &["cross-site", "cors-policy-refusal", "the layer answers"]),
    ("stranger-socket", "refused", 1, &["origin-not-admitted", "close code 1006"]),
];

/// Which lines of the policy are marked.
const MARKED: [(&str, &[&str]); 4] = [
    ("cookies", &["origins", "credentials"]),
    ("patch", &["methods"]),
    ("header", &["request_headers"]),
    ("form-refused", &[".check_writes"]),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_button_shows_what_happens() {
    chromium::run(|browser| async move {
        let addresses = serve(Ports { page: 0, api: 0, stranger: 0 }).await.unwrap();
        click_through(browser, addresses).await;
    })
    .await;
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let error = serve(Ports { page: 0, api: port, stranger: 0 }).await.unwrap_err();
    assert!(error.to_string().contains(&format!("port {port}")), "{error}");
}

async fn click_through(browser: Client, addresses: Addresses) {
    browser.goto(&addresses.page).await.unwrap();
    for (button, verdict, requests, texts) in EXPECTED {
        let (shown_verdict, shown) = click(&browser, button).await;
        assert_eq!(shown_verdict, verdict, "{button}: {shown}");
        for text in texts {
            let plain = text.replace('`', "").to_lowercase();
            assert!(shown.to_lowercase().contains(&plain), "{button}: no `{text}` in {shown}");
        }
        assert_eq!(sent(&browser).await, requests, "{button}: {shown}");
        if let Some((_, lines)) = MARKED.iter().find(|(name, _)| *name == button) {
            assert_eq!(marked(&browser).await, *lines, "{button}");
        }
    }
    let buttons = browser.find_all(Locator::Css("nav button")).await.unwrap();
    assert_eq!(buttons.len(), EXPECTED.len(), "a button is not tested");

    browser.goto(&addresses.stranger).await.unwrap();
    let (verdict, shown) = click(&browser, "put").await;
    assert_eq!(verdict, "unsent", "at the stranger's origin: {shown}");
}

/// What it comes to, and all that is then written there.
async fn click(browser: &Client, button: &str) -> (String, String) {
    let clicked = format!("#{button}");
    browser.wait().for_element(Locator::Css(&clicked)).await.unwrap().click().await.unwrap();
    let done = format!("main[data-state=done][data-scenario={button}]");
    let result = browser.wait().for_element(Locator::Css(&done)).await.unwrap();
    let verdict = result.attr("data-verdict").await.unwrap().unwrap();
    (verdict, result.prop("textContent").await.unwrap().unwrap())
}

/// How many HTTP requests the page shows: their method is in bold. One that is not sent does not count.
async fn sent(browser: &Client) -> usize {
    browser.find_all(Locator::Css(".message.wire.there .label b")).await.unwrap().len()
}

/// The first words of the lines that are marked.
async fn marked(browser: &Client) -> Vec<String> {
    let mut words = Vec::new();
    for line in browser.find_all(Locator::Css("#source mark")).await.unwrap() {
        let text = line.prop("textContent").await.unwrap().unwrap();
        words.extend(text.trim().split([':', '(']).next().map(str::to_owned));
    }
    words
}
