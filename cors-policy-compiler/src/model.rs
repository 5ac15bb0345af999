//! A policy that is valid by construction: what the rest of the pipeline works on.

use cors_policy_program::pattern;

use crate::origin::Pattern;
use crate::source::{Span, Text};

/// A valid policy.
#[derive(Clone, Debug)]
pub struct Model {
    /// What logs call the policy.
    pub name: Option<String>,
    /// The status of a successful preflight.
    pub preflight_status: u16,
    /// The rules, in order; at least one.
    pub rules: Vec<Rule>,
    /// What the author expects of the automaton.
    pub expectations: Vec<Expectation>,
    /// The whole policy.
    pub span: Span,
}

/// A valid rule.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its name, where there are several.
    pub name: Option<String>,
    /// Where to point when the whole rule is meant.
    pub span: Span,
    /// Who may read responses.
    pub origins: Origins,
    /// Whether cookies and the like travel. Never together with [`Origins::Any`].
    pub credentials: bool,
    /// Methods beyond GET, HEAD and POST.
    pub methods: Methods,
    /// Request headers beyond the safelisted ones.
    pub request_headers: RequestHeaders,
    /// Response headers beyond the safelisted ones that scripts may read.
    pub expose_headers: ExposeHeaders,
    /// For how many seconds a preflight may be cached, at most 86,400.
    pub max_age: Option<u32>,
}

/// Who may read responses.
#[derive(Clone, Debug)]
pub enum Origins {
    /// Everybody.
    Any,
    /// The origins that a pattern admits; at least one pattern.
    Patterns(Vec<Entry>),
}

impl Origins {
    /// The patterns; none where everybody is admitted.
    #[must_use]
    pub fn entries(&self) -> &[Entry] {
        match self {
            Origins::Any => &[],
            Origins::Patterns(entries) => entries,
        }
    }
}

impl Rule {
    /// The first entry that admits the origin; none where everybody is admitted.
    #[must_use]
    pub fn admitting(&self, origin: &[u8]) -> Option<&Entry> {
        self.origins.entries().iter().find(|entry| pattern::admits(entry.pattern.text(), origin))
    }
}

/// A pattern and where it stands.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The pattern.
    pub pattern: Pattern,
    /// Where it stands.
    pub span: Span,
    /// Whether it is there under some `cfg` only.
    pub conditional: bool,
}

/// Methods that a preflight may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Methods {
    /// All of them.
    Any,
    /// These, as browsers send them; perhaps none.
    Listed(Vec<String>),
}

/// Headers that a preflight may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestHeaders {
    /// All but `authorization`, which is its own choice.
    Any {
        /// Whether `authorization` is listed beside it.
        authorization: bool,
    },
    /// These, in lower case; perhaps none.
    Listed(Vec<String>),
}

/// Response headers that scripts may read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExposeHeaders {
    /// All of them. Never together with credentials.
    Any,
    /// These, in lower case; perhaps none.
    Listed(Vec<String>),
}

/// An entry of `admits` or `refuses`.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// The origin, or `null`.
    pub origin: Text,
    /// The rule that it speaks of, by its place; `None` for the whole policy.
    pub rule: Option<usize>,
    /// Whether the origin must be admitted, or must not be.
    pub admitted: bool,
}
