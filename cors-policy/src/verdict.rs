//! What the matcher decides.

use std::fmt;

/// The decision on one request. It borrows nothing, so that the request can be moved into the application and
/// the response decorated after an await.
///
/// Only the policy that gave a verdict knows what it means: any other treats it as a refusal.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    fingerprint: u64,
    /// [`Facts`] in one word: a verdict travels in two registers. As fields of a byte each, written one by one and
    /// read back together, it cost 4 ns per decision (`docs/performance.md`).
    facts: u32,
}

/// What a verdict says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    pub(crate) kind: Kind,
    pub(crate) outcome: Outcome,
    pub(crate) rule: Option<u8>,
    pub(crate) vary: Vary,
    pub(crate) echo_method: bool,
    pub(crate) echo_headers: bool,
    /// The status of the answer, 0 where the application answers.
    pub(crate) answer: u16,
}

/// What kind of request it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A request that the application handles.
    Actual,
    /// A CORS-preflight request: `OPTIONS` with `Origin` and `Access-Control-Request-Method`
    /// ([Fetch, section 3.2.2](https://fetch.spec.whatwg.org/#http-requests)).
    Preflight,
}

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// Nothing to decide: there is no `Origin`; or no rule admits it, but the response is not asked to be read.
    /// Browsers say so by `Sec-Fetch-Mode`: of images, forms, WebSocket handshakes.
    NotCors,
    /// A rule admits the origin.
    ///
    /// Of a preflight that is half of the answer: it gets the lists of methods and headers, and the browser
    /// checks what it asked for against them. [`Policy::explain`](crate::Policy::explain) says what the browser
    /// finds.
    Admitted,
    /// No rule admits the origin, but it is the server's own: browsers send `Origin` with their own site's
    /// POSTs, and `Sec-Fetch-Site: same-origin` with it. The page can read the response without CORS.
    SameOrigin,
    /// No rule admits the origin, or there are several.
    Refused,
}

/// What to do with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Call the application.
    Continue,
    /// Answer now, with this status and no body; the application is not called.
    Answer(u16),
}

/// On which request headers the response depends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Vary {
    Nothing,
    Origin,
    Preflight,
}

const RULE: u32 = 1 << 8;
const PREFLIGHT: u32 = 1 << 9;
const ECHO_METHOD: u32 = 1 << 10;
const ECHO_HEADERS: u32 = 1 << 11;
const OUTCOME: u32 = 12;
const VARY: u32 = 14;
const ANSWER: u32 = 16;

impl Facts {
    #[inline]
    fn pack(self) -> u32 {
        let Facts { kind, outcome, rule, vary, echo_method, echo_headers, answer } = self;
        let flag = |flag: u32, holds: bool| if holds { flag } else { 0 };
        rule.map_or(0, |rule| RULE | u32::from(rule))
            | flag(PREFLIGHT, kind == Kind::Preflight)
            | flag(ECHO_METHOD, echo_method)
            | flag(ECHO_HEADERS, echo_headers)
            | (outcome as u32) << OUTCOME
            | (vary as u32) << VARY
            | u32::from(answer) << ANSWER
    }
}

impl Verdict {
    #[inline]
    pub(crate) fn new(fingerprint: u64, facts: Facts) -> Self {
        Verdict { fingerprint, facts: facts.pack() }
    }

    #[inline]
    pub(crate) fn fingerprint(self) -> u64 {
        self.fingerprint
    }

    #[inline]
    fn has(self, flag: u32) -> bool {
        self.facts & flag != 0
    }

    #[inline]
    pub(crate) fn place(self) -> Option<u8> {
        let [place, ..] = self.facts.to_le_bytes();
        self.has(RULE).then_some(place)
    }

    #[inline]
    pub(crate) fn vary(self) -> Vary {
        match self.facts >> VARY & 3 {
            0 => Vary::Nothing,
            1 => Vary::Origin,
            _ => Vary::Preflight,
        }
    }

    /// Whether the answer repeats what the preflight asks for.
    #[inline]
    pub(crate) fn echoes_lists(self) -> bool {
        self.has(ECHO_METHOD | ECHO_HEADERS)
    }

    #[inline]
    pub(crate) fn echoes_method(self) -> bool {
        self.has(ECHO_METHOD)
    }

    #[inline]
    pub(crate) fn echoes_headers(self) -> bool {
        self.has(ECHO_HEADERS)
    }

    /// The status of the answer, 0 where the application answers.
    #[inline]
    pub(crate) fn answer(self) -> u16 {
        let [_, _, low, high] = self.facts.to_le_bytes();
        u16::from_le_bytes([low, high])
    }

    /// What to do with the request.
    #[must_use]
    #[inline]
    pub fn action(self) -> Action {
        match self.answer() {
            0 => Action::Continue,
            status => Action::Answer(status),
        }
    }

    /// What kind of request it is.
    #[must_use]
    #[inline]
    pub fn kind(self) -> Kind {
        if self.has(PREFLIGHT) { Kind::Preflight } else { Kind::Actual }
    }

    /// What becomes of the request.
    #[must_use]
    #[inline]
    pub fn outcome(self) -> Outcome {
        match self.facts >> OUTCOME & 3 {
            0 => Outcome::NotCors,
            1 => Outcome::Admitted,
            2 => Outcome::SameOrigin,
            _ => Outcome::Refused,
        }
    }

    /// The place of the rule that admits the origin, from 0.
    #[must_use]
    #[inline]
    pub fn rule(self) -> Option<usize> {
        self.place().map(usize::from)
    }
}

impl fmt::Debug for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verdict")
            .field("kind", &self.kind())
            .field("outcome", &self.outcome())
            .field("rule", &self.rule())
            .field("action", &self.action())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verdict_says_what_was_put_into_it() {
        let outcomes = [Outcome::NotCors, Outcome::Admitted, Outcome::SameOrigin, Outcome::Refused];
        for kind in [Kind::Actual, Kind::Preflight] {
            for outcome in outcomes {
                for vary in [Vary::Nothing, Vary::Origin, Vary::Preflight] {
                    for rule in [None, Some(0), Some(1), Some(255)] {
                        for flags in 0..4 {
                            let (echo_method, echo_headers) = (flags & 1 != 0, flags & 2 != 0);
                            for answer in [0, 204, 403, u16::MAX] {
                                let facts =
                                    Facts { kind, outcome, rule, vary, echo_method, echo_headers, answer };
                                let verdict = Verdict::new(7, facts);
                                assert_eq!(verdict.fingerprint(), 7);
                                assert_eq!(verdict.kind(), kind);
                                assert_eq!(verdict.outcome(), outcome);
                                assert_eq!(verdict.vary(), vary);
                                assert_eq!(verdict.place(), rule);
                                assert_eq!(verdict.echoes_method(), echo_method);
                                assert_eq!(verdict.echoes_headers(), echo_headers);
                                assert_eq!(verdict.answer(), answer);
                            }
                        }
                    }
                }
            }
        }
    }
}
