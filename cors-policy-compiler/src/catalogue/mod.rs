//! The catalogue in prose: what each mistake means, and what becomes of it in a browser. `docs/diagnostics.md`
//! is made of it.

mod attributes;
mod ceilings;
mod credentials;
mod expectations;
mod expose_headers;
mod host;
mod methods;
mod origins;
mod port;
mod preflight;
mod request_headers;
mod shape;
mod structure;
mod wildcards;

use crate::mistake::Mistake;

/// What there is to say about a mistake to somebody who has never heard of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Which mistake it is.
    pub mistake: Mistake,
    /// What was written, and why it is taken for a mistake.
    pub meaning: &'static str,
    /// What a browser, an attacker or a reader would do with such a policy.
    pub consequence: &'static str,
    /// For lints: when one may silence it.
    pub silence: Option<&'static str>,
}

/// Mistakes about one part of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// A name for folders and anchors, in `snake_case`.
    pub name: &'static str,
    /// A heading.
    pub title: &'static str,
    /// The mistakes, in the order in which one reads about them.
    pub explanations: &'static [Explanation],
}

/// Every group. Every mistake stands in one of them.
pub const GROUPS: &[Group] = &[
    structure::GROUP,
    attributes::GROUP,
    origins::GROUP,
    shape::GROUP,
    host::GROUP,
    port::GROUP,
    wildcards::GROUP,
    credentials::GROUP,
    methods::GROUP,
    request_headers::GROUP,
    expose_headers::GROUP,
    preflight::GROUP,
    expectations::GROUP,
    ceilings::GROUP,
];
