//! Help that no program can follow, followed by hand in every way that it offers (`cases/advice.txt`); and what refusals at
//! run time say.
//!
//! Help that has a replacement is followed by a program in `mutations.rs`.

#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::collections::BTreeSet;

use cors_policy::explain::{Draft, PolicyEdit};
use cors_policy::{Diagnostic, Document, MissingOrigin, Policy, Rejection, UpgradeRefusal};
use cors_policy_tests::mutate::table::table;

/// A mistake, a document with it, and documents that do what its help says, one for each way that it offers.
struct Followed {
    mistake: &'static str,
    wrong: &'static str,
    ways: Vec<&'static str>,
}

/// What stands in `cases/advice.txt`.
fn followed() -> Vec<Followed> {
    let mut blocks = include_str!("../cases/advice.txt").split("\n\n").skip(1).map(str::trim).map(str::lines);
    let read = |lines: &mut std::str::Lines<'static>| {
        let mistake = lines.next()?;
        let wrong = lines.next()?.strip_prefix("- ")?;
        let ways: Option<Vec<&str>> = lines.map(|line| line.strip_prefix("+ ")).collect();
        Some(Followed { mistake, wrong, ways: ways? })
    };
    let read: Option<Vec<Followed>> = blocks.by_ref().map(|mut lines| read(&mut lines)).collect();
    read.unwrap()
}

fn found(json: &str) -> Vec<Diagnostic> {
    // Not through a map, which would keep one of two fields of the same name, and sort rules.
    let document: Document = serde_json::from_str(json).unwrap();
    let found = Policy::compile(&document).map_or_else(|found| found, |compiled| compiled.warnings);
    found.into_iter().collect()
}

/// What a help offers to write: origins, and pieces of JSON.
fn offered(help: &str) -> Vec<&str> {
    // "nearest is …" tells what is there.
    let help = help.split("; nearest is").next().unwrap_or_default();
    let texts = help.split('`').skip(1).step_by(2);
    texts
        .filter(|text| text.contains("://") || text.starts_with(['"', '[']) || text.starts_with("{ \""))
        .filter(|text| !text.contains("scheme://"))
        .collect()
}

#[test]
fn help_that_people_follow_works() {
    for Followed { mistake, wrong, ways } in followed() {
        let found_in_it = found(wrong);
        let said = found_in_it.iter().find(|found| found.rule == mistake).cloned();
        let help = said.unwrap_or_else(|| panic!("no {mistake} in {wrong}: {found_in_it:?}")).help.unwrap();
        for right in &ways {
            let left = found(right);
            assert!(left.is_empty(), "{mistake}: {help}\n  {right}\n  {left:?}");
        }
        for text in offered(&help) {
            let is_followed = ways.iter().any(|right| right.contains(text));
            assert!(
                is_followed || ways.is_empty(),
                "{mistake}: nothing here does what it says: `{text}`\n  {help}"
            );
        }
    }
}

/// Of what no program can mend, what is not followed here, and why.
const NOT_FOLLOWED: [(&str, &str); 11] = [
    ("invalid_punycode", "the name in its own letters is not known"),
    ("ipv6_bracket", "where the brackets belong depends on what is meant"),
    ("lookalike_host", "there is nothing to write"),
    ("loopback_with_credentials", "it is right in a document for development"),
    ("origin_too_long", "what is meant is not known"),
    ("overlapping_origin", "both orders can be meant, and one is as it is"),
    ("policy_too_large", "takes a second to compile; `mutations.rs` has it"),
    ("scheme_too_long", "what is meant is not known"),
    ("several_origins_in_one", "how many there are is not known"),
    ("several_wildcards", "which of them is meant is not known"),
    ("too_many_rules", "which rules are alike is not known"),
];

