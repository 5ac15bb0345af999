//! TLS: what is trusted, and each way in which it is not.

#![expect(clippy::indexing_slicing, reason = "a panic is the report")]

use cors_policy_cli_tests::Place;
use cors_policy_probe_tests::tls::{Authority, Certificate};
use cors_policy_probe_tests::{Probed, Server, server};

const BINARY: &str = env!("CARGO_BIN_EXE_cors-policy-under-probe");

const RIGHT: &str =
    "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

/// What is found, and what is said, with the authority trusted or not.
fn probe(authority: &Authority, url: &str, is_trusted: bool) -> (Vec<String>, String, i32) {
    let place = Place::new(BINARY, &[("authority.pem", &authority.pem())]);
    let trust = ["--cacert", "authority.pem", "--no-extra"];
    let probed = Probed::run_in(&place, url, if is_trusted { &trust } else { &trust[2..] });
    let codes = probed.codes().into_iter().map(str::to_owned).collect();
    (codes, probed.report["reason"]["message"].as_str().unwrap_or_default().to_owned(), probed.ran.status)
}

fn assert_fails(authority: &Authority, url: &str, is_trusted: bool, code: &str, message: &str) {
    let (codes, said, status) = probe(authority, url, is_trusted);
    assert_eq!(codes, [code], "{said}");
    assert!(said.contains(message), "{said}");
    assert_eq!(status, 3);
}

#[test]
fn a_certificate_of_a_file_is_trusted_and_no_other() {
    let authority = Authority::new();
    let address = authority.serve(Certificate::Good, false, RIGHT);
    let url = format!("https://localhost:{}/", address.port());
    assert_eq!(probe(&authority, &url, true), (Vec::new(), String::new(), 0));
    assert_fails(&authority, &url, false, "tls-failed", "nobody that this system trusts");
    assert_fails(&Authority::new(), &url, true, "tls-failed", "certificate");
}

#[test]
fn certificates_that_browsers_refuse_are_refused() {
    let authority = Authority::new();
    let at = |kind| format!("https://localhost:{}/", authority.serve(kind, false, RIGHT).port());
    assert_fails(&authority, &at(Certificate::Expired), true, "tls-failed", "has expired");
    assert_fails(&authority, &at(Certificate::OtherName), true, "tls-failed", "for another name");
}

#[test]
fn a_client_certificate_that_is_demanded() {
    let authority = Authority::new();
    let url = format!("https://localhost:{}/", authority.serve(Certificate::Good, true, RIGHT).port());
    assert_fails(&authority, &url, true, "client-certificate-required", "demands a client certificate");
}

#[test]
fn the_wrong_scheme_on_a_port() {
    let authority = Authority::new();
    let plain = Server::new(server::right);
    let url = format!("https://{}/", plain.address());
    assert_fails(&authority, &url, true, "tls-failed", "does not speak TLS");
    let address = authority.serve(Certificate::Good, false, RIGHT);
    let (codes, said, status) = probe(&authority, &format!("http://localhost:{}/", address.port()), true);
    assert!(codes == ["not-http"] || codes == ["connection-failed"], "{codes:?} {said}");
    assert_eq!(status, 3);
}
