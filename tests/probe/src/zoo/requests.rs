//! What is wrong before a response.

use super::{Case, JSON};
use crate::raw;
use crate::server::{Server, right, right_for};

pub(super) fn cases() -> Vec<Case> {
    let mut cases = vec![
        Case::at("another scheme", "ftp://127.0.0.1/".to_owned(), &[], &["target-not-http"]),
        Case::at("mixed content", "http://api.example/".to_owned(), &[], &["mixed-content"]),
        Case::at("a blocked port", "http://127.0.0.1:6666/".to_owned(), &[], &["blocked-port"]),
        Case::at("user info", "http://user:secret@127.0.0.1/".to_owned(), &[], &["user-info-in-url"]),
        Case::new("a forbidden method", &["--method", "TRACE"], &["forbidden-method"], right),
        Case::new("a forbidden header", &["--header", "host: x"], &["forbidden-request-header"], right),
        Case::new(
            "a public page and a local server",
            &["--origin", "https://app.example.com"],
            &["local-network-access"],
            |asked| right_for(&["https://app.example.com"], asked),
        ),
        Case::at(
            "a name that does not resolve",
            "https://no-such-host.invalid/".to_owned(),
            &[],
            &["name-not-found"],
        ),
    ];
    let address = |name, address, code| Case::at(name, format!("http://{address}/"), &[], &[code]);
    cases.push(address("nobody listens", raw::nobody(), "connection-failed"));
    cases.push(address("closed at once", raw::answering(Vec::new()), "connection-failed"));
    cases.push(address("another protocol", raw::answering(b"220 mail ready\r\n\r\n".to_vec()), "not-http"));
    let mut slow = address("never answers", raw::silent(), "timed-out");
    slow.arguments.extend(["--timeout".to_owned(), "700ms".to_owned()]);
    cases.push(slow);
    let mut slow = address("never ends its headers", raw::trickling(), "timed-out");
    slow.arguments.extend(["--timeout".to_owned(), "700ms".to_owned()]);
    cases.push(slow);
    let plain = Server::new(right);
    let url = format!("https://{}/", plain.address());
    cases.push(Case::at("TLS at a port without", url, &[], &["tls-failed"]).with(plain));
    let mut dies =
        Case::at("dies at preflights", format!("http://{}/", raw::nobody()), JSON, &["connection-failed"]);
    dies.url.push_str("orders");
    cases.push(dies);
    cases
}
