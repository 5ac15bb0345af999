//! What is sent, and what never is.

use cors_policy_cli_tests::number;
use cors_policy_probe_tests::server::{Reply, right};
use cors_policy_probe_tests::{Asked, Probed, Server, zoo};

const BINARY: &str = env!("CARGO_BIN_EXE_cors-policy-under-probe");

/// The most requests beside those of the browser itself.
const MOST_EXPERIMENTS: usize = 11;

fn probe(arguments: &[&str]) -> (Probed, Vec<Asked>) {
    let server = Server::new(right);
    let probed = Probed::run(BINARY, &server.url("/api/orders"), arguments);
    (probed, server.asked())
}

fn has(asked: &Asked, name: &str) -> bool {
    asked.headers.contains_key(name)
}

#[test]
fn no_credentials_are_sent_unless_they_are_given() {
    for arguments in [
        &[][..],
        &["--credentials", "include"],
        &["--method", "PUT", "--credentials", "include", "--send"],
        &["--initiator", "event-source", "--credentials", "include"],
    ] {
        let (_, asked) = probe(arguments);
        assert!(!asked.is_empty());
        for one in asked {
            assert!(!has(&one, "cookie") && !has(&one, "authorization"), "{arguments:?}: {one:?}");
        }
    }
    for (case, _) in zoo::probed(BINARY) {
        let is_given = case.arguments.iter().any(|argument| argument.starts_with("authorization"));
        for one in case.servers.iter().flat_map(Server::asked) {
            assert!(!has(&one, "cookie"), "{}", case.name);
            assert!(is_given || !has(&one, "authorization"), "{}", case.name);
        }
    }
}

#[test]
fn credentials_go_where_a_browser_sends_them() {
    let given = ["--cookie", "session=1", "--authorization", "Basic eDp5"];
    let own = |asked: &Asked| has(asked, "cookie") && has(asked, "authorization");
    // Same-origin is not for other origins.
    let (_, asked) = probe(&given);
    assert!(asked.iter().all(|one| !has(one, "cookie") && !has(one, "authorization")));
    let include = [&given[..], &["--credentials", "include", "--header", "x-custom: 1"]].concat();
    let (probed, asked) = probe(&include);
    assert!(asked.first().is_some_and(Asked::is_preflight));
    let with: Vec<&Asked> = asked.iter().filter(|one| own(one)).collect();
    assert_eq!(with.len(), 1, "the request itself, no preflight and no experiment");
    assert!(!probed.ran.output.contains("session=1"), "secrets are not in reports");
    assert!(!probed.ran.output.contains("eDp5"));
    assert_eq!(probed.report["requests"][1]["sent_credentials"][0], "cookie");
    // Nor do they follow to other hosts.
    let target = Server::new(|_| {
        Reply::new(200)
            .with("access-control-allow-origin", "null")
            .with("access-control-allow-credentials", "true")
    });
    let location = target.url("/");
    let server = Server::new(move |asked| right(asked).status(302).with("location", &location));
    let include = [&given[..], &["--credentials", "include"]].concat();
    let _ = Probed::run(BINARY, &server.url("/"), &include);
    assert!(server.asked().iter().any(own));
    assert!(
        !target.asked().is_empty()
            && target.asked().iter().all(|one| !has(one, "cookie") && !has(one, "authorization"))
    );
}

#[test]
fn what_changes_something_is_sent_on_request_only() {
    let put = ["--method", "PUT", "--header", "content-type: application/json", "--body", "{}"];
    let (probed, asked) = probe(&put);
    assert_eq!(probed.verdict(), "not-sent");
    assert_eq!(probed.report["withheld"], true);
    assert!(asked.iter().all(Asked::is_preflight), "{asked:?}");
    let (probed, asked) = probe(&[&put[..], &["--send"]].concat());
    assert_eq!(probed.verdict(), "allowed");
    assert_eq!(asked.iter().filter(|one| one.method == "PUT").count(), 1);
    assert!(asked.iter().all(|one| matches!(one.method.as_str(), "PUT" | "OPTIONS")));
    let put = asked.iter().find(|one| one.method == "PUT").unwrap();
    assert_eq!(put.header("content-length"), Some("2"));
    for method in ["POST", "DELETE", "PATCH", "PURGE", "post"] {
        let (_, asked) = probe(&["--method", method]);
        assert!(asked.iter().all(|one| one.method == "OPTIONS"), "{method}: {asked:?}");
    }
    // After a failed preflight a browser sends nothing.
    let refusing = Server::new(|_| Reply::new(404));
    let _ = Probed::run(BINARY, &refusing.url("/"), &["--method", "PUT", "--send"]);
    assert!(refusing.asked().iter().all(|one| one.method == "OPTIONS"));
}

#[test]
fn experiments_are_few_and_change_nothing() {
    for (case, probed) in zoo::probed(BINARY) {
        let requests = probed.report["requests"].as_array().unwrap();
        let experiments: Vec<_> = requests.iter().filter(|one| one["purpose"] == "experiment").collect();
        assert!(experiments.len() <= MOST_EXPERIMENTS, "{}: {}", case.name, experiments.len());
        for one in experiments {
            let is_preflight = one["headers"].to_string().contains("access-control-request-method");
            let is_safe = one["method"] == "GET" || one["method"] == "HEAD" || is_preflight;
            assert!(is_safe, "{}: {one}", case.name);
        }
    }
}

#[test]
fn every_request_is_in_the_report() {
    for arguments in [&[][..], &["--header", "x-custom: 1"], &["--no-extra"], &["--method", "DELETE"]] {
        let (probed, asked) = probe(arguments);
        let requests = probed.report["requests"].as_array().unwrap();
        assert_eq!(requests.len(), asked.len(), "{arguments:?}");
        for ((told, real), place) in requests.iter().zip(&asked).zip(1..) {
            assert_eq!(told["method"], real.method.as_str());
            assert!(told["url"].as_str().unwrap().ends_with(&real.path));
            assert_eq!(number(told, "number"), place);
            for line in told["headers"].as_array().unwrap() {
                let (name, value) = (line[0].as_str().unwrap(), line[1].as_str().unwrap());
                assert_eq!(real.header(name), Some(value), "{name}");
            }
        }
        if arguments == ["--no-extra"] {
            assert_eq!(asked.len(), 1);
        }
    }
}

/// Each line of the evidence is one that came.
#[test]
fn evidence_is_what_came() {
    for (case, probed) in zoo::probed(BINARY) {
        let requests = probed.report["requests"].as_array().unwrap();
        for evidence in probed.findings().flat_map(|finding| finding["evidence"].as_array().unwrap()) {
            let request = &requests[number(evidence, "request") - 1];
            for line in evidence["lines"].as_array().unwrap() {
                let line = line.as_str().unwrap();
                let Some((name, value)) = line.split_once(": ").filter(|(name, _)| !name.contains(' '))
                else {
                    continue;
                };
                let came = request["response"]["headers"].as_array().into_iter().flatten();
                let is_there = came.clone().any(|pair| pair[0] == name && pair[1] == value);
                assert!(is_there, "{}: {line} is not in {request}", case.name);
            }
        }
    }
}
