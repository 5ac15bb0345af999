//! The data, the named cases, and everything against a slow second implementation.

mod oracle;
mod vectors;

use super::*;
use oracle::Oracle;
use std::collections::BTreeSet;

const LISTS: [List; 2] = [List::Icann, List::Whole];

fn lines() -> impl Iterator<Item = &'static str> {
    include_str!("../../suffixes/public-suffixes.txt").lines()
}

fn rule_lines() -> impl Iterator<Item = &'static str> {
    lines().filter(|line| !line.starts_with('#'))
}

fn suffix(host_pattern: &str, list: List) -> Option<String> {
    openness(host_pattern, list).map(|open| open.suffix)
}

#[test]
fn the_list_is_as_the_search_needs_it() {
    let labels: Vec<Vec<&str>> =
        rule_lines().map(|line| line.trim_end_matches(['!', '+']).split(',').collect()).collect();
    assert!(labels.len() > 5000);
    assert!(labels.is_sorted_by(|one, next| one < next));
    let characters = |label: &&str| {
        !label.is_empty() && label.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
    };
    assert!(labels.iter().all(|rule| rule[..rule.len() - 1].iter().all(characters)));
    assert!(labels.iter().all(|rule| rule.last().is_some_and(|label| *label == "*" || characters(label))));
    assert!(lines().skip_while(|line| line.starts_with('#')).all(|line| !line.starts_with('#')));
}

#[test]
fn exceptions_lie_below_wildcard_rules_and_have_nothing_below() {
    let oracle = Oracle::new();
    for (name, kind) in oracle.rules.iter().filter(|(_, kind)| kind.exception) {
        let (_, parent) = name.split_once('.').unwrap();
        assert_eq!(oracle.rules[&format!("*.{parent}")].private, kind.private, "{name}");
        assert!(!oracle.rules.keys().any(|other| other.ends_with(&format!(".{name}"))), "{name}");
    }
}

#[test]
fn the_date_is_the_lists() {
    let shape: String = DATE.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    assert_eq!(shape, "0000-00-00");
    assert!(lines().any(|line| line.starts_with(&format!("# VERSION: {DATE}_"))));
    assert!(lines().any(|line| line.contains("Mozilla Public")));
}

#[test]
fn suffixes_are_the_oracles_at_around_and_below_every_rule() {
    let oracle = Oracle::new();
    for name in oracle.names() {
        let parent = name.split_once('.').map_or("", |(_, parent)| parent);
        let hosts = [
            name.clone(),
            format!("b.{name}"),
            format!("a.b.{name}"),
            format!("-.{parent}"),
            format!("zz.{parent}"),
        ];
        for (host, list) in hosts.iter().flat_map(|host| LISTS.map(|list| (host, list))) {
            assert_eq!(public_suffix(host, list), oracle.public_suffix(host, list), "{host} {list:?}");
        }
    }
}

#[test]
fn rules_may_lie_as_they_do_not_today() {
    let text = "# a comment\na\na,*\na,b,c\na,x!\na,x,y\nb,*+\nb,c,d\n";
    for (host, icann, whole) in [
        ("q.a", Some("q.a"), Some("q.a")),
        ("r.q.a", Some("q.a"), Some("q.a")),
        ("p.c.b.a", Some("c.b.a"), Some("c.b.a")),
        ("p.d.b.a", Some("b.a"), Some("b.a")),
        ("q.x.a", Some("a"), Some("a")),
        ("q.y.x.a", Some("a"), Some("a")),
        ("b", None, None),
        ("e.c.b", None, Some("c.b")),
        ("e.d.c.b", Some("d.c.b"), Some("d.c.b")),
        ("c", None, None),
    ] {
        assert_eq!(LISTS.map(|list| rules::search(text, host, list).0), [icann, whole], "{host}");
    }
}

#[test]
fn a_private_suffix_is_one_in_the_whole_list_alone() {
    assert_eq!(public_suffix("acme.github.io", List::Icann), "io");
    assert_eq!(public_suffix("acme.github.io", List::Whole), "github.io");
}

