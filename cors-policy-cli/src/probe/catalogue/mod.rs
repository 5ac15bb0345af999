//! The causes: what each looks like, where it comes from, and what to do.

mod before;
mod danger;
mod network;
mod preflight;
mod reading;
mod redirect;
mod response;

use serde::Serialize;

pub(super) use before::*;
pub(super) use danger::*;
pub(super) use network::*;
pub(super) use preflight::*;
pub(super) use reading::*;
pub(super) use redirect::*;
pub(super) use response::*;

/// Where a cause is at home.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Layer {
    /// The CORS policy itself.
    Policy,
    /// The policy may be right: something in front of it or behind it spoils its answers.
    Layering,
    /// No CORS policy has a say in it.
    NotCors,
    /// The page's own code.
    Page,
}

impl Layer {
    pub(super) fn name(self) -> &'static str {
        match self {
            Layer::Policy => "the policy",
            Layer::Layering => "a layer in front of the policy or behind it",
            Layer::NotCors => "not CORS",
            Layer::Page => "the page",
        }
    }
}

/// A cause.
#[derive(Debug, Serialize)]
pub(super) struct Cause {
    /// Its name, which stays the same.
    pub(super) code: &'static str,
    pub(super) layer: Layer,
    /// One sentence.
    pub(super) title: &'static str,
    /// What Chrome shows.
    pub(super) chrome: &'static str,
    /// What Firefox shows.
    pub(super) firefox: &'static str,
    /// Where it comes from.
    #[serde(rename = "cause")]
    pub(super) why: &'static str,
    /// What to do.
    pub(super) fix: &'static str,
}

/// By stage, in the order of a request.
pub(super) static STAGES: [(&str, &[&Cause]); 7] = [
    ("Before anything is sent", before::ALL),
    ("The connection", network::ALL),
    ("The preflight", preflight::ALL),
    ("The response", response::ALL),
    ("Redirects", redirect::ALL),
    ("What the page can read", reading::ALL),
    ("Dangers", danger::ALL),
];

pub(super) fn all() -> impl Iterator<Item = (&'static str, &'static Cause)> {
    STAGES.iter().flat_map(|(stage, causes)| causes.iter().map(move |cause| (*stage, *cause)))
}
