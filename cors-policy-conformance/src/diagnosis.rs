//! From what differs to where the mistake is.

use std::collections::BTreeSet;

use cors_policy::Header;

use crate::client::{Answer, Silence};
use crate::expectation::{Expectation, Mismatch, has_cors, varies};
use crate::requests::{Oddity, Request};

/// What is likely behind a failure. Ordered by where on the way of a request it lies. `Display` says it in a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// The URL or a path is none that can be asked.
    Unusable,
    /// Nothing listens there.
    Unreachable,
    /// No answer came in time.
    Unanswered,
    /// The connection was closed in place of an answer.
    Closed,
    /// A preflight, or a response without the policy's headers, is a redirect.
    Redirected,
    /// Authentication stands outside of the policy.
    AuthenticationOutside,
    /// A policy answered a preflight, and refused it.
    OtherPolicy,
    /// The router answered a preflight.
    RoutedBefore,
    /// The preflight met an error of the server or of a proxy.
    PreflightFailed,
    /// A second CORS layer, or a proxy, adds headers or answers preflights.
    SecondLayer,
    /// Something that is not the policy answered a preflight.
    AnsweredElsewhere,
    /// A preflight's answer has a body.
    PreflightBody,
    /// No response has the policy's headers.
    NotCovered,
    /// Some routes or methods are without the policy.
    PartlyCovered,
    /// Errors are made outside of the policy.
    ErrorOutside,
    /// The headers are those of another policy, or of another request.
    OtherHeaders,
    /// Some of the policy's headers have been removed.
    HeadersRemoved,
    /// What the policy added to `Vary` is lost.
    VaryLost,
}

impl Cause {
    /// What it is, in a line.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Cause::Unusable => "this address cannot be asked",
            Cause::Unreachable => "nothing listens there",
            Cause::Unanswered => "no answer came in time",
            Cause::Closed => "the connection was closed in place of an answer",
            Cause::Redirected => "a redirect is made outside of the policy",
            Cause::AuthenticationOutside => "authentication stands outside of the policy",
            Cause::OtherPolicy => "another policy refuses these preflights",
            Cause::RoutedBefore => "the policy is inside of the router",
            Cause::PreflightFailed => "a preflight meets an error before it meets the policy",
            Cause::SecondLayer => "a second CORS layer or a proxy adds headers",
            Cause::AnsweredElsewhere => "something that is not the policy answers preflights",
            Cause::PreflightBody => "the answer to a preflight has a body",
            Cause::NotCovered => "no response has the policy's headers",
            Cause::PartlyCovered => "some routes or methods are without the policy",
            Cause::ErrorOutside => "errors are made outside of the policy",
            Cause::OtherHeaders => "the headers are another policy's, or another request's",
            Cause::HeadersRemoved => "some of the policy's headers have been removed",
            Cause::VaryLost => "what the policy added to `Vary` is lost",
        }
    }

    /// What to do about it.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self {
            Cause::Unusable => {
                "give `http://host:port/path`: TLS is not spoken, so ask the server behind what terminates it"
            }
            Cause::Unreachable => "start the application first, and give the address that it is bound to",
            Cause::Unanswered => {
                "see whether the application hangs; where it is served by the runtime of this very test, as in \
                 `#[tokio::test]`, use `check_url_async`, because this check blocks the thread"
            }
            Cause::Closed => {
                "turn errors and panics of handlers into responses inside of the policy (in tower, `CatchPanicLayer`): \
                 where there is no response, a page sees a network error"
            }
            Cause::Redirected => {
                "browsers follow no redirect of a preflight, and need CORS headers on others: put the policy outside \
                 of what redirects (log-in, trailing slash, https), or answer 401 in place of a redirect to the log-in"
            }
            Cause::AuthenticationOutside => {
                "preflights never carry credentials: put the policy outside of authentication, so that it answers \
                 preflights, and pages can read what a 401 says"
            }
            Cause::OtherPolicy => {
                "see that the application serves the policy that the test names, and what it picks for this path if it \
                 picks one; a path that has another policy is left out by `without_unknown_path`"
            }
            Cause::RoutedBefore => {
                "wrap the finished application, `CorsLayer::new(&POLICY).wrap(router)`: a layer that is put on routes \
                 never sees a preflight for which there is no route (in axum, `.layer` covers only the routes above it)"
            }
            Cause::PreflightFailed => {
                "put the policy outside of everything else, so that a preflight is answered before rate limits, \
                 sessions and handlers; see the log of a proxy in front whether it passes `OPTIONS` on"
            }
            Cause::SecondLayer => {
                "let one place own CORS: remove the other layer, or the `add_header`, of a proxy in front. Two values \
                 match nothing in any browser, even where they are the same"
            }
            Cause::AnsweredElsewhere => {
                "put the policy outside of handlers and middlewares that answer `OPTIONS`; where the headers are not \
                 there either, it does not cover this route"
            }
            Cause::PreflightBody => {
                "remove what adds bodies to responses without one, an error page of a proxy, say"
            }
            Cause::NotCovered => {
                "put the policy around the finished application; if it is, this is another application: see the status"
            }
            Cause::PartlyCovered => {
                "put the policy around the finished application in place of single routes (in axum, `.layer` covers \
                 only the routes above it): `CorsLayer::new(&POLICY).wrap(router)`"
            }
            Cause::ErrorOutside => {
                "put the policy outside of what makes errors: the fallback for unknown paths, timeouts, limits, panics. \
                 A page cannot read an error that has no CORS headers. For a proxy's own errors, tell the proxy"
            }
            Cause::OtherHeaders => {
                "see whether an older build is running, whether something outside of the policy sets CORS headers, and \
                 whether a cache in front ignores `Vary`"
            }
            Cause::HeadersRemoved => {
                "compare with what the application sends when asked directly: something in front removes headers"
            }
            Cause::VaryLost => {
                "outside of the policy, append to `Vary` in place of setting it: without `Origin` in it, a cache gives \
                 one page's answer to another"
            }
        }
    }
}