#[test]
fn public_suffixes_need_a_rule() {
    for host in
        ["com", "co.uk", "github.io", "github.io.", "foo.ck", "c.kobe.jp", "xn--fiqs8s", "any.replit.dev"]
    {
        assert!(is_public_suffix(host), "{host}");
    }
    for host in [
        "",
        ".",
        "localhost",
        "intranet",
        "ck",
        "kobe.jp",
        "www.ck",
        "city.kobe.jp",
        "b.foo.ck",
        "example.com",
    ] {
        assert!(!is_public_suffix(host), "{host}");
    }
}

#[test]
fn every_rule_makes_its_names_public_suffixes_and_no_others() {
    let oracle = Oracle::new();
    for name in oracle.names() {
        for host in [name.clone(), format!("any.{name}"), format!("own.any.{name}")] {
            let suffix = oracle.public_suffix(&host, List::Whole);
            // The default rule makes suffixes of one label only.
            let is_listed = suffix == host && (host.contains('.') || oracle.rules.contains_key(&host));
            assert_eq!(is_public_suffix(&host), is_listed, "{host}");
        }
    }
}

#[test]
fn open_by_the_registries_suffixes() {
    for (pattern, expected) in [
        ("*", ""),
        ("*.*", ""),
        ("shop.*", ""),
        ("*.shop.*", ""),
        ("*.com", "com"),
        ("*.com.", "com"),
        ("*.co.uk", "co.uk"),
        ("shop.*.com", "com"),
        ("*example.com", "com"),
        ("*.example*.com", "com"),
        ("*.internal", "internal"),
        ("*-app.internal", "internal"),
        ("*.ck", "ck"),
        ("w*.ck", "ck"),
        ("*.foo.ck", "foo.ck"),
        ("*.kawasaki.jp", "*.kawasaki.jp"),
        ("x*.kawasaki.jp", "*.kawasaki.jp"),
        ("www.*.kawasaki.jp", "*.kawasaki.jp"),
        ("*.foo.kawasaki.jp", "foo.kawasaki.jp"),
        ("*.xn--fiqs8s", "xn--fiqs8s"),
    ] {
        for list in LISTS {
            assert_eq!(suffix(pattern, list).as_deref(), Some(expected), "{pattern} {list:?}");
        }
    }
}

#[test]
fn open_by_the_whole_list_alone() {
    for (pattern, expected) in [
        ("*.github.io", "github.io"),
        ("*--shop.netlify.app", "netlify.app"),
        ("*.amazonaws.com", "s3.amazonaws.com"),
        ("s3-*.amazonaws.com", "s3-1.amazonaws.com"),
        ("*.s3*.amazonaws.com", "s3-1.amazonaws.com"),
        ("*.core.windows.net", "blob.core.windows.net"),
        ("b*.core.windows.net", "blob.core.windows.net"),
        ("*.windows.net", "servicebus.windows.net"),
        ("*.*.windows.net", "servicebus.windows.net"),
        ("acme.*.windows.net", "servicebus.windows.net"),
        ("*.c*e.windows.net", "blob.core.windows.net"),
        ("pr-*.compute.amazonaws.com", "*.compute.amazonaws.com"),
    ] {
        assert_eq!(suffix(pattern, List::Icann), None, "{pattern}");
        assert_eq!(suffix(pattern, List::Whole).as_deref(), Some(expected), "{pattern}");
    }
}

#[test]
fn closed() {
    for pattern in [
        "*.shop.example.com",
        "*.example.com.",
        "pr-*.example.com",
        "pr-*.preview.example.com",
        "*.pr-*.example.com",
        "*.example.co.uk",
        "*.corp.internal",
        "*.acme.github.io",
        "*.www.ck",
        "*.city.kawasaki.jp",
        "pr-*.city.kawasaki.jp",
        "pr-*.amazonaws.com",
        "c*e.windows.net",
        "*x.core.windows.net",
        "*.acme.s3.amazonaws.com",
        "*.localhost",
        "*.app.localhost.",
        "a*.localhost",
        "example.com",
        "com",
        "",
        ".",
    ] {
        for list in LISTS {
            assert_eq!(openness(pattern, list), None, "{pattern} {list:?}");
        }
    }
}

