//! The data spelling: JSON and TOML text, what of it is accepted, and where mistakes are reported.
//!
//! The judge is the design, as tables of documents and of what each must give; where data must mean what the macro
//! means, the macro.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a panic is the report")]

use cors_policy::{Compiled, Diagnostics, Document, Policy, Severity, cors_policy};

fn parse(json: &str) -> Document {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{error} in {json}"))
}

fn compile(json: &str) -> Result<Compiled, Diagnostics> {
    Policy::compile(&parse(json))
}

#[track_caller]
fn accepted(json: &str) -> Compiled {
    compile(json).unwrap_or_else(|diagnostics| panic!("{json} is refused:\n{diagnostics}"))
}

#[track_caller]
fn refused(json: &str) -> Diagnostics {
    compile(json).err().unwrap_or_else(|| panic!("{json} is accepted"))
}

/// Paths and names, in the order of the report.
fn found(diagnostics: &Diagnostics) -> Vec<(&str, &str)> {
    diagnostics.iter().map(|found| (found.path.as_str(), found.rule)).collect()
}

#[track_caller]
fn assert_refused(json: &str, expected: &[(&str, &str)]) {
    let diagnostics = refused(json);
    assert_eq!(found(&diagnostics), expected, "{json}\n{diagnostics}");
}

#[track_caller]
fn assert_warned(json: &str, expected: &[(&str, &str)]) {
    let warnings = accepted(json).warnings;
    assert_eq!(found(&warnings), expected, "{json}\n{warnings}");
}

