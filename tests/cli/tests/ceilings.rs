//! Documents below a ceiling in a source: `check --ceiling`, and `tenants` with a database.

use std::fmt::Write;
use std::process::Command;

use cors_policy_cli_tests::{Place, Ran, assert_golden};

const BINARY: &str = env!("CARGO_BIN_EXE_cors-policy-under-test");

const CEILINGS: &str = r#"//! What customers may ask for.

pub static SHOP: Policy = cors_policy! { origins: ["https://shop.example.com"] };

pub static CEILING: Ceiling = cors_ceiling! {
    credentials: true,
    methods: [PUT, #[cfg(feature = "beta")] PATCH],
    max_age: "1h",
    profiles: { standard: { methods: [PUT] } },
};
"#;

const ACME: &str =
    r#"{"v": 1, "origins": ["https://app.acme.example"], "credentials": true, "profile": "standard"}"#;
const GLOBEX: &str = r#"{
  "origins": ["https://globex.example"],
  "methods": ["PUT", "PATCH"],
  "request_headers": ["x-token"],
  "max_age": "2h"
}
"#;

fn place() -> Place {
    let files = [("cors.rs", CEILINGS), ("acme.json", ACME), ("globex.json", GLOBEX)];
    Place::new(BINARY, &files)
}

#[test]
fn documents_are_checked_below_the_ceiling() {
    let place = place();
    let ran = place.run(&["check", "--ceiling", "cors.rs", "acme.json", "globex.json"]);
    assert_eq!(ran.status, 1);
    assert_golden("ceilings/check.txt", &ran.shown());
    // A policy in Rust is the platform's own.
    assert_eq!(place.run(&["check", "--ceiling", "cors.rs#CEILING", "cors.rs", "acme.json"]).status, 0);
    // Without a ceiling there is no profile.
    assert_eq!(place.run(&["check", "acme.json"]).status, 1);
}

#[test]
fn a_ceiling_of_other_builds() {
    let place = place();
    let codes = |cfg: &[&str]| -> Vec<String> {
        let arguments = [&["check", "--format", "json", "--ceiling", "cors.rs", "globex.json"], cfg].concat();
        let found = place.run(&arguments).json();
        let messages = found.iter().filter(|found| found["type"] == "diagnostic");
        messages.map(|found| found["path"].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(codes(&[]), ["methods[1]", "request_headers[0]", "max_age"]);
    let beta = ["--ceiling-cfg", "feature=\"beta\""];
    assert_eq!(codes(&beta), ["request_headers[0]", "max_age"]);
}

#[test]
fn ceilings_that_are_not_there() {
    let place = place();
    place.put("broken.rs", b"static C: Ceiling = cors_ceiling! { methods: [TRACE] };");
    place.put("two.rs", b"static A: Ceiling = cors_ceiling! {};\nstatic B: Ceiling = cors_ceiling! {};");
    let mut said = String::new();
    for (ceiling, status) in [
        ("missing.rs", 3),
        ("cors.rs#SHOP", 3),
        ("cors.rs#NONE", 3),
        ("two.rs", 2),
        ("broken.rs", 1),
        ("acme.json", 3),
    ] {
        let ran = place.run(&["check", "--ceiling", ceiling, "acme.json"]);
        assert_eq!(ran.status, status, "{ceiling}: {ran:?}");
        write!(said, "# {ceiling}\n{}", ran.shown()).unwrap();
    }
    let unknown = place.run(&["check", "--ceiling", "cors.rs", "--ceiling-cfg", "unix", "acme.json"]);
    assert_eq!(unknown.status, 2);
    assert_golden("ceilings/not_there.txt", &(said + &unknown.shown()));
}

/// The command at a database in the place, by the environment.
fn tenants(place: &Place, arguments: &[&str]) -> Ran {
    let mut command = Command::new(BINARY);
    let command = command.args(arguments).env("CORS_STORE", "sqlite:tenants.db").env("CORS_ACTOR", "alice");
    place.finish(command.env("CORS_CEILING", "cors.rs#CEILING"), b"")
}

#[test]
fn a_tenant_from_its_creation_to_a_decision() {
    let place = place();
    for arguments in [
        &["tenants", "migrate"][..],
        &["tenants", "create", "acme", "--tier", "free", "--key", "host:api.acme.example"],
        &["tenants", "publish", "acme", "acme.json"],
    ] {
        let ran = tenants(&place, arguments);
        assert_eq!((ran.status, ran.errors.as_str()), (0, ""), "{arguments:?}: {ran:?}");
    }
    let refused = tenants(&place, &["tenants", "publish", "acme", "globex.json"]);
    assert_eq!((refused.status, refused.output.as_str()), (1, ""));
    assert!(refused.errors.contains("methods[1]: method `PATCH` is above the ceiling"), "{refused:?}");
    let explained = tenants(&place, &["tenants", "explain", "acme", "--origin", "https://app.acme.example"]);
    assert_eq!(explained.status, 0);
    assert!(explained.output.contains("`https://app.acme.example` admits the origin"), "{explained:?}");
    let listed = tenants(&place, &["--format", "json", "tenants", "list"]);
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&listed.output).map(|it| it.is_null()).ok(),
        Some(false)
    );
}

#[test]
fn what_tenants_needs() {
    let place = place();
    let without = place.run(&["tenants", "list"]);
    assert_eq!(without.status, 2);
    assert!(without.errors.contains("`--ceiling src/cors.rs#CEILING`"), "{without:?}");
    let help = place.run(&["tenants", "help"]);
    assert_eq!(help.status, 0);
    assert!(help.output.contains("  publish ") && help.output.contains("  rollback "), "{help:?}");
    let help = place.run(&["tenants", "publish", "--help"]);
    assert!(help.output.starts_with("Checks a document and publishes it"), "{help:?}");
    let unreachable = tenants(&place, &["tenants", "list"]);
    assert_eq!(unreachable.status, 3, "{unreachable:?}");
    assert_eq!(tenants(&place, &["tenants", "lst"]).status, 2);
}
