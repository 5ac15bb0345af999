//! Help that could do harm: where two things can be meant, or what is meant is somebody else's, there is no
//! replacement, and no text that admits more than was written.

#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use cors_policy::{Diagnostic, Diagnostics, Document, Policy};

fn diagnostics(json: &str) -> Diagnostics {
    let document: Document = serde_json::from_str(json).unwrap();
    Policy::compile(&document).map_or_else(|found| found, |compiled| compiled.warnings)
}

/// What is said about one origin.
fn said(origin: &str) -> Vec<Diagnostic> {
    diagnostics(&serde_json::json!({ "origins": [origin] }).to_string()).into_iter().collect()
}

/// The first diagnostic with this name.
fn first(json: &str, rule: &str) -> Diagnostic {
    let found = diagnostics(json);
    let first = found.iter().find(|diagnostic| diagnostic.rule == rule).cloned();
    assert!(first.is_some(), "no `{rule}` in\n{found}");
    first.unwrap()
}

#[test]
fn what_can_be_two_things_has_no_replacement() {
    for origin in [
        "https://shop acme.com",
        "https://https.example@evil.test",
        "https://bank%2Ecom@evil.test",
        "https://bank.com:pw@evil.test",
        "https://http://example.com",
        "https://exаmple.com",
        "https://exаmple.com/",
        "https://%2A.example.com",
        "https://*-acme.com",
        "https://.example.com",
        "http://192.168.1",
        "http://010.0.0.1",
        "https://192.0.2.0/24",
        "http:8080",
        "1password://x.example.com",
        "^https://[^.]+\\.example\\.com$",
        "https://{tenant}.example.com",
        "https://<tenant>.example.com",
    ] {
        let found = said(origin);
        assert!(!found.is_empty(), "{origin}");
        for diagnostic in found {
            assert_eq!(diagnostic.replacement, None, "{origin}: {diagnostic}");
            let help = diagnostic.help.unwrap_or_default();
            assert!(!help.contains("evil"), "{origin}: {help}");
        }
    }
}

#[test]
fn slips_of_the_keyboard_are_no_schemes() {
    for origin in ["htps://example.com", "htttps://example.com", "hhtps://example.com", "https.//example.com"]
    {
        let found = said(origin);
        assert_eq!(
            found[0].replacement.as_deref(),
            Some(&["https://example.com".to_owned()][..]),
            "{origin}"
        );
    }
    assert!(said("hxxp-app://example.com").is_empty());
}

#[test]
fn hosts_and_ports_are_no_schemes() {
    for (text, meant) in [
        ("localhost:*", "http://localhost:*"),
        ("localhost:3000", "http://localhost:3000"),
        ("user:secret@host.example", "https://host.example"),
    ] {
        let found = said(text);
        assert_eq!(found[0].rule, "missing_scheme", "{text}");
        assert_eq!(found[0].replacement.as_deref(), Some(&[meant.to_owned()][..]), "{text}");
    }
    assert_eq!(said("localhost:$PORT")[0].rule, "missing_scheme");
}

#[test]
fn what_is_turned_off_is_not_turned_on() {
    let json = r#"{"origins": ["https://a.example"], "allowAnyOrigin": false}"#;
    let found = first(json, "unknown_field");
    assert_eq!(found.replacement.as_deref(), Some(&[][..]), "{found}");
    let found = first(&json.replace("false", "true"), "unknown_field");
    assert_eq!(found.replacement, None, "{found}");
}

#[test]
fn two_foreign_names_of_one_field_are_not_both_renamed() {
    let json = r#"{"allowedOrigins": ["https://a.example"], "allow_origins": ["https://b.example"]}"#;
    for found in &diagnostics(json) {
        assert_eq!((found.rule, &found.replacement), ("unknown_field", &None), "{found}");
    }
}

