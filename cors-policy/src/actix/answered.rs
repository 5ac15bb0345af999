//! What a response needs of its request.

use actix_web::http::Method;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderName, HeaderValue, ORIGIN, VARY,
};

use crate::actix::fields::header_name;
use crate::actix::prepared::Prepared;
use crate::decide::OriginLines;
use crate::operation::{Header, Source, VARY_ORIGIN, VARY_PREFLIGHT};
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
        let lines = match origin {
            None => OriginLines::Absent,
            Some(_) if has_several => OriginLines::Several,
            Some(origin) => OriginLines::One { rule: policy.tables().rule_for(origin.as_bytes()) },
        };
        let verdict = policy.conclude(method == Method::OPTIONS, lines, request);
        let origin = origin.filter(|_| policy.tables().echoes_origin(verdict.place())).cloned();
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
        strip(response);
        if let Some(answer) = self.policy.answer(self.verdict) {
            for header in Header::ALL {
                if let Some(value) = answer.source(header).and_then(|source| self.value(header, source)) {
                    response.insert(header_name(header), value);
                }
            }
        }
        merge_vary(self.policy.vary(self.verdict), response);
    }

    /// Repeats what a preflight asks for, where the policy does.
    pub(super) fn repeat_lists(&self, request: &HeaderMap, response: &mut HeaderMap) {
        let mut repeat = |wanted: bool, asked: HeaderName, allowed: HeaderName| {
            if let Some(value) = request.get(asked).filter(|_| wanted) {
                response.insert(allowed, value.clone());
            }
        };
        if self.verdict.echoes_lists() {
            repeat(self.verdict.echoes_method(), ACCESS_CONTROL_REQUEST_METHOD, ACCESS_CONTROL_ALLOW_METHODS);
            repeat(
                self.verdict.echoes_headers(),
                ACCESS_CONTROL_REQUEST_HEADERS,
                ACCESS_CONTROL_ALLOW_HEADERS,
            );
        }
    }

    fn value(&self, header: Header, source: Source<'_>) -> Option<HeaderValue> {
        match source {
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

/// Removes CORS headers that something inside has set. One pass over the names costs less than a look-up of each.
fn strip(response: &mut HeaderMap) {
    if response.keys().any(|name| name.as_str().starts_with("access-control-")) {
        for header in Header::ALL {
            response.remove(header_name(header));
        }
    }
}

fn merge_vary(vary: Vary, response: &mut HeaderMap) {
    if !response.contains_key(VARY) {
        let value = match vary {
            Vary::Nothing => return,
            Vary::Origin => const { HeaderValue::from_static(VARY_ORIGIN) },
            Vary::Preflight => const { HeaderValue::from_static(VARY_PREFLIGHT) },
        };
        response.insert(VARY, value);
        return;
    }
    for field in vary.fields() {
        if !field.is_listed(response.get_all(VARY)) {
            response.append(VARY, HeaderValue::from_static(field.name()));
        }
    }
}
