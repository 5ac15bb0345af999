//! The help texts: a valid policy is broken in one way, and a program mends it that does what diagnostics say.
//!
//! The judge is the policy as it was: mended, it is the same policy again. Where no program can tell what is right,
//! what is left to mend must be what was wrong in the first place, and nobody is admitted whom neither the policy as it
//! was nor the broken one admits. Ways to break a policy stand in `cases/mutations.txt` and in [`RULES`].

use std::collections::BTreeSet;

use cors_policy::Policy;
use cors_policy_compiler::mistake::Mistake;
use cors_policy_tests::generate::config;
use cors_policy_tests::mutate::mend::{compile, ensure, mend};
use cors_policy_tests::mutate::table::{Chance, Change, Mutation, Whole, table};
use cors_policy_tests::mutate::{Draft, Need, Spelling, Words, drafts, words};
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use proptest::test_runner::{Config, TestError, TestRunner};
use serde_json::json;

/// What data cannot say, and why.
const MACRO_ONLY: [(Mistake, &str); 13] = [
    (Mistake::Syntax, "what cannot be read as a document is none"),
    (Mistake::UnknownAttribute, "data has no attributes"),
    (Mistake::MisplacedAttribute, "data has no attributes"),
    (Mistake::TooManyConditions, "data has no conditions"),
    (Mistake::LimitOutOfRange, "ceilings are no data"),
    (Mistake::DuplicateLimit, "ceilings are no data"),
    (Mistake::OriginAboveCeiling, "there is no ceiling"),
    (Mistake::NumberAboveCeiling, "there is no ceiling"),
    (Mistake::GrantAboveCeiling, "there is no ceiling"),
    (Mistake::LintAboveCeiling, "there is no ceiling"),
    (Mistake::UnknownProfile, "there is no ceiling"),
    (Mistake::ProfileBesideFields, "there is no ceiling"),
    (Mistake::DocumentVersion, "there is no ceiling"),
];

