//! The expansion, called as a function.

use proc_macro2::{TokenStream, TokenTree};

use crate::expand;

fn expansion(policy: &str) -> String {
    let input: TokenStream = format!("cors_policy {{ {policy} }}").parse().unwrap();
    expand::policy(input).to_string()
}

/// The names of the mistakes that an expansion reports, in order.
fn reported(policy: &str) -> Vec<String> {
    let expansion = expansion(policy);
    let names = expansion.split("= note: see docs/diagnostics.md#").skip(1);
    names.filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect()
}

#[test]
fn the_same_policy_gives_the_same_tokens() {
    let policy = r#"
        apps: { origins: ["https://*.a.example", "https://b.example", "http://localhost:*"], methods: [PUT] },
        partners: { origins: ["https://pr-*.c.example", "https://*.x.a.test"], request_headers: ["x-a", "x-b"] },
        public: { origins: any },
    "#;
    let first = expansion(policy);
    assert!((0..20).all(|_| expansion(policy) == first));
    assert!(first.contains("AUTOMATON") && !first.contains("compile_error"));
}

#[test]
fn a_refused_policy_expands_to_its_errors_and_a_policy_that_admits_nobody() {
    let expansion = expansion(r#"origins: ["https://a.example/"], methods: [PUT]"#);
    assert!(expansion.contains("compile_error"), "{expansion}");
    assert!(expansion.contains("cors_policy :: __macro_v1 :: refused ()"), "{expansion}");
    assert!(!expansion.contains("AUTOMATON"), "{expansion}");
}

#[test]
fn each_combination_of_conditions_is_gated() {
    let expansion = expansion(
        r#"origins: ["https://a.example", #[cfg(feature = "dev")] "http://localhost:1", #[cfg(unix)] "http://localhost:2"]"#,
    );
    assert_eq!(expansion.matches("const POLICY").count(), 4);
    for gate in [
        r#"# [cfg (all (feature = "dev" , unix))]"#,
        r#"# [cfg (all (not (feature = "dev") , unix))]"#,
        r#"# [cfg (all (feature = "dev" , not (unix)))]"#,
        r#"# [cfg (all (not (feature = "dev") , not (unix)))]"#,
    ] {
        assert!(expansion.contains(gate), "{gate} in {expansion}");
    }
}

#[test]
fn combinations_that_no_build_has_are_left_out() {
    let expansion = expansion(
        r#"origins: ["https://a.example",
            #[cfg(target_os = "linux")] "http://localhost:1",
            #[cfg(any(target_os = "macos", all(target_os = "linux", not(false))))] "http://localhost:2"]"#,
    );
    assert_eq!(expansion.matches("const POLICY").count(), 3, "{expansion}");
}

#[test]
fn malformed_tokens_are_reported_and_the_rest_is_checked() {
    for (policy, expected) in [
        ("", &["missing_origins"][..]),
        ("origins", &["syntax"]),
        ("origins: ", &["syntax"]),
        ("origins = any", &["syntax"]),
        (r#""origins": ["https://a.example/"]"#, &["syntax", "trailing_slash"]),
        (r#"origins ["https://a.example/"]"#, &["syntax", "trailing_slash"]),
        (r#"apps { origins: ["https://a.example/"] }"#, &["syntax", "trailing_slash"]),
        (r#"origins: "https://a.example""#, &["wrong_type"]),
        ("origins: *", &["syntax"]),
        ("origins: 5", &["wrong_type"]),
        ("origins: [any], credentials: yes", &["wrong_type"]),
        ("origins: any, methods: [M-SEARCH], max_age: 90000", &["syntax", "max_age_out_of_range"]),
        ("origins: any, max_age: -1", &["max_age_out_of_range"]),
        ("origins: any, max_age: 99999999999999999999", &["wrong_type"]),
        ("origins: any, max_age: 1.5", &["wrong_type"]),
        ("origins: any, max_age: 5u32", &["wrong_type"]),
        (r#"origins: [env!("ORIGIN"), "https://a.example/"]"#, &["syntax", "trailing_slash"]),
        (r#"origins: ["https://a.example" "https://b.example/"]"#, &["syntax", "trailing_slash"]),
        (r#"origins: [b"https://a.example"]"#, &["wrong_type"]),
        (r#"origins: [#[deny(x)] "https://a.example"]"#, &["unknown_attribute"]),
        (r#"origins: [#[allow] "https://a.example"]"#, &["syntax"]),
        (r#"origins: [#[cfg()] "https://a.example"]"#, &["syntax"]),
        (r#"origins: [#[cfg(not(a, b))] "https://a.example"]"#, &["syntax"]),
        (r#"origins: [#[doc = "fine"] "https://a.example"]"#, &[]),
        (r#"#[allow(any_port, reason = "x")] origins: ["https://a.example"]"#, &["misplaced_attribute"]),
    ] {
        assert_eq!(reported(policy), expected, "{policy}");
    }
}

/// Read in part, each of these would mean something weaker than what was written.
#[test]
fn attributes_are_read_whole() {
    for cfg in [
        r#"feature = "dev", debug_assertions"#,
        r#"not(debug_assertions) && feature = "dev""#,
        "not debug_assertions",
        "debug_assertions;",
        "any(unix) x",
    ] {
        let policy = format!("origins: [\"https://a.example\", #[cfg({cfg})] \"http://localhost:1\"]");
        assert_eq!(reported(&policy), ["syntax"], "{cfg}");
    }
    for policy in [
        r#"credentials: true, origins: [#[allow(insecure_origin, reason = "x") && nothing] "http://a.example"]"#,
        r#"origins: ["https://a.example", #[cfg(unix) windows] "http://localhost:1"]"#,
    ] {
        assert!(reported(policy).contains(&"syntax".to_owned()), "{policy}");
    }
    assert_eq!(
        reported(r#"origins: [#[cfg(unix,)] "https://a.example"], methods: [PUT,]"#),
        ["missing_origins"]
    );
}

#[test]
fn conditions_hold_wherever_they_stand() {
    for policy in [
        r#"rules: [{ name: "a", origins: ["https://a.example", #[cfg(unix)] "http://localhost:1"] }]"#,
        r#"rules: [{ name: "a", origins: any }, #[cfg(unix)] { name: "b", origins: any }], #[cfg(unix)] name: "x""#,
        r#"a: { origins: ["https://a.example"], #[cfg(unix)] max_age: 5 }"#,
        r#"origins: [{ #[cfg(unix)] pattern: "https://a.example", #[cfg(not(unix))] pattern: "https://b.example" }]"#,
    ] {
        let expansion = expansion(policy);
        let is_refused = expansion.contains("refused ()");
        assert!(is_refused || expansion.matches("const POLICY").count() == 2, "{policy}: {expansion}");
    }
    let raw = expansion("origins: [\"https://a.example\", #[cfg(r#true)] \"http://localhost:1\"]");
    assert_eq!(raw.matches("const POLICY").count(), 2, "{raw}");
}

/// rustc warns of options that do not exist, and must find the place.
#[test]
fn conditions_keep_their_place() {
    fn places(tokens: TokenStream, text: &str, found: &mut Vec<(usize, usize)>) {
        for token in tokens {
            match token {
                TokenTree::Group(group) => places(group.stream(), text, found),
                token if token.to_string() == text => {
                    let start = token.span().start();
                    found.push((start.line, start.column));
                }
                _ => {}
            }
        }
    }
    let policy =
        "cors_policy { origins: [\"https://a.example\",\n#[cfg(featur = \"dev\")] \"http://localhost:1\"] }";
    let expansion = expand::policy(policy.parse().unwrap());
    for (text, column) in [("featur", 6), ("\"dev\"", 15)] {
        let mut found = Vec::new();
        places(expansion.clone(), text, &mut found);
        assert_eq!(found, [(2, column); 2], "{text}");
    }
}

/// What covers an entry in some builds only leaves it of use in the others.
#[test]
fn conditional_entries_cover_conditional_ones_only() {
    let covered = r#""http://localhost:1", "https://a.example", #[cfg(unix)] "http://localhost:*""#;
    assert_eq!(reported(&format!("origins: [{covered}]")), [""; 0]);
    assert_eq!(reported(&format!("origins: [#[cfg(windows)] {covered}]")), ["covered_origin"]);
}

#[test]
fn rules_for_some_builds_make_no_others_unreachable() {
    for policy in [
        r#"a: { #[cfg(debug_assertions)] origins: ["https://*.x.example"], #[cfg(not(debug_assertions))] origins: ["https://y.example"] },
           b: { origins: ["https://b.x.example"] }"#,
        r#"#[cfg(debug_assertions)] dev: { origins: any }, app: { origins: ["https://a.example"] }"#,
    ] {
        assert_eq!(reported(policy), [""; 0], "{policy}");
    }
    let all = r#"dev: { origins: any }, app: { origins: ["https://a.example"] }"#;
    assert_eq!(reported(all), ["unreachable_rule"]);
}

/// The note on the builds in which something is so.
fn condition(policy: &str) -> String {
    let expansion = expansion(policy);
    let (_, rest) = expansion.split_once("only in builds ").unwrap_or(("", "\\n"));
    rest.split_once("\\n").unwrap().0.replace("\\\"", "\"")
}

#[test]
fn only_conditions_that_make_a_difference_are_told() {
    let slash = |cfg: &str| {
        format!(
            "origins: [\"https://a.example\", #[cfg({cfg})] \"https://b.example/\"], #[cfg(unix)] max_age: 5"
        )
    };
    assert_eq!(condition(&slash(r#"feature = "x""#)), r#"with `feature = "x"`"#);
    assert_eq!(condition(&slash("not(debug_assertions)")), "without `debug_assertions`");
    assert_eq!(
        condition(&slash("any(test, windows)")),
        "with `test` and without `windows`, or without `test` and with `windows`, or with `test` and with `windows`"
    );
    assert_eq!(condition(&slash("all(test, windows)")), "with `test` and with `windows`");
    assert_eq!(condition(&slash("true")), "");
}

#[test]
fn a_fifth_condition_is_one_too_many() {
    let policy =
        r#"origins: [#[cfg(all(a, b, c))] "https://a.example", #[cfg(any(d, not(e)))] "https://b.example"]"#;
    assert_eq!(reported(policy), ["too_many_conditions"]);
}

/// The paths to the documentation of the words, without the crate.
fn words(policy: &str) -> Vec<String> {
    let expansion = expansion(policy);
    let (_, paths) = expansion.split_once("# [cfg (false)] const _ : () = {").unwrap();
    let paths = paths.split_once('}').unwrap().0.split(';').map(|path| path.replace(' ', ""));
    paths.filter_map(|path| Some(path.strip_prefix("cors_policy::language::")?.to_owned())).collect()
}

#[test]
fn editors_find_every_word_and_the_places_for_more() {
    assert_eq!(
        words(
            r#"origins: [#[allow(any_port, reason = "x")] "https://a.example:*"], credentials: true, methods: [PUT]"#
        ),
        [
            "fields::origins",
            "attributes::allow",
            "lints::any_port",
            "lints::reason",
            "lints::end",
            "lists::end",
            "fields::credentials",
            "fields::methods",
            "methods::PUT",
            "methods::end",
            "fields::end",
        ]
    );
    assert_eq!(
        words("a: { origins: any, cred }"),
        ["fields::origins", "lists::any", "fields::cred", "fields::end", "fields::end"]
    );
    assert_eq!(
        words("origins: , async: self, r#type: any"),
        ["fields::origins", "lists::end", "fields::r#type", "lists::any", "fields::end"]
    );
}

/// They compare the expansions of two texts: nothing that depends on the words may stand in front of them.
#[test]
fn words_come_first() {
    for policy in [r#"origins: ["https://a.example"]"#, r#"origins: ["https://a.example/"]"#, "orgins"] {
        let expansion = expansion(policy);
        assert!(
            expansion.starts_with("{ # [cfg (false)] const _ : () = { cors_policy :: language ::"),
            "{expansion}"
        );
    }
}

#[test]
fn a_hundred_mistakes_are_reported_in_order() {
    let origins: Vec<String> = (0..100).map(|number| format!("https://a{number}.example/")).collect();
    let expansion = expansion(&format!("origins: {origins:?}"));
    let places: Vec<_> =
        (0..100).map(|number| expansion.find(&format!("write `https://a{number}.example`"))).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted());
}

#[test]
fn no_tokens_make_it_panic() {
    let pieces = [
        "origins",
        ":",
        "[",
        "]",
        "{",
        "}",
        "(",
        ")",
        ",",
        "any",
        "\"*\"",
        "\"https://*.a.example\"",
        "#",
        "[allow(",
        "cfg(",
        ")]",
        "=",
        "5",
        "-",
        "!",
        "true",
        "methods",
        "1.5",
        "'c'",
        "::",
        "credentials",
    ];
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..20_000 {
        let mut text = String::from("cors_policy { ");
        for _ in 0..12 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            text.push_str(pieces[usize::try_from(state % 26).unwrap()]);
            text.push(' ');
        }
        text.push('}');
        if let Ok(tokens) = text.parse::<TokenStream>() {
            let _ = expand::policy(tokens);
        }
    }
}

#[test]
fn ceilings_expand_to_limits_or_to_their_errors() {
    let expansion =
        |ceiling: &str| expand::ceiling(format!("cors_policy {{ {ceiling} }}").parse().unwrap()).to_string();
    let limits = expansion("methods: [put, DELETE], profiles: { standard: { methods: [PUT] } }");
    assert!(
        limits.contains(r#"listed : cors_policy :: __macro_v1 :: Cow :: Borrowed ("PUT\nDELETE")"#),
        "{limits}"
    );
    assert!(limits.contains("static PROFILES : [cors_policy :: __macro_v1 :: Profile ; 1usize]"), "{limits}");
    let refused = expansion("methods: [TRACE], origins: any");
    assert_eq!(refused.matches("compile_error").count(), 2, "{refused}");
    assert!(refused.contains("cors_policy :: __macro_v1 :: refused_ceiling ()"), "{refused}");
    let gated = expansion("#[cfg(unix)] any_port: true, #[cfg(not(unix))] any_origin: true");
    assert_eq!(gated.matches("const CEILING").count(), 2, "{gated}");
    assert!(expansion("").contains("__macro_v1 :: ceiling"));
    assert!(expand::ceiling("cors_policy".parse().unwrap()).to_string().contains("write `cors_ceiling! {"));
}
