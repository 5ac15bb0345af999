//! What adapters tell of the requests that pass: for counters, logs, and for finding out why.

use std::fmt;
use std::ops::ControlFlow;

use http::StatusCode;

use crate::candidate::Change;
use crate::explanation::Explanation;
use crate::fields::{Field, RequestFields};
use crate::handshake::{Handshake, UpgradeRefusal};
use crate::operation::Header;
use crate::policy::Policy;
use crate::resolve::Target;
use crate::verdict::Verdict;
use crate::write::WriteRefusal;

/// Something that an adapter noticed.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'e> {
    /// A request was decided. Of every request this comes first.
    Decided(Seen<'e>),
    /// A WebSocket or WebTransport handshake is answered 403.
    UpgradeRefused(Seen<'e>, UpgradeRefusal),
    /// A write from elsewhere is answered 403, or would be.
    WriteRefused {
        /// The request.
        seen: Seen<'e>,
        /// Why.
        refusal: WriteRefusal,
        /// Whether it is refused, or only reported ([`Writes::Report`]).
        enforced: bool,
    },
    /// A request is one too many, and answered 429.
    LimitReached(Seen<'e>, Limited),
    /// The candidate policy would have answered differently, or have refused another handshake or write.
    CandidateDiffers {
        /// The request, and the policy that answers it.
        seen: Seen<'e>,
        /// The policy that does not.
        candidate: &'e Policy,
        /// What it would change.
        change: Change,
    },
    /// Something is not in its place. Only in builds with debug assertions.
    Misplaced(&'e Policy, Misplacement),
}

/// A request, as the policy saw it.
#[derive(Clone, Copy)]
pub struct Seen<'e> {
    pub(crate) policy: &'e Policy,
    pub(crate) verdict: Verdict,
    pub(crate) method: &'e [u8],
    pub(crate) request: &'e dyn RequestFields,
    pub(crate) target: &'e dyn Target,
}

/// Something that is not in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Misplacement {
    /// What is inside had already set this header; it is replaced or removed.
    CorsInside(Header),
    /// A preflight without `Origin`, which something in front removed, goes to the application.
    PreflightWithoutOrigin,
    /// A preflight has reached the place of a [`tower::Sentinel`](crate::tower::Sentinel).
    #[cfg(feature = "tower")]
    PreflightReachedApplication,
}

/// What becomes of writes from pages that the policy does not admit ([`Policy::check_write`]).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Writes {
    /// Nothing: CORS keeps no request from arriving.
    #[default]
    Ignore,
    /// They go on, and are reported: as [`Event::WriteRefused`], and by the feature `tracing` at level info.
    Report,
    /// They are reported, and answered 403.
    Refuse,
}

/// One request too many ([RFC 6585, section 4](https://www.rfc-editor.org/rfc/rfc6585#section-4)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limited {
    retry_after: u32,
}

/// Why an adapter answered a request with 403, or with 429. Tower adapters put it into the extensions of the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Refusal {
    /// A WebSocket or WebTransport handshake.
    Upgrade(UpgradeRefusal),
    /// A write from elsewhere.
    Write(WriteRefusal),
    /// One request too many.
    Limit(Limited),
}

impl Limited {
    /// The next request is welcome after so many seconds; at least one.
    #[must_use]
    pub const fn new(retry_after: u32) -> Self {
        Limited { retry_after: if retry_after == 0 { 1 } else { retry_after } }
    }

    /// After how many seconds the next request is welcome: `Retry-After`, which the response exposes, so that the page
    /// can read it.
    #[must_use]
    pub const fn retry_after(self) -> u32 {
        self.retry_after
    }
}