#[test]
fn what_no_program_can_mend_is_followed_by_hand() {
    let lost = table().into_iter().filter(|mutation| mutation.lost.is_some());
    let lost: BTreeSet<&str> = lost.map(|mutation| mutation.mistake.name()).collect();
    let followed = followed();
    let followed = followed.iter().map(|followed| followed.mistake);
    let known: BTreeSet<&str> = followed.chain(NOT_FOLLOWED.iter().map(|(mistake, _)| *mistake)).collect();
    let missing: Vec<&&str> = lost.difference(&known).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

const POLICY: &str = r#"{"rules": [
    {"name": "apps", "origins": ["https://app.example.com"], "credentials": true, "methods": ["PUT"], "request_headers": "*"},
    {"name": "partners", "origins": ["https://partner.example"], "request_headers": ["x-a"]}
]}"#;

/// Each refusal, undone by the change that it names.
#[test]
fn refusals_name_what_is_missing() {
    let draft = Draft::read(&serde_json::from_str(POLICY).unwrap()).unwrap();
    let preflight = |origin: &'static str, method: &'static str, headers: &'static str| {
        vec![
            ("origin", origin),
            ("access-control-request-method", method),
            ("access-control-request-headers", headers),
        ]
    };
    let mut seen = 0;
    for request in [
        preflight("https://app.example.com", "PATCH", "content-type"),
        preflight("https://app.example.com", "PUT", "authorization"),
        preflight("https://partner.example", "DELETE", "x-b"),
        preflight("https://partner.example", "GET", "X-B"),
        preflight("https://new.example", "GET", "x-a"),
    ] {
        let explain = |draft: &Draft| draft.compile().unwrap().policy.explain(b"OPTIONS", &request[..]);
        let mut mended = draft.clone();
        let rule = explain(&draft).verdict().rule();
        for rejection in explain(&draft).rejections() {
            seen += 1;
            let rule = rule.unwrap_or(1);
            let edit = match rejection {
                Rejection::OriginNotAdmitted { origin, .. } => {
                    PolicyEdit::AddOrigin { rule, origin: origin.clone() }
                }
                Rejection::MethodNotAllowed { method, .. } => {
                    PolicyEdit::AddMethod { rule, method: method.clone() }
                }
                Rejection::HeaderNotAllowed { header, .. } => {
                    PolicyEdit::AddRequestHeader { rule, header: header.to_ascii_lowercase() }
                }
                Rejection::AuthorizationNotCovered => {
                    PolicyEdit::AddRequestHeader { rule, header: "authorization".to_owned() }
                }
                other => panic!("{other}"),
            };
            edit.apply(&mut mended);
        }
        assert!(explain(&mended).rejections().is_empty(), "{request:?}: {}", explain(&mended));
    }
    assert_eq!(seen, 6);
}

/// "only `any` admits it", "the server's own origin needs an entry, too", "the policy admits the origin without
/// credentials".
#[test]
fn other_refusals_are_right() {
    let any: Document = serde_json::from_str(r#"{"origins": "*"}"#).unwrap();
    let any = Policy::compile(&any).unwrap().policy;
    let null = [("origin", "null")];
    assert!(any.explain(b"GET", &null[..]).rejections().is_empty());
    let mut draft = Draft::read(&serde_json::from_str(POLICY).unwrap()).unwrap();
    let policy = |draft: &Draft| draft.compile().unwrap().policy;
    let own = [("origin", "https://api.example.com"), ("host", "api.example.com"), ("cookie", "a=b")];
    assert_eq!(
        policy(&draft).check_upgrade(&own[..], MissingOrigin::Deny),
        Err(UpgradeRefusal::OriginNotAdmitted)
    );
    PolicyEdit::AddOrigin { rule: 1, origin: "https://api.example.com".to_owned() }.apply(&mut draft);
    assert_eq!(
        policy(&draft).check_upgrade(&own[..], MissingOrigin::Deny),
        Err(UpgradeRefusal::CredentialsNotAllowed)
    );
    PolicyEdit::AllowCredentials { rule: 1 }.apply(&mut draft);
    assert_eq!(policy(&draft).check_upgrade(&own[..], MissingOrigin::Deny), Ok(()));
}
