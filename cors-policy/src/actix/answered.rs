//! What a response needs of its request.

use actix_web::http::header::{HeaderMap, HeaderValue, VARY};

use crate::actix::fields::{field_name, header_name};
use crate::actix::prepared::Prepared;
use crate::fields::Field;
use crate::operation::{Header, Operation, VARY_ORIGIN, VARY_PREFLIGHT, Value};
use crate::policy::Policy;
use crate::verdict::{Vary, Verdict};

/// A verdict, and the values that the response repeats: the policy's and the request's.
#[derive(Clone, Debug)]
pub(super) struct Answered {
    policy: Policy,
    prepared: Option<Prepared>,
    verdict: Verdict,
    origin: Option<HeaderValue>,
    request_method: Option<HeaderValue>,
    request_headers: Option<HeaderValue>,
}

impl Answered {
    pub(super) fn new(
        policy: Policy,
        prepared: Option<Prepared>,
        verdict: Verdict,
        request: &HeaderMap,
    ) -> Self {
        let echo = |wanted: bool, field: Field| {
            if wanted { request.get(field_name(field)).cloned() } else { None }
        };
        Answered {
            origin: echo(policy.tables().echoes_origin(verdict.place()), Field::Origin),
            request_method: echo(verdict.echoes_method(), Field::AccessControlRequestMethod),
            request_headers: echo(verdict.echoes_headers(), Field::AccessControlRequestHeaders),
            policy,
            prepared,
            verdict,
        }
    }

    pub(super) fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Brings the headers of a response in line with the policy.
    pub(super) fn apply(&self, response: &mut HeaderMap) {
        strip(response);
        for operation in self.policy.header_operations(self.verdict) {
            if let Operation::Set(header, value) = operation
                && let Some(value) = self.value(header, value)
            {
                response.insert(header_name(header), value);
            }
        }
        merge_vary(self.policy.vary(self.verdict), response);
    }

    fn value(&self, header: Header, value: Value<'_>) -> Option<HeaderValue> {
        match value {
            Value::Static(text) => {
                // Where no rule admits the origin, an answer is the same for everybody, and there is one rule.
                let place = self.verdict.rule().unwrap_or_default();
                let prepared = self.prepared.as_ref().and_then(|prepared| prepared.value(place, header));
                prepared.or_else(|| HeaderValue::from_str(text).ok())
            }
            Value::Echo(Field::AccessControlRequestMethod) => self.request_method.clone(),
            Value::Echo(Field::AccessControlRequestHeaders) => self.request_headers.clone(),
            Value::Echo(_) => self.origin.clone(),
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
