//! Everything that is known to go wrong with CORS policies, in whatever library, and what becomes of it here: a
//! mistake of the catalogue, or nothing, with the reason. Each with an example that is compiled.

#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::collections::BTreeSet;

use cors_policy::{Document, Policy};
use cors_policy_compiler::mistake::Mistake;

/// What becomes of a rule.
enum Answer {
    /// The policy makes this mistake.
    Says(&'static str),
    /// The policy is right, because of this.
    Accepts(&'static str),
    /// There is nothing to write, because of this.
    NothingToWrite(&'static str),
}

use Answer::{Accepts, NothingToWrite, Says};

/// A rule, what becomes of it, and fields of a policy (`ORIGINS` are there if the fields have none).
type Rule = (&'static str, Answer, &'static str);

const ORIGINS: &str = r#""origins": ["https://app.example.com"]"#;

const LIST: [Rule; 7] = [
    ("origins-missing", Says("missing_origins"), r#""origins": []"#),
    ("origin-empty", Says("empty_origin"), r#""origins": [""]"#),
    ("origin-any-with-others", Says("any_origin_with_others"), r#""origins": ["*", "https://a.example"]"#),
    (
        "origin-duplicate",
        Says("duplicate_origin"),
        r#""origins": ["https://a.example", "https://a.example"]"#,
    ),
    (
        "origin-subsumed",
        Says("covered_origin"),
        r#""origins": ["https://*.a.example", "https://b.a.example"]"#,
    ),
    (
        "origin-not-subsumed",
        Accepts("`*.` stands for subdomains, never for the name itself"),
        r#""origins": ["https://*.a.example", "https://a.example", "https://*.a.example:8443"]"#,
    ),
    (
        "origin-too-long",
        Says("origin_too_long"),
        r#""origins": ["https://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaa.example/"]"#,
    ),
];

const SHAPE: [Rule; 23] = [
    ("origin-null", Says("null_origin"), r#""origins": ["null"]"#),
    (
        "origin-any-with-credentials",
        Says("wildcard_with_credentials"),
        r#""origins": "*", "credentials": true"#,
    ),
    ("origin-whitespace", Says("origin_whitespace"), r#""origins": ["https://a.example "]"#),
    (
        "origin-list-in-string",
        Says("several_origins_in_one"),
        r#""origins": ["https://a.example, https://b.example"]"#,
    ),
    ("origin-scheme-missing", Says("missing_scheme"), r#""origins": ["a.example"]"#),
    ("origin-scheme-separator", Says("scheme_separator"), r#""origins": ["https:/a.example"]"#),
    ("origin-scheme-uppercase", Says("uppercase_scheme"), r#""origins": ["HTTPS://a.example"]"#),
    ("origin-scheme-invalid", Says("invalid_scheme"), r#""origins": ["1s://a.example"]"#),
    ("origin-scheme-underscore", Says("invalid_scheme"), r#""origins": ["my_app://a.example"]"#),
    ("origin-scheme-wildcard", Says("wildcard_scheme"), r#""origins": ["*://a.example"]"#),
    (
        "origin-scheme-length",
        Says("scheme_too_long"),
        r#""origins": ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa://a"]"#,
    ),
    (
        "origin-scheme-not-http",
        Accepts("extensions and application shells have pages, and send such origins"),
        r#""origins": ["chrome-extension://abcdefghijklmnopabcdefghijklmnop"]"#,
    ),
    (
        "origin-scheme-custom",
        Accepts("extensions and application shells have pages, and send such origins"),
        r#""origins": ["capacitor://localhost"]"#,
    ),
    ("origin-scheme-never-an-origin", Says("never_an_origin"), r#""origins": ["wss://a.example"]"#),
    ("origin-scheme-file", Says("file_origin"), r#""origins": ["file:///home/me/index.html"]"#),
    ("origin-opaque", Says("opaque_origin"), r#""origins": ["blob:https://a.example"]"#),
    ("origin-userinfo", Says("userinfo"), r#""origins": ["https://user@a.example"]"#),
    ("origin-path", Says("trailing_slash"), r#""origins": ["https://a.example/"]"#),
    ("origin-path", Says("origin_path"), r#""origins": ["https://a.example/shop"]"#),
    ("origin-query", Says("origin_query"), r#""origins": ["https://a.example?"]"#),
    ("origin-fragment", Says("origin_fragment"), r#""origins": ["https://a.example#"]"#),
    ("origin-host-missing", Says("missing_host"), r#""origins": ["https://:80"]"#),
    ("origin-regex", Says("regex_origin"), r#""origins": ["^https://a\\.example$"]"#),
];

const HOST: [Rule; 26] = [
    ("host-uppercase", Says("uppercase_host"), r#""origins": ["https://A.example"]"#),
    ("host-unicode", Says("unicode_host"), r#""origins": ["https://bücher.example"]"#),
    ("host-percent", Says("percent_in_host"), r#""origins": ["https://%61.example"]"#),
    ("host-invalid-char", Says("invalid_host_character"), r#""origins": ["https://a!.example"]"#),
    (
        "host-underscore",
        Accepts("outside the grammar of `Origin`, and browsers and DNS carry it"),
        r#""origins": ["https://a_b.example"]"#,
    ),
    ("host-empty-label", Says("empty_label"), r#""origins": ["https://a..example"]"#),
    ("host-trailing-dot", Says("trailing_dot"), r#""origins": ["https://a.example."]"#),
    (
        "host-label-length",
        Says("label_too_long"),
        r#""origins": ["https://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.example"]"#,
    ),
    (
        "host-length",
        Says("host_too_long"),
        r#""origins": ["https://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaaaa.example"]"#,
    ),
    ("host-punycode-invalid", Says("invalid_punycode"), r#""origins": ["https://xn--a-.example"]"#),
    ("host-hyphen-edge", Accepts("browsers accept and send it"), r#""origins": ["https://-a-.example"]"#),
    (
        "host-hyphen-3-4",
        Accepts("browsers accept and send it, and preview hosts are called so"),
        r#""origins": ["https://qa--site.example"]"#,
    ),
    (
        "host-last-label-digit",
        Accepts("browsers take a host for an address only if its last label is a number as a whole"),
        r#""origins": ["https://a.1x"]"#,
    ),
    ("ipv4-not-canonical", Says("ipv4_not_canonical"), r#""origins": ["http://0x7f.1"]"#),
    (
        "ipv4-https",
        Accepts("there are certificates for addresses (RFC 8738)"),
        r#""origins": ["https://192.0.2.7"]"#,
    ),
    (
        "ipv6-https",
        Accepts("there are certificates for addresses (RFC 8738)"),
        r#""origins": ["https://[2001:db8::7]"]"#,
    ),
    ("ipv4-in-brackets", Says("ipv4_in_brackets"), r#""origins": ["http://[192.0.2.7]"]"#),
    ("ipv6-not-canonical", Says("ipv6_not_canonical"), r#""origins": ["http://[2001:DB8::7]"]"#),
    (
        "ipv6-v4-mapped",
        Accepts("browsers send it in hexadecimal; the dotted spelling is `ipv6_not_canonical`"),
        r#""origins": ["http://[::ffff:c000:207]"]"#,
    ),
    ("ipv6-v4-mapped", Says("ipv6_not_canonical"), r#""origins": ["http://[::ffff:192.0.2.7]"]"#),
    ("ipv6-zone", Says("ipv6_zone"), r#""origins": ["http://[fe80::7%25eth0]"]"#),
    ("ipv6-no-brackets", Says("ipv6_without_brackets"), r#""origins": ["http://2001:db8::7"]"#),
    ("ipv6-bracket", Says("ipv6_bracket"), r#""origins": ["http://[::1"]"#),
    ("ipv6-invalid", Says("invalid_ipv6"), r#""origins": ["http://[::1::2]"]"#),
    ("ip-with-subdomain-wildcard", Says("wildcard_in_address"), r#""origins": ["http://*.192.0.2.7"]"#),
    ("port-default", Says("default_port"), r#""origins": ["https://a.example:443"]"#),
];

const PORT_AND_WILDCARDS: [Rule; 18] = [
    ("origin-port-default-other-scheme", Says("default_port"), r#""origins": ["wss://a.example:443"]"#),
    ("port-empty", Says("empty_port"), r#""origins": ["https://a.example:"]"#),
    ("port-range", Says("port_out_of_range"), r#""origins": ["https://a.example:65536"]"#),
    ("port-leading-zero", Says("port_leading_zero"), r#""origins": ["https://a.example:08443"]"#),
    ("port-invalid", Says("invalid_port"), r#""origins": ["https://a.example:80-90"]"#),
    ("port-wildcard-form", Says("partial_port_wildcard"), r#""origins": ["https://a.example:8*"]"#),
    ("port-any", Accepts("one host and one scheme still"), r#""origins": ["https://a.example:*"]"#),
    (
        "port-any-with-credentials",
        Says("any_port"),
        r#""origins": ["https://a.example:*"], "credentials": true"#,
    ),
    ("wildcard-position", Says("wildcard_position"), r#""origins": ["https://*example.com"]"#),
    ("wildcard-multiple", Says("several_wildcards"), r#""origins": ["https://*.*.example.com"]"#),
    ("wildcard-ok", Accepts("one or more labels, never none"), r#""origins": ["https://*.example.com"]"#),
    (
        "wildcard-and-port-any",
        Accepts("any port of any subdomain"),
        r#""origins": ["https://*.example.com:*"]"#,
    ),
    (
        "public-suffix-with-credentials",
        Says("open_pattern"),
        r#""origins": ["https://*.github.io"], "credentials": true"#,
    ),
    (
        "public-suffix-anonymous",
        Accepts("no worse than `*`, as long as no credentials travel"),
        r#""origins": ["https://*.github.io"]"#,
    ),
    (
        "public-suffix-below",
        Says("open_pattern"),
        r#""origins": ["https://*.amazonaws.com"], "credentials": true"#,
    ),
    (
        "public-suffix, unlisted TLD",
        Says("open_pattern"),
        r#""origins": ["https://*.internal"], "credentials": true"#,
    ),
    (
        "public-suffix, unlisted TLD",
        Accepts("`localhost` is the visitor's own machine (RFC 6761)"),
        r#""origins": ["http://*.localhost"]"#,
    ),
    (
        "staleness",
        NothingToWrite("the date of the list stands in the documentation; exact origins are looked up too"),
        "",
    ),
];

const CREDENTIALS: [Rule; 10] = [
    (
        "insecure-with-credentials",
        Says("insecure_origin"),
        r#""origins": ["http://a.example"], "credentials": true"#,
    ),
    (
        "loopback-ok",
        Says("loopback_with_credentials"),
        r#""origins": ["http://app.localhost:5173"], "credentials": true"#,
    ),
    (
        "insecure, custom scheme",
        Accepts("an application's own pages do not come over the network"),
        r#""origins": ["tauri://localhost"], "credentials": true"#,
    ),
    (
        "method-any with credentials",
        Accepts("`*` is no wildcard there, so the method of the preflight is echoed"),
        r#""credentials": true, "methods": "*""#,
    ),
    (
        "reqhdr-any with credentials",
        Accepts("`*` is no wildcard there, so the names in the preflight are echoed, but `authorization`"),
        r#""credentials": true, "request_headers": "*""#,
    ),
    (
        "expose-any-with-credentials",
        Says("any_exposed_with_credentials"),
        r#""credentials": true, "expose_headers": "*""#,
    ),
    (
        "credentials-for-bearer",
        Accepts(
            "a token in a header of its own needs the header, not credentials; nobody can tell what was meant",
        ),
        r#""request_headers": ["authorization"]"#,
    ),
    (
        "unused-escape-hatch",
        Says("unused_allow"),
        r#""origins": [{"pattern": "https://a.example", "allow": ["insecure_origin"], "reason": "x"}], "credentials": true"#,
    ),
    ("duplicate-key", Says("duplicate_field"), r#""max_age": 5, "max_age": 6"#),
    ("unknown-key", Says("unknown_field"), r#""allowHeaders": ["x-a"]"#),
];

const METHODS_AND_HEADERS: [Rule; 31] = [
    ("method-invalid", Says("invalid_method"), r#""methods": ["PUT, DELETE"]"#),
    ("method-forbidden", Says("forbidden_method"), r#""methods": ["trace"]"#),
    ("method-normalised", Says("normalised_method"), r#""methods": ["put"]"#),
    ("method-lowercase", Says("lowercase_method"), r#""methods": ["patch"]"#),
    ("method-safelisted", Says("safelisted_method"), r#""methods": ["GET"]"#),
    ("method-options", Says("options_method"), r#""methods": ["OPTIONS"]"#),
    ("method-any-with-others", Says("any_method_with_others"), r#""methods": ["*", "PUT"]"#),
    ("method-duplicate", Says("duplicate_method"), r#""methods": ["PUT", "PUT"]"#),
    ("method-none", Accepts("GET, HEAD and POST are always allowed"), r#""methods": []"#),
    ("reqhdr-invalid", Says("invalid_request_header"), r#""request_headers": ["x-a:"]"#),
    ("reqhdr-forbidden", Says("forbidden_request_header"), r#""request_headers": ["sec-fetch-site"]"#),
    (
        "reqhdr, not forbidden",
        Accepts("only some values of it are forbidden, or none"),
        r#""request_headers": ["x-http-method-override", "user-agent"]"#,
    ),
    (
        "reqhdr-is-response-header",
        Says("response_header_as_request_header"),
        r#""request_headers": ["access-control-allow-origin"]"#,
    ),
    ("reqhdr-ok", Accepts("browsers announce names in lower case"), r#""request_headers": ["X-CSRF-Token"]"#),
    ("reqhdr-any", Accepts("every header but `authorization`"), r#""request_headers": "*""#),
    (
        "reqhdr-any-and-authorization",
        Accepts("the one name that `*` does not cover"),
        r#""request_headers": ["*", "authorization"]"#,
    ),
    ("reqhdr-any-with-others", Says("any_request_header_with_others"), r#""request_headers": ["*", "x-a"]"#),
    ("reqhdr-partial-wildcard", Says("partial_header_wildcard"), r#""request_headers": ["x-*"]"#),
    (
        "reqhdr-safelisted",
        Accepts("with other values, such as JSON bodies, they are asked for"),
        r#""request_headers": ["accept", "content-type", "range"]"#,
    ),
    ("expose-invalid", Says("invalid_exposed_header"), r#""expose_headers": ["x a"]"#),
    ("expose-forbidden", Says("unreadable_header"), r#""expose_headers": ["set-cookie"]"#),
    ("expose-is-request-header", Says("request_header_exposed"), r#""expose_headers": ["origin"]"#),
    (
        "expose-preflight-only",
        Says("preflight_header_exposed"),
        r#""expose_headers": ["access-control-max-age"]"#,
    ),
    ("expose-safelisted", Says("safelisted_exposed_header"), r#""expose_headers": ["cache-control"]"#),
    ("expose-any", Accepts("without credentials `*` exposes every header"), r#""expose_headers": "*""#),
    ("expose-any-with-others", Says("any_exposed_with_others"), r#""expose_headers": ["*", "etag"]"#),
    ("expose-duplicate", Says("duplicate_exposed_header"), r#""expose_headers": ["etag", "ETag"]"#),
    ("any-with-list", Says("any_method_with_others"), r#""methods": ["DELETE", "*"]"#),
    ("expose-all-with-list", Says("any_exposed_with_others"), r#""expose_headers": ["etag", "*"]"#),
    (
        "pna-any-origin",
        Says("response_header_as_request_header"),
        r#""request_headers": ["access-control-allow-private-network"]"#,
    ),
    ("status of the private-network feature", Says("unknown_field"), r#""allow_private_network": true"#),
];

const PREFLIGHT_AND_STRUCTURE: [Rule; 13] = [
    ("max-age-range", Says("max_age_out_of_range"), r#""max_age": 86401"#),
    ("max-age-disable", Accepts("0 is sent as it is"), r#""max_age": 0"#),
    ("max-age-default", Accepts("nothing is sent, and browsers take five seconds"), ""),
    ("max-age-capped", Says("capped_max_age"), r#""max_age": 7201"#),
    (
        "max-age-without-preflight",
        Accepts("GET and POST are preflighted as well, for their headers, and the answer is kept so long"),
        r#""max_age": 600"#,
    ),
    ("status-range", Says("preflight_status_out_of_range"), r#""preflight_status": 304"#),
    ("status 200 vs 204", Accepts("for clients that take only 200"), r#""preflight_status": 200"#),
    (
        "pna-insecure-origin",
        NothingToWrite("there is no setting for private networks: browsers ask the user"),
        "",
    ),
    (
        "pna-modes-conflict",
        NothingToWrite("there is no setting for private networks: browsers ask the user"),
        "",
    ),
    ("wrong-type", Says("wrong_type"), r#""credentials": "true""#),
    ("shadowed-setting", NothingToWrite("there are no functions that decide, so none can shadow a list"), ""),
    (
        "all errors at once",
        Says("trailing_slash"),
        r#""origins": ["https://a.example/", "HTTPS://b.example"]"#,
    ),
    (
        "all errors at once",
        Says("uppercase_scheme"),
        r#""origins": ["https://a.example/", "HTTPS://b.example"]"#,
    ),
];

fn rules() -> impl Iterator<Item = &'static Rule> {
    let groups: [&[Rule]; 7] = [
        &LIST,
        &SHAPE,
        &HOST,
        &PORT_AND_WILDCARDS,
        &CREDENTIALS,
        &METHODS_AND_HEADERS,
        &PREFLIGHT_AND_STRUCTURE,
    ];
    groups.into_iter().flatten()
}

/// The names of what is found in a policy of these fields.
fn found(fields: &str) -> BTreeSet<&'static str> {
    let separator = if fields.is_empty() { "" } else { ", " };
    let json = if fields.contains("\"origins\"") {
        format!("{{{fields}}}")
    } else {
        format!("{{{ORIGINS}{separator}{fields}}}")
    };
    let document: Document = serde_json::from_str(&json).unwrap();
    let diagnostics = Policy::compile(&document).map_or_else(|found| found, |compiled| compiled.warnings);
    diagnostics.iter().map(|diagnostic| diagnostic.rule).collect()
}

#[test]
fn every_known_rule_has_its_answer() {
    for (rule, answer, fields) in rules() {
        match answer {
            Says(name) => {
                assert!(Mistake::by_name(name).is_some(), "{rule}: there is no `{name}`");
                let found = found(fields);
                assert!(found.contains(name), "{rule}: {found:?}");
            }
            Accepts(reason) => assert_eq!(found(fields), BTreeSet::new(), "{rule}: {reason}"),
            NothingToWrite(reason) => assert!(!reason.is_empty() && fields.is_empty(), "{rule}"),
        }
    }
}

/// Mistakes that nobody could make before, because no other library has what they are about.
#[test]
fn what_no_rule_is_about_is_our_own() {
    let known: BTreeSet<&str> = rules()
        .filter_map(|(_, answer, _)| match answer {
            Says(name) => Some(*name),
            _ => None,
        })
        .collect();
    let own: Vec<&str> =
        Mistake::ALL.iter().map(|mistake| mistake.name()).filter(|name| !known.contains(name)).collect();
    assert_eq!(own, OWN);
}

const OWN: [&str; 36] = [
    "syntax",
    "quoted_any",
    "mixed_rules",
    "too_many_rules",
    "invalid_name",
    "unknown_attribute",
    "misplaced_attribute",
    "too_many_conditions",
    "allow_without_reason",
    "unknown_lint",
    "not_a_lint",
    "policy_too_large",
    "unreachable_origin",
    "unreachable_rule",
    "any_origin_on_trusted_network",
    "placeholder_in_origin",
    "wildcard_needs_http",
    "invalid_max_age",
    "wildcard_expectation",
    "unmet_admits",
    "unmet_refuses",
    "limit_out_of_range",
    "origin_above_ceiling",
    "number_above_ceiling",
    "grant_above_ceiling",
    "lint_above_ceiling",
    "unknown_profile",
    "profile_beside_fields",
    "document_version",
    "shared_host",
    "overlapping_origin",
    "lookalike_host",
    "insecure_authorization",
    "duplicate_request_header",
    "duplicate_limit",
    "outdated_allow",
];
