//! Documents below ceilings: what of them is accepted, and what is reported where.
//!
//! The judge is the design, as tables of documents and of what each must give.
#![expect(clippy::panic, reason = "a panic is the report")]

use std::collections::BTreeSet;

use cors_policy::{Ceiling, Compiled, Diagnostics, Document, Policy, cors_ceiling};

static NARROW: Ceiling = cors_ceiling! {};

static GUARDED: Ceiling = cors_ceiling! { credentials: true };

static USUAL: Ceiling = cors_ceiling! {
    credentials: true,
    exact_origins: 3,
    wildcard_origins: 1,
    rules: 2,
    methods: [PUT, DELETE],
    request_headers: ["Content-Type", "authorization"],
    expose_headers: ["etag"],
    max_age: "10m",
    lints: [open_pattern],
    profiles: {
        standard: { methods: [PUT], request_headers: ["content-type"], expose_headers: ["etag"], max_age: "5m" },
        plain: {},
    },
};

static WIDE: Ceiling = cors_ceiling! {
    schemes: ["https", "http", "app"],
    credentials: true,
    any_origin: true,
    any_port: true,
    rules: 255,
    wildcard_origins: 100,
    methods: any,
    request_headers: [any, "authorization"],
    expose_headers: any,
    max_age: "2h",
    lints: [insecure_origin, open_pattern, shared_host, any_port],
    profiles: {
        all: { methods: any, request_headers: any, expose_headers: any },
        tokens: { request_headers: [any, "authorization"] },
    },
};

fn below(json: &str, ceiling: &Ceiling) -> Result<Compiled, Diagnostics> {
    let document: Document = serde_json::from_str(json).unwrap_or_else(|error| panic!("{error} in {json}"));
    Policy::compile_below(&document, ceiling)
}

#[track_caller]
fn accepted(json: &str, ceiling: &Ceiling) -> Policy {
    let compiled = below(json, ceiling).unwrap_or_else(|found| panic!("{json} is refused:\n{found}"));
    assert!(compiled.warnings.is_empty(), "{json}\n{}", compiled.warnings);
    compiled.policy
}

/// The document is refused, for these mistakes at these places, with the last of the help.
#[track_caller]
fn refused(json: &str, ceiling: &Ceiling, expected: &[(&str, &str, &str)]) {
    let found = below(json, ceiling).err().unwrap_or_else(|| panic!("{json} is accepted"));
    let said: Vec<_> = found
        .iter()
        .map(|found| (found.path.as_str(), found.rule, found.help.as_deref().unwrap_or_default()))
        .collect();
    let places = |said: &[(&str, &str, &str)]| -> Vec<String> {
        said.iter().map(|(path, rule, _)| format!("{path} {rule}")).collect()
    };
    assert_eq!(places(&said), places(expected), "{json}\n{found}");
    for ((_, _, help), (_, _, end)) in said.iter().zip(expected) {
        assert!(help.ends_with(end), "{json}\n{help}\n{end}");
    }
}

const ABOVE: &str = "grant_above_ceiling";
const ORIGIN: &str = "origin_above_ceiling";

#[test]
fn by_default_documents_can_ask_for_little() {
    accepted(r#"{"origins": ["https://a.example", "https://*.a.example:8443"]}"#, &NARROW);
    refused(r#"{"origins": "*"}"#, &NARROW, &[("origins", ORIGIN, "that may read responses")]);
    refused(
        r#"{"origins": ["http://localhost:3000", "https://a.example:*", "app://x"]}"#,
        &NARROW,
        &[
            ("origins[0]", ORIGIN, "whose scheme is among `https`"),
            ("origins[1]", ORIGIN, "list the ports"),
            ("origins[2]", ORIGIN, "whose scheme is among `https`"),
        ],
    );
    refused(
        r#"{"origins": ["https://a.example"], "credentials": true, "methods": "*", "request_headers": ["X-A"],
            "expose_headers": ["etag"], "max_age": 5}"#,
        &NARROW,
        &[
            ("credentials", ABOVE, "no document can have them"),
            ("methods", ABOVE, "list what pages need; documents may list no method"),
            ("request_headers[0]", ABOVE, "remove it; documents may list no request header"),
            ("expose_headers[0]", ABOVE, "remove it; documents may list no exposed header"),
            ("max_age", ABOVE, "remove `max_age`"),
        ],
    );
}

#[test]
fn names_are_compared_as_browsers_compare_them() {
    let json = r#"{"origins": ["https://a.example"], "methods": ["PUT", "DELETE"],
        "request_headers": ["CONTENT-TYPE", "Authorization"], "expose_headers": ["ETag"], "max_age": "10m"}"#;
    accepted(json, &USUAL);
    refused(
        &json.replace("DELETE", "PATCH").replace("10m", "11m"),
        &USUAL,
        &[
            ("methods[1]", ABOVE, "remove it; documents may list `PUT` and `DELETE`"),
            ("max_age", ABOVE, "write `\"600s\"` or less"),
        ],
    );
}

