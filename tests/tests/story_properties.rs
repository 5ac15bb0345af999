//! Generated policies and what pages mean to do with them: what stories propose works, is needed, and gives nobody more
//! than it says; where they propose nothing, there is nothing.

#![expect(clippy::unwrap_used, reason = "a panic is the report")]

use std::cell::RefCell;
use std::collections::BTreeMap;

use cors_policy::explain::browser::{CredentialsMode, Initiator, Mode, Origin, Url};
use cors_policy::explain::{
    Draft, Edit, Entry, Intent, Listed, PageEdit, PolicyEdit, Remedy, RuleDraft, Story, Widening,
};
use cors_policy::{Document, Policy};
use cors_policy_tests::generate::runner;
use cors_policy_tests::meaning::{Meaning, Names, Rule};
use cors_policy_tests::message::{Headers, Request};
use cors_policy_tests::mutate::{Need, drafts};
use cors_policy_tests::wishes::{documents, intents};
use proptest::prelude::*;
use serde_json::Value;

fn document(json: &Value) -> Document {
    serde_json::from_value(json.clone()).unwrap()
}

fn apply(edits: &[Edit], draft: &Draft, intent: &Intent) -> (Draft, Intent) {
    let (mut draft, mut intent) = (draft.clone(), intent.clone());
    for edit in edits {
        edit.apply(&mut draft, &mut intent);
    }
    (draft, intent)
}

fn works(edits: &[Edit], draft: &Draft, intent: &Intent) -> bool {
    let (draft, intent) = apply(edits, draft, intent);
    draft.story(&intent).is_ok_and(|story| story.works())
}

#[derive(Default)]
struct Tally(RefCell<BTreeMap<String, usize>>);

impl Tally {
    fn count(&self, what: impl Into<String>) {
        *self.0.borrow_mut().entry(what.into()).or_default() += 1;
    }

    fn assert(self, whats: &[&str]) {
        let counts = self.0.into_inner();
        let hardly = whats.iter().any(|what| counts.get(*what).is_none_or(|count| *count < 5));
        assert!(!hardly, "hardly tested: {counts:?}");
    }
}

/// The fingerprint of what a document means.
fn fingerprint(document: &Document) -> u64 {
    let compiled = cors_policy_compiler::compile(document.source().clone());
    compiled.programs.first().unwrap().1.fingerprint
}