impl<'e> Seen<'e> {
    /// The policy that decided.
    #[must_use]
    pub fn policy(&self) -> &'e Policy {
        self.policy
    }

    /// What it decided.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// The method, as sent: of a preflight, `OPTIONS`.
    #[must_use]
    pub fn method(&self) -> &'e [u8] {
        self.method
    }

    /// The first `Origin` line, as sent.
    #[must_use]
    pub fn origin(&self) -> Option<Vec<u8>> {
        self.first(Field::Origin)
    }

    /// The place of the pattern that admits the request's origin, among those of the rule that does; `None` where the
    /// origin is not admitted, and by a rule for any origin. Allocates nothing.
    #[must_use]
    pub fn pattern(&self) -> Option<usize> {
        let rule = self.policy.rule(self.verdict.rule()?)?;
        let mut place = None;
        let _ = self.request.each_line(Field::Origin, &mut |origin| {
            place = rule.admitting(origin).map(|(place, _)| place);
            ControlFlow::Break(())
        });
        place
    }

    /// The first `Access-Control-Request-Method` line, as sent.
    #[must_use]
    pub fn request_method(&self) -> Option<Vec<u8>> {
        self.first(Field::AccessControlRequestMethod)
    }

    /// What the request is for: method, host, path and query.
    #[must_use]
    pub fn target(&self) -> &'e dyn Target {
        self.target
    }

    /// Whether the request is a WebSocket or WebTransport handshake: an upgrade, or an extended `CONNECT`.
    #[must_use]
    pub fn is_handshake(&self) -> bool {
        self.is_extended_connect() || Handshake::is_asked_for(self.request)
    }

    /// The target of a `CONNECT` is a host and a port; only the extended one has a path (RFC 8441, section 4). Without
    /// `:authority`, HTTP/2 servers know no scheme either.
    pub(crate) fn is_extended_connect(&self) -> bool {
        self.method == b"CONNECT" && !self.target.path().is_empty()
    }

    /// Which rule and entry admit the request, or what a browser refuses: also a method or a header that a preflight
    /// asks for. Reads the policy's entries one by one.
    #[must_use]
    pub fn explain(&self) -> Explanation {
        self.policy.explain(self.method, self.request)
    }

    /// What another policy makes of the request: a candidate, say.
    #[must_use]
    pub fn explain_by(&self, other: &Policy) -> Explanation {
        other.explain(self.method, self.request)
    }

    fn first(&self, field: Field) -> Option<Vec<u8>> {
        let mut value = None;
        let _ = self.request.each_line(field, &mut |line| {
            value = Some(line.to_owned());
            ControlFlow::Break(())
        });
        value
    }
}

impl fmt::Debug for Seen<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (policy, verdict) = (self.policy.name(), self.verdict);
        f.debug_struct("Seen").field("policy", &policy).field("verdict", &verdict).finish_non_exhaustive()
    }
}

impl fmt::Display for Misplacement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Misplacement::CorsInside(header) => write!(
                f,
                "something inside had already set `{}`: another CORS layer or the application; the policy replaces \
                 it, so remove that",
                header.name()
            ),
            Misplacement::PreflightWithoutOrigin => f.write_str(
                "`OPTIONS` with `Access-Control-Request-Method` but without `Origin`: something in front removes it, \
                 and no preflight can be answered",
            ),
            #[cfg(feature = "tower")]
            Misplacement::PreflightReachedApplication => f.write_str(
                "a preflight has reached the application: the CORS layer does not cover this route; wrap the \
                 finished application instead",
            ),
        }
    }
}

impl Refusal {
    /// 403; over a limit, 429.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Refusal::Upgrade(_) | Refusal::Write(_) => StatusCode::FORBIDDEN,
            Refusal::Limit(_) => StatusCode::TOO_MANY_REQUESTS,
        }
    }

    /// The reason in one word, as the header `cors-policy-refusal` of the response has it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Refusal::Upgrade(refusal) => refusal.word(),
            Refusal::Write(refusal) => refusal.word(),
            Refusal::Limit(_) => "too-many-requests",
        }
    }
}

impl fmt::Display for Limited {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "too many requests; the next one is welcome in {} s", self.retry_after)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Upgrade(refusal) => refusal.fmt(f),
            Refusal::Write(refusal) => refusal.fmt(f),
            Refusal::Limit(limited) => limited.fmt(f),
        }
    }
}

impl std::error::Error for Refusal {}