#[test]
fn any_does_not_stand_for_authorization() {
    static ANY: Ceiling = cors_ceiling! { request_headers: any };
    let json = r#"{"origins": ["https://a.example"], "request_headers": ["*"]}"#;
    accepted(json, &ANY);
    accepted(&json.replace("\"*\"", "\"x-a\", \"x-b\""), &ANY);
    let json = json.replace("\"*\"", "\"*\", \"authorization\"");
    refused(
        &json,
        &ANY,
        &[("request_headers[1]", ABOVE, "documents may list any request header but `authorization`")],
    );
    accepted(&json, &WIDE);
}

#[test]
fn numbers_count_over_all_rules() {
    let json = r#"{"rules": [
        {"name": "a", "origins": ["https://a.example", "https://b.example", "https://*.a.example"]},
        {"name": "b", "origins": ["https://c.example"]}]}"#;
    accepted(json, &USUAL);
    refused(
        &json.replace(
            "https://c.example\"",
            "https://c.example\", \"https://d.example\", \"https://e.example\"",
        ),
        &USUAL,
        &[("rules[1].origins[1]", "number_above_ceiling", "is behind it")],
    );
    refused(
        &json.replace("https://c.example", "https://pr-*.c.example"),
        &USUAL,
        &[("rules[1].origins[0]", "number_above_ceiling", "is behind it")],
    );
    refused(
        r#"{"a": {"origins": ["https://a.example"]}, "b": {"origins": ["https://b.example"]},
            "c": {"origins": ["https://c.example"]}, "d": {"origins": ["https://d.example"]}}"#,
        &USUAL,
        &[
            ("c", "number_above_ceiling", "is behind it"),
            ("d.origins[0]", "number_above_ceiling", "is behind it"),
        ],
    );
}

#[test]
fn lints_are_silenced_as_far_as_the_ceiling_goes() {
    let json = r#"{"origins": [{"pattern": "https://*.github.io", "allow": ["open_pattern"], "reason": "x"}],
        "credentials": true}"#;
    accepted(json, &USUAL);
    // What cannot be silenced is not advised to be.
    refused(
        json,
        &GUARDED,
        &[
            ("origins[0].pattern", "open_pattern", "such as `https://*.example.com`"),
            ("origins[0].allow[0]", "lint_above_ceiling", "remove the `allow`, and mend the entry"),
        ],
    );
    refused(
        r#"{"origins": ["https://*.github.io"], "credentials": true}"#,
        &USUAL,
        &[("origins[0]", "open_pattern", "with the reason")],
    );
    // The scheme is above the ceiling, which is enough to say.
    refused(
        r#"{"origins": ["http://a.example:*"], "credentials": true}"#,
        &USUAL,
        &[("origins[0]", ORIGIN, "list the ports"), ("origins[0]", ORIGIN, "write `https://a.example:*`")],
    );
}

