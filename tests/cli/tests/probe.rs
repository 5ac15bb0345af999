//! Reports for people. What is found is tested in `tests/probe`.

use cors_policy_cli_tests::{Place, api, assert_golden};

const BINARY: &str = env!("CARGO_BIN_EXE_cors-policy-under-test");

/// It is part of `User-Agent`.
const VERSION: &str = concat!("probe/", env!("CARGO_PKG_VERSION"));

#[test]
fn reports_for_people() {
    let api = api::serve().to_string();
    let url = format!("http://{api}/orders");
    let place = Place::new(BINARY, &[]);
    for (golden, arguments) in [
        ("probe/page.txt", &["--origin", "https://app.localhost", "--reads", "etag"][..]),
        ("probe/verbose.txt", &["--origin", "http://app.localhost", "--credentials", "include", "--verbose"]),
        (
            "probe/refused.txt",
            &["--origin", "http://app.example.com", "--credentials", "include", "--no-extra"],
        ),
        (
            "probe/log_in.txt",
            &["--origin", "null", "--credentials", "include", "--cookie", "a=secret", "--verbose"],
        ),
        ("probe/coloured.txt", &["--origin", "https://app.localhost", "--no-extra", "--color", "always"]),
    ] {
        let ran = place.run(&[&["probe", &url], arguments].concat());
        assert_golden(golden, &ran.shown().replace(&api, "127.0.0.1:8080").replace(VERSION, "VERSION"));
        assert!(!ran.output.contains("secret"));
    }
}
