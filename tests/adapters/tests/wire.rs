//! Requests as bytes: forms and spellings that no client library sends.
#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use cors_policy::{Policy, cors_policy};
use cors_policy_adapter_tests::table::{Extras, for_each_adapter};

static API: Policy = cors_policy! {
    origins: ["https://app.example.com", "https://*.app.example.com"], credentials: true, methods: [PUT],
};

/// What comes back until the connection is closed.
fn exchange(address: SocketAddr, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream.write_all(request).unwrap();
    let mut answer = Vec::new();
    // A server that refuses what it has not read resets the connection.
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).to_ascii_lowercase()
}

const ADMITS: &str = "access-control-allow-origin: https://app.example.com\r\n";

#[test]
fn white_space_and_case_of_names() {
    for_each_adapter(|adapter| {
        let address = adapter.start(API.clone()).unwrap();
        for line in [
            "Origin: https://app.example.com",
            "ORIGIN:https://app.example.com",
            "origin: \t https://app.example.com \t ",
        ] {
            let request = format!("GET /hello HTTP/1.1\r\nHost: a\r\n{line}\r\nConnection: close\r\n\r\n");
            let answer = exchange(address, request.as_bytes());
            assert!(answer.starts_with("http/1.1 200"), "{}: {answer}", adapter.name);
            assert!(answer.contains(ADMITS), "{}: {line:?} {answer}", adapter.name);
        }
    });
}

#[test]
fn forms_of_the_target() {
    for_each_adapter(|adapter| {
        let address = adapter.start(API.clone()).unwrap();
        let lines = "Origin: https://app.example.com\r\nConnection: close\r\n";
        let asks = format!("{lines}Access-Control-Request-Method: PUT\r\n");
        for (request, status) in [
            (format!("GET http://other.test/hello HTTP/1.1\r\nHost: a\r\n{lines}\r\n"), "200"),
            (format!("GET /hello HTTP/1.0\r\n{lines}\r\n"), "200"),
            (format!("OPTIONS * HTTP/1.1\r\nHost: a\r\n{asks}\r\n"), "204"),
            (format!("OPTIONS /%ff//..?a=%00 HTTP/1.1\r\nHost: a\r\n{asks}\r\n"), "204"),
            (format!("OPTIONS /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n{asks}\r\nbody"), "204"),
        ] {
            // No scope and no route has this target.
            let is_in_front = adapter.extras == Extras::All && !adapter.name.ends_with("around a scope");
            if request.contains(" * ") && !is_in_front {
                continue;
            }
            let answer = exchange(address, request.as_bytes());
            let came = answer.split(' ').nth(1);
            assert_eq!(came, Some(status), "{}: {request}{answer}", adapter.name);
            assert_eq!(answer.matches(ADMITS).count(), 1, "{}: {request}{answer}", adapter.name);
        }
    });
}

/// Each of several requests in one packet has its own answer, and none another's origin.
#[test]
fn pipelined() {
    for_each_adapter(|adapter| {
        let address = adapter.start(API.clone()).unwrap();
        let origins = ["https://app.example.com", "https://evil.test", "https://one.app.example.com"];
        let mut requests: String = origins
            .map(|origin| format!("GET /hello HTTP/1.1\r\nHost: a\r\nOrigin: {origin}\r\n\r\n"))
            .concat();
        // Nobody reads the body of a preflight; it must not become a request.
        let preflight =
            "OPTIONS /hello HTTP/1.1\r\nHost: a\r\nOrigin: https://evil.test\r\nContent-Length: 23\r\n";
        requests.push_str(preflight);
        requests.push_str("Access-Control-Request-Method: PUT\r\n\r\nGET /fail HTTP/1.1\r\n\r\n\r\n");
        requests.push_str("GET /moved HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        let answers = exchange(address, requests.as_bytes());
        let answers: Vec<&str> = answers.split("http/1.1 ").skip(1).collect();
        let admits = |answer: &&str| answer.contains("access-control-allow-origin: ");
        let [app, evil, below, preflight, last] = answers[..] else {
            panic!("{}: {answers:?}", adapter.name)
        };
        assert!(app.contains(ADMITS) && below.contains("https://one.app.example.com\r\n"), "{answers:?}");
        assert!(!admits(&evil) && !admits(&preflight), "{}: {answers:?}", adapter.name);
        assert!(preflight.starts_with("403") && last.starts_with("307"), "{}: {answers:?}", adapter.name);
    });
}