/// Ways to break a policy that are more than a text: what a row of the table begins with, and if no program can tell
/// what is right, why.
const RULES: [(&str, Option<&str>, Whole); 15] = [
    ("missing_origins", Some("there is nothing to go by"), |_, wrong, _| {
        wrong.set("origins", None);
        wrong.place()
    }),
    ("mixed_rules", Some("it can be meant for any rule"), |_, wrong, _| {
        wrong.push_rule(&json!({ "origins": ["https://b.example"] }));
        wrong.fields.insert("methods".to_owned(), json!(["PUT"]));
        "methods".to_owned()
    }),
    ("too_many_rules", Some("any two of them can be alike"), |_, wrong, _| {
        (0..256).for_each(|n| wrong.push_rule(&json!({ "origins": [format!("https://a{n}.example")] })));
        wrong.spelling = Spelling::List;
        "rules[255]".to_owned()
    }),
    ("invalid_name", None, |right, wrong, _| renamed("rule_1", right, "rule-1", wrong)),
    ("invalid_name", None, |right, wrong, _| renamed("rule_1st", right, "1st", wrong)),
    ("unreachable_origin", None, |right, wrong, words| {
        for policy in [&mut *right, &mut *wrong] {
            policy.push_rule(&words.fill(&json!({ "origins": ["https://*.HOST", "https://HOST"] })));
        }
        right.push_rule(&json!({ "origins": ["https://b.example"] }));
        let origins = json!(["https://b.example", "https://HOST", "https://pr-*.HOST"]);
        wrong.push_rule(&words.fill(&json!({ "origins": origins })));
        wrong.at("origins[1]")
    }),
    ("unreachable_rule", Some("the order or the rule can be wrong"), |_, wrong, words| {
        wrong.push_rule(&words.fill(&json!({ "origins": ["https://*.HOST"] })));
        wrong.push_rule(&words.fill(&json!({ "origins": ["https://pr-*.HOST", "https://a.HOST"] })));
        wrong.place()
    }),
    ("overlapping_origin", Some("right for exceptions"), |_, wrong, words| {
        wrong.push_rule(&words.fill(&json!({ "origins": ["https://pr-*.HOST"] })));
        wrong.push_rule(&words.fill(&json!({ "origins": ["https://*.HOST"] })));
        wrong.at("origins[0]")
    }),
    ("any_origin_on_trusted_network", Some("nobody knows all of them"), |_, wrong, _| {
        wrong.push_rule(&json!({ "origins": "*", "trusts_network": true }));
        wrong.at("origins")
    }),
    ("unmet_refuses", Some("the policy or the test can be wrong"), |_, wrong, words| {
        wrong
            .push_rule(&words.fill(&json!({ "origins": ["https://*.HOST"], "refuses": ["https://a.HOST"] })));
        wrong.at("refuses[0]")
    }),
    ("unknown_field", Some("a field cannot be moved"), |_, wrong, _| {
        wrong.push_rule(&json!({ "origins": ["https://b.example"], "preflight_status": 200 }));
        format!("{}.preflight_status", wrong.place())
    }),
    ("policy_too_large", Some("nobody knows all of them"), |_, wrong, _| {
        let pairs = ["web-*-cart", "api-*-search", "app-*-login", "cms-*-stock", "crm-*-orders"];
        let origins = pairs.map(|pair| format!("https://{pair}-*.preview.example.com"));
        wrong.push_rule(&json!({ "origins": origins }));
        wrong.at("origins[0]")
    }),
    ("duplicate_field", Some("it can be any other name"), |_, wrong, _| {
        let name = wrong.rules.get(wrong.target).map(|(name, _)| name.clone()).unwrap_or_default();
        wrong.push_rule(&json!({ "origins": ["https://b.example"] }));
        wrong.spelling = Spelling::List;
        wrong.rules.iter_mut().skip(wrong.target).take(1).for_each(|rule| rule.0.clone_from(&name));
        wrong.place() + ".name"
    }),
    // No lint fires for want of the field that is misspelt; the `allow` is of use all the same.
    ("unknown_field", None, |right, wrong, words| {
        let origin = json!({ "pattern": "http://HOST", "allow": ["insecure_origin"], "reason": "x" });
        for policy in [&mut *right, &mut *wrong] {
            policy.push_rule(&words.fill(&json!({ "origins": [origin], "credentials": true })));
        }
        wrong.rename("credentials", "supports_credentials")
    }),
    // The new name would be that of another field, whose value would be lost.
    ("unknown_field", Some("either can be the one that is meant"), |_, wrong, _| {
        wrong.set("origin", Some(json!(["https://b.example"])));
        wrong.at("origin")
    }),
];

fn renamed(right_name: &str, right: &mut Draft, wrong_name: &str, wrong: &mut Draft) -> String {
    for (name, policy) in [(right_name, right), (wrong_name, &mut *wrong)] {
        policy.push_rule(&json!({ "origins": ["https://b.example"] }));
        policy.rules.iter_mut().skip(policy.target).take(1).for_each(|rule| name.clone_into(&mut rule.0));
    }
    let place = wrong.place();
    if wrong.spelling == Spelling::List { place + ".name" } else { place }
}

fn mutations() -> impl Iterator<Item = Mutation> {
    table()
        .into_iter()
        .chain(RULES.map(|(row, lost, change)| Mutation::new(row, lost, Change::Rules(change))))
}

