//! Chromium, driven by chromedriver.
#![expect(clippy::expect_used, reason = "a panic is the report of a test")]

use std::env;
use std::future::Future;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use fantoccini::error::NewSessionError;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

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

/// Runs a test in a browser of its own. Where there is none, it says so, and passes unless browsers are required.
pub(crate) async fn run<F>(test: impl FnOnce(Client) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let (driver, browser) = match open().await {
        Ok(opened) => opened,
        Err(reason) => {
            let required = env::var("CORS_POLICY_BROWSERS").is_ok_and(|value| value == "required");
            assert!(!required, "browsers are required: {reason}");
            eprintln!("skipped: {reason}");
            return;
        }
    };
    let outcome = tokio::time::timeout(Duration::from_secs(120), tokio::spawn(test(browser.clone()))).await;
    // Also after a failure: the session's end is the browser's.
    browser.close().await.expect("the browser closes");
    drop(driver);
    outcome.expect("done within two minutes").expect("the test passes");
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
        let capabilities = serde_json::Map::from_iter([
            ("goog:chromeOptions".to_owned(), json!({ "args": ARGUMENTS })),
            ("goog:loggingPrefs".to_owned(), json!({ "browser": "ALL" })),
        ]);
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