#[test]
fn nobody_is_told_to_admit_a_lookalike() {
    for origin in
        ["https://shop.example.com.evil.test", "https://shop.examp1e.com", "http://shop.example.com"]
    {
        let json = format!(r#"{{"origins": ["https://shop.example.com"], "admits": ["{origin}"]}}"#);
        let help = first(&json, "unmet_admits").help.unwrap();
        assert!(!help.contains(&format!("add `{origin}`")), "{help}");
        assert!(help.contains("nearest is `https://shop.example.com`"), "{help}");
    }
    let json = r#"{"origins": ["https://shop.example.com"], "admits": ["null"]}"#;
    assert_eq!(first(json, "unmet_admits").replacement.as_deref(), Some(&[][..]));
}

#[test]
fn one_refused_name_does_not_stand_for_all() {
    let json = r#"{"origins": ["https://shop.example.com"], "refuses": ["https://*.evil.example.com"]}"#;
    assert_eq!(first(json, "wildcard_expectation").replacement, None);
}

#[test]
fn rules_are_named_rightly() {
    let json = r#"{"a": {"origins": ["https://a.example.com"]}, "b": {"origins": ["https://*.example.com"]},
        "c": {"origins": ["https://*.example.com", "https://z.example"]}}"#;
    let found = first(json, "unreachable_origin");
    assert!(found.help.as_ref().unwrap().contains("rule `c` in front of rule `b`"), "{found}");
    let json = r#"{"a": {"origins": ["https://two.example"]}, "b": {"origins": ["https://one.example"]},
        "c": {"origins": ["https://one.example", "https://two.example"]}}"#;
    let found = first(json, "unreachable_rule");
    assert!(found.help.as_ref().unwrap().contains("rule `c` in front of rule `a`"), "{found}");
}

#[test]
fn expectations_of_a_rule_name_what_would_meet_them() {
    let json = r#"{"apps": {"origins": ["https://a.example"], "admits": ["https://www.example"]},
        "public": {"origins": "*"}}"#;
    let found = first(json, "unmet_admits");
    assert!(found.help.as_ref().unwrap().contains("to the `origins` of rule `apps`"), "{found}");
    let json = r#"{"all": {"origins": ["https://*.example.com"]},
        "apps": {"origins": ["https://a.example.com", "https://b.example"], "admits": ["https://a.example.com"]}}"#;
    let found = diagnostics(json);
    let unmet = found.iter().find(|found| found.rule == "unmet_admits").unwrap();
    assert!(unmet.help.as_ref().unwrap().contains("rule `apps` in front of rule `all`"), "{unmet}");
}

#[test]
fn the_third_of_its_kind_points_at_the_first() {
    let json = r#"{"origins": ["https://a.example"], "request_headers": ["x-a", "x-A", "X-a"], "methods": ["PUT", "put", "PUT"]}"#;
    for found in diagnostics(json).iter().filter(|found| found.rule.starts_with("duplicate_")) {
        assert!(found.related[0].path.ends_with("[0]"), "{found}");
    }
}

#[test]
fn a_misspelt_part_of_an_entry_is_said_once() {
    let found = diagnostics(r#"{"origins": [{"patern": "https://a.example"}]}"#);
    let rules: Vec<&str> = found.iter().map(|found| found.rule).collect();
    assert_eq!(rules, ["unknown_field"], "{found}");
    assert_eq!(found.iter().next().unwrap().replacement.as_deref(), Some(&["pattern".to_owned()][..]));
}

/// Documents come from strangers too.
#[test]
fn hostile_documents_cost_no_more_than_they_are_long() {
    let placeholders = "{a}".repeat(10_000);
    assert_eq!(said(&format!("https://{placeholders}"))[0].rule, "origin_too_long");
    let key = "k".repeat(300_000);
    let origins = vec!["a"; 3_000];
    let json = serde_json::json!({ key: { "origins": origins } }).to_string();
    let printed = diagnostics(&json).to_string();
    assert!(printed.len() < 3_000 * 1_000, "{}", printed.len());
}