#[test]
fn openness_is_the_oracles_above_at_and_below_rules() {
    let oracle = Oracle::new();
    // From the right; `**` is the leading `*.`.
    let heads: [&[&str]; 8] = [
        &["**"],
        &["s3*"],
        &["*-1"],
        &["c*e", "**"],
        &["*", "x"],
        &["a*", "*-*"],
        &["*s*", "eu-west-1"],
        &["*", "*r*", "**"],
    ];
    // Names with nothing below are much alike.
    let leaves: Vec<_> = oracle.names().into_iter().step_by(5).collect();
    let below = leaves.iter().step_by(2).map(|name| format!("own.{name}"));
    for base in oracle.inner_names().chain(leaves.iter().cloned()).chain(below) {
        for heads in heads {
            let front: Vec<_> = heads.iter().rev().map(|head| head.replace("**", "*")).collect();
            let pattern = format!("{}.{base}", front.join("."));
            let hosts = oracle.hosts(heads, &base);
            for list in LISTS {
                let open = openness(&pattern, list);
                let closed = oracle.are_closed(&hosts, &base, list);
                assert_eq!(open.is_none(), closed, "{pattern} {list:?}: {open:?}");
                if let Some(Open { suffix }) = open {
                    let example = suffix.replace('*', "any");
                    assert_eq!(oracle.public_suffix(&example, list), example, "{pattern} {list:?}");
                    assert!(format!(".{suffix}").ends_with(&format!(".{base}")), "{pattern}: {suffix}");
                }
            }
        }
    }
}

#[test]
fn shared_hosts_are_names_that_the_list_lacks() {
    let oracle = Oracle::new();
    let mut seen = BTreeSet::new();
    for host in shared_hosts() {
        assert!(seen.insert(host), "{host} twice");
        let name = host.strip_prefix("*.").unwrap_or(host);
        assert!(
            name.contains('.') && name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.')),
            "{host}"
        );
        assert!(!is_public_suffix(&host.replace('*', "any")), "{host}");
        assert!(!oracle.rules.contains_key(&format!("*.{host}")), "{host}");
    }
    for group in SHARED_HOSTS.split("\n\n").skip(1) {
        let hosts: Vec<_> = group.lines().skip(1).collect();
        assert!(group.starts_with("# ") && hosts.is_sorted(), "{group}");
    }
}

#[test]
fn shared_hosts_are_touched_at_them_and_around() {
    for (pattern, expected) in [
        ("loca.lt", "loca.lt"),
        ("loca.lt.", "loca.lt"),
        ("*.loca.lt", "loca.lt"),
        ("acme-*.loca.lt", "loca.lt"),
        ("app.*.zendesk.com", "zendesk.com"),
        ("*.github.dev", "app.github.dev"),
        ("a*.github.dev", "app.github.dev"),
        ("*.app.github.dev", "app.github.dev"),
        ("*.euw.devtunnels.ms", "*.devtunnels.ms"),
        ("*.devtunnels.ms", "*.devtunnels.ms"),
        ("euw.devtunnels.ms", "*.devtunnels.ms"),
    ] {
        assert_eq!(shared_host(pattern), Some(expected), "{pattern}");
    }
    for pattern in [
        "acme.zendesk.com",
        "*.acme.zendesk.com",
        "pr-*.acme.zendesk.com",
        "github.dev",
        "pr-*.github.dev",
        "devtunnels.ms",
        "acme.euw.devtunnels.ms",
        "*.acme.euw.devtunnels.ms",
        "notloca.lt",
        "*.example.com",
        "*",
        "",
        ".",
    ] {
        assert_eq!(shared_host(pattern), None, "{pattern}");
    }
}

#[test]
fn no_string_is_too_odd() {
    let long = "a.".repeat(5000);
    let stars = "*".repeat(200);
    for text in [
        "",
        ".",
        "..",
        "*.",
        "*..",
        ".*",
        "**",
        "*.*.*",
        ".com",
        "a..com",
        "*..com",
        "ü.com",
        "*ü.ü*.com",
        "!.ck",
        "*.!.ck",
        "#",
        "\n",
        "a\nb",
        "+",
        "com+",
        "[::1]",
        &long,
        &stars,
    ] {
        for text in
            [text.to_owned(), format!("{text}.com"), format!("*.{text}"), format!("{text}.amazonaws.com")]
        {
            for list in LISTS {
                assert!(text.ends_with(public_suffix(&text, list)), "{text:?}");
                let _ = openness(&text, list);
            }
            let _ = (is_public_suffix(&text), shared_host(&text));
        }
    }
}
