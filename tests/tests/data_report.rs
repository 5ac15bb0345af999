//! One document with every mistake that data can show before there is an automaton: all are reported at once, in
//! the order of the document.
//!
//! The judge is the table from which the document is built: beside each value stands what is wrong with it.
#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::collections::BTreeSet;
use std::fmt::Write;

use cors_policy::{Document, Policy, Severity};

/// A value as JSON, and the mistakes in it, each with where below the value it stands.
type Spelled<'t> = (&'t str, &'t [(&'t str, &'t str)]);

/// A field, and its value or the members of its list; the mistakes of the field itself.
enum Field<'t> {
    Scalar(&'t str, Spelled<'t>),
    List(&'t str, &'t [Spelled<'t>]),
    /// A field whose name is the mistake.
    Key(&'t str, &'t str, &'t [&'t str]),
}

use Field::{Key, List, Scalar};

/// A rule: its name, the mistakes of the rule itself, and its fields.
type Rule<'t> = (&'t str, &'t [&'t str], &'t [Field<'t>]);

const LONG_LABEL: &str =
    "\"https://llllllllllllllllllllllllllllllllllllllllllllllllllllllllllllllll.example\"";

/// Origins, in a rule without credentials.
const SHAPES: &[Spelled<'_>] = &[
    (r#""""#, &[("", "empty_origin")]),
    (r#""null""#, &[("", "null_origin")]),
    (r#"" https://a.example""#, &[("", "origin_whitespace")]),
    (r#""https://a.example,https://b.example""#, &[("", "several_origins_in_one")]),
    (r#""a.example""#, &[("", "missing_scheme")]),
    (r#""https:/a.example""#, &[("", "scheme_separator")]),
    (r#""HTTPS://a.example""#, &[("", "uppercase_scheme")]),
    (r#""my_app://a""#, &[("", "invalid_scheme")]),
    (r#""*://a.example""#, &[("", "wildcard_scheme")]),
    (
        r#""aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa://b""#,
        &[("", "scheme_too_long")],
    ),
    (r#""wss://a.example""#, &[("", "never_an_origin")]),
    (r#""file:///x""#, &[("", "file_origin")]),
    (r#""data:,x""#, &[("", "opaque_origin")]),
    (r#""https://u@a.example""#, &[("", "userinfo")]),
    (r#""https://a.example/""#, &[("", "trailing_slash")]),
    (r#""https://a.example/x""#, &[("", "origin_path")]),
    (r#""https://a.example?""#, &[("", "origin_query")]),
    (r#""https://a.example#""#, &[("", "origin_fragment")]),
    (r#""https://""#, &[("", "missing_host")]),
    (r#""^https://a.example$""#, &[("", "regex_origin")]),
    (r#""https://A.example""#, &[("", "uppercase_host")]),
    (r#""https://bücher.example""#, &[("", "unicode_host")]),
    (r#""https://%61.example""#, &[("", "percent_in_host")]),
    (r#""https://a!.example""#, &[("", "invalid_host_character")]),
    (r#""https://a..example""#, &[("", "empty_label")]),
    (LONG_LABEL, &[("", "label_too_long")]),
    (r#""http://1.2.3""#, &[("", "ipv4_not_canonical")]),
    (r#""http://[192.0.2.7]""#, &[("", "ipv4_in_brackets")]),
    (r#""http://[0::1]""#, &[("", "ipv6_not_canonical")]),
    (r#""http://[fe80::1%en0]""#, &[("", "ipv6_zone")]),
    (r#""http://::1""#, &[("", "ipv6_without_brackets")]),
    (r#""http://[::1]x""#, &[("", "ipv6_bracket")]),
    (r#""http://[x]""#, &[("", "invalid_ipv6")]),
    (r#""https://a.example:443""#, &[("", "default_port")]),
    (r#""https://a.example:""#, &[("", "empty_port")]),
    (r#""https://a.example:0""#, &[("", "port_out_of_range")]),
    (r#""https://a.example:08""#, &[("", "port_leading_zero")]),
    (r#""https://a.example:x""#, &[("", "invalid_port")]),
    (r#""https://a.example:8*""#, &[("", "partial_port_wildcard")]),
    (r#""https://*a.example""#, &[("", "wildcard_position")]),
    (r#""https://**.a.example""#, &[("", "several_wildcards")]),
    (r#""app://*.a.example""#, &[("", "wildcard_needs_http")]),
    (r#""http://*.192.0.2.7""#, &[("", "wildcard_in_address")]),
    // Several mistakes in one entry.
    (r#""https://u@a.example:443/""#, &[("", "userinfo"), ("", "trailing_slash"), ("", "default_port")]),
    ("1", &[("", "wrong_type")]),
    (r#"{"allow": ["any_port"], "reason": "x"}"#, &[("", "empty_origin")]),
    (r#"{"pattern": "https://b.example", "why": "x"}"#, &[(".why", "unknown_field")]),
    (
        r#"{"pattern": "https://c.example", "allow": ["nothing"], "reason": "x"}"#,
        &[(".allow[0]", "unknown_lint")],
    ),
    (
        r#"{"pattern": "https://d.example", "allow": ["userinfo"], "reason": "x"}"#,
        &[(".allow[0]", "not_a_lint")],
    ),
    (
        r#"{"pattern": "https://e.example", "allow": ["any_port"], "reason": "x"}"#,
        &[(".allow[0]", "unused_allow")],
    ),
    (r#""https://f.example""#, &[]),
    (r#""https://f.example""#, &[("", "duplicate_origin")]),
    (r#""https://*.f.example""#, &[]),
    (r#""https://x.f.example""#, &[("", "covered_origin")]),
    (r#""https://g.example.""#, &[("", "trailing_dot")]),
    (r#""https://xn--99999999999.example""#, &[("", "invalid_punycode")]),
    // `аррӏе` in Cyrillic letters.
    (r#""https://xn--80ak6aa92e.example""#, &[("", "lookalike_host")]),
];

const RULES: &[Rule<'_>] = &[
    (
        "shapes",
        &[],
        &[
            List("origins", SHAPES),
            Scalar("max_age", (r#""soon""#, &[("", "invalid_max_age")])),
            Key("max_age", "7200", &["duplicate_field"]),
        ],
    ),
    (
        "guarded",
        &[],
        &[
            Scalar("credentials", ("true", &[])),
            List(
                "origins",
                &[
                    (r#""http://a.example""#, &[("", "insecure_origin")]),
                    (r#""https://a.example:*""#, &[("", "any_port")]),
                    (r#""https://*.github.io""#, &[("", "open_pattern")]),
                    (r#""https://github.io""#, &[("", "shared_host")]),
                    (r#""http://localhost:3000""#, &[("", "loopback_with_credentials")]),
                    (
                        r#"{"pattern": "http://b.example", "allow": ["insecure_origin"]}"#,
                        &[("", "allow_without_reason")],
                    ),
                    (
                        r#"{"pattern": "https://*.b.example", "allow": ["open_pattern"], "reason": "x"}"#,
                        &[(".allow[0]", "outdated_allow")],
                    ),
                ],
            ),
            List("expose_headers", &[(r#""*""#, &[("", "any_exposed_with_credentials")])]),
            List("admits", &[(r#""https://*.a.example""#, &[("", "wildcard_expectation")])]),
        ],
    ),
    (
        "lists",
        &[],
        &[
            List("origins", &[(r#""http://h.example""#, &[("", "insecure_origin")])]),
            List(
                "methods",
                &[
                    (r#""PUT, PATCH""#, &[("", "invalid_method")]),
                    (r#""TRACE""#, &[("", "forbidden_method")]),
                    (r#""patch""#, &[("", "lowercase_method")]),
                    (r#""put""#, &[("", "normalised_method")]),
                    (r#""GET""#, &[("", "safelisted_method")]),
                    (r#""OPTIONS""#, &[("", "options_method")]),
                    (r#""PUT""#, &[("", "duplicate_method")]),
                    ("true", &[("", "wrong_type")]),
                ],
            ),
            List(
                "request_headers",
                &[
                    (r#""authorization""#, &[]),
                    (r#""x y""#, &[("", "invalid_request_header")]),
                    (r#""cookie""#, &[("", "forbidden_request_header")]),
                    (r#""access-control-allow-origin""#, &[("", "response_header_as_request_header")]),
                    (r#""x-*""#, &[("", "partial_header_wildcard")]),
                    (r#""Authorization""#, &[("", "duplicate_request_header")]),
                    ("null", &[("", "wrong_type")]),
                ],
            ),
            List(
                "expose_headers",
                &[
                    (r#""etag""#, &[]),
                    (r#""x:""#, &[("", "invalid_exposed_header")]),
                    (r#""set-cookie""#, &[("", "unreadable_header")]),
                    (r#""origin""#, &[("", "request_header_exposed")]),
                    (r#""access-control-max-age""#, &[("", "preflight_header_exposed")]),
                    (r#""expires""#, &[("", "safelisted_exposed_header")]),
                    (r#""ETag""#, &[("", "duplicate_exposed_header")]),
                ],
            ),
            Scalar("max_age", ("86401", &[("", "max_age_out_of_range")])),
        ],
    ),
    (
        "wildcards",
        &[],
        &[
            List("origins", &[(r#""https://i.example""#, &[])]),
            List("methods", &[(r#""PUT""#, &[]), (r#""*""#, &[("", "any_method_with_others")])]),
            List(
                "request_headers",
                &[(r#""*""#, &[]), (r#""x-a""#, &[("", "any_request_header_with_others")])],
            ),
            List("expose_headers", &[(r#""x-a""#, &[]), (r#""*""#, &[("", "any_exposed_with_others")])]),
            Scalar("max_age", ("86400", &[("", "capped_max_age")])),
            Scalar("credentials", (r#""no""#, &[("", "wrong_type")])),
            Key("name", r#""x""#, &["unknown_field"]),
        ],
    ),
    ("empty", &["missing_origins"], &[]),
    (
        "any",
        &[],
        &[
            List(
                "origins",
                &[
                    (
                        r#""*""#,
                        &[
                            ("", "any_origin_with_others"),
                            ("", "wildcard_with_credentials"),
                            ("", "any_origin_on_trusted_network"),
                        ],
                    ),
                    (r#""https://j.example""#, &[]),
                ],
            ),
            Scalar("credentials", ("true", &[])),
            Scalar("trusts_network", ("true", &[])),
        ],
    ),
    ("behind", &["unreachable_rule"], &[List("origins", &[(r#""https://k.example""#, &[])])]),
    (
        "shapes",
        &["duplicate_field", "unreachable_rule"],
        &[List("origins", &[(r#""https://l.example""#, &[])])],
    ),
];

/// Fields of the policy as a whole, behind the rules.
const POLICY: &[Field<'_>] = &[
    Scalar("name", (r#""""#, &[("", "invalid_name")])),
    Scalar("preflight_status", ("404", &[("", "preflight_status_out_of_range")])),
    Key("origin", "[]", &["unknown_field"]),
    Key("methods", "[]", &["mixed_rules"]),
    List("refuses", &[(r#""https://m.example/""#, &[("", "trailing_slash")]), ("1", &[("", "wrong_type")])]),
];

/// The document as it grows, and what is expected of it.
#[derive(Default)]
struct Built {
    json: String,
    expected: Vec<(String, String)>,
}

impl Built {
    fn expect(&mut self, path: &str, rule: &str) {
        self.expected.push((path.to_owned(), rule.to_owned()));
    }

    fn spelled(&mut self, path: &str, (json, mistakes): Spelled<'_>) {
        self.json.push_str(json);
        for (below, rule) in mistakes {
            self.expect(&format!("{path}{below}"), rule);
        }
    }

    fn field(&mut self, prefix: &str, field: &Field<'_>) {
        match field {
            Scalar(name, spelled) => {
                write!(self.json, "{name:?}: ").unwrap();
                self.spelled(&format!("{prefix}{name}"), *spelled);
            }
            List(name, members) => {
                write!(self.json, "{name:?}: [").unwrap();
                for (index, member) in members.iter().enumerate() {
                    self.comma(index);
                    self.spelled(&format!("{prefix}{name}[{index}]"), *member);
                }
                self.json.push(']');
            }
            Key(name, value, mistakes) => {
                mistakes.iter().for_each(|rule| self.expect(&format!("{prefix}{name}"), rule));
                write!(self.json, "{name:?}: {value}").unwrap();
            }
        }
    }

    fn rule(&mut self, (name, mistakes, fields): &Rule<'_>) {
        mistakes.iter().for_each(|rule| self.expect(name, rule));
        write!(self.json, "{name:?}: {{").unwrap();
        for (index, field) in fields.iter().enumerate() {
            self.comma(index);
            self.field(&format!("{name}."), field);
        }
        self.json.push('}');
    }

    fn comma(&mut self, index: usize) {
        if index > 0 {
            self.json.push_str(", ");
        }
    }
}

fn built() -> Built {
    let mut built = Built::default();
    built.json.push('{');
    for (index, rule) in RULES.iter().enumerate() {
        built.comma(index);
        built.rule(rule);
    }
    for field in POLICY {
        built.comma(1);
        built.field("", field);
    }
    built.json.push('}');
    built
}

#[test]
fn a_hundred_mistakes_are_reported_at_once_and_in_order() {
    let Built { json, expected } = built();
    let kinds: BTreeSet<&str> = expected.iter().map(|(_, rule)| rule.as_str()).collect();
    assert!(expected.len() >= 100 && kinds.len() >= 90, "{} of {} kinds", expected.len(), kinds.len());
    let document: Document = serde_json::from_str(&json).unwrap();
    let diagnostics = Policy::compile(&document).unwrap_err();
    let found: Vec<(String, String)> =
        diagnostics.iter().map(|found| (found.path.clone(), found.rule.to_owned())).collect();
    let differing = found.iter().zip(&expected).find(|(found, expected)| found != expected);
    assert_eq!(differing, None, "the first that differs");
    assert_eq!(found.len(), expected.len());
}

/// Every severity is among them, and the catalogue's names are what `allow` takes.
#[test]
fn the_report_says_how_bad_each_is() {
    let document: Document = serde_json::from_str(&built().json).unwrap();
    let diagnostics = Policy::compile(&document).unwrap_err();
    let of = |severity: Severity| -> BTreeSet<&str> {
        diagnostics.iter().filter(|found| found.severity == severity).map(|found| found.rule).collect()
    };
    assert_eq!(
        of(Severity::Lint),
        BTreeSet::from(["any_port", "insecure_origin", "open_pattern", "shared_host"])
    );
    assert!(of(Severity::Warning).contains("trailing_dot") && of(Severity::Error).contains("trailing_slash"));
    for found in &diagnostics {
        assert!(!found.message.is_empty() && !found.message.ends_with('.'), "{}", found.message);
        assert!(found.help.is_some(), "`{}` says what to write instead", found.rule);
    }
}
