//! A client of `WebDriver BiDi` (<https://w3c.github.io/webdriver-bidi/>), as far as the matrix needs one.

use std::io::ErrorKind;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::{Error, Message, WebSocket};

/// How long a command may take.
const PATIENCE: Duration = Duration::from_secs(180);
/// How long a browser may take to end by itself.
const PATIENCE_AT_END: Duration = Duration::from_secs(5);

/// A session in a browser.
pub(crate) struct Session {
    socket: WebSocket<TcpStream>,
    last_id: u64,
    /// What the browser says about itself.
    capabilities: Value,
    /// The tab.
    context: String,
}

impl Session {
    /// Starts a session with a browser, or with a driver that starts one.
    pub(crate) fn new(port: u16, capabilities: &Value) -> Result<Self, String> {
        let stream = TcpStream::connect(("127.0.0.1", port)).map_err(|error| error.to_string())?;
        stream.set_read_timeout(Some(Duration::from_secs(1))).map_err(|error| error.to_string())?;
        let url = format!("ws://127.0.0.1:{port}/session");
        let (socket, _) = tungstenite::client(url, stream).map_err(|error| error.to_string())?;
        let mut session = Session { socket, last_id: 0, capabilities: Value::Null, context: String::new() };
        let started = session.command("session.new", &json!({ "capabilities": capabilities }))?;
        session.capabilities = started.get("capabilities").cloned().unwrap_or_default();
        let tab = session.command("browsingContext.create", &json!({ "type": "tab" }))?;
        text(&tab, "context").ok_or("there is no tab")?.clone_into(&mut session.context);
        Ok(session)
    }

    /// Opens an address in the tab.
    pub(crate) fn open(&mut self, url: &str) -> Result<(), String> {
        let params = json!({ "context": self.context, "url": url, "wait": "complete" });
        self.command("browsingContext.navigate", &params).map(drop)
    }

    /// What a promise of the page gives, if that is a string.
    pub(crate) fn evaluate(&mut self, expression: &str) -> Result<String, String> {
        let target = json!({ "context": self.context });
        let params = json!({ "expression": expression, "target": target, "awaitPromise": true });
        let result = self.command("script.evaluate", &params)?;
        let text = result.pointer("/result/value").and_then(Value::as_str);
        text.map(str::to_owned).ok_or_else(|| format!("the page answers {result}"))
    }

    /// The browser's name and version.
    pub(crate) fn version(&self) -> String {
        let said = |name| text(&self.capabilities, name).unwrap_or("?");
        format!("{} {}", said("browserName"), said("browserVersion"))
    }

    /// Ends the browser.
    pub(crate) fn end(&mut self) {
        let _ = self.command_within(PATIENCE_AT_END, "browser.close", &json!({}));
    }

    fn command(&mut self, method: &str, params: &Value) -> Result<Value, String> {
        self.command_within(PATIENCE, method, params)
    }

    fn command_within(&mut self, patience: Duration, method: &str, params: &Value) -> Result<Value, String> {
        self.last_id += 1;
        let command = json!({ "id": self.last_id, "method": method, "params": params });
        self.socket.send(Message::text(command.to_string())).map_err(|error| format!("{method}: {error}"))?;
        let deadline = Instant::now() + patience;
        while Instant::now() < deadline {
            let message = match self.socket.read() {
                Ok(message) => message,
                Err(Error::Io(error)) if is_timeout(error.kind()) => continue,
                Err(error) => return Err(format!("{method}: {error}")),
            };
            let answer = message.to_text().unwrap_or_default();
            let answer: Value = serde_json::from_str(answer).unwrap_or_default();
            if answer.get("id") != Some(&json!(self.last_id)) {
                continue;
            }
            let result = answer.get("result").filter(|_| text(&answer, "type") == Some("success"));
            return result.cloned().ok_or_else(|| format!("{method}: {answer}"));
        }
        Err(format!("{method}: no answer"))
    }
}

fn is_timeout(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::TimedOut)
}

fn text<'a>(fields: &'a Value, name: &str) -> Option<&'a str> {
    fields.get(name)?.as_str()
}
