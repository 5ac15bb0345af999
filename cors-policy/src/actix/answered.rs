//! What a response needs of its request.

use actix_web::http::header::{
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderMap, HeaderName, HeaderValue,
    ORIGIN, VARY,
};

use crate::fields::Field;
use crate::list::members;
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
        let echo = |echoed: Value<'_>, name: HeaderName| {
            let sets = |operation| matches!(operation, Operation::Set(_, value) if value == echoed);
            let wanted = policy.operations(verdict).any(sets);
            request.get(name).filter(|_| wanted).cloned()
        };
        let origin = echo(Value::EchoOrigin, ORIGIN);
        let request_method = echo(Value::EchoRequestMethod, ACCESS_CONTROL_REQUEST_METHOD);
        let request_headers = echo(Value::EchoRequestHeaders, ACCESS_CONTROL_REQUEST_HEADERS);
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
            Value::Static(bytes) => HeaderValue::from_bytes(bytes).ok(),
            Value::EchoOrigin => self.origin.clone(),
            Value::EchoRequestMethod => self.request_method.clone(),
            Value::EchoRequestHeaders => self.request_headers.clone(),
        }
    }
}

fn merge_vary(field: Field, response: &mut HeaderMap) {
    if !is_varied(field, response) {
        response.append(VARY, HeaderValue::from_static(field.name()));
    }
}

fn is_varied(field: Field, response: &HeaderMap) -> bool {
    let mut names = response.get_all(VARY).flat_map(|line| members(line.as_bytes()));
    names.any(|name| name == b"*" || name.eq_ignore_ascii_case(field.name().as_bytes()))
}
