//! What the matcher decides.

/// The decision on one request. It borrows nothing, so that the request can be moved into the application and
/// the response decorated after an await.
///
/// Only the policy that gave a verdict knows what it means: any other treats it as a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub(crate) fingerprint: u64,
    pub(crate) kind: Kind,
    pub(crate) outcome: Outcome,
    pub(crate) rule: Option<u8>,
    pub(crate) vary: Vary,
    pub(crate) echo_method: bool,
    pub(crate) echo_headers: bool,
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

impl Verdict {
    /// What to do with the request.
    #[must_use]
    pub fn action(self) -> Action {
        match self.answer {
            0 => Action::Continue,
            status => Action::Answer(status),
        }
    }

    /// What kind of request it is.
    #[must_use]
    pub fn kind(self) -> Kind {
        self.kind
    }

    /// What becomes of the request.
    #[must_use]
    pub fn outcome(self) -> Outcome {
        self.outcome
    }

    /// The place of the rule that admits the origin, from 0.
    #[must_use]
    pub fn rule(self) -> Option<usize> {
        self.rule.map(usize::from)
    }
}
