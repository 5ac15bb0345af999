//! The decision itself. It allocates nothing, and takes time bounded by the longest admissible origin and, where
//! lists are echoed, by the longest list that is.

use std::ops::ControlFlow;

use crate::fields::{Field, RequestFields, sole_line};
use crate::list::{is_echoable_list, is_echoable_token};
use crate::policy::Policy;
use crate::tables::{List, Tables};
use crate::verdict::{Facts, Kind, Outcome, Vary, Verdict};

/// The status of a refused preflight: an explicit refusal, as the Fetch standard suggests.
const REFUSED: u16 = 403;

/// What the `Origin` lines of a request say.
#[derive(Clone, Copy)]
pub(crate) enum OriginLines {
    Absent,
    One { rule: Option<u8> },
    Several,
}

impl Policy {
    /// Decides a request by its method and header fields.
    ///
    /// A preflight is `OPTIONS` with `Origin` and `Access-Control-Request-Method`
    /// ([Fetch, section 3.2.2](https://fetch.spec.whatwg.org/#http-requests)); every other request, `OPTIONS`
    /// included, belongs to the application. More than one `Origin` line is refused. The origin is compared as
    /// bytes.
    ///
    /// Allocates nothing.
    ///
    /// ```
    /// use cors_policy::{Action, Outcome, Policy, cors_policy};
    ///
    /// static POLICY: Policy = cors_policy! { origins: ["https://app.example.com"], methods: [PUT] };
    ///
    /// let headers = [("origin", "https://app.example.com"), ("access-control-request-method", "PUT")];
    /// let verdict = POLICY.decide(b"OPTIONS", &headers[..]);
    /// assert_eq!(verdict.outcome(), Outcome::Admitted);
    /// assert_eq!(verdict.action(), Action::Answer(204));
    /// ```
    #[must_use]
    #[inline]
    pub fn decide(&self, method: &[u8], request: &(impl RequestFields + ?Sized)) -> Verdict {
        let origin = self.origin_lines(request);
        self.conclude(method == b"OPTIONS", origin, request)
    }

    /// Reads the `Origin` lines of a request.
    #[inline]
    pub(crate) fn origin_lines(&self, request: &(impl RequestFields + ?Sized)) -> OriginLines {
        let mut origin = OriginLines::Absent;
        let _ = request.each_line(Field::Origin, &mut |line| {
            if let OriginLines::Absent = origin {
                origin = OriginLines::One { rule: self.rule_for(line) };
                return ControlFlow::Continue(());
            }
            origin = OriginLines::Several;
            ControlFlow::Break(())
        });
        origin
    }

    /// What the `Origin` lines say, where the first of them is at hand.
    #[inline]
    pub(crate) fn lines_of(&self, first: Option<&[u8]>, has_several: bool) -> OriginLines {
        match first {
            None => OriginLines::Absent,
            Some(_) if has_several => OriginLines::Several,
            Some(origin) => OriginLines::One { rule: self.rule_for(origin) },
        }
    }

    /// Decides a request whose `Origin` has been looked at.
    #[inline(always)]
    #[expect(clippy::inline_always, reason = "a call costs each decision a tenth")]
    pub(crate) fn conclude(
        &self,
        is_options: bool,
        origin: OriginLines,
        request: &(impl RequestFields + ?Sized),
    ) -> Verdict {
        let has_origin = !matches!(origin, OriginLines::Absent);
        if is_options && has_origin && request.has(Field::AccessControlRequestMethod) {
            return self.preflight(origin, request);
        }
        let (outcome, rule) = match origin {
            OriginLines::Absent => (Outcome::NotCors, None),
            OriginLines::One { rule: Some(rule) } => (Outcome::Admitted, Some(rule)),
            OriginLines::One { rule: None } | OriginLines::Several => (not_admitted(request), None),
        };
        let (tables, fingerprint) = self.identified();
        // Where the answer is constant, there is one rule.
        let has_credentials = || tables.rule(Some(0)).is_some_and(|rule| rule.credentials);
        let vary = match &tables.constant {
            _ if is_options => Vary::Preflight,
            None => Vary::Origin,
            Some(_) if self.is_varying() => Vary::Origin,
            Some(_) if !has_credentials() && is_personal(request, has_origin) => Vary::Origin,
            Some(_) => Vary::Nothing,
        };
        let (kind, echo_method, echo_headers, answer) = (Kind::Actual, false, false, 0);
        let facts = Facts { kind, outcome, rule, vary, echo_method, echo_headers, answer };
        Verdict::new(fingerprint, facts)
    }

