//! Which entry comes nearest to an origin that none admits, and where the origin stops matching it.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use core::fmt;
use core::ops::Range;

use crate::pattern;

/// The longest origin that is compared.
const LONGEST: usize = 512;
/// The most bytes by which two hosts differ that are spelt nearly the same.
const MOST_DIFFERING: usize = 3;

/// An entry that nearly admits an origin. It displays what is in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    entry: String,
    difference: Difference,
    place: Range<usize>,
}

/// What is in the way, the slightest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Difference {
    /// Upper and lower case differ.
    Case,
    /// The origin has a slash or a path at its end.
    Path,
    /// The origin has the default port written out.
    DefaultPort,
    /// The host has a dot at its end.
    TrailingDot,
    /// Only the scheme is another.
    Scheme,
    /// Only the port is another.
    Port,
    /// The origin is the name behind a leading `*.`, which stands for its subdomains only.
    Apex,
    /// The origin is a subdomain of the entry.
    Subdomain,
    /// A few characters of the host are others.
    Spelling,
    /// The origin begins with the entry, or ends with its host, and is somebody else's.
    Lookalike,
}

impl NearMiss {
    /// The entry of the policy.
    #[must_use]
    pub fn entry(&self) -> &str {
        &self.entry
    }

    /// What is in the way.
    #[must_use]
    pub fn difference(&self) -> Difference {
        self.difference
    }

    /// Where the origin stops matching the entry, in bytes of the origin; empty where something is missing.
    #[must_use]
    pub fn place(&self) -> Range<usize> {
        self.place.clone()
    }
}

impl fmt::Display for NearMiss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.difference {
            Difference::Case => "which differs in upper and lower case",
            Difference::Path => "but an origin has no path and no slash at its end",
            Difference::DefaultPort => "but browsers leave the default port out",
            Difference::TrailingDot => "but the host has a dot at its end",
            Difference::Scheme => "which has another scheme",
            Difference::Port => "which has another port",
            Difference::Apex => "which stands for subdomains, not for the name itself",
            Difference::Subdomain => "which does not cover its subdomains",
            Difference::Spelling => "which is spelt differently",
            Difference::Lookalike => "which is another host and may be somebody else's",
        })
    }
}

/// The entry among `patterns` that comes nearest to an origin that none of them admits; `None` if none is near, and
/// for what is no origin.
pub fn nearest<'p>(origin: &[u8], patterns: impl Iterator<Item = &'p str>) -> Option<NearMiss> {
    let origin = core::str::from_utf8(origin).ok().filter(|origin| origin.len() <= LONGEST)?;
    let parts = Parts::of(origin)?;
    patterns
        .filter_map(|entry| Some((difference(&parts, entry)?, entry)))
        .min_by_key(|((difference, _), _)| *difference as u8)
        .map(|((difference, place), entry)| NearMiss { entry: entry.to_owned(), difference, place })
}

fn assemble(scheme: &str, host: &str, port: Option<&str>) -> String {
    match port {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    }
}

/// An origin, taken apart leniently.
struct Parts<'o> {
    origin: &'o str,
    scheme: &'o str,
    host: &'o str,
    port: Option<&'o str>,
    path: &'o str,
}

impl<'o> Parts<'o> {
    fn of(origin: &'o str) -> Option<Self> {
        let (scheme, rest) = origin.split_once("://")?;
        let (authority, path) = rest.find('/').and_then(|at| rest.split_at_checked(at)).unwrap_or((rest, ""));
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (authority, None),
        };
        Some(Parts { origin, scheme, host, port, path })
    }

    fn host_start(&self) -> usize {
        self.scheme.len() + 3
    }

    fn host_end(&self) -> usize {
        self.host_start() + self.host.len()
    }

    fn host_place(&self) -> Range<usize> {
        self.host_start()..self.host_end()
    }

    /// The port with its colon; where there is none, the place where it would stand.
    fn port_place(&self) -> Range<usize> {
        self.host_end()..self.host_end() + self.port.map_or(0, |port| port.len() + 1)
    }
}

fn difference(parts: &Parts<'_>, entry: &str) -> Option<(Difference, Range<usize>)> {
    difference_in_form(parts, entry).or_else(|| {
        let own = Parts::of(entry)?;
        difference_in_part(parts, &own, entry).or_else(|| difference_in_host(parts, &own, entry))
    })
}

