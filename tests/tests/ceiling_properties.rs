//! Documents up to chance, below ceilings: each is refused exactly if it asks for more.
//!
//! The judge is a slow reading of their JSON, and a list of what is below each ceiling.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a panic is the report")]

use std::collections::BTreeMap;

use cors_policy::{Ceiling, Document, Policy, cors_ceiling};
use cors_policy_tests::generate::config;
use cors_policy_tests::mutate::{Need, drafts};
use proptest::prelude::*;
use serde_json::Value;

/// What a document asks for, read from its JSON: how much of what, by name.
fn asked(document: &Value) -> BTreeMap<String, usize> {
    let mut asked = BTreeMap::new();
    let mut ask = |what: String| *asked.entry(what).or_insert(0) += 1;
    let fields = document.as_object().unwrap();
    let listed = fields.get("rules").and_then(Value::as_array);
    let named = fields.iter().filter(|(_, value)| value.is_object()).map(|(_, value)| value);
    let mut rules: Vec<&Value> = listed.into_iter().flatten().chain(named).collect();
    if rules.is_empty() {
        rules.push(document);
    }
    for rule in rules {
        ask("rules".to_owned());
        for field in ["methods", "request_headers", "expose_headers"] {
            for name in entries(&rule[field]) {
                ask(format!("{field} {}", name.as_str().unwrap().to_ascii_lowercase()));
            }
        }
        if rule["credentials"] == true {
            ask("credentials".to_owned());
        }
        if !rule["max_age"].is_null() {
            ask("max_age".to_owned());
        }
        for origin in entries(&rule["origins"]) {
            for lint in entries(&origin["allow"]) {
                ask(format!("lint {}", lint.as_str().unwrap()));
            }
            match origin.as_str().or(origin["pattern"].as_str()).unwrap() {
                "*" => ask("any_origin".to_owned()),
                text => {
                    let (scheme, rest) = text.split_once("://").unwrap();
                    let host = rest.strip_suffix(":*").unwrap_or(rest);
                    ask(format!("scheme {scheme}"));
                    ask(if host.contains('*') { "wild".to_owned() } else { "exact".to_owned() });
                    if host != rest {
                        ask("any_port".to_owned());
                    }
                }
            }
        }
    }
    asked
}

fn entries(value: &Value) -> Vec<Value> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(entries) => entries.clone(),
        other => vec![other.clone()],
    }
}

/// A ceiling, and what of all that documents up to chance ask for is below it; `None` for as much as there is.
type Told = (Ceiling, &'static [(&'static str, Option<usize>)]);

fn told() -> [Told; 3] {
    [
        (
            cors_ceiling! {
                schemes: ["https", "app"], credentials: true, exact_origins: 4, wildcard_origins: 3, rules: 2,
                methods: any, request_headers: any, expose_headers: any, max_age: "2h",
            },
            &[
                ("scheme https", None),
                ("scheme app", None),
                ("credentials", None),
                ("exact", Some(4)),
                ("wild", Some(3)),
                ("rules", Some(2)),
                ("methods", None),
                ("expose_headers", None),
                ("max_age", None),
                ("request_headers x-csrf-token", None),
                ("request_headers content-language", None),
                ("request_headers x_trace", None),
                ("request_headers *", None),
            ],
        ),
        (
            cors_ceiling! {
                schemes: ["https", "http", "app"], any_port: true, any_origin: true, exact_origins: 100,
                methods: [PROPFIND, MKCOL, SEARCH, QUERY, "lock!"],
                request_headers: ["x-csrf-token", "content-language", "authorization", "x_trace"],
                expose_headers: ["x-request-id", "server-timing"],
                max_age: "2h",
            },
            &[
                ("scheme", None),
                ("any_port", None),
                ("any_origin", None),
                ("exact", Some(100)),
                ("wild", Some(10)),
                ("rules", Some(4)),
                ("methods propfind", None),
                ("methods mkcol", None),
                ("methods search", None),
                ("methods query", None),
                ("methods lock!", None),
                ("request_headers x-csrf-token", None),
                ("request_headers content-language", None),
                ("request_headers authorization", None),
                ("request_headers x_trace", None),
                ("expose_headers x-request-id", None),
                ("expose_headers server-timing", None),
                ("max_age", None),
            ],
        ),
        (
            cors_ceiling! {
                schemes: ["https", "http", "app"], credentials: true, any_origin: true, any_port: true, rules: 255,
                wildcard_origins: 100, methods: any, request_headers: [any, "authorization"], expose_headers: any,
                max_age: "2h", lints: [insecure_origin, open_pattern, shared_host, any_port],
            },
            &[
                ("scheme", None),
                ("any_port", None),
                ("any_origin", None),
                ("exact", Some(100)),
                ("wild", Some(100)),
                ("rules", None),
                ("methods", None),
                ("request_headers", None),
                ("expose_headers", None),
                ("max_age", None),
                ("credentials", None),
                ("lint", None),
            ],
        ),
    ]
}

proptest! {
    #![proptest_config(config(300))]

    /// Below a ceiling a document is refused exactly if it asks for more, and means the same otherwise.
    #[test]
    fn documents_up_to_chance(mut draft in drafts(Need::Anything)) {
        draft.fields.remove("name");
        let json = draft.document();
        let document: Document = serde_json::from_value(json.clone()).unwrap();
        let free = Policy::compile(&document).unwrap().policy;
        for (ceiling, most) in told() {
            let is_below = |what: &str, count: usize| {
                let mut matching = most.iter().filter(|(prefix, _)| {
                    what.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
                });
                matching.any(|(_, most)| most.is_none_or(|most| count <= most))
            };
            let above: Vec<String> =
                asked(&json).into_iter().filter(|(what, count)| !is_below(what, *count)).map(|(what, _)| what).collect();
            match Policy::compile_below(&document, &ceiling) {
                Ok(compiled) => {
                    prop_assert_eq!(&above, &Vec::<String>::new(), "{}", json);
                    prop_assert_eq!(format!("{:?}", compiled.policy), format!("{free:?}"));
                }
                Err(found) => {
                    prop_assert!(!above.is_empty(), "{json} is refused:\n{found}");
                    let is_own = |rule: &str| rule.ends_with("_above_ceiling") || rule == "insecure_origin";
                    prop_assert!(found.iter().all(|found| is_own(found.rule)), "{json}\n{found}");
                }
            }
        }
    }
}
