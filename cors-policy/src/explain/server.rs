//! The server: the application behind the policy's own matcher.

use cors_policy_browser::{Headers, HttpRequest, HttpResponse};

use super::intent::Intent;
use crate::fields::Field;
use crate::handshake::{MissingOrigin, UpgradeRefusal};
use crate::operation::{Operation, Value};
use crate::policy::Policy;
use crate::verdict::{Action, Verdict};

/// What the server makes of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) response: HttpResponse,
    /// What the policy says of it, in one sentence.
    pub(super) explanation: String,
    pub(super) calls_application: bool,
}

/// The lines of a request as the policy reads them. What the browser adds by itself stands for its credentials.
fn lines(request: &HttpRequest) -> Vec<(&[u8], &[u8])> {
    let cookie = request.sends_credentials.then_some((&b"cookie"[..], &b"session"[..]));
    request.headers.iter().map(|(name, value)| (name.as_bytes(), value)).chain(cookie).collect()
}

/// The decision on a request.
pub(super) fn decided(policy: &Policy, request: &HttpRequest) -> Verdict {
    policy.decide(request.method.as_bytes(), &lines(request)[..])
}

/// Why a handshake is refused.
pub(super) fn handshake(policy: &Policy, request: &HttpRequest) -> Result<(), UpgradeRefusal> {
    policy.check_upgrade(&lines(request)[..], MissingOrigin::Deny)
}

/// Answers a request of a page.
pub(super) fn answer(policy: &Policy, intent: &Intent, request: &HttpRequest) -> Answer {
    let verdict = decided(policy, request);
    if intent.is_handshake()
        && let Err(refusal) = handshake(policy, request)
    {
        let response = HttpResponse::new(403, Headers::new());
        return Answer { response, explanation: refusal.to_string(), calls_application: false };
    }
    let mut response = match verdict.action() {
        Action::Answer(status) => HttpResponse::new(status, Headers::new()),
        Action::Continue => intent.application(),
    };
    for operation in policy.operations(verdict) {
        perform(operation, request, &mut response.headers);
    }
    let explanation = policy.explain(request.method.as_bytes(), &lines(request)[..]).to_string();
    Answer { response, explanation, calls_application: verdict.action() == Action::Continue }
}

fn perform(operation: Operation<'_>, request: &HttpRequest, headers: &mut Headers) {
    match operation {
        Operation::Set(header, Value::Static(text)) => headers.set(header.name(), text),
        Operation::Set(header, Value::Echo(field)) => {
            headers.set(header.name(), request.headers.get(field.name()).unwrap_or_default());
        }
        Operation::Strip(header) => headers.remove(header.name()),
        Operation::MergeVary(field) => merge_vary(field, headers),
    }
}

fn merge_vary(field: Field, headers: &mut Headers) {
    if !field.is_listed(headers.lines("vary")) {
        headers.combine("vary", field.name().as_bytes());
    }
}
