//! The suffix algorithm once more, straight from its definition, and patterns tried host by host.

use super::super::List;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Copy)]
pub(super) struct Kind {
    pub(super) exception: bool,
    pub(super) private: bool,
}

/// The rules by name (`*.ck`), and the labels that stand directly below each name in some rule.
pub(super) struct Oracle {
    pub(super) rules: BTreeMap<String, Kind>,
    children: BTreeMap<String, BTreeSet<String>>,
}

impl Oracle {
    pub(super) fn new() -> Self {
        let mut oracle = Self { rules: BTreeMap::new(), children: BTreeMap::new() };
        for line in super::rule_lines() {
            let name: Vec<_> = line.trim_end_matches(['!', '+']).rsplit(',').collect();
            let kind = Kind { exception: line.contains('!'), private: line.ends_with('+') };
            for (depth, label) in name.iter().enumerate() {
                let parent = name[depth + 1..].join(".");
                oracle.children.entry(parent).or_default().insert((*label).to_owned());
            }
            oracle.rules.insert(name.join("."), kind);
        }
        oracle
    }

    /// Every name that a rule stands for or lies below.
    pub(super) fn names(&self) -> BTreeSet<String> {
        let rules = self.rules.keys().map(|name| name.replace('*', "any"));
        rules.chain(self.inner_names()).collect()
    }

    /// Every name that a rule lies below.
    pub(super) fn inner_names(&self) -> impl Iterator<Item = String> {
        self.children.keys().filter(|name| !name.is_empty()).map(|name| name.replace('*', "any"))
    }

    pub(super) fn public_suffix(&self, host: &str, list: List) -> String {
        let labels: Vec<_> = host.split('.').collect();
        let mut length = 1;
        for count in 1..=labels.len() {
            let (first, rest) = labels[labels.len() - count..].split_first().unwrap();
            let exact = [&[*first][..], rest].concat().join(".");
            let wildcard = [&["*"][..], rest].concat().join(".");
            let kinds = [&exact, &wildcard].map(|name| self.rules.get(name));
            for kind in kinds.into_iter().flatten().filter(|kind| list == List::Whole || !kind.private) {
                if kind.exception {
                    return rest.join(".");
                }
                length = count;
            }
        }
        labels[labels.len() - length..].join(".")
    }

    pub(super) fn registrable(&self, host: &str, list: List) -> Option<String> {
        let suffix = self.public_suffix(host, list);
        let owner = host.strip_suffix(&suffix)?.strip_suffix('.')?;
        Some(format!("{}.{suffix}", owner.rsplit('.').next()?))
    }

    /// Whether hosts have one registrable domain, and it is within the base.
    pub(super) fn are_closed(&self, hosts: &[String], base: &str, list: List) -> bool {
        let domain = hosts.first().and_then(|host| self.registrable(host, list));
        domain.as_ref().is_some_and(|domain| format!(".{base}").ends_with(&format!(".{domain}")))
            && hosts.iter().all(|host| self.registrable(host, list) == domain)
    }

    /// Enough hosts of a pattern that all others are like one of them. Heads come from the right; a head
    /// `**` stands for one or more labels.
    pub(super) fn hosts(&self, heads: &[&str], base: &str) -> Vec<String> {
        let Some((head, others)) = heads.split_first() else { return vec![base.to_owned()] };
        let pattern = head.replace("**", "*");
        let known = self.children.get(base).into_iter().flatten().map(String::as_str);
        let fresh = ["1q", "zz_9"].map(|word| pattern.replace('*', word));
        let labels = known.filter(|label| *label != "*" && matches(pattern.as_bytes(), label.as_bytes()));
        let mut hosts = Vec::new();
        for label in labels.chain(fresh.iter().map(String::as_str)) {
            let name = if base.is_empty() { label.to_owned() } else { format!("{label}.{base}") };
            if *head == "**" && (self.children.contains_key(&name) || self.children.contains_key(base)) {
                hosts.extend(self.hosts(heads, &name));
            }
            hosts.extend(self.hosts(others, &name));
        }
        hosts
    }
}

fn matches(pattern: &[u8], label: &[u8]) -> bool {
    match (pattern, label) {
        ([], []) => true,
        ([b'*', pattern @ ..], [_, label @ ..]) => {
            matches(pattern, label) || matches(&[b"*", pattern].concat(), label)
        }
        ([own, pattern @ ..], [other, label @ ..]) => own == other && matches(pattern, label),
        _ => false,
    }
}

#[test]
fn follows_the_definition() {
    let oracle = Oracle::new();
    for (host, expected) in
        [("b.c.kobe.jp", Some("b.c.kobe.jp")), ("c.kobe.jp", None), ("w.www.ck", Some("www.ck"))]
    {
        assert_eq!(oracle.registrable(host, List::Icann).as_deref(), expected, "{host}");
    }
    assert!(matches(b"a*b*", b"a-b-b1") && !matches(b"a*b*", b"ab1") && !matches(b"*", b""));
    let are_closed = |head, base, list| oracle.are_closed(&oracle.hosts(&[head], base), base, list);
    assert!(are_closed("**", "www.ck", List::Icann));
    assert!(!are_closed("**", "core.windows.net", List::Whole));
    assert!(are_closed("1*", "core.windows.net", List::Whole));
    assert!(!are_closed("b*", "core.windows.net", List::Whole));
}