    fn preflight(&self, origin: OriginLines, request: &(impl RequestFields + ?Sized)) -> Verdict {
        let (tables, fingerprint) = self.identified();
        let place = match origin {
            OriginLines::One { rule } => rule,
            _ => None,
        };
        let mut facts = tables.preflight_facts(place);
        if let Some(rule) = tables.rule(place) {
            if let List::Echo { .. } = rule.allow_methods {
                let echoable = |line: &[u8]| is_echoable_token(line).then_some(());
                facts.echo_method = sole_line(request, Field::AccessControlRequestMethod, echoable).is_some();
            }
            if let List::Echo { authorization } = rule.allow_headers {
                let echoable = |line: &[u8]| is_echoable_list(line, authorization).then_some(());
                facts.echo_headers =
                    sole_line(request, Field::AccessControlRequestHeaders, echoable).is_some();
            }
        }
        Verdict::new(fingerprint, facts)
    }
}

impl Tables {
    /// What is said of a preflight from an origin that a rule admits, or none, without what is echoed.
    #[inline]
    fn preflight_facts(&self, place: Option<u8>) -> Facts {
        let rule = place.filter(|place| self.rule(Some(*place)).is_some());
        let (outcome, answer) = match rule {
            Some(_) => (Outcome::Admitted, self.preflight_status),
            None => (Outcome::Refused, REFUSED),
        };
        let (kind, vary) = (Kind::Preflight, Vary::Preflight);
        Facts { kind, outcome, rule, vary, echo_method: false, echo_headers: false, answer }
    }
}

#[cfg(any(feature = "tower", feature = "actix-web"))]
impl Policy {
    /// The verdict on a request from an origin that a rule admits, without what is echoed.
    pub(crate) fn admitted(&self, kind: Kind, place: usize) -> Option<Verdict> {
        let (tables, fingerprint) = self.identified();
        let place = u8::try_from(place).ok();
        tables.rule(place)?;
        let preflight = tables.preflight_facts(place);
        let facts = match kind {
            Kind::Preflight => preflight,
            Kind::Actual => Facts { kind, vary: Vary::Origin, answer: 0, ..preflight },
        };
        Some(Verdict::new(fingerprint, facts))
    }
}

/// What becomes of an actual request that no rule admits.
#[inline(never)]
fn not_admitted(request: &(impl RequestFields + ?Sized)) -> Outcome {
    if is_same_origin(request) {
        Outcome::SameOrigin
    } else if is_without_cors(request) {
        Outcome::NotCors
    } else {
        Outcome::Refused
    }
}

/// Whether the response to this request may be meant for one user, so that it must not be reused for a request
/// without credentials: a page could have it put into the HTTP cache by a no-cors request, which carries cookies,
/// and read it from there with an anonymous one (seen in Chromium). With credentials the page may read it anyway.
fn is_personal(request: &(impl RequestFields + ?Sized), has_origin: bool) -> bool {
    request.has(Field::Cookie) || (!has_origin && request.has(Field::Authorization))
}

/// Whether an actual request may come from a page of another origin that wants to read the response.
pub(crate) fn asks_to_be_read(request: &(impl RequestFields + ?Sized)) -> bool {
    request.has(Field::Origin) && !is_same_origin(request) && !is_without_cors(request)
}

/// Whether the browser says that it does not ask for permission to read: an image, a form, a WebSocket. They carry
/// `Origin`, too.
fn is_without_cors(request: &(impl RequestFields + ?Sized)) -> bool {
    let without = |line: &[u8]| matches!(line, b"no-cors" | b"navigate" | b"websocket").then_some(());
    sole_line(request, Field::SecFetchMode, without).is_some()
}

fn is_same_origin(request: &(impl RequestFields + ?Sized)) -> bool {
    let same = |line: &[u8]| (line == b"same-origin").then_some(());
    sole_line(request, Field::SecFetchSite, same).is_some()
}