/// Breaks a policy, finds the mistake, mends it, and compares. `computed` is whether any text with this mistake can be
/// mended.
fn check(
    mutation: &Mutation,
    computed: bool,
    draft: &Draft,
    words: &Words,
    chance: Chance,
) -> Result<(), String> {
    let (mut right, mut wrong) = (draft.clone(), draft.clone());
    let path = mutation.apply(&mut right, &mut wrong, words, chance);
    let (right, wrong) = (right.document(), wrong.document());
    let (policy, none) = compile(&right)?;
    ensure(none.is_empty(), || format!("{none}\n  in what is right: {right}"))?;
    let (accepted, first) = compile(&wrong).map_err(|why| format!("{why}\n  in {wrong}"))?;
    let name = mutation.mistake.name();
    let Some(found) = first.iter().find(|found| found.rule == name && found.path == path) else {
        return Err(format!("no `{name}` at `{path}`\n  of {wrong}\n{first}"));
    };
    ensure(mutation.lost.is_some() || found.replacement.is_some(), || {
        format!("no replacement\n  in {wrong}\n{found}")
    })?;
    ensure(computed || found.replacement.is_none(), || format!("not lost, after all\n{found}"))?;
    let (mended, result, left) = mend(wrong.clone()).map_err(|why| format!("{why}\n  in {wrong}"))?;
    let told = || format!("\n  was {wrong}\n  has become {mended}\n  instead of {right}\n{left}");
    let new = left.iter().find(|left| first.iter().all(|first| first.rule != left.rule));
    ensure(new.is_none(), || format!("help that leads to other mistakes{}", told()))?;
    if mutation.lost.is_none() {
        let is_same = left.is_empty() && result.as_ref().map(shown) == policy.as_ref().map(shown);
        return ensure(is_same, || format!("mended, it is another policy{}", told()));
    }
    let allowed: BTreeSet<String> = [policy, accepted].iter().flatten().flat_map(admitted).collect();
    let more = result.iter().flat_map(admitted).find(|pattern| !allowed.contains(pattern));
    ensure(more.is_none(), || format!("mended, it also admits {more:?}{}", told()))
}

/// What is in a policy, with its origins in no order.
fn shown(policy: &Policy) -> Vec<String> {
    let shown = format!("{policy:?}");
    let mut lines: Vec<String> = shown.lines().map(str::to_owned).collect();
    lines.chunk_by_mut(|one, other| is_pattern(one) && is_pattern(other)).for_each(<[String]>::sort);
    lines
}

/// Whom a policy admits.
fn admitted(policy: &Policy) -> Vec<String> {
    shown(policy).into_iter().filter(|line| is_pattern(line) || line.contains("origins: any")).collect()
}

fn is_pattern(line: &str) -> bool {
    line.trim_start().starts_with('"')
}

/// The same policies in every run, and nothing on disk.
fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config { max_shrink_iters: 24, ..config(cases) })
}

/// What is wrong with the help for a mutation.
fn complaint(mutation: &Mutation, cases: u32) -> Option<String> {
    // To be too large takes a second.
    let cases = if mutation.mistake == Mistake::PolicyTooLarge { 1 } else { cases };
    let computed = mutations().any(|other| other.lost.is_none() && other.mistake == mutation.mistake);
    let strategy = (drafts(mutation.need), words(0), (any::<Index>(), 0..4_usize));
    let result = runner(cases).run(&strategy, |(draft, words, chance)| {
        check(mutation, computed, &draft, &words, chance).map_err(TestCaseError::fail)
    });
    match result.err()? {
        TestError::Fail(why, _) | TestError::Abort(why) => Some(format!("{}\n  {why}\n", mutation.row)),
    }
}

fn assert_mended(mutations: impl Iterator<Item = Mutation>, cases: u32) {
    let complaints: Vec<String> = mutations.filter_map(|mutation| complaint(&mutation, cases)).collect();
    assert!(complaints.is_empty(), "{} mutations:\n{}", complaints.len(), complaints.join("\n"));
}

#[test]
fn every_mistake_is_made() {
    let made: BTreeSet<Mistake> = mutations().map(|mutation| mutation.mistake).collect();
    let others: BTreeSet<Mistake> = MACRO_ONLY.iter().map(|(mistake, _)| *mistake).collect();
    let all: BTreeSet<Mistake> = Mistake::ALL.iter().copied().collect();
    assert_eq!(
        made.union(&others).copied().collect::<BTreeSet<_>>(),
        all,
        "each has a mutation, or a reason"
    );
    assert!(made.is_disjoint(&others), "data can say it");
}

#[test]
fn what_was_right_is_right_again() {
    assert_mended(mutations(), 3);
}