#[test]
fn a_profile_stands_for_what_it_has() {
    let json = r#"{"origins": ["https://a.example"], "credentials": true, "profile": "standard"}"#;
    let spelt = r#"{"origins": ["https://a.example"], "credentials": true, "methods": ["PUT"],
        "request_headers": ["content-type"], "expose_headers": ["etag"], "max_age": "5m"}"#;
    assert_eq!(shown(&accepted(json, &USUAL)), shown(&accepted(spelt, &USUAL)));
    let own = json.replace(r#""profile""#, r#""max_age": "10m", "profile""#);
    assert_eq!(shown(&accepted(&own, &USUAL)), shown(&accepted(&spelt.replace("5m", "10m"), &USUAL)));
    refused(&own.replace("10m", "11m"), &USUAL, &[("max_age", ABOVE, "or less")]);
    let plain = r#"{"a": {"origins": ["https://a.example"], "profile": "plain"},
        "b": {"origins": ["https://b.example"], "profile": "standard"}}"#;
    assert!(shown(&accepted(plain, &USUAL)).contains("\"PUT\""));
    let all = r#"{"origins": ["https://a.example"], "profile": "all"}"#;
    let spelt = r#"{"origins": ["https://a.example"], "methods": "*", "request_headers": "*", "expose_headers": "*"}"#;
    assert_eq!(shown(&accepted(all, &WIDE)), shown(&accepted(spelt, &WIDE)));
    let tokens = all.replace("all", "tokens");
    let spelt = r#"{"origins": ["https://a.example"], "request_headers": ["*", "authorization"]}"#;
    assert_eq!(shown(&accepted(&tokens, &WIDE)), shown(&accepted(spelt, &WIDE)));
}

#[test]
fn profiles_are_checked_with_the_rule() {
    let json = r#"{"origins": ["https://a.example"], "credentials": true, "profile": "all"}"#;
    refused(json, &WIDE, &[("profile", "any_exposed_with_credentials", "\"x-request-id\"]`")]);
    let json = r#"{"origins": ["http://a.example"], "profile": "tokens"}"#;
    let warnings = below(json, &WIDE).unwrap().warnings;
    assert_eq!(warnings.iter().next().unwrap().rule, "insecure_authorization", "{warnings}");
    refused(
        r#"{"origins": ["https://a.example"], "profile": "standart"}"#,
        &USUAL,
        &[("profile", "unknown_profile", "write `standard`")],
    );
    refused(
        r#"{"origins": ["https://a.example"], "profile": "x-y-z"}"#,
        &USUAL,
        &[("profile", "unknown_profile", "the profiles are `standard` and `plain`")],
    );
    refused(
        r#"{"origins": ["https://a.example"], "profile": "x"}"#,
        &NARROW,
        &[("profile", "unknown_profile", "that pages need")],
    );
    refused(
        r#"{"origins": ["https://a.example"], "profile": 5}"#,
        &USUAL,
        &[("profile", "wrong_type", "write the name in quotes")],
    );
    refused(
        r#"{"a": {"origins": ["https://a.example"], "methods": ["PUT"], "profile": "plain", "expose_headers": []}}"#,
        &USUAL,
        &[
            ("a.methods", "profile_beside_fields", "in place of `profile`"),
            ("a.expose_headers", "profile_beside_fields", "in place of `profile`"),
        ],
    );
    refused(
        r#"{"profile": "plain", "a": {"origins": ["https://a.example"]}}"#,
        &USUAL,
        &[("profile", "mixed_rules", "that it is meant for")],
    );
}

