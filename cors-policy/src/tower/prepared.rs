//! Answers to preflights, made once: cloning a map costs less than making it (`layers` in `benches/`).

use std::sync::Arc;

use http::{HeaderMap, HeaderValue};

use crate::decision::Decision;
use crate::policy::Policy;
use crate::verdict::Kind;

/// The headers of the answer that each rule of a policy gives to preflights.
#[derive(Clone, Debug)]
pub(crate) struct Prepared(Arc<[Option<HeaderMap>]>);

impl Prepared {
    pub(crate) fn new(policy: &Policy) -> Self {
        Prepared((0..policy.rules().count()).map(|place| preflight_headers(policy, place)).collect())
    }

    /// The headers of the answer, if they are prepared: those of a refusal are few, and echoed lists differ.
    #[inline]
    pub(crate) fn headers(&self, decision: &Decision) -> Option<HeaderMap> {
        let place = decision.verdict().rule().filter(|_| decision.verdict().kind() == Kind::Preflight)?;
        let mut headers = self.0.get(place)?.clone()?;
        decision.set_origin(&mut headers);
        Some(headers)
    }
}

/// The headers of the answer to a preflight that a rule admits, unless it echoes lists. An origin that is echoed has a
/// place, and no value.
fn preflight_headers(policy: &Policy, place: usize) -> Option<HeaderMap> {
    if policy.rule_tables().get(place)?.echoes_lists() {
        return None;
    }
    let judged = (policy.admitted(Kind::Preflight, place)?, Some(&HeaderValue::from_static("")));
    let mut headers = HeaderMap::new();
    policy.clone().decision(judged, &HeaderMap::new()).apply(&mut headers);
    Some(headers)
}
