//! Which entry comes nearest to an origin that none admits.

use std::fmt;

use cors_policy_program::pattern;

/// An entry that nearly admits an origin. It displays what is in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NearMiss {
    entry: String,
    difference: Difference,
}

/// What is in the way, the slightest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
            Difference::Lookalike => "which is another host and may be somebody else's",
        })
    }
}

pub(crate) fn nearest<'p>(origin: &[u8], patterns: impl Iterator<Item = &'p str>) -> Option<NearMiss> {
    let origin = std::str::from_utf8(origin).ok().filter(|origin| origin.len() <= 512)?;
    let parts = Parts::of(origin)?;
    patterns
        .filter_map(|entry| Some((difference(&parts, entry)?, entry)))
        .min_by_key(|(difference, _)| *difference)
        .map(|(difference, entry)| NearMiss { entry: entry.to_owned(), difference })
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
}

fn difference(parts: &Parts<'_>, entry: &str) -> Option<Difference> {
    let admits = |origin: &str| pattern::admits(entry, origin.as_bytes());
    let own = Parts::of(entry)?;
    let Parts { scheme, host, port, .. } = *parts;
    if admits(&parts.origin.to_ascii_lowercase()) {
        return Some(Difference::Case);
    }
    if !parts.path.is_empty() && admits(&assemble(scheme, host, port)) {
        return Some(Difference::Path);
    }
    if matches!((scheme, port), ("https", Some("443")) | ("http", Some("80")))
        && admits(&assemble(scheme, host, None))
    {
        return Some(Difference::DefaultPort);
    }
    if host.strip_suffix('.').is_some_and(|host| admits(&assemble(scheme, host, port))) {
        return Some(Difference::TrailingDot);
    }
    if scheme != own.scheme && admits(&assemble(own.scheme, host, port)) {
        return Some(Difference::Scheme);
    }
    if port != own.port && own.port != Some("*") && admits(&assemble(scheme, host, own.port)) {
        return Some(Difference::Port);
    }
    if own.host.strip_prefix("*.") == Some(host) {
        return Some(Difference::Apex);
    }
    if host == own.host {
        return Some(if scheme == own.scheme { Difference::Port } else { Difference::Scheme });
    }
    let own_host = own.host.strip_prefix("*.").unwrap_or(own.host);
    let is_below = |host: &str| host.strip_suffix(own_host).is_some_and(|left| left.ends_with('.'));
    if !own.host.contains('*') && is_below(host) {
        return Some(Difference::Subdomain);
    }
    (parts.origin.starts_with(entry) || (host.ends_with(own_host) && !is_below(host)))
        .then_some(Difference::Lookalike)
}
