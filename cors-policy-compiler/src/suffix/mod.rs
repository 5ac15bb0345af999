//! Where strangers get names: public suffixes, and hosts that work like them.
//!
//! A *public suffix* is a name under which anybody can register (`com`, `co.uk`, `github.io`), and a
//! *registrable domain* is one label more: what one owner has. The names come from the
//! [Public Suffix List](https://publicsuffix.org/list/), whose
//! [format](https://github.com/publicsuffix/list/wiki/Format) says how rules, wildcard rules and exceptions
//! decide. The list is embedded as sorted text and searched where it lies; nothing is built beforehand.
//!
//! Hosts are taken in lower-case ASCII, as browsers serialise them. Other strings have meaningless answers.

mod pattern;
mod rules;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;

use pattern::HostPattern;

/// The day of the embedded public suffix list, as `2026-10-22`.
pub const DATE: &str = rules::DATE;

const SHARED_HOSTS: &str = include_str!("../../suffixes/shared-hosts.txt");

/// The part of the public suffix list to go by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// The suffixes of the registries, from the list's ICANN section.
    Icann,
    /// Those, and the suffixes of the private section, where companies give names to their customers.
    Whole,
}

/// What makes a host pattern open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    /// The suffix under which anybody can register a name that the pattern matches.
    ///
    /// It is the literal end of the pattern where that is a suffix (`github.io` for `*.github.io`, `ck` for
    /// `*.ck`), and else the shortest rule below it, the first of several, as the list writes rules
    /// (`blob.core.windows.net` for `*.core.windows.net`, `*.kawasaki.jp` for `*.kawasaki.jp`). It is empty
    /// where the pattern has no literal end (`*`, `shop.*`): any top-level domain will do.
    pub suffix: String,
}

/// The public suffix of a host.
///
/// The default rule stands in where no rule matches: the last label is the suffix. A host that is a suffix
/// is its own. The host has no trailing dot.
#[must_use]
pub fn public_suffix(host: &str, list: List) -> &str {
    or_default(rules::listed_suffix(host, list), host)
}

fn or_default<'h>(listed: Option<&'h str>, host: &'h str) -> &'h str {
    listed.or_else(|| host.rsplit('.').next()).unwrap_or_default()
}

/// The name that one owner has: a public suffix and one label in front of it. Addresses have none.
#[must_use]
pub fn registrable_domain(host: &str) -> Option<&str> {
    let is_name = host.rsplit('.').next()?.starts_with(|first: char| first.is_ascii_alphabetic());
    let suffix = public_suffix(Some(host).filter(|host| is_name && !host.starts_with('['))?, List::Whole);
    let label = host.strip_suffix(suffix)?.strip_suffix('.')?.rsplit('.').next()?;
    host.get(host.len() - suffix.len() - 1 - label.len()..)
}

/// Whether a rule of the whole list makes this very host a public suffix. The default rule does not count,
/// so `localhost` and `intranet` are none. One trailing dot is ignored.
#[must_use]
pub fn is_public_suffix(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    rules::may_be_suffix(host) && rules::listed_suffix(host, List::Whole) == Some(host)
}

/// What makes a host pattern open; `None` for a closed one.
///
/// A pattern is *closed* when all hosts that it matches share one registrable domain, which its literal end
/// spells out. A leading `*.` stands for one or more labels, any other `*` for one to 63 characters within
/// its label. One trailing dot is ignored. Hosts without `*` and names under `localhost`, which are loopback,
/// are closed.
///
/// ```
/// use cors_policy_compiler::suffix::{List, openness};
///
/// assert!(openness("*.shop.example.com", List::Whole).is_none());
/// assert!(openness("*.core.windows.net", List::Icann).is_none());
///
/// let open = openness("*.core.windows.net", List::Whole).unwrap();
/// assert_eq!(open.suffix, "blob.core.windows.net");
/// ```
#[must_use]
pub fn openness(host_pattern: &str, list: List) -> Option<Open> {
    let pattern = HostPattern::parse(host_pattern);
    if pattern.is_exact() || pattern.base.rsplit('.').next() == Some("localhost") {
        return None;
    }
    let (listed, below) = rules::listed_suffix_and_below(pattern.base, list);
    if or_default(listed, pattern.base) == pattern.base {
        return Some(Open { suffix: pattern.base.to_owned() });
    }
    // An exception lies in the reach of a wildcard rule, which speaks for it.
    below
        .filter(|(rule, labels)| rule.is_in(list) && !rule.exception && pattern.reaches_below(labels.clone()))
        .map(|(rule, _)| rule)
        .min_by_key(|rule| rule.labels().count())
        .map(|rule| Open { suffix: rule.name() })
}

/// The shared host that a host or a host pattern touches, from a list of hosts that strangers share and the
/// public suffix list lacks: tunnels, previews, hosted desks.
///
/// An exact host touches the shared host that it is. A pattern touches every shared host unless its hosts
/// all lie under one literal name below it (`*.acme.zendesk.com`), or all elsewhere. A shared host with a
/// leading `*.` stands for every name directly below. One trailing dot is ignored.
#[must_use]
pub fn shared_host(host_pattern: &str) -> Option<&'static str> {
    let pattern = HostPattern::parse(host_pattern);
    if pattern.is_exact() {
        let (_, parent) = pattern.base.split_once('.')?;
        return shared_hosts().find(|host| match host.strip_prefix("*.") {
            Some(above) => above == parent,
            None => *host == pattern.base,
        });
    }
    shared_hosts().find(|host| may_touch(pattern.base, host) && pattern.reaches(host.rsplit('.')))
}

/// Whether a shared host can lie at or below a base, by their bytes alone: that takes an eighth of the time that their
/// labels take, and nearly all can be left out.
fn may_touch(base: &str, host: &str) -> bool {
    let literal = host.strip_prefix("*.").unwrap_or(host);
    literal.ends_with(base) || base.ends_with(literal)
}

fn shared_hosts() -> impl Iterator<Item = &'static str> {
    static HOSTS: LazyLock<Vec<&str>> = LazyLock::new(|| {
        SHARED_HOSTS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect()
    });
    HOSTS.iter().copied()
}
