//! Arguments that make no sense, and servers that do none: a message, a status, and an end in time.

use std::io::Write;
use std::thread::sleep;
use std::time::Duration;

use cors_policy_cli_tests::{Place, Ran};
use cors_policy_probe_tests::server::right;
use cors_policy_probe_tests::{APP, Asked, Probed, Reply, Server, raw};

const BINARY: &str = env!("CARGO_BIN_EXE_cors-policy-under-probe");

fn run(arguments: &[&str]) -> Ran {
    Place::new(
        BINARY,
        &[("empty.pem", ""), ("broken.pem", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n")],
    )
    .run(&[&["probe"], arguments].concat())
}

#[test]
fn arguments_that_make_no_sense() {
    let long = "x".repeat(100_000);
    let long_header = format!("x-a: {long}");
    let url = "http://127.0.0.1:1/";
    for (arguments, message) in [
        (&[][..], "required"),
        (&[url], "--origin"),
        (&["nonsense", "--origin", APP], "is no URL"),
        (&["http://", "--origin", APP], "is no URL"),
        (&[&long, "--origin", APP], "is no URL: it is too long"),
        (&[url, "--origin", "app.example.com"], "is no origin: write `https://app.example.com`"),
        (&[url, "--origin", "localhost:5173"], "is no origin: write `https://localhost:5173`"),
        (&[url, "--origin", ""], "is no origin"),
        (&[url, "--origin", "https://"], "is no origin"),
        (&[url, "--origin", "https://a b"], "is no origin"),
        (&[url, "--origin", &long], "is no origin"),
        (&[url, "--origin", APP, "--method", "G T"], "is no method"),
        (&[url, "--origin", APP, "--method", ""], "is no method"),
        (&[url, "--origin", APP, "--method", &long], "is no method"),
        (&[url, "--origin", APP, "--header", "x"], "is no header"),
        (&[url, "--origin", APP, "--header", "x y: 1"], "is no header"),
        (&[url, "--origin", APP, "--header", "x: a\nb: c"], "is no header"),
        (&[url, "--origin", APP, "--header", "x: \u{1b}[31m"], "is no header"),
        (&[url, "--origin", APP, "--header", &long_header], "is no header"),
        (&[url, "--origin", APP, "--header", "x: \u{2603}"], "is no header"),
        (&[url, "--origin", APP, "--header", "cookie: a=1"], "--cookie"),
        (&[url, "--origin", APP, "--cookie", "a\nb"], "no value of a header"),
        (&[url, "--origin", APP, "--authorization", "a\r\nb: c"], "no value of a header"),
        (&[url, "--origin", APP, "--body", "a"], "a GET has no body"),
        (&[url, "--origin", APP, "--reads", "x y"], "is no name of a header"),
        (&[url, "--origin", APP, "--initiator", "font", "--method", "PUT"], "only fetch and xhr"),
        (&[url, "--origin", APP, "--initiator", "xhr", "--credentials", "omit"], "only fetch has"),
        (&[url, "--origin", APP, "--timeout", "10"], "write a time"),
        (&[url, "--origin", APP, "--timeout", "0s"], "write a time"),
        (&[url, "--origin", APP, "--timeout", "1h"], "write a time"),
        (&[url, "--origin", APP, "--cacert", "missing.pem"], "has no certificates"),
        (&[url, "--origin", APP, "--cacert", "empty.pem"], "has no certificates"),
        (&[url, "--origin", APP, "--cacert", "broken.pem"], "has no certificates"),
        (&["--explain", "nonsense"], "no cause with the name"),
    ] {
        let ran = run(arguments);
        assert_eq!(ran.status, 2, "{arguments:.80?}: {ran:?}");
        assert!(ran.errors.contains(message), "{arguments:.80?}: {}", ran.errors);
        assert!(ran.errors.len() < 2000 && !ran.errors.contains('\u{1b}'), "{arguments:.80?}");
        assert!(ran.output.is_empty());
    }
}

/// What is found where a server answers with these bytes.
fn answer(bytes: impl Into<Vec<u8>>) -> Probed {
    let address = raw::answering(bytes.into());
    Probed::run(BINARY, &format!("http://{address}/"), &["--timeout", "5s", "--no-extra"])
}

#[test]
fn servers_that_do_not_speak_http() {
    let many = "x-one-of-many: 1\r\n".repeat(200);
    let huge = format!("HTTP/1.1 200 OK\r\nx-huge: {}\r\n\r\n", "x".repeat(200_000));
    for bytes in [
        b"garbage\r\n\r\n".to_vec(),
        b"\0\x01\x02\x03\x04\x05\x06\x07\r\n\r\n".to_vec(),
        b"HTTP/1.1 banana\r\n\r\n".to_vec(),
        b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n".to_vec(),
        b"HTTP/9.9 200 OK\r\n\r\n".to_vec(),
        format!("HTTP/1.1 200 OK\r\n{many}\r\n").into_bytes(),
        huge.into_bytes(),
    ] {
        let probed = answer(bytes.clone());
        let shown = bytes.iter().take(40).copied().collect::<Vec<u8>>().escape_ascii().to_string();
        assert_eq!(probed.codes(), ["not-http"], "{shown}: {}", probed.report);
        assert_eq!(probed.ran.status, 3, "{shown}");
    }
    for bytes in [&b""[..], b"HTTP/1.1 200 OK\r\nx: 1\r\n"] {
        assert_eq!(answer(bytes).codes(), ["connection-failed"]);
    }
}

/// What stands before the response, behind it and within it does not change what is read.
#[test]
fn responses_of_odd_shapes() {
    let allow = "Access-Control-Allow-Origin: *\r\n";
    for bytes in [
        format!("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n{allow}\r\n"),
        format!("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\n{allow}\r\n"),
        format!("HTTP/1.0 200 OK\r\n{allow}\r\nbody until the end"),
        format!("HTTP/1.1 200 OK\r\n{allow}Content-Length: 1000000\r\n\r\nnot all of it"),
        format!("HTTP/1.1 200 OK\r\n{allow}Transfer-Encoding: chunked\r\n\r\nno chunk"),
        format!("HTTP/1.1 200\r\n{allow}\r\n"),
        format!("HTTP/1.1 999 Odd\r\n{allow}\r\n"),
        format!("HTTP/1.1 204 No Content\r\n{allow}\r\n"),
    ] {
        let probed = answer(bytes.clone());
        assert_eq!((probed.codes(), probed.verdict()), (vec![], "allowed"), "{bytes}: {}", probed.report);
    }
    let mut odd =
        b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nx-odd: caf\xe9 \x1b[31m\xff\r\n\r\n".to_vec();
    // An escape is no byte of a header, and others beyond ASCII are.
    assert_eq!(answer(odd.clone()).codes(), ["not-http"]);
    odd.retain(|byte| *byte != 0x1b);
    assert_eq!(answer(odd).verdict(), "allowed");
}

#[test]
fn every_line_of_a_header_counts() {
    let allow = "Access-Control-Allow-Origin: https://app.localhost\r\n";
    let probed = answer(format!("HTTP/1.1 200 OK\r\n{allow}x: 1\r\n{allow}\r\n"));
    assert_eq!(probed.codes(), ["several-origin-headers"]);
}

/// Bodies are not waited for.
#[test]
fn a_body_without_end() {
    let address = raw::serve(|mut stream| {
        raw::read_head(&mut stream);
        let head = b"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n\r\n";
        let mut is_open = stream.write_all(head).is_ok();
        while is_open {
            is_open = stream.write_all(&[b'x'; 4096]).is_ok();
            sleep(Duration::from_millis(5));
        }
    });
    let probed = Probed::run(BINARY, &format!("http://{address}/"), &["--timeout", "5s"]);
    assert_eq!((probed.codes(), probed.verdict()), (vec![], "allowed"));
}

/// What servers write does not reach the terminal as it is.
#[test]
fn nothing_that_a_server_says_drives_the_terminal() {
    let address = raw::answering(
        "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: https://a\u{202e}b\u{9b}31m\r\n\r\n"
            .as_bytes()
            .to_vec(),
    );
    let url = format!("http://{address}/");
    let ran = run(&[&url, "--origin", APP, "--no-extra", "--verbose"]);
    assert_eq!(ran.status, 1);
    assert!(!ran.output.contains(['\u{202e}', '\u{9b}', '\u{1b}']), "{}", ran.output);
}

/// A server that stops answering ends the experiments.
#[test]
fn a_server_that_falls_silent() {
    let answered = std::sync::atomic::AtomicUsize::new(0);
    let address = raw::serve(move |mut stream| {
        raw::read_head(&mut stream);
        if answered.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0 {
            let allow = "Access-Control-Allow-Origin: https://app.localhost\r\nVary: Origin\r\n";
            let _ = stream.write_all(format!("HTTP/1.1 200 OK\r\n{allow}\r\n").as_bytes());
        } else {
            sleep(Duration::from_secs(30));
        }
    });
    let probed = Probed::run(BINARY, &format!("http://{address}/"), &["--timeout", "500ms"]);
    assert_eq!((probed.codes(), probed.verdict()), (vec![], "allowed"));
    assert_eq!(probed.report["requests"].as_array().map(Vec::len), Some(2));
}

/// Each answer comes in time, and all of them together do not.
#[test]
fn redirects_that_are_slow_and_endless() {
    let address = raw::serve(|mut stream| {
        raw::read_head(&mut stream);
        sleep(Duration::from_millis(300));
        let allow = "Access-Control-Allow-Origin: *\r\nLocation: /next\r\nContent-Length: 0\r\n";
        let _ = stream.write_all(format!("HTTP/1.1 302 Found\r\n{allow}\r\n").as_bytes());
    });
    let probed = Probed::run(BINARY, &format!("http://{address}/"), &["--timeout", "500ms"]);
    assert_eq!((probed.codes(), probed.ran.status), (vec!["timed-out"], 1), "{}", probed.report);
    // Twenty redirects would take three times as long.
    let requests = probed.report["requests"].as_array().map_or(0, Vec::len);
    assert!((2..15).contains(&requests), "{requests}");
}

/// A character of a header is one byte, as in browsers.
#[test]
fn headers_beyond_ascii() {
    let server = Server::new(right);
    let _ = Probed::run(BINARY, &server.url("/"), &["--header", "x-custom: caf\u{e9}", "--no-extra"]);
    let sent: Vec<Asked> = server.asked();
    let value = sent.last().and_then(|asked| asked.headers.get("x-custom"));
    assert_eq!(value.map(http::HeaderValue::as_bytes), Some(&b"caf\xe9"[..]));
}

#[test]
fn a_page_of_the_same_origin() {
    let server = Server::new(|_| Reply::new(200));
    let probed = Probed::run(BINARY, &server.url("/"), &["--origin", &server.url("")]);
    assert_eq!((probed.codes(), probed.verdict()), (vec![], "allowed"));
    assert_eq!(probed.report["same_origin"], true);
    assert_eq!(server.asked().len(), 1);
}

/// TLS is waited for as long as for anything else.
#[test]
fn a_handshake_that_does_not_end() {
    let silent = format!("https://{}/", raw::silent());
    let probed = Probed::run(BINARY, &silent, &["--timeout", "500ms"]);
    assert_eq!((probed.codes(), probed.ran.status), (vec!["timed-out"], 3), "{}", probed.report);
    // A record of TLS that never comes to its end.
    let trickling = raw::serve(|mut stream| {
        let _ = stream.write_all(b"\x16\x03\x03\x3f\xff\x02");
        while stream.write_all(b"\0").is_ok() {
            sleep(Duration::from_millis(50));
        }
    });
    let probed = Probed::run(BINARY, &format!("https://{trickling}/"), &["--timeout", "500ms"]);
    assert_eq!((probed.codes(), probed.ran.status), (vec!["timed-out"], 3), "{}", probed.report);
}

/// Warnings alone end well, unless they are denied.
#[test]
fn warnings_can_be_denied() {
    let server = Server::new(|asked| right(asked).without("vary"));
    let run = |more: &[&str]| Probed::run(BINARY, &server.url("/api"), more);
    assert_eq!((run(&[]).codes(), run(&[]).ran.status), (vec!["vary-missing"], 0));
    assert_eq!(run(&["--deny-warnings"]).ran.status, 1);
}
