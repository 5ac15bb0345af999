//! Origin patterns: `scheme "://" host [":" port]`, in the form in which browsers serialise origins.
//!
//! A browser compares `Access-Control-Allow-Origin` with its own serialised origin byte for byte (Fetch, CORS
//! check). A pattern in any other form is not loose, it is dead: it would never match.

mod host;
mod port;
mod scheme;
mod shape;

#[cfg(test)]
mod tests;

use crate::mistake::{Mistake, Severity};

/// The most bytes an origin has: a scheme of 64, a host name of 253 with a root dot, a port of five digits.
pub const LONGEST: usize = 64 + 3 + 254 + 6;

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

/// Something that is wrong with a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which mistake it is.
    pub mistake: Mistake,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: String,
    /// Why, where the catalogue does not say it.
    pub note: Option<String>,
}

impl Finding {
    fn new(mistake: Mistake, message: impl Into<String>, help: impl Into<String>) -> Self {
        Finding { mistake, message: message.into(), help: help.into(), note: None }
    }

    fn note(mut self, note: impl Into<String>) -> Self {
        self.note = Some(note.into());
        self
    }

    fn is_error(&self) -> bool {
        self.mistake.severity() == Severity::Error
    }
}

/// Reads a pattern: the pattern if it is valid, and everything that is wrong or surprising about it.
#[must_use]
pub fn read(text: &str) -> (Option<Pattern>, Vec<Finding>) {
    let (pattern, canonical, mut findings) = dissect(text);
    if pattern.is_none() && canonical != text && !canonical.is_empty() {
        let (rewritten, _, _) = dissect(&canonical);
        if let Some(rewritten) = rewritten {
            for finding in findings.iter_mut().filter(|finding| finding.is_error()) {
                finding.help = format!("write `{}`", rewritten.text);
            }
        }
    }
    (pattern, findings)
}

/// Takes the text apart. Gives also the text that was probably meant, if every finding can be mended.
fn dissect(text: &str) -> (Option<Pattern>, String, Vec<Finding>) {
    if let Some(finding) = shape::unreadable(text) {
        return (None, String::new(), vec![finding]);
    }
    let mut findings = Vec::new();
    let (scheme_text, rest) = text.split_once("://").unwrap_or_default();
    let scheme = scheme::read(scheme_text, &mut findings);
    let authority = shape::without_tail(rest, &mut findings);
    let authority = shape::without_userinfo(authority, &mut findings);
    let (host_text, port_text) = port::split(authority);
    let host = host::read(host_text, &scheme, &mut findings);
    let port = port_text.and_then(|port| port::read(port, &scheme, &mut findings));
    if host.contains('*') || port.as_deref() == Some("*") {
        scheme::read_for_wildcard(&scheme, &mut findings);
    }

    let mut canonical = format!("{scheme}://{host}");
    if let Some(port) = &port {
        canonical.push(':');
        canonical.push_str(port);
    }
    let valid = !findings.iter().any(Finding::is_error);
    let pattern = Pattern { text: text.to_owned(), scheme: scheme.len(), host: host.len() };
    (valid.then_some(pattern), canonical, findings)
}
