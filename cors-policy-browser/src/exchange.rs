//! What came of a request: every message, and the verdict.

use url::Url;

use crate::filter::ResponseType;
use crate::preflight::Cause;
use crate::reason::Reason;
use crate::request::{HttpRequest, HttpResponse};
use crate::section::Section;
use crate::tainting::Tainting;

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The request's URLs in order, the first and one for each redirect, with what was sent there.
    pub hops: Vec<Hop>,
    /// What the page has of it.
    pub verdict: Verdict,
    /// What else fails: other checks of the same preflight, and, where the browser [looks
    /// ahead](crate::Browser::looking_ahead), what would fail after the first failure.
    pub further: Vec<Failure>,
    /// Headers that script set and the API dropped without a word, in lower case.
    pub dropped: Vec<String>,
}

/// One URL of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// The URL, after any upgrade of its scheme.
    pub url: Url,
    /// How the response is tainted.
    pub tainting: Tainting,
    /// What asks for a preflight, whether or not the cache spares it.
    pub causes: Vec<Cause>,
    /// What became of the preflight.
    pub preflight: Preflight,
    /// The request itself.
    pub actual: Option<Sent>,
}

/// What became of a preflight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Preflight {
    /// There is no cause for one.
    NotNeeded,
    /// The cache spared it.
    Cached,
    /// It was sent.
    Sent(Box<Sent>),
}

/// A request with its response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The request.
    pub request: HttpRequest,
    /// The response; `None` where there was none.
    pub response: Option<HttpResponse>,
    /// Whether a browser sends it. `false` is what is sent to look ahead after a failure.
    pub by_browser: bool,
}

/// What a request is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A preflight.
    Preflight,
    /// The request itself.
    Actual,
}

/// What a page has of its request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A response.
    Allowed {
        /// The status that script sees: 0 of an opaque response.
        status: u16,
        /// The headers that script can read, in lower case.
        readable: Vec<String>,
        /// The headers of the response that script cannot read, in lower case.
        hidden: Vec<String>,
        /// The tainting.
        tainting: Tainting,
        /// The response's type.
        kind: ResponseType,
    },
    /// A network error, or an exception where the API refuses to send.
    Blocked(Failure),
}

/// Where and why a request fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// At which step.
    pub step: FailedStep,
    /// At which of the [`Exchange::hops`]. Of a request that was not sent, the place that the hop would have had.
    pub hop: usize,
    /// Why.
    pub reason: Reason,
}

/// The steps of a fetch at which it can fail, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FailedStep {
    /// The API throws.
    Api,
    /// No connection is made: blocked port, mixed content.
    Connection,
    /// The mode does not allow the URL.
    Tainting,
    /// The preflight, or its answer.
    Preflight,
    /// The network.
    Network,
    /// The response itself.
    Response,
    /// A redirect.
    Redirect,
    /// The element or API does not take the response.
    Use,
}

impl FailedStep {
    /// Its name in kebab-case, which stays the same.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            FailedStep::Api => "api",
            FailedStep::Connection => "connection",
            FailedStep::Tainting => "tainting",
            FailedStep::Preflight => "preflight",
            FailedStep::Network => "network",
            FailedStep::Response => "response",
            FailedStep::Redirect => "redirect",
            FailedStep::Use => "use",
        }
    }
}

impl Failure {
    /// The section of the standard with that step.
    #[must_use]
    pub fn section(&self) -> Section {
        self.reason.section()
    }
}

impl Verdict {
    /// Whether the page has a response.
    #[must_use]
    pub fn is_allowed(&self) -> bool {
        matches!(self, Verdict::Allowed { .. })
    }
}

impl Exchange {
    /// Everything that fails, the first failure first.
    pub fn failures(&self) -> impl Iterator<Item = &Failure> {
        let first = match &self.verdict {
            Verdict::Allowed { .. } => None,
            Verdict::Blocked(failure) => Some(failure),
        };
        first.into_iter().chain(&self.further)
    }

    /// Every request in the order of sending, with the place of its hop: 0 before any redirect.
    pub fn sent(&self) -> impl Iterator<Item = (Purpose, usize, &Sent)> {
        self.hops.iter().enumerate().flat_map(|(place, hop)| {
            let preflight = match &hop.preflight {
                Preflight::Sent(sent) => Some((Purpose::Preflight, place, sent.as_ref())),
                Preflight::NotNeeded | Preflight::Cached => None,
            };
            preflight.into_iter().chain(hop.actual.as_ref().map(|sent| (Purpose::Actual, place, sent)))
        })
    }
}