/// A document whose only rule has one origin and these fields.
fn with(fields: &str) -> String {
    format!(r#"{{"origins": ["https://a.example"], {fields}}}"#)
}

/// A document whose only entry is this, under these fields.
fn with_origin(entry: &str, fields: &str) -> String {
    format!(r#"{{"origins": [{entry}]{fields}}}"#)
}

#[test]
fn documents_are_maps() {
    for json in ["[]", "\"x\"", "null", "1", "true", "[{}]"] {
        let error = serde_json::from_str::<Document>(json).unwrap_err();
        assert!(error.to_string().contains("a policy is a map of fields"), "{json}: {error}");
    }
    assert_refused("{}", &[("", "missing_origins")]);
    assert_refused(r#"{"name": "x"}"#, &[("", "missing_origins")]);
    assert_refused(r#"{"origins": []}"#, &[("origins", "missing_origins")]);
    assert_refused(
        r#"{"apps": {}, "others": {"methods": ["PUT"]}}"#,
        &[("apps", "missing_origins"), ("others", "missing_origins")],
    );
    let empty: Document = toml::from_str("").unwrap();
    assert_eq!(found(&Policy::compile(&empty).unwrap_err()), [("", "missing_origins")]);
}

#[test]
fn unknown_fields_are_refused_with_the_field_that_was_meant() {
    for (field, meant) in [
        ("origin", "origins"),
        ("orgins", "origins"),
        ("allowedOrigins", "origins"),
        ("allow_origin", "origins"),
        ("allowMethods", "methods"),
        ("Methods", "methods"),
        ("allowedHeaders", "request_headers"),
        ("exposedHeaders", "expose_headers"),
        ("maxAge", "max_age"),
        ("allow-credentials", "credentials"),
        ("optionsSuccessStatus", "preflight_status"),
        ("trust_network", "trusts_network"),
        ("admit", "admits"),
    ] {
        let diagnostics = refused(&with(&format!("{field:?}: true")));
        assert_eq!(found(&diagnostics), [(field, "unknown_field")]);
        let help = diagnostics.iter().next().unwrap().help.clone();
        // The policy has `origins` already, which must not be lost.
        let expected = match meant {
            "origins" => "write one `origins` that has what both have".to_owned(),
            _ => format!("write `{meant}`"),
        };
        assert_eq!(help, Some(expected), "{field}");
    }
}

#[test]
fn unknown_fields_that_resemble_none_are_refused_with_all_there_are() {
    for (json, all) in [
        (with(r#""banana": 1"#), 12),
        (r#"{"apps": {"origins": ["https://a.example"], "banana": 1}}"#.to_owned(), 9),
    ] {
        let help = refused(&json).iter().next().unwrap().help.clone().unwrap();
        let mut names: Vec<&str> = help.split('`').skip(1).step_by(2).collect();
        assert!(names.contains(&"origins") && names.contains(&"max_age"), "{help}");
        names.sort_unstable();
        let count = names.len();
        names.dedup();
        assert_eq!((count, names.len()), (all, all), "each field once: {help}");
    }
}

#[test]
fn unknown_fields_are_found_everywhere() {
    for (json, path) in [
        (r#"{"apps": {"origins": ["https://a.example"], "x": 1}}"#, "apps.x"),
        (r#"{"apps": {"origins": ["https://a.example"], "name": "x"}}"#, "apps.name"),
        (r#"{"apps": {"origins": ["https://a.example"], "preflight_status": 200}}"#, "apps.preflight_status"),
        (r#"{"apps": {"origins": ["https://a.example"], "rule": {"origins": "*"}}}"#, "apps.rule"),
        (r#"{"origins": [{"pattern": "https://a.example", "why": "x"}]}"#, "origins[0].why"),
        (r#"{"origins": [{"pattern": "https://a.example", "Reason": "x"}]}"#, "origins[0].Reason"),
    ] {
        assert_refused(json, &[(path, "unknown_field")]);
    }
}

/// Each field, and the kinds of values that are not of the wrong type for it.
const TYPES: [(&str, &[&str]); 11] = [
    ("name", &["string"]),
    ("origins", &["any", "list"]),
    ("credentials", &["boolean"]),
    ("methods", &["any", "list"]),
    ("request_headers", &["any", "list"]),
    ("expose_headers", &["any", "list"]),
    ("max_age", &["number", "string", "any"]),
    ("preflight_status", &["number"]),
    ("trusts_network", &["boolean"]),
    ("admits", &["list"]),
    ("refuses", &["list"]),
];

const VALUES: [(&str, &str); 9] = [
    ("null", "null"),
    ("boolean", "true"),
    ("number", "204"),
    ("fraction", "1.5"),
    ("large", "18446744073709551615"),
    ("string", "\"PUT\""),
    ("any", "\"*\""),
    ("list", "[]"),
    ("map", "{}"),
];

#[test]
fn values_of_the_wrong_type_are_refused() {
    for (field, kinds) in TYPES {
        for (kind, value) in VALUES {
            let origins = if field == "origins" { "" } else { r#""origins": ["https://a.example"], "# };
            let json = format!("{{{origins}{field:?}: {value}}}");
            let result = compile(&json);
            let diagnostics = match &result {
                Ok(compiled) => &compiled.warnings,
                Err(diagnostics) => diagnostics,
            };
            let wrong = found(diagnostics) == [(field, "wrong_type")];
            let any_name = field == "name" && kind == "any";
            assert_eq!(wrong, !kinds.contains(&kind) && !any_name, "{json}\n{diagnostics}");
        }
    }
}

#[test]
fn entries_of_the_wrong_type_are_refused() {
    for field in ["origins", "methods", "request_headers", "expose_headers", "admits", "refuses"] {
        for value in ["null", "true", "1", "1.5", "[]", "[\"*\"]"] {
            let origins = if field == "origins" { "" } else { r#""origins": ["https://a.example"], "# };
            let json = format!("{{{origins}{field:?}: [{value}]}}");
            assert_refused(&json, &[(&format!("{field}[0]"), "wrong_type")]);
        }
    }
    for field in ["pattern", "reason"] {
        for value in ["null", "true", "1", "[]", "{}"] {
            let rest = if field == "pattern" { "" } else { r#", "pattern": "https://a.example""# };
            let json = format!(r#"{{"origins": [{{{field:?}: {value}{rest}}}]}}"#);
            assert_refused(&json, &[(&format!("origins[0].{field}"), "wrong_type")]);
        }
    }
    let json = r#"{"origins": [{"pattern": "https://a.example", "allow": "any_port", "reason": "x"}]}"#;
    assert_refused(json, &[("origins[0].allow", "wrong_type")]);
    let json = r#"{"origins": [{"pattern": "https://a.example", "allow": [1], "reason": "x"}]}"#;
    assert_refused(json, &[("origins[0].allow[0]", "wrong_type")]);
}

#[test]
fn booleans_in_quotes_say_how_to_write_them() {
    let diagnostics = refused(&with(r#""credentials": "true""#));
    let first = diagnostics.iter().next().unwrap();
    assert_eq!(first.message, "`credentials` takes `true` or `false`, not a string");
    assert_eq!(first.help.as_deref(), Some("write `true` without quotes"));
}

#[test]
fn fields_that_stand_twice_are_refused() {
    for (json, path) in [
        (with(r#""credentials": true, "credentials": false"#), "credentials"),
        (with(r#""name": "a", "name": "a""#), "name"),
        (
            r#"{"a": {"origins": ["https://a.example"]}, "a": {"origins": ["https://b.example"]}}"#
                .to_owned(),
            "a",
        ),
        (r#"{"a": {"origins": ["https://a.example"], "max_age": 1, "max_age": 2}}"#.to_owned(), "a.max_age"),
        (
            with_origin(r#"{"pattern": "https://a.example", "pattern": "https://a.example"}"#, ""),
            "origins[0].pattern",
        ),
    ] {
        assert_refused(&json, &[(path, "duplicate_field")]);
    }
    let error = toml::from_str::<Document>("max_age = 1\nmax_age = 2\n").unwrap_err();
    assert!(error.to_string().contains("duplicate key"), "{error}");
}

#[test]
fn a_field_that_stands_twice_hides_no_mistake() {
    assert_refused(
        r#"{"origins": ["https://a.example/"], "origins": ["https://b.example"]}"#,
        &[("origins[0]", "trailing_slash"), ("origins", "duplicate_field")],
    );
}

/// Maps of many formats and languages forget their order, and rules stand in order.
#[test]
fn rules_in_a_list_are_the_rules_as_fields() {
    let fields =
        r#"{"zebra": {"origins": ["https://a.example"], "methods": ["PUT"]}, "apple": {"origins": "*"}}"#;
    let list = r#"{"rules": [{"name": "zebra", "origins": ["https://a.example"], "methods": ["PUT"]},
                             {"name": "apple", "origins": "*"}]}"#;
    let compile =
        |json: &str| Policy::compile(&serde_json::from_str::<Document>(json).unwrap()).unwrap().policy;
    assert_eq!(format!("{:?}", compile(list)), format!("{:?}", compile(fields)));
    let origin = r#""origins": ["https://a.example"]"#;
    for (rules, expected) in [
        (format!("[{{{origin}}}]"), ("rules[0]", "invalid_name")),
        (format!(r#"[{{"name": "a-b", {origin}}}]"#), ("rules[0].name", "invalid_name")),
        (
            format!(r#"[{{"name": "a", {origin}}}, {{"name": "a", "origins": "*"}}]"#),
            ("rules[1].name", "duplicate_field"),
        ),
        (
            format!(r#"[{{"name": "a", {origin}, "max_age": 90000}}]"#),
            ("rules[0].max_age", "max_age_out_of_range"),
        ),
        ("[]".to_owned(), ("", "missing_origins")),
        ("[1]".to_owned(), ("rules[0]", "wrong_type")),
        ("\"a\"".to_owned(), ("rules", "wrong_type")),
    ] {
        assert_refused(&format!(r#"{{"rules": {rules}}}"#), &[expected]);
    }
    assert_refused(
        &format!(r#"{{"rules": [{{"name": "a", {origin}}}], "max_age": 5}}"#),
        &[("max_age", "mixed_rules")],
    );
}

#[test]
fn a_malformed_reason_hides_no_mistake() {
    assert_refused(
        &with_origin(r#"{"reason": 1, "pattern": "https://a.example/"}"#, ""),
        &[("origins[0].reason", "wrong_type"), ("origins[0].pattern", "trailing_slash")],
    );
}

#[test]
fn a_malformed_entry_hides_no_mistake() {
    assert_refused(
        r#"{"origins": [1, "https://a.example/", {"pattern": "https://b.example/"}], "max_age": -1, "x": 1}"#,
        &[
            ("origins[0]", "wrong_type"),
            ("origins[1]", "trailing_slash"),
            ("origins[2].pattern", "trailing_slash"),
            ("max_age", "max_age_out_of_range"),
            ("x", "unknown_field"),
        ],
    );
}

#[test]
fn a_star_in_a_string_is_any() {
    let word: Policy = cors_policy! {
        name: "star", origins: any, methods: any, request_headers: any, expose_headers: any,
    };
    let bare =
        r#"{"name": "star", "origins": "*", "methods": "*", "request_headers": "*", "expose_headers": "*"}"#;
    let listed = r#"{"name": "star", "origins": ["*"], "methods": ["*"], "request_headers": ["*"], "expose_headers": ["*"]}"#;
    for json in [bare, listed] {
        assert_eq!(format!("{:?}", accepted(json).policy), format!("{word:?}"), "{json}");
    }
    let echoed: Policy = cors_policy! {
        name: "star", origins: ["https://a.example"], credentials: true, methods: any,
        request_headers: [any, "authorization"],
    };
    let json = r#"{"name": "star", "origins": ["https://a.example"], "credentials": true, "methods": "*",
                   "request_headers": ["*", "authorization"]}"#;
    assert_eq!(format!("{:?}", accepted(json).policy), format!("{echoed:?}"));
}

#[test]
fn a_star_elsewhere_is_no_any() {
    assert_eq!(accepted(&with(r#""name": "*""#)).policy.name(), "*");
    assert_refused(&with(r#""max_age": "*""#), &[("max_age", "invalid_max_age")]);
    for field in ["admits", "refuses"] {
        let diagnostics = refused(&with(&format!(r#"{field:?}: ["*"]"#)));
        let paths: Vec<&str> = diagnostics.iter().map(|found| found.path.as_str()).collect();
        assert_eq!(paths, [format!("{field}[0]")], "{diagnostics}");
    }
}

#[test]
fn a_star_is_no_lint() {
    assert_refused(
        &with_origin(
            r#"{"pattern": "http://a.example", "allow": ["*"], "reason": "x"}"#,
            r#", "credentials": true"#,
        ),
        &[("origins[0].pattern", "insecure_origin"), ("origins[0].allow[0]", "unknown_lint")],
    );
}

/// Data has strings only, so no string but `*` is the word `any`.
#[test]
fn any_in_quotes_is_no_any() {
    for (json, path) in [
        (r#"{"origins": "any"}"#.to_owned(), "origins"),
        (r#"{"origins": ["any"]}"#.to_owned(), "origins[0]"),
        (with(r#""methods": ["any"]"#), "methods[0]"),
        (with(r#""request_headers": ["any"]"#), "request_headers[0]"),
        (with(r#""expose_headers": "any""#), "expose_headers"),
    ] {
        let diagnostics = refused(&json);
        assert_eq!(found(&diagnostics), [(path, "quoted_any")]);
        assert_eq!(diagnostics.iter().next().unwrap().help.as_deref(), Some("write `\"*\"`"));
    }
}

const CREDENTIALS: &str = r#", "credentials": true"#;

#[test]
fn an_allow_silences_its_lint() {
    for (pattern, lints) in [
        ("http://a.example", r#""insecure_origin""#),
        ("https://a.example:*", r#""any_port""#),
        ("https://*.github.io", r#""open_pattern""#),
        ("https://github.io", r#""shared_host""#),
        ("http://*.github.io:*", r#""any_port", "insecure_origin", "open_pattern""#),
    ] {
        let entry = format!(r#"{{"pattern": "{pattern}", "allow": [{lints}], "reason": "x"}}"#);
        let allowed = accepted(&with_origin(&entry, CREDENTIALS));
        assert!(allowed.warnings.is_empty(), "{pattern}: {}", allowed.warnings);
        let diagnostics = refused(&with_origin(&format!("{pattern:?}"), CREDENTIALS));
        let denied: Vec<&str> = diagnostics.iter().map(|found| found.rule).collect();
        assert_eq!(denied.len(), lints.split(',').count(), "{pattern}: {diagnostics}");
        assert!(
            diagnostics.iter().all(|found| found.severity == Severity::Lint && found.path == "origins[0]")
        );
    }
}

#[test]
fn an_entry_may_be_an_object_without_allow() {
    let plain = accepted(r#"{"origins": ["https://a.example"]}"#).policy;
    let object = accepted(r#"{"origins": [{"pattern": "https://a.example"}]}"#);
    assert_eq!(format!("{:?}", object.policy), format!("{plain:?}"));
    assert!(object.warnings.is_empty());
}

#[test]
fn an_allow_needs_a_reason() {
    for reason in ["", r#", "reason": """#, r#", "reason": " \t""#] {
        let entry = format!(r#"{{"pattern": "http://a.example", "allow": ["insecure_origin"]{reason}}}"#);
        assert_refused(&with_origin(&entry, CREDENTIALS), &[("origins[0]", "allow_without_reason")]);
    }
}

#[test]
fn an_allow_names_a_lint() {
    for (lint, rule) in [
        ("insecure_origins", "unknown_lint"),
        ("", "unknown_lint"),
        ("Insecure_Origin", "unknown_lint"),
        ("trailing_slash", "not_a_lint"),
        ("trailing_dot", "not_a_lint"),
    ] {
        let entry = format!(r#"{{"pattern": "https://a.example", "allow": ["{lint}"], "reason": "x"}}"#);
        assert_refused(&with_origin(&entry, CREDENTIALS), &[("origins[0].allow[0]", rule)]);
    }
    let diagnostics = refused(&with_origin(
        r#"{"pattern": "https://a.example", "allow": ["insecure_origins"], "reason": "x"}"#,
        "",
    ));
    assert_eq!(diagnostics.iter().next().unwrap().help.as_deref(), Some("write `insecure_origin`"));
}

#[test]
fn an_allow_must_silence_something() {
    let object =
        |allow: &str| with_origin(&format!(r#"{{"pattern": "https://a.example"{allow}}}"#), CREDENTIALS);
    let unused = [("origins[0].allow[0]", "unused_allow")];
    assert_refused(&object(r#", "allow": ["insecure_origin"], "reason": "x""#), &unused);
    assert_refused(&object(r#", "allow": ["any_port"], "reason": "x""#), &unused);
    assert_refused(&object(r#", "allow": ["open_pattern"], "reason": "x""#), &unused);
    let outdated = [("origins[0].allow[0]", "outdated_allow")];
    assert_warned(&object(r#", "allow": ["shared_host"], "reason": "x""#), &outdated);
    let pattern = r#"{"pattern": "https://*.a.example", "allow": ["open_pattern"], "reason": "x"}"#;
    assert_warned(&with_origin(pattern, CREDENTIALS), &outdated);
    assert_refused(
        &with_origin(
            r#"{"pattern": "http://a.example", "allow": ["any_port", "insecure_origin"], "reason": "x"}"#,
            CREDENTIALS,
        ),
        &unused,
    );
}

/// An `allow` of nothing silences nothing, and a reason for nothing is left over from something.
#[test]
fn an_allow_of_nothing_is_refused() {
    let accepted: Vec<&str> =
        [r#""allow": [], "reason": "x""#, r#""reason": "x""#, r#""allow": "*", "reason": "x""#]
            .into_iter()
            .filter(|allow| {
                let entry = format!(r#"{{"pattern": "https://a.example", {allow}}}"#);
                compile(&with_origin(&entry, CREDENTIALS)).is_ok()
            })
            .collect();
    assert_eq!(accepted, [""; 0]);
}

#[test]
fn a_pattern_of_any_is_refused() {
    let diagnostics =
        refused(&with_origin(r#"{"pattern": "*", "allow": ["open_pattern"], "reason": "x"}"#, ""));
    assert!(found(&diagnostics).iter().all(|(path, _)| path.starts_with("origins[0]")), "{diagnostics}");
}

#[test]
fn rules_stand_in_the_order_of_the_text() {
    let json = |first: &str, second: &str| {
        let rule = |name: &str| match name {
            "zebra" => r#""zebra": {"origins": ["https://x.a.example"], "methods": ["PUT"]}"#,
            _ => r#""apple": {"origins": ["https://*.a.example"], "methods": ["DELETE"]}"#,
        };
        format!("{{{}, {}}}", rule(first), rule(second))
    };
    let policy = accepted(&json("zebra", "apple")).policy;
    assert_eq!((policy.rule_name(0), policy.rule_name(1)), (Some("zebra"), Some("apple")));
    let verdict = policy.decide(b"GET", &[("origin", "https://x.a.example")][..]);
    assert_eq!(verdict.rule(), Some(0));
    assert_refused(&json("apple", "zebra"), &[("zebra", "unreachable_rule")]);

    let toml = "[zebra]\norigins = [\"https://x.a.example\"]\n[apple]\norigins = [\"https://*.a.example\"]\n";
    let policy = Policy::compile(&toml::from_str(toml).unwrap()).unwrap().policy;
    assert_eq!((policy.rule_name(0), policy.rule_name(1)), (Some("zebra"), Some("apple")));
}

#[test]
fn rules_and_fields_do_not_mix() {
    assert_refused(
        r#"{"credentials": true, "apps": {"origins": ["https://a.example"]}, "max_age": 5}"#,
        &[("credentials", "mixed_rules"), ("max_age", "mixed_rules")],
    );
    let policy = accepted(
        r#"{"name": "both", "apps": {"origins": ["https://a.example"]}, "preflight_status": 200,
            "admits": ["https://a.example"]}"#,
    );
    assert_eq!(policy.policy.name(), "both");
    let verdict = policy
        .policy
        .decide(b"OPTIONS", &[("origin", "https://a.example"), ("access-control-request-method", "GET")][..]);
    assert_eq!(verdict.action(), cors_policy::Action::Answer(200));
}

/// Rules are called by their names in logs and explanations, as policies are.
#[test]
fn rule_names_can_be_shown() {
    for name in ["", "a\\nb", "a\\u0000"] {
        let json = format!(r#"{{"{name}": {{"origins": ["https://a.example"]}}}}"#);
        let result = compile(&json);
        assert!(result.is_err_and(|found| found.iter().any(|found| found.rule == "invalid_name")), "{json}");
    }
    for name in ["", "a\\nb", "\\u0007"] {
        assert_refused(&with(&format!(r#""name": "{name}""#)), &[("name", "invalid_name")]);
    }
    assert_eq!(accepted(&with("\"max_age\": 5")).policy.name(), "a policy from data");
}

#[test]
fn expectations_are_checked() {
    assert_refused(
        &with(
            r#""admits": ["https://b.example", "https://a.example", "https://c.example/"],
               "refuses": ["https://a.example", "null"]"#,
        ),
        &[("admits[2]", "trailing_slash")],
    );
    assert_refused(
        &with(
            r#""admits": ["https://b.example", "https://a.example"], "refuses": ["https://a.example", "null"]"#,
        ),
        &[("admits[0]", "unmet_admits"), ("refuses[0]", "unmet_refuses")],
    );
    assert_refused(
        r#"{"a": {"origins": ["https://a.example"], "refuses": ["https://b.example"]},
            "b": {"origins": ["https://*.example.com"], "admits": ["https://a.example"]},
            "refuses": ["https://x.example.com"]}"#,
        &[("b.admits[0]", "unmet_admits"), ("refuses[0]", "unmet_refuses")],
    );
    assert_warned(
        r#"{"a": {"origins": ["https://a.example"], "admits": ["https://a.example"], "refuses": ["null"]},
            "b": {"origins": "*", "admits": ["null"], "refuses": ["https://a.example"]}}"#,
        &[],
    );
}

#[test]
fn warnings_are_reported_beside_the_policy() {
    assert_warned(
        r#"{"origins": ["https://a.example", "https://a.example"], "methods": ["GET", "put"], "max_age": "24h"}"#,
        &[
            ("origins[1]", "duplicate_origin"),
            ("methods[0]", "safelisted_method"),
            ("methods[1]", "normalised_method"),
            ("max_age", "capped_max_age"),
        ],
    );
}

#[test]
fn a_report_is_readable() {
    let diagnostics = refused(
        r#"{"apps": {"origins": ["https://a.example", "https://b.example:443/"], "max_age": "soon"}}"#,
    );
    assert_eq!(
        diagnostics.to_string(),
        "apps.origins[1]: an origin has no slash at its end\n  \
           | https://b.example:443/\n  \
           |                      ^\n  \
           = help: write `https://b.example`\n  \
           = note: browsers send origins without a path, and compare them byte for byte: this entry would never match \
         (Fetch, CORS check)\n  \
           = note: see docs/diagnostics.md#trailing_slash\n\
         apps.origins[1]: `:443` is the default port of https\n  \
           | https://b.example:443/\n  \
           |                   ^^^\n  \
           = help: write `https://b.example`\n  \
           = note: browsers leave the default port out of an origin: this entry would never match (URL, special scheme)\n  \
           = note: see docs/diagnostics.md#default_port\n\
         apps.max_age: `soon` is not a duration\n  \
           = help: write a duration such as `\"2h\"` or `\"1h 30m\"`\n  \
           = note: a duration is whole numbers with `d`, `h`, `m` or `s`, the larger units first, or a number of \
         seconds\n  \
           = note: see docs/diagnostics.md#invalid_max_age"
    );
}

#[test]
fn deep_nesting_is_refused() {
    let nested = |depth: usize, open: &str, close: &str| open.repeat(depth) + "1" + &close.repeat(depth);
    assert_refused(
        &with(&format!(r#""methods": [{}]"#, nested(100, "[", "]"))),
        &[("methods[0]", "wrong_type")],
    );
    let json = format!(r#"{{"origins": ["https://a.example"], "name": {}}}"#, nested(100, "{\"x\": ", "}"));
    assert_refused(&json, &[("name", "wrong_type")]);
    let json = format!(r#"{{"apps": {}}}"#, nested(100, "{\"x\": ", "}"));
    assert_refused(&json, &[("apps", "missing_origins"), ("apps.x", "unknown_field")]);
    for (open, close) in [("[", "]"), ("{\"x\": ", "}")] {
        // Far beyond what recursion could bear.
        let json = format!("{{\"apps\": {}}}", nested(100_000, open, close));
        assert!(!refused(&json).is_empty());
    }
}

#[test]
fn policies_have_at_most_255_rules() {
    let rules = |count: usize| {
        let rules: Vec<String> =
            (0..count).map(|n| format!(r#""r{n}": {{"origins": ["https://h{n}.example"]}}"#)).collect();
        format!("{{{}}}", rules.join(", "))
    };
    let policy = accepted(&rules(255)).policy;
    let verdict = policy.decide(b"GET", &[("origin", "https://h254.example")][..]);
    assert_eq!(verdict.rule(), Some(254));
    assert_refused(&rules(256), &[("r255", "too_many_rules")]);
}

mod macro_and_data {
    //! The two policies of the design, in both spellings.

    use super::*;

    /// Who may call the shop's API from a browser.
    static SHOP: Policy = cors_policy! {
        origins: [
            "https://shop.example.com",
            "https://*.shop.example.com",
            #[allow(insecure_origin, reason = "kiosks on the shop floor have no TLS")]
            "http://kiosk.example.com:8080",
            #[cfg(debug_assertions)]
            "http://localhost:*",
        ],
        credentials: true,
        methods: [PUT, DELETE],
        request_headers: ["content-type", "x-csrf-token"],
        expose_headers: ["etag", "x-request-id"],
        max_age: "2h",
        admits: ["https://eu.shop.example.com"],
        refuses: ["https://shop.example.com.evil.test"],
    };

    const SHOP_TOML: &str = r#"
        origins = [
            "https://shop.example.com",
            "https://*.shop.example.com",
            { pattern = "http://kiosk.example.com:8080", allow = ["insecure_origin"], reason = "kiosks have no TLS" },
            # "http://localhost:*",
        ]
        credentials = true
        methods = ["PUT", "DELETE"]
        request_headers = ["content-type", "x-csrf-token"]
        expose_headers = ["etag", "x-request-id"]
        max_age = "2h"
        admits = ["https://eu.shop.example.com"]
        refuses = ["https://shop.example.com.evil.test"]
    "#;

    static API: Policy = cors_policy! {
        apps:     { origins: ["https://app.example.com", "https://*.app.example.com"], credentials: true,
                    methods: [PUT, PATCH, DELETE], request_headers: ["content-type"], max_age: "2h" },
        partners: { origins: ["https://*.partner.example"], methods: [PUT], request_headers: ["authorization"] },
        public:   { origins: any },
    };

    const API_TOML: &str = r#"
        [apps]
        origins = ["https://app.example.com", "https://*.app.example.com"]
        credentials = true
        methods = ["PUT", "PATCH", "DELETE"]
        request_headers = ["content-type"]
        max_age = 7200

        [partners]
        origins = ["https://*.partner.example"]
        methods = ["PUT"]
        request_headers = ["Authorization"]

        [public]
        origins = "*"
    "#;

    const ORIGINS: [&str; 12] = [
        "https://shop.example.com",
        "https://eu.shop.example.com",
        "http://kiosk.example.com:8080",
        "http://kiosk.example.com",
        "http://localhost:5173",
        "https://app.example.com",
        "https://a.b.app.example.com",
        "https://x.partner.example",
        "https://partner.example",
        "https://shop.example.com.evil.test",
        "null",
        "",
    ];

    fn compiled(toml: &str) -> Compiled {
        let document: Document = toml::from_str(toml).unwrap();
        Policy::compile(&document).unwrap_or_else(|diagnostics| panic!("{diagnostics}"))
    }

    /// What `Debug` shows, without the name that the policy gets where it has none.
    fn shown(policy: &Policy) -> String {
        let text = format!("{policy:?}");
        let lines = text.lines().filter(|line| !line.starts_with("    name: "));
        lines.collect::<Vec<_>>().join("\n")
    }

    fn assert_same(by_macro: &Policy, by_data: &Policy) {
        assert_eq!(shown(by_macro), shown(by_data));
        for origin in ORIGINS {
            let lines = [
                ("Origin", origin),
                ("Access-Control-Request-Method", "PUT"),
                ("Access-Control-Request-Headers", "x"),
            ];
            for (method, lines) in [(&b"GET"[..], &lines[..1]), (b"OPTIONS", &lines), (b"GET", &lines[1..])] {
                let verdict = by_macro.decide(method, lines);
                assert_eq!(verdict, by_data.decide(method, lines), "{origin}");
                let theirs: Vec<_> = by_data.operations(verdict).collect();
                assert_eq!(by_macro.operations(verdict).collect::<Vec<_>>(), theirs, "{origin}");
            }
        }
    }

    #[test]
    fn the_shop() {
        let release = compiled(SHOP_TOML);
        assert!(release.warnings.is_empty(), "{}", release.warnings);
        let debug = compiled(&SHOP_TOML.replace("# \"http://localhost:*\"", "\"http://localhost:*\""));
        assert_eq!(found(&debug.warnings), [("origins[3]", "loopback_with_credentials")]);
        let (same, other) = if cfg!(debug_assertions) { (debug, release) } else { (release, debug) };
        assert_same(&SHOP, &same.policy);
        assert_ne!(shown(&SHOP), shown(&other.policy));
    }

    #[test]
    fn the_api() {
        let by_data = compiled(API_TOML);
        assert!(by_data.warnings.is_empty(), "{}", by_data.warnings);
        assert_same(&API, &by_data.policy);
        assert_eq!(by_data.policy.rule_name(2), Some("public"));
    }

    #[test]
    fn names() {
        assert!(SHOP.name().contains("data_spelling.rs:"), "{}", SHOP.name());
        assert_eq!(compiled(SHOP_TOML).policy.name(), "a policy from data");
    }

    /// `Debug` prints a policy back in the language: as the data spelling of it would say.
    #[test]
    fn debug_is_the_language() {
        let expected = r#"cors_policy! {
    apps: {
        origins: [
            "https://app.example.com",
            "https://*.app.example.com",
        ],
        credentials: true,
        methods: ["PUT", "PATCH", "DELETE"],
        request_headers: ["content-type"],
        max_age: 7200,
    },
    partners: {
        origins: [
            "https://*.partner.example",
        ],
        methods: ["PUT"],
        request_headers: ["authorization"],
    },
    public: {
        origins: any,
    },
}"#;
        assert_eq!(shown(&API), expected);
    }
}