impl std::fmt::Display for Cause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.title())
    }
}

/// A request, and what came of it.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) request: Request,
    pub(crate) expectation: Expectation,
    pub(crate) outcome: Result<Answer, Silence>,
    pub(crate) mismatches: Vec<Mismatch>,
}

impl Exchange {
    pub(crate) fn new(request: Request, expectation: Expectation, outcome: Result<Answer, Silence>) -> Self {
        let mismatches = match &outcome {
            Ok(answer) => expectation.mismatches(&request, answer),
            Err(_) => Vec::new(),
        };
        Exchange { request, expectation, outcome, mismatches }
    }

    pub(crate) fn is_failure(&self) -> bool {
        match &self.outcome {
            Ok(_) => !self.mismatches.is_empty(),
            Err(Silence::Closed(_)) => self.request.oddity != Oddity::Large,
            Err(_) => true,
        }
    }

    /// Whether a preflight has another status than the policy's.
    fn has_wrong_status(&self) -> bool {
        self.mismatches.iter().any(|mismatch| matches!(mismatch, Mismatch::Status { .. }))
    }

    fn shows_second_layer(&self) -> bool {
        let Ok(answer) = &self.outcome else { return false };
        let answered = self.has_wrong_status() && preflight_cause(answer) == Cause::SecondLayer;
        answered || self.mismatches.iter().any(is_doubled)
    }

    /// Whether something that only the policy would have added is there.
    fn shows_policy(&self) -> bool {
        let Ok(answer) = &self.outcome else { return false };
        let header = |(header, value): &(Header, Option<Vec<u8>>)| {
            let came = answer.headers.get(header.name()).map(http::HeaderValue::as_bytes);
            value.is_some() && came == value.as_deref()
        };
        self.expectation.headers.iter().any(header)
            || self.expectation.vary.iter().any(|name| varies(&answer.headers, name))
    }
}

/// Where the policy was seen at work, and where it was not.
#[derive(Debug)]
pub(crate) struct Evidence {
    /// Paths with it, and whether by `OPTIONS`.
    shown: BTreeSet<(String, bool)>,
    /// Paths on which responses that are no errors were without it.
    bare: BTreeSet<String>,
    /// Whether something else than the policy was seen to speak of CORS.
    second_layer: bool,
}

