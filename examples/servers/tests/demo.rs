//! The demo in Chromium: every button, and what the page then shows.
//!
//! Needs Chromium or Chrome, and `chromedriver` in the path. Without them the test says that it is skipped, and
//! passes, unless `CORS_POLICY_BROWSERS` is `required`.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a panic is the report of a test")]

use std::env;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use cors_policy_server_examples::demo::{Addresses, Ports, serve};
use fantoccini::error::NewSessionError;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

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

const ARGUMENTS: [&str; 9] = [
    "--headless",
    // Chromium has no sandbox for root, which tests in containers often are.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--window-size=1400,1000",
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
    let (driver, browser) = match open().await {
        Ok(opened) => opened,
        Err(reason) => {
            let required = env::var("CORS_POLICY_BROWSERS").is_ok_and(|value| value == "required");
            assert!(!required, "browsers are required: {reason}");
            eprintln!("skipped: {reason}");
            return;
        }
    };
    let addresses = serve(Ports { page: 0, api: 0, stranger: 0 }).await.unwrap();
    let clicks = tokio::spawn(click_through(browser.clone(), addresses));
    let outcome = tokio::time::timeout(Duration::from_secs(120), clicks).await;
    // Also after a failure: the session's end is the browser's.
    browser.close().await.unwrap();
    drop(driver);
    outcome.expect("all buttons within two minutes").unwrap();
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

async fn open() -> Result<(Driver, Client), String> {
    let driver = Driver::start()?;
    let browser =
        driver.browser().await.map_err(|error| format!("chromedriver opens no browser: {error}"))?;
    Ok((driver, browser))
}

/// A running chromedriver, ended when dropped.
struct Driver {
    process: Child,
    port: u16,
    /// Open as long as it may write.
    _output: BufReader<ChildStdout>,
}

impl Driver {
    fn start() -> Result<Driver, String> {
        let mut command = Command::new("chromedriver");
        let process = command.arg("--port=0").stdout(Stdio::piped()).spawn();
        let mut process = process.map_err(|error| format!("chromedriver does not start: {error}"))?;
        let mut output = BufReader::new(process.stdout.take().expect("piped"));
        let port =
            output.by_ref().lines().map_while(Result::ok).find_map(|line| {
                line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok()
            });
        let driver = Driver { process, port: port.unwrap_or_default(), _output: output };
        port.map(|_| driver).ok_or_else(|| "chromedriver does not say its port".to_owned())
    }

    async fn browser(&self) -> Result<Client, NewSessionError> {
        let options = json!({ "args": ARGUMENTS });
        let capabilities = serde_json::Map::from_iter([("goog:chromeOptions".to_owned(), options)]);
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities).connect(&format!("http://127.0.0.1:{}", self.port)).await
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
