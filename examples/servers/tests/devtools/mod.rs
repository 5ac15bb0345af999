//! What chromedriver tells and does beside the standard: the console, and the developer tools.
#![expect(clippy::expect_used, reason = "a panic is the report of a test")]

use fantoccini::Client;
use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// A command that chromedriver knows beside those of the standard.
#[derive(Debug)]
struct Vendor {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Vendor {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

/// Everything that the console said since it was asked last.
pub(crate) async fn console(browser: &Client) -> Vec<String> {
    let command = Vendor { path: "se/log", body: json!({ "type": "browser" }) };
    let entries = browser.issue_cmd(command).await.expect("the log of the console");
    let entries = entries.as_array().cloned().unwrap_or_default();
    entries.iter().filter_map(|entry| Some(entry.get("message")?.as_str()?.to_owned())).collect()
}

/// A command of the protocol of the developer tools.
pub(crate) async fn devtools(browser: &Client, command: &str, parameters: Value) {
    let body = json!({ "cmd": command, "params": parameters });
    browser.issue_cmd(Vendor { path: "goog/cdp/execute", body }).await.expect("the developer tools obey");
}
