//! What a response needs of its request.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue, VARY};

use crate::fields::Field;
use crate::operation::{Operation, Value};
use crate::policy::Policy;
use crate::verdict::Verdict;

/// A verdict, and the request's values that the response repeats.
#[derive(Clone, Debug)]
pub(crate) struct Answered {
    policy: Policy,
    verdict: Verdict,
    origin: Option<HeaderValue>,
    request_method: Option<HeaderValue>,
    request_headers: Option<HeaderValue>,
}

impl Answered {
    pub(crate) fn new(policy: Policy, verdict: Verdict, request: &HeaderMap) -> Self {
        let echo = |wanted: bool, field: Field| request.get(field.name()).filter(|_| wanted).cloned();
        let origin = echo(policy.tables().echoes_origin(verdict.place()), Field::Origin);
        let request_method = echo(verdict.echoes_method(), Field::AccessControlRequestMethod);
        let request_headers = echo(verdict.echoes_headers(), Field::AccessControlRequestHeaders);
        Answered { policy, verdict, origin, request_method, request_headers }
    }

    pub(crate) fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Brings the headers of a response in line with the policy.
    pub(crate) fn apply(&self, response: &mut HeaderMap) {
        for operation in self.policy.operations(self.verdict) {
            match operation {
                Operation::Set(header, value) => match self.value(value) {
                    Some(value) => drop(response.insert(HeaderName::from_static(header.name()), value)),
                    None => drop(response.remove(header.name())),
                },
                Operation::Strip(header) => drop(response.remove(header.name())),
                Operation::MergeVary(field) => merge_vary(field, response),
            }
        }
    }

    fn value(&self, value: Value<'_>) -> Option<HeaderValue> {
        match value {
            Value::Static(text) => HeaderValue::from_str(text).ok(),
            Value::Echo(Field::AccessControlRequestMethod) => self.request_method.clone(),
            Value::Echo(Field::AccessControlRequestHeaders) => self.request_headers.clone(),
            Value::Echo(_) => self.origin.clone(),
        }
    }
}

fn merge_vary(field: Field, response: &mut HeaderMap) {
    if !field.is_listed(response.get_all(VARY)) {
        response.append(VARY, HeaderValue::from_static(field.name()));
    }
}
