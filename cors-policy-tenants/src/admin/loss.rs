//! What a version takes away, and for how long browsers go on as before.

use std::collections::BTreeMap;

use cors_policy::{Policy, Rule};

use super::diff::List;
use super::duration::exactly;

/// How long browsers keep a preflight without a max age
/// ([Fetch, CORS-preflight fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch-0)).
const DEFAULT_MAX_AGE: u32 = 5;
/// The longest that any browser keeps one: Firefox, a day.
const LONGEST_MAX_AGE: u32 = 24 * 60 * 60;
/// An origin that nothing but `any` admits.
const ANYBODY: &str = "https://origin.invalid";

/// A sentence for each rule whose cached preflights allow more than what comes after.
pub(super) fn warnings((from, before): (u32, &Policy), (to, after): (u32, &Policy)) -> Vec<String> {
    let mut kept: BTreeMap<Option<&str>, u32> = BTreeMap::new();
    for origin in examples(before).chain(examples(after)).chain([ANYBODY.to_owned()]) {
        if let Some(was) = admitting(before, &origin)
            && is_lost(was, admitting(after, &origin))
        {
            let seconds = was.max_age().unwrap_or(DEFAULT_MAX_AGE).min(LONGEST_MAX_AGE);
            kept.insert(was.name(), seconds);
        }
    }
    let warning = |(rule, seconds): (Option<&str>, u32)| {
        let rule = rule.map(|name| format!(" by rule `{name}`")).unwrap_or_default();
        let time = exactly(seconds);
        format!(
            "browsers that have cached a preflight of version {from}{rule} go on sending what version {to} no longer \
             allows for up to {time}; reading ends at once"
        )
    };
    kept.into_iter().filter(|(_, seconds)| *seconds > 0).map(warning).collect()
}

/// An origin of each pattern: the pattern itself, or one with a letter for what is open in it.
fn examples(policy: &Policy) -> impl Iterator<Item = String> {
    let patterns = policy.rules().filter_map(Rule::origins).flatten();
    patterns.map(|pattern| pattern.strip_suffix(":*").unwrap_or(pattern).replace('*', "a"))
}

fn admitting<'p>(policy: &'p Policy, origin: &str) -> Option<Rule<'p>> {
    policy.rule(policy.decide(b"GET", &[("origin", origin)][..]).rule()?)
}

/// Whether a preflight passes one rule, and not another.
fn is_lost(was: Rule<'_>, is: Option<Rule<'_>>) -> bool {
    let Some(is) = is else { return true };
    (was.credentials() && !is.credentials())
        || List::of(was.methods()).exceeds(&List::of(is.methods()))
        || List::of(was.request_headers()).exceeds(&List::of(is.request_headers()))
}