impl Evidence {
    pub(crate) fn of(exchanges: &[Exchange]) -> Self {
        let mut evidence = Evidence { shown: BTreeSet::new(), bare: BTreeSet::new(), second_layer: false };
        for exchange in exchanges {
            evidence.second_layer |= exchange.shows_second_layer();
            if exchange.shows_policy() {
                evidence.shown.insert(place(&exchange.request));
            } else if exchange.expectation.is_visible()
                && exchange.outcome.as_ref().is_ok_and(|answer| answer.status < 300)
            {
                evidence.bare.insert(exchange.request.path.clone());
            }
        }
        evidence
    }

    /// The likely cause of a failure.
    pub(crate) fn cause(&self, exchange: &Exchange) -> Cause {
        let answer = match &exchange.outcome {
            Err(Silence::Unreachable(_)) => return Cause::Unreachable,
            Err(Silence::TimedOut) => return Cause::Unanswered,
            Err(Silence::Closed(_)) => return Cause::Closed,
            Ok(answer) => answer,
        };
        if exchange.mismatches.iter().any(is_doubled) {
            return Cause::SecondLayer;
        }
        if exchange.has_wrong_status() {
            return preflight_cause(answer);
        }
        if exchange.mismatches.iter().any(|one| matches!(one, Mismatch::Body(_))) {
            return Cause::PreflightBody;
        }
        if exchange.expectation.is_visible() && !exchange.shows_policy() && !has_cors(&answer.headers) {
            return self.uncovered(exchange, answer);
        }
        let all = |is: fn(&Mismatch) -> bool| exchange.mismatches.iter().all(is);
        match () {
            () if all(|one| matches!(one, Mismatch::Vary { .. })) => Cause::VaryLost,
            () if all(is_missing) => Cause::HeadersRemoved,
            () if self.second_layer => Cause::SecondLayer,
            () => Cause::OtherHeaders,
        }
    }

    /// Of a response on which nothing is of the policy.
    fn uncovered(&self, exchange: &Exchange, answer: &Answer) -> Cause {
        let only_vary = exchange.expectation.headers.iter().all(|(_, value)| value.is_none());
        match answer.status {
            _ if only_vary && self.shown.contains(&place(&exchange.request)) => Cause::VaryLost,
            401 | 403 | 407 => Cause::AuthenticationOutside,
            300..=399 => Cause::Redirected,
            _ if self.shown.is_empty() => Cause::NotCovered,
            400.. if !self.bare.contains(&exchange.request.path) => Cause::ErrorOutside,
            _ => Cause::PartlyCovered,
        }
    }
}

fn place(request: &Request) -> (String, bool) {
    (request.path.clone(), request.method == "OPTIONS")
}

/// Of a preflight with another status than the policy's.
fn preflight_cause(answer: &Answer) -> Cause {
    // What answers preflights by itself says on what they depend.
    let is_cors = has_cors(&answer.headers) || varies(&answer.headers, "access-control-request-method");
    match answer.status {
        300..=399 => Cause::Redirected,
        403 if is_cors => Cause::OtherPolicy,
        401 | 403 | 407 => Cause::AuthenticationOutside,
        404 | 405 | 501 => Cause::RoutedBefore,
        429 | 500..=599 => Cause::PreflightFailed,
        _ if is_cors => Cause::SecondLayer,
        _ => Cause::AnsweredElsewhere,
    }
}

/// Several lines, or several values on one that takes one.
fn is_doubled(mismatch: &Mismatch) -> bool {
    match mismatch {
        Mismatch::Header { header, came, .. } => {
            came.len() > 1 || (*header == Header::AllowOrigin && came.iter().any(|line| line.contains(&b',')))
        }
        _ => false,
    }
}

fn is_missing(mismatch: &Mismatch) -> bool {
    match mismatch {
        Mismatch::Header { came, .. } => came.is_empty(),
        Mismatch::Vary { .. } => true,
        _ => false,
    }
}