/// Mended together, what is wrong in several places does not get into each other's way.
#[test]
fn several_mistakes_in_one_policy() {
    // Names of methods and headers could be the same ones.
    let is_origin = |mutation: &Mutation| match &mutation.change {
        Change::Entries { list, wrong, .. } => matches!(*list, "origins" | "refuses") && wrong.len() == 1,
        _ => false,
    };
    let usable = |mutation: &Mutation| mutation.lost.is_none() && mutation.need == Need::Anything;
    let mutations = mutations().filter(|mutation| usable(mutation) && is_origin(mutation));
    let several = subsequence(mutations.collect::<Vec<Mutation>>(), 2..=4);
    let words = [words(0), words(1), words(2), words(3)];
    let strategy = (drafts(Need::Anything), several, words, any::<[(Index, bool); 4]>());
    let result = runner(64).run(&strategy, |(draft, mutations, words, chances)| {
        let (mut right, mut wrong) = (draft.clone(), draft);
        for ((mutation, words), (place, form)) in mutations.iter().zip(&words).zip(chances) {
            mutation.apply(&mut right, &mut wrong, words, (place, 1 + usize::from(form)));
        }
        let (policy, _) = compile(&right.document()).map_err(TestCaseError::fail)?;
        let (mended, result, left) = mend(wrong.document()).map_err(TestCaseError::fail)?;
        prop_assert!(left.is_empty(), "{left}\n{mended}");
        prop_assert_eq!(result.as_ref().map(shown), policy.as_ref().map(shown));
        Ok(())
    });
    result.unwrap();
}

/// A part of an origin: wrong, right, and the mistake in it.
type Part = (&'static str, &'static str, Option<Mistake>);

const SCHEMES: [Part; 2] = [("https", "https", None), ("HTTPS", "https", Some(Mistake::UppercaseScheme))];
const USERS: [Part; 2] = [("", "", None), ("user:secret@", "", Some(Mistake::Userinfo))];
const HOSTS: [Part; 9] = [
    ("HOST", "HOST", None),
    ("*.HOST", "*.HOST", None),
    ("*.CAPS", "*.HOST", Some(Mistake::UppercaseHost)),
    ("app..HOST", "app.HOST", Some(Mistake::EmptyLabel)),
    ("%61pp.HOST", "app.HOST", Some(Mistake::PercentInHost)),
    ("b\u{fc}cher.HOST", "xn--bcher-kva.HOST", Some(Mistake::UnicodeHost)),
    ("**.HOST", "*.HOST", Some(Mistake::SeveralWildcards)),
    ("0xc0.2.BYTE", "192.2.0.BYTE", Some(Mistake::Ipv4NotCanonical)),
    ("[2001:DB8::BYTE]", "[2001:db8::BYTE]", Some(Mistake::Ipv6NotCanonical)),
];
const PORTS: [Part; 5] = [
    ("", "", None),
    (":PORT", ":PORT", None),
    (":0PORT", ":PORT", Some(Mistake::PortLeadingZero)),
    (":443", "", Some(Mistake::DefaultPort)),
    (":", "", Some(Mistake::EmptyPort)),
];
const TAILS: [Part; 5] = [
    ("", "", None),
    ("/", "", Some(Mistake::TrailingSlash)),
    ("/app/", "", Some(Mistake::OriginPath)),
    ("?tenant=7", "", Some(Mistake::OriginQuery)),
    ("#top", "", Some(Mistake::OriginFragment)),
];

/// Each is reported, and each says the same to write instead: the whole origin as it is right.
#[test]
fn several_mistakes_in_one_origin() {
    let origins = (
        select(&SCHEMES[..]),
        select(&USERS[..]),
        select(&HOSTS[..]),
        select(&PORTS[..]),
        select(&TAILS[..]),
    );
    let result = runner(512).run(&(origins, words(0)), |((scheme, user, host, port, tail), words)| {
        let parts = [scheme, ("://", "://", None), user, host, port, tail];
        let wrong: String = parts.iter().map(|part| part.0).collect();
        let right: String = parts.iter().map(|part| part.1).collect();
        let (wrong, right) = (words.fill(&json!([wrong])), words.fill(&json!(right)));
        let (_, found) = compile(&json!({ "origins": wrong })).map_err(TestCaseError::fail)?;
        let expected: BTreeSet<&str> = parts.iter().filter_map(|part| Some(part.2?.name())).collect();
        prop_assert_eq!(found.iter().map(|found| found.rule).collect::<BTreeSet<_>>(), expected, "{}", wrong);
        for found in &found {
            prop_assert_eq!(json!(found.replacement), json!([right]), "{}", found);
        }
        Ok(())
    });
    result.unwrap();
}