#[test]
fn drafts_mean_what_their_policies_mean() {
    let result = runner(400).run(&drafts(Need::Anything), |draft| {
        let written: Document = serde_json::from_value(draft.document()).unwrap();
        let Ok(compiled) = Policy::compile(&written) else { return Ok(()) };
        let of_tables = Draft::of(&compiled.policy);
        prop_assert_eq!(fingerprint(&of_tables.document()), fingerprint(&written), "{}", of_tables);
        let read = Draft::read(&written).unwrap();
        prop_assert_eq!(fingerprint(&read.document()), fingerprint(&written));
        let again: Document = serde_json::from_value(serde_json::to_value(&read).unwrap()).unwrap();
        prop_assert_eq!(Draft::read(&again).unwrap(), read);
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.unwrap_err());
}

/// Every remedy works, and not without any one of its edits; it compiles without lints, and its tables hold.
#[test]
fn remedies_work_and_nothing_of_them_can_be_left_out() {
    let tally = Tally::default();
    let result = runner(900).run(&(documents(), intents()), |(json, intent)| {
        let Ok(draft) = Draft::read(&document(&json)) else { return Err(TestCaseError::reject("refused")) };
        let story = draft.story(&intent).unwrap();
        tally.count(story.verdict().name());
        for remedy in story.remedies() {
            tally.count(format!("{:?}", remedy.kind()));
            prop_assert!(works(remedy.edits(), &draft, &intent), "{}\n{}\n{:?}", json, story, remedy.edits());
            prop_assert!(remedy.policy().story(remedy.intent()).works());
            for place in 0..remedy.edits().len() {
                let mut fewer = remedy.edits().to_vec();
                fewer.remove(place);
                prop_assert!(!works(&fewer, &draft, &intent), "{}\n{}\n{:?}", json, story, remedy.edits());
            }
            prop_assert_eq!(remedy.steps(cors_policy::explain::Spelling::Rust).len(), remedy.edits().len());
        }
        prop_assert!(!story.works() || story.remedies().is_empty());
        let says = !story.remedies().is_empty() || !story.withheld().is_empty() || !story.advice().is_empty();
        prop_assert!(story.works() || says, "{}\n{}", json, story);
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.unwrap_err());
    tally.assert(&["works", "incomplete", "blocked", "Policy", "Page", "Both"]);
}

/// A rule for the page alone, with all that it asks for.
fn rule_for(intent: &Intent, credentials: bool) -> RuleDraft {
    let mut rule = RuleDraft::default();
    rule.name = Some("brute".to_owned());
    rule.origins = Some(vec![Entry::plain(intent.page.origin.to_string())]);
    rule.credentials = credentials;
    rule.methods.names = vec![intent.request.method.to_ascii_uppercase()];
    rule.methods.names.retain(|method| !["GET", "HEAD", "POST"].contains(&method.as_str()));
    rule.request_headers.names = intent.request.headers.names();
    rule.expose_headers.names.clone_from(&intent.reads);
    rule
}

fn over_tls(url: &Url) -> Option<Url> {
    let mut url = url.clone();
    (url.scheme() == "http" && url.set_scheme("https").is_ok()).then_some(url)
}

/// Single edits of a policy that anybody could think of.
fn single_edits(draft: &Draft, intent: &Intent) -> Vec<Edit> {
    let origin = intent.page.origin.to_string();
    let mut edits = Vec::new();
    for rule in 0..draft.rules.len() {
        edits.push(PolicyEdit::AddOrigin { rule, origin: origin.clone() });
        edits.push(PolicyEdit::AllowCredentials { rule });
        edits.push(PolicyEdit::AddMethod { rule, method: intent.request.method.clone() });
        edits.push(PolicyEdit::AddMethod { rule, method: intent.request.method.to_ascii_uppercase() });
        for header in intent.request.headers.names() {
            edits.push(PolicyEdit::AddRequestHeader { rule, header });
        }
        for header in intent.reads.clone() {
            edits.push(PolicyEdit::ExposeHeader { rule, header });
        }
    }
    for (place, credentials) in (0..=draft.rules.len()).flat_map(|place| [(place, false), (place, true)]) {
        edits.push(PolicyEdit::AddRule { place, rule: Box::new(rule_for(intent, credentials)) });
    }
    let mut edits: Vec<Edit> = edits.into_iter().map(Edit::Policy).collect();
    edits.extend(over_tls(&intent.request.url).map(|url| Edit::Page(PageEdit::Url(url))));
    let page = Url::parse(&intent.page.origin.to_string()).ok();
    edits.extend(page.and_then(|page| over_tls(&page)).map(|url| Edit::Page(PageEdit::ServedAt(url))));
    // Other initiators have no choice.
    if matches!(intent.request.initiator, Initiator::Fetch | Initiator::Xhr) {
        let modes = [CredentialsMode::Omit, CredentialsMode::SameOrigin];
        edits.extend(modes.map(|mode| Edit::Page(PageEdit::Credentials(mode))));
        edits.push(Edit::Page(PageEdit::Mode(Mode::Cors)));
    }
    edits.push(Edit::Page(PageEdit::WithoutBody));
    edits.push(Edit::Page(PageEdit::Method(intent.request.method.to_ascii_uppercase())));
    let headers = intent.request.headers.names().into_iter();
    edits.extend(headers.map(|header| Edit::Page(PageEdit::WithoutHeader(header))));
    edits
}

/// Whether edits are the same, or add a rule for the same origin.
fn admits_the_same(withheld: &[Edit], edits: &[Edit]) -> bool {
    let origins = |edits: &[Edit]| match edits {
        [Edit::Policy(PolicyEdit::AddRule { rule, .. })] => rule.origins.clone(),
        _ => None,
    };
    withheld == edits || (origins(edits).is_some() && origins(withheld) == origins(edits))
}

/// Where nothing is proposed, no single edit helps that compiles, or the story says why it must not be made.
#[test]
fn where_nothing_is_proposed_nothing_helps() {
    let tally = Tally::default();
    let result = runner(900).run(&(documents(), intents()), |(json, intent)| {
        let Ok(draft) = Draft::read(&document(&json)) else { return Err(TestCaseError::reject("refused")) };
        let story = draft.story(&intent).unwrap();
        if story.works() || !story.remedies().is_empty() {
            return Ok(());
        }
        for edit in single_edits(&draft, &intent) {
            let edits = [edit];
            let is_withheld =
                || story.withheld().iter().any(|withheld| admits_the_same(&withheld.edits, &edits));
            if works(&edits, &draft, &intent) {
                tally.count("withheld");
                prop_assert!(is_withheld(), "{:?} helps\n{}\n{}", edits, json, story);
            } else {
                tally.count("does not help");
            }
        }
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.unwrap_err());
    tally.assert(&["withheld", "does not help"]);
}

/// Where a single edit of the policy helps, other than a whole rule, no remedy is longer than that.
#[test]
fn single_edits_that_help_are_found() {
    let result = runner(200).run(&(documents(), intents()), |(json, intent)| {
        let Ok(draft) = Draft::read(&document(&json)) else { return Err(TestCaseError::reject("refused")) };
        let story = draft.story(&intent).unwrap();
        let single = || story.remedies().iter().any(|remedy| remedy.edits().len() == 1);
        for edit in single_edits(&draft, &intent) {
            let edits = [edit];
            let is_rule = matches!(edits, [Edit::Policy(PolicyEdit::AddRule { .. })]);
            let of_policy = matches!(edits, [Edit::Policy(_)]) && !is_rule;
            if of_policy && works(&edits, &draft, &intent) && !story.works() {
                let withheld =
                    story.withheld().iter().any(|withheld| admits_the_same(&withheld.edits, &edits));
                prop_assert!(single() || withheld, "{:?} helps\n{}\n{}", edits, json, story);
            }
        }
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.unwrap_err());
}

/// What a draft means, read slowly.
fn meaning(draft: &Draft) -> Meaning {
    let names = |any: bool, names: Vec<String>| Names { any, names };
    let listed = |listed: &Listed| names(listed.any, listed.names.clone());
    let rules = draft.rules.iter().map(|rule| Rule {
        origins: match &rule.origins {
            Some(entries) => names(false, entries.iter().map(|entry| entry.pattern.clone()).collect()),
            None => names(true, Vec::new()),
        },
        credentials: rule.credentials,
        methods: listed(&rule.methods),
        request_headers: listed(&rule.request_headers),
        expose_headers: listed(&rule.expose_headers),
        max_age: rule.max_age.map(u64::from),
    });
    Meaning { rules: rules.collect(), preflight_status: draft.preflight_status }
}

/// The rule that decides about an origin by what the draft means.
fn rule_of<'d>(draft: &'d Draft, origin: &str) -> Option<&'d RuleDraft> {
    let mut headers = Headers::default();
    headers.append("origin", origin.as_bytes());
    let place = meaning(draft).place(&Request { method: "GET".to_owned(), headers })?;
    draft.rules.get(place)
}

fn mutated(origin: &str) -> Vec<String> {
    let (scheme, rest) = origin.split_once("://").unwrap_or(("https", origin));
    let other = if scheme == "https" { "http" } else { "https" };
    vec![
        format!("{other}://{rest}"),
        format!("{scheme}://evil{rest}"),
        format!("{scheme}://evil.{rest}"),
        format!("{scheme}://{rest}.evil.test"),
        format!("{scheme}://{rest}:8443"),
        format!("{scheme}://{rest}/"),
        format!("{scheme}://{}", rest.split_once('.').map_or(rest, |(_, above)| above)),
        "null".to_owned(),
        "https://anybody.test".to_owned(),
    ]
}

/// Who is admitted by a changed policy and was not, and which rules give more, is what the remedy says.
#[test]
fn remedies_give_nobody_more_than_they_say() {
    let tally = Tally::default();
    let result = runner(600).run(&(documents(), intents()), |(json, intent)| {
        let Ok(draft) = Draft::read(&document(&json)) else { return Err(TestCaseError::reject("refused")) };
        let before = draft.compile().unwrap().policy;
        let story = draft.story(&intent).unwrap();
        let mut origins = mutated(&intent.page.origin.to_string());
        origins.push(intent.page.origin.to_string());
        for pattern in draft.rules.iter().filter_map(|rule| rule.origins.as_ref()).flatten() {
            origins.push(pattern.pattern.replace('*', "a"));
            origins.extend(mutated(&pattern.pattern.replace('*', "a")));
        }
        for remedy in story.remedies() {
            let told = told_origins(remedy);
            for origin in &origins {
                let admits = remedy.policy().admits(origin.as_bytes());
                prop_assert_eq!(rule_of(remedy.draft(), origin).is_some(), admits);
                let is_new = admits && !before.admits(origin.as_bytes());
                prop_assert!(!is_new || told.contains(origin), "{} is new\n{}\n{}", origin, json, story);
                let more = gets_more(rule_of(&draft, origin), rule_of(remedy.draft(), origin));
                let is_told = told.contains(origin) || tells_of_rule(remedy, origin);
                prop_assert!(!more || is_told, "{} gets more\n{}\n{}", origin, json, story);
                tally.count(if is_new {
                    "new"
                } else if more {
                    "more"
                } else {
                    "same"
                });
                let widening = remedy.widening();
                prop_assert!(!is_new || widening == Widening::MoreSites);
                prop_assert!(!more || widening > Widening::Nothing || only_exposes(remedy));
            }
            prop_assert!(!remedy.policy().admits(b"null") || before.admits(b"null"));
        }
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.unwrap_err());
    tally.assert(&["new", "more", "same"]);
}

fn only_exposes(remedy: &Remedy) -> bool {
    remedy.policy_edits().all(|edit| matches!(edit, PolicyEdit::ExposeHeader { .. }))
}

/// The origins that a remedy says it admits.
fn told_origins(remedy: &Remedy) -> Vec<String> {
    let origins = remedy.policy_edits().filter_map(|edit| match edit {
        PolicyEdit::AddOrigin { origin, .. } => Some(origin.clone()),
        PolicyEdit::AddRule { rule, .. } => Some(rule.origins.as_ref()?.first()?.pattern.clone()),
        _ => None,
    });
    origins.collect()
}

/// Whether a remedy says that it gives something to the rule that decides about an origin.
fn tells_of_rule(remedy: &Remedy, origin: &str) -> bool {
    let rule = remedy.policy().decide(b"GET", &[("origin", origin)][..]).rule();
    remedy.policy_edits().any(|edit| edit.rule().is_some() && edit.rule() == rule)
}

fn gets_more(before: Option<&RuleDraft>, after: Option<&RuleDraft>) -> bool {
    let Some(after) = after else { return false };
    let Some(before) = before else { return true };
    let lists = [
        (&before.methods, &after.methods),
        (&before.request_headers, &after.request_headers),
        (&before.expose_headers, &after.expose_headers),
    ];
    (after.credentials && !before.credentials)
        || lists.into_iter().any(|(before, after)| {
            (after.any && !before.any)
                || after.names.iter().any(|name| !before.any && !before.names.contains(name))
        })
}

/// What the policy decides and explains is what stands in the story.
#[test]
fn stories_agree_with_the_policy() {
    let result = runner(300).run(&(documents(), intents()), |(json, intent)| {
        let Ok(compiled) = Policy::compile(&document(&json)) else {
            return Err(TestCaseError::reject("refused"));
        };
        let story: Story = compiled.policy.story(&intent);
        for message in story.messages() {
            let lines: Vec<(&str, &str)> =
                message.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let verdict = compiled.policy.decide(message.method.as_bytes(), &lines[..]);
            let continues = verdict.action() == cors_policy::Action::Continue;
            let refused = story.reason().is_some_and(|reason| reason.code().starts_with("handshake"));
            if !refused {
                prop_assert_eq!(continues, message.calls_application);
                let explained = compiled.policy.explain(message.method.as_bytes(), &lines[..]);
                prop_assert_eq!(&explained.to_string(), &message.explanation);
            }
        }
        let own = intent.page.origin.is_same_origin(&Origin::of(&intent.request.url));
        let is_cors = story.reason().is_some_and(|reason| reason.code().starts_with("acao"));
        prop_assert!(!(own && is_cors), "{}", story);
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.unwrap_err());
}
