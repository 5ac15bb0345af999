//! The matcher of a policy.
//!
//! Its types and the look-up are those of `cors-policy-program`. Here the patterns that a hash can find are picked
//! (`literal`, `pick`), and perfect hashes for them are searched (`perfect`). The others are left to the automaton.

mod literal;
mod perfect;
mod pick;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use cors_policy_program::exact::{self, Exact};
use cors_policy_program::wild::{self, Wild};
use cors_policy_program::{Matcher, NO_RULE, pattern};

use crate::automaton::{self, TooLarge};
use crate::model::Model;
use pick::{Item, Picked};

/// Builds the matcher.
///
/// # Errors
///
/// A policy whose automaton would be too large.
pub(crate) fn matcher(model: &Model) -> Result<Matcher<'static>, TooLarge> {
    with_seeds(model, &perfect::SEEDS)
}

fn with_seeds(model: &Model, seeds: &[Range<u8>]) -> Result<Matcher<'static>, TooLarge> {
    let Picked { exact: exact_items, wild: wild_items, mut outside } = pick::pick(model);
    let exact = exact(&exact_items, seeds).unwrap_or_else(|| {
        outside.extend(exact_items.iter().map(|item| (item.entry, item.rule)));
        Exact::EMPTY
    });
    let wild = wild(&wild_items, seeds).unwrap_or_else(|| {
        outside.extend(wild_items.iter().map(|item| (item.entry, item.rule)));
        Wild::EMPTY
    });
    let longest = longest_origin(model);
    let automaton = if outside.is_empty() {
        Vec::new()
    } else {
        automaton::lower(&automaton::graph_of(&outside)?, longest)?
    };
    let any_port = exact_items.iter().chain(&wild_items).filter(|item| item.entry.pattern.has_any_port());
    let others = any_port.clone().chain(&wild_items).map(|item| item.rule);
    Ok(Matcher {
        longest,
        others: others.chain(outside.iter().map(|(_, rule)| *rule)).min().map_or(NO_RULE, u16::from),
        any_port: any_port.count() > 0,
        exact,
        wild,
        automaton: automaton.into(),
    })
}

fn longest_origin(model: &Model) -> u16 {
    let entries = model.rules.iter().flat_map(|rule| rule.origins.entries());
    let longest = entries.map(|entry| pattern::longest(entry.pattern.text())).max();
    u16::try_from(longest.unwrap_or_default()).unwrap_or(u16::MAX)
}

/// `None` if the literals have no perfect hash.
fn exact(items: &[Item<'_>], seeds: &[Range<u8>]) -> Option<Exact<'static>> {
    let mut lengths = Exact::EMPTY.lengths;
    for item in items {
        let length = item.literal.len();
        *lengths.get_mut(length / 8)? |= 1 << (length % 8);
    }
    let entry = |item: &Item<'_>| {
        exact::Entry { rule: item.rule, offset: item.offset, length: item.length() }.bytes()
    };
    Some(Exact { lengths, table: perfect::table(items, seeds, exact::Entry::VACANT.bytes(), entry)? })
}

/// `None` if the literals have no perfect hash.
fn wild(items: &[Item<'_>], seeds: &[Range<u8>]) -> Option<Wild<'static>> {
    let mut counts: BTreeMap<[u8; 2], usize> = BTreeMap::new();
    for item in items {
        *counts.entry([u8::try_from(item.literal.len()).ok()?, item.layer]).or_default() += 1;
    }
    let mut lengths: Vec<([u8; 2], usize)> = counts.into_iter().collect();
    lengths.sort_by_key(|(_, count)| Reverse(*count));
    let entry = |item: &Item<'_>| {
        let star = u8::try_from(item.at.saturating_sub(1)).unwrap_or_default();
        wild::Entry { rule: item.rule, offset: item.offset, star, length: item.length() }.bytes()
    };
    let table = perfect::table(items, seeds, wild::Entry::VACANT.bytes(), entry)?;
    Some(Wild { lengths: lengths.into_iter().map(|(length, _)| length).collect(), table })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Entry, ExposeHeaders, Methods, Origins, RequestHeaders, Rule};
    use crate::origin;
    use crate::source::Span;

    fn model(rules: &[&[&str]]) -> Model {
        let span = Span(0);
        let entry = |text: &&str| Entry { pattern: origin::read(text).0.unwrap(), span, conditional: false };
        let rule = |texts: &&[&str]| Rule {
            name: None,
            span,
            origins: Origins::Patterns(texts.iter().map(entry).collect()),
            credentials: false,
            methods: Methods::Listed(Vec::new()),
            request_headers: RequestHeaders::Listed(Vec::new()),
            expose_headers: ExposeHeaders::Listed(Vec::new()),
            max_age: None,
        };
        let rules = rules.iter().map(rule).collect();
        Model { name: None, preflight_status: 204, rules, expectations: Vec::new(), span }
    }

    const RULES: [&[&str]; 2] = [
        &["https://a.test", "https://*.b.test", "http://c.test:*"],
        &["https://x.b.test", "https://*.d.test:*", "https://pr-*.c.test", "https://*-x.e.test"],
    ];
    const ANSWERS: [(&str, Option<u8>); 8] = [
        ("https://a.test", Some(0)),
        ("https://x.b.test", Some(0)),
        ("http://c.test:1", Some(0)),
        ("http://c.test", Some(0)),
        ("https://x.d.test:1", Some(1)),
        ("https://pr-1.c.test", Some(1)),
        ("https://1-x.e.test", Some(1)),
        ("https://b.test", None),
    ];

    /// Nothing is known to make every seed fail; if all did, the automaton would answer.
    #[test]
    fn the_automaton_answers_for_what_has_no_perfect_hash() {
        let model = model(&RULES);
        let texts = RULES.map(|rule| rule.join("\n"));
        for (seeds, hashed) in [(&perfect::SEEDS[..], 6), (&[], 0)] {
            let matcher = with_seeds(&model, seeds).unwrap();
            let entries = matcher.exact.table.entries.len() + matcher.wild.table.entries.len();
            assert!(if hashed == 0 { entries == 0 } else { entries >= hashed }, "{entries}");
            assert!(!matcher.automaton.is_empty());
            for (origin, rule) in ANSWERS {
                let found = matcher.rule(origin.as_bytes(), |rule| texts[usize::from(rule)].as_bytes());
                assert_eq!(found, rule, "{origin}, {hashed}");
            }
        }
    }
}