#[test]
fn documents_have_a_version_and_no_name() {
    accepted(r#"{"v": 1, "origins": ["https://a.example"]}"#, &NARROW);
    // What a newer version means is not guessed at.
    for version in ["2", "9223372036854775807"] {
        let json = format!(r#"{{"origin": "null", "later": {{}}, "v": {version}}}"#);
        refused(&json, &NARROW, &[("v", "document_version", "until this program is newer as well")]);
    }
    for version in ["0", "-1", "\"1\"", "null", "1.5", "99999999999999999999", "{}"] {
        let json = format!(r#"{{"origins": ["https://a.example"], "v": {version}}}"#);
        refused(&json, &NARROW, &[("v", "wrong_type", "write `1`, or remove it")]);
    }
    let json = r#"{"name": "shop", "origins": ["https://a.example"]}"#;
    refused(json, &NARROW, &[("name", "unknown_field", "names the policy")]);
    refused(
        r#"{"apps": {"name": "shop", "origins": ["https://a.example"]}}"#,
        &NARROW,
        &[("apps.name", "unknown_field", "names the policy")],
    );
    refused(
        r#"{"origins": ["https://a.example"], "profle": "x"}"#,
        &NARROW,
        &[("profle", "unknown_field", "write `profile`")],
    );
}

#[test]
fn without_a_ceiling_there_is_no_version_and_no_profile() {
    for field in [r#""v": 1"#, r#""v": 2"#, r#""profile": "standard""#] {
        let json = format!(r#"{{"origins": ["https://a.example"], {field}}}"#);
        let document: Document = serde_json::from_str(&json).unwrap();
        let found = Policy::compile(&document).unwrap_err();
        let rules: Vec<&str> = found.iter().map(|found| found.rule).collect();
        assert_eq!(rules, ["unknown_field"], "{found}");
        assert!(!found.to_string().contains("`profile`,"), "{found}");
    }
    let document = serde_json::from_str(
        r#"{"v": {"origins": ["https://a.example"]}, "profile": {"origins": ["https://b.example"]}}"#,
    );
    assert_eq!(Policy::compile(&document.unwrap()).unwrap().policy.rules().count(), 2, "names of rules");
}

#[test]
fn fingerprints_tell_ceilings_apart() {
    macro_rules! ceilings {
        ($({ $($ceiling:tt)* })*) => { [$({ static CEILING: Ceiling = cors_ceiling! { $($ceiling)* }; &CEILING }),*] };
    }
    let ceilings = ceilings! {
        {} { schemes: ["http"] } { schemes: ["https", "http"] } { credentials: true } { any_origin: true }
        { any_port: true } { exact_origins: 1 } { wildcard_origins: 1 } { wildcard_origins: 100 } { rules: 1 }
        { methods: [PUT] } { methods: any } { request_headers: ["x-a"] } { request_headers: any }
        { request_headers: [any, "authorization"] } { expose_headers: ["x-a"] } { expose_headers: any }
        { max_age: 0 } { max_age: 1 } { lints: [any_port] } { lints: [open_pattern] } { profiles: { a: {} } }
        { profiles: { b: {} } } { profiles: { a: {}, b: {} } } { methods: [PUT], profiles: { a: { methods: [PUT] } } }
        { methods: [PUT], profiles: { a: {} } } { max_age: 1, profiles: { a: { max_age: 1 } } }
    };
    let all: BTreeSet<u64> = ceilings.iter().map(|ceiling| ceiling.fingerprint()).collect();
    assert_eq!(all.len(), ceilings.len());
    let same = cors_ceiling! { schemes: ["https"], credentials: false, exact_origins: 100, rules: 4 };
    assert_eq!(same.fingerprint(), NARROW.fingerprint());
    assert_eq!(NARROW.fingerprint(), 0x35e9_a004_0c94_d593, "it is kept beside what is on disk");
    assert_eq!((&same, format!("{same:?}")), (&NARROW, format!("{NARROW:?}")));
}

#[test]
fn debug_is_the_language() {
    let expected = r#"cors_ceiling! {
    schemes: ["https"],
    credentials: true,
    exact_origins: 3,
    wildcard_origins: 1,
    rules: 2,
    methods: ["PUT", "DELETE"],
    request_headers: ["content-type", "authorization"],
    expose_headers: ["etag"],
    max_age: 600,
    lints: [open_pattern],
    profiles: {
        standard: {
            methods: ["PUT"],
            request_headers: ["content-type"],
            expose_headers: ["etag"],
            max_age: 300,
        },
        plain: {
        },
    },
}"#;
    assert_eq!(format!("{USUAL:?}"), expected);
    assert!(format!("{WIDE:?}").contains(r#"request_headers: [any, "authorization"],"#), "{WIDE:?}");
}

fn shown(policy: &Policy) -> String {
    format!("{policy:?}")
}