/// The entry is meant, but the origin is not in the form in which browsers send it.
fn difference_in_form(parts: &Parts<'_>, entry: &str) -> Option<(Difference, Range<usize>)> {
    let admits = |origin: &str| pattern::admits(entry, origin.as_bytes());
    let Parts { origin, scheme, host, port, path } = *parts;
    if admits(&origin.to_ascii_lowercase()) {
        let is_capital = |c: char| c.is_ascii_uppercase();
        let start = origin.find(is_capital)?;
        let end = origin.rfind(is_capital)? + 1;
        return Some((Difference::Case, start..end));
    }
    if !path.is_empty() && admits(&assemble(scheme, host, port)) {
        return Some((Difference::Path, origin.len() - path.len()..origin.len()));
    }
    if matches!((scheme, port), ("https", Some("443")) | ("http", Some("80")))
        && admits(&assemble(scheme, host, None))
    {
        return Some((Difference::DefaultPort, parts.port_place()));
    }
    host.strip_suffix('.')
        .is_some_and(|host| admits(&assemble(scheme, host, port)))
        .then(|| (Difference::TrailingDot, parts.host_end() - 1..parts.host_end()))
}

/// The entry has another scheme or port.
fn difference_in_part(parts: &Parts<'_>, own: &Parts<'_>, entry: &str) -> Option<(Difference, Range<usize>)> {
    let admits = |origin: &str| pattern::admits(entry, origin.as_bytes());
    let Parts { scheme, host, port, .. } = *parts;
    let other_scheme = (Difference::Scheme, 0..scheme.len());
    let other_port = (Difference::Port, parts.port_place());
    if scheme != own.scheme && admits(&assemble(own.scheme, host, port)) {
        return Some(other_scheme);
    }
    if port != own.port && own.port != Some("*") && admits(&assemble(scheme, host, own.port)) {
        return Some(other_port);
    }
    if own.host.strip_prefix("*.") == Some(host) {
        return Some((Difference::Apex, parts.host_place()));
    }
    (host == own.host).then(|| if scheme == own.scheme { other_port } else { other_scheme })
}

/// The entry has another host.
fn difference_in_host(parts: &Parts<'_>, own: &Parts<'_>, entry: &str) -> Option<(Difference, Range<usize>)> {
    let Parts { origin, host, .. } = *parts;
    let start = parts.host_start();
    let own_host = own.host.strip_prefix("*.").unwrap_or(own.host);
    let left = host.strip_suffix(own_host);
    let is_below = left.is_some_and(|left| left.ends_with('.'));
    if is_below && !own.host.contains('*') {
        return Some((Difference::Subdomain, start..parts.host_end() - own_host.len()));
    }
    if let Some(place) = misspelt(host, own.host) {
        return Some((Difference::Spelling, start + place.start..start + place.end));
    }
    if origin.starts_with(entry) {
        return Some((Difference::Lookalike, entry.len()..origin.len()));
    }
    left.filter(|_| !is_below).map(|left| (Difference::Lookalike, start..start + left.len()))
}

/// Where the host differs from an entry's by a few characters, in as many labels; a leading `*.` is left out.
fn misspelt(host: &str, entry: &str) -> Option<Range<usize>> {
    let (skipped, host, entry) = match entry.strip_prefix("*.") {
        None => (0, host, entry),
        Some(base) => {
            let labels = base.split('.').count();
            let dots = host.rmatch_indices('.').nth(labels.checked_sub(1)?)?.0 + 1;
            (dots, host.get(dots..)?, base)
        }
    };
    if entry.contains('*') || host.split('.').count() != entry.split('.').count() {
        return None;
    }
    let before = host.bytes().zip(entry.bytes()).take_while(|(a, b)| a == b).count();
    let shorter = host.len().min(entry.len()) - before;
    let behind =
        host.bytes().rev().zip(entry.bytes().rev()).take(shorter).take_while(|(a, b)| a == b).count();
    let differing = host.len().max(entry.len()) - before - behind;
    let is_near = differing <= MOST_DIFFERING && differing * 3 <= entry.len();
    is_near.then(|| skipped + before..skipped + host.len() - behind)
}
