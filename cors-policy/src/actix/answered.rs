//! What a response needs of its request.

use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderName, HeaderValue, ORIGIN, VARY,
};

use crate::actix::fields::header_name;
use crate::actix::prepared::Prepared;
use crate::operation::{Header, Present, Source, VARY_ORIGIN, VARY_PREFLIGHT};
use crate::policy::Policy;
use crate::verdict::{Vary, Verdict};

/// A decision: its verdict, and the values that its response has: the policy's and the request's `Origin`.
#[derive(Clone, Debug)]
pub(super) struct Answered {
    policy: Policy,
    prepared: Option<Prepared>,
    verdict: Verdict,
    origin: Option<HeaderValue>,
}

impl Answered {
    /// Decides a request.
    pub(super) fn new(
        policy: Policy,
        prepared: Option<Prepared>,
        method: &Method,
        request: &HeaderMap,
    ) -> Self {
        let mut origins = request.get_all(ORIGIN);
        let (origin, has_several) = (origins.next(), origins.next().is_some());
        let lines = policy.lines_of(origin.map(HeaderValue::as_bytes), has_several);
        let verdict = policy.conclude(method == Method::OPTIONS, lines, request);
        let origin = origin.filter(|_| policy.answers().echoes_origin(verdict.place())).cloned();
        Answered { policy, prepared, verdict, origin }
    }

    pub(super) fn policy(&self) -> &Policy {
        &self.policy
    }

    pub(super) fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Brings the headers of a response in line with the policy, but for lists that the answer to a preflight repeats.
    pub(super) fn apply(&self, response: &mut HeaderMap) {
        let present = Present::among(response.keys().map(HeaderName::as_str));
        if present.cors {
            strip(response);
        }
        if let Some(answer) = self.policy.answer(self.verdict) {
            for header in Header::ALL {
                if let Some(value) = answer.source(header).and_then(|source| self.value(header, source)) {
                    response.insert(header_name(header), value);
                }
            }
        }
        match self.policy.vary(self.verdict) {
            vary if present.vary => merge_vary(vary, response),
            vary => drop(vary_value(vary).map(|value| response.insert(VARY, value))),
        }
    }

    /// Repeats what a preflight asks for, where the policy does.
    pub(super) fn repeat_lists(&self, request: &HeaderMap, response: &mut HeaderMap) {
        let mut repeat = |wanted: bool, asked: HeaderName, allowed: HeaderName| {
            if wanted && let Some(value) = request.get(asked) {
                response.insert(allowed, value.clone());
            }
        };
        let (method, headers) = (self.verdict.echoes_method(), self.verdict.echoes_headers());
        repeat(method, ACCESS_CONTROL_REQUEST_METHOD, ACCESS_CONTROL_ALLOW_METHODS);
        repeat(headers, ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_ALLOW_HEADERS);
    }

    fn value(&self, header: Header, source: Source<'_>) -> Option<HeaderValue> {
        match source {
            // A clone of the prepared one would count references.
            Source::Static(_) if header == Header::AllowCredentials => {
                Some(const { HeaderValue::from_static("true") })
            }
            Source::Static(value) => {
                // Where no rule admits the origin, an answer is the same for everybody, and there is one rule.
                let place = self.verdict.rule().unwrap_or_default();
                let prepared = self.prepared.as_ref().and_then(|prepared| prepared.value(place, header));
                prepared.or_else(|| HeaderValue::from_bytes(value.as_bytes()).ok())
            }
            Source::Origin => self.origin.clone(),
            Source::RequestMethod | Source::RequestHeaders => None,
        }
    }
}

#[cold]
fn strip(response: &mut HeaderMap) {
    for header in Header::ALL {
        response.remove(header_name(header));
    }
}

fn vary_value(vary: Vary) -> Option<HeaderValue> {
    match vary {
        Vary::Nothing => None,
        Vary::Origin => Some(const { HeaderValue::from_static(VARY_ORIGIN) }),
        Vary::Preflight => Some(const { HeaderValue::from_static(VARY_PREFLIGHT) }),
    }
}

fn merge_vary(vary: Vary, response: &mut HeaderMap) {
    for field in vary.fields() {
        if !field.is_listed(response.get_all(VARY)) {
            response.append(VARY, HeaderValue::from_static(field.name()));
        }
    }
}
