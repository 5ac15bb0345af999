//! The values of a policy's headers as actix-web has them, made once: making one copies it.

use std::rc::Rc;

use actix_web::http::header::HeaderValue;

use crate::operation::{Header, Operation, Value};
use crate::policy::Policy;
use crate::verdict::Kind;

/// What does not depend on the request in the answers of each rule of a policy.
#[derive(Clone, Debug)]
pub(super) struct Prepared(Rc<[Values]>);

/// A value for each of [`Header::ALL`].
type Values = [Option<HeaderValue>; Header::ALL.len()];

impl Prepared {
    pub(super) fn new(policy: &Policy) -> Self {
        Prepared((0..policy.rules().count()).map(|place| values(policy, place)).collect())
    }

    /// The value of a header in the answers of a rule.
    pub(super) fn value(&self, place: usize, header: Header) -> Option<HeaderValue> {
        self.0.get(place)?.get(header as usize)?.clone()
    }
}

fn values(policy: &Policy, place: usize) -> Values {
    let mut values = Values::default();
    let verdicts = [Kind::Actual, Kind::Preflight].map(|kind| policy.admitted(kind, place));
    for operation in verdicts.into_iter().flatten().flat_map(|verdict| policy.header_operations(verdict)) {
        if let Operation::Set(header, Value::Static(text)) = operation
            && let Some(value) = values.get_mut(header as usize)
        {
            *value = HeaderValue::from_str(text).ok();
        }
    }
    values
}
