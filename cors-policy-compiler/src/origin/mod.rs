//! Origin patterns: `scheme "://" host [":" port]`, in the form in which browsers serialise origins.
//!
//! A browser compares `Access-Control-Allow-Origin` with its own serialised origin byte for byte (Fetch, CORS
//! check). A pattern in any other form is not loose, it is dead: it would never match.

mod finding;
mod host;
mod pasted;
mod port;
mod regex;
mod scheme;
mod shape;

#[cfg(test)]
mod tests;

pub use finding::Finding;

use finding::Findings;

use crate::suffix::{self, List};

/// The most bytes an origin has: a scheme of 64, a host name of 253 with a root dot, a port of five digits.
pub const LONGEST: usize = 64 + 3 + 254 + 6;

/// The most times that a text is mended.
const MOST_ROUNDS: usize = 4;

/// A valid origin pattern.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pattern {
    text: String,
    scheme: usize,
    host: usize,
}

impl Pattern {
    /// The pattern, as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The scheme, without the colon.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.text.get(..self.scheme).unwrap_or_default()
    }

    /// The host: a name that may have wildcards, an IPv4 address, or an IPv6 address in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.text.get(self.scheme + 3..self.scheme + 3 + self.host).unwrap_or_default()
    }

    /// The port: `None` for the default port, `*` for any.
    #[must_use]
    pub fn port(&self) -> Option<&str> {
        self.text.get(self.scheme + 3 + self.host + 1..)
    }

    /// Whether it stands for any port.
    #[must_use]
    pub fn has_any_port(&self) -> bool {
        self.port() == Some("*")
    }

    /// Whether it stands for one origin only.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        !self.text.contains('*')
    }
}

/// Whether the hosts of a scheme are names of the DNS, and not what an application chose.
#[must_use]
pub fn has_domains(scheme: &str) -> bool {
    matches!(scheme, "http" | "https")
}

/// Reads a pattern: the pattern if it is valid, and everything that is wrong or surprising about it.
#[must_use]
pub fn read(text: &str) -> (Option<Pattern>, Vec<Finding>) {
    let Dissected { pattern, canonical, mut findings } = dissect(text);
    let canonical = canonical.filter(|_| pattern.is_none()).and_then(|canonical| mended(&canonical));
    for finding in &mut findings {
        let meant: Option<Vec<String>> = finding.meant.iter().map(|meant| closed(meant)).collect();
        if let Some(meant) = meant.filter(|meant| !meant.is_empty()) {
            finding.mend(meant);
        } else if let Some(canonical) = canonical.as_ref().filter(|_| finding.is_error()) {
            finding.mend(vec![canonical.clone()]);
        }
    }
    (pattern, findings)
}

/// What is wrong with the scheme of an origin, by itself.
#[must_use]
pub fn scheme_findings(scheme: &str) -> Vec<Finding> {
    let mut findings = Findings::of(scheme);
    let lower = scheme::read(scheme, &mut findings);
    let is_ambiguous = findings.is_ambiguous();
    let mut found = findings.into_list();
    for finding in found.iter_mut().filter(|_| !is_ambiguous) {
        finding.mend(vec![scheme::canonical(&lower).into_owned()]);
    }
    found
}

/// The text as it was probably meant, where that is a valid pattern.
#[must_use]
pub fn mended(text: &str) -> Option<String> {
    // One mended part can bring another one to light: `wss://…:443` is `https://…:443` first.
    let mut text = text.to_owned();
    for _ in 0..MOST_ROUNDS {
        let Dissected { pattern, canonical, .. } = dissect(&text);
        if pattern.is_some() {
            return Some(text);
        }
        text = canonical?;
    }
    None
}

/// The text as it was probably meant, unless strangers could register what it admits: that is no advice.
fn closed(text: &str) -> Option<String> {
    let mended = mended(text)?;
    let pattern = dissect(&mended).pattern?;
    suffix::openness(pattern.host(), List::Whole).is_none().then_some(mended)
}

struct Dissected {
    pattern: Option<Pattern>,
    /// The text with every finding mended that says how.
    canonical: Option<String>,
    findings: Vec<Finding>,
}

/// Takes the text apart.
fn dissect(text: &str) -> Dissected {
    if let Some(finding) = shape::unreadable(text) {
        return Dissected { pattern: None, canonical: None, findings: vec![finding] };
    }
    let mut findings = Findings::of(text);
    let (scheme_text, rest) = text.split_once("://").unwrap_or_default();
    let scheme = scheme::read(scheme_text, &mut findings);
    let authority = shape::without_tail(rest, &mut findings);
    let authority = shape::without_userinfo(authority, &mut findings);
    let (host_text, port_text) = port::split(authority);
    let host = host::read(host_text, &scheme, &mut findings);
    let port = port_text.and_then(|port| port::read(port, &scheme, &mut findings));
    if host.contains('*') || port.as_deref() == Some("*") {
        scheme::read_for_wildcard(scheme_text, &scheme, &mut findings);
    }

    let pattern = (!findings.has_errors()).then(|| Pattern {
        text: text.to_owned(),
        scheme: scheme.len(),
        host: host.len(),
    });
    let canonical = match &pattern {
        None if !findings.is_ambiguous() => {
            Some(assemble(&scheme::canonical(&scheme), &host, port.as_deref()))
        }
        _ => None,
    };
    Dissected { pattern, canonical, findings: findings.into_list() }
}

fn assemble(scheme: &str, host: &str, port: Option<&str>) -> String {
    match port {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    }
}
