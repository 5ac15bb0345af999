//! Events of the crate `tracing`.

use tracing::{Level, debug, enabled, info, warn};

use crate::event::{Event, Seen};
use crate::explanation::excerpt;
use crate::verdict::{Kind, Outcome};

/// What filters call these events by.
const TARGET: &str = "cors_policy";

/// A refused request is one event at level debug; an admitted one is none.
#[inline]
pub(crate) fn trace(event: &Event<'_>) {
    match event {
        Event::Decided(seen) => {
            let may_be_refused =
                seen.verdict().outcome() == Outcome::Refused || seen.verdict().kind() == Kind::Preflight;
            if may_be_refused && enabled!(target: TARGET, Level::DEBUG) {
                request_refused(*seen);
            }
        }
        Event::Misplaced(policy, misplacement) => {
            warn!(target: TARGET, policy = policy.name(), reason = %misplacement, "CORS is out of place");
        }
        Event::CandidateDiffers { seen, candidate, change } if enabled!(target: TARGET, Level::INFO) => {
            let Request { policy, origin, method, host, path, .. } = Request::of(*seen);
            let candidate = candidate.name();
            info!(target: TARGET, policy, candidate, origin, method, host, path, reason = %change, "candidate policy differs");
        }
        Event::UpgradeRefused(seen, refusal) if enabled!(target: TARGET, Level::DEBUG) => {
            let Request { policy, origin, method, host, path, .. } = Request::of(*seen);
            debug!(target: TARGET, policy, origin, method, host, path, reason = %refusal, "handshake refused");
        }
        Event::WriteRefused { seen, refusal, enforced: true } if enabled!(target: TARGET, Level::DEBUG) => {
            let Request { policy, origin, method, host, path, .. } = Request::of(*seen);
            debug!(target: TARGET, policy, origin, method, host, path, reason = %refusal, "write refused");
        }
        Event::WriteRefused { seen, refusal, enforced: false } if enabled!(target: TARGET, Level::INFO) => {
            let Request { policy, origin, method, host, path, .. } = Request::of(*seen);
            info!(target: TARGET, policy, origin, method, host, path, reason = %refusal, "write would be refused");
        }
        Event::LimitReached(seen, limited) if enabled!(target: TARGET, Level::DEBUG) => {
            let Request { policy, origin, method, host, path, .. } = Request::of(*seen);
            debug!(target: TARGET, policy, origin, method, host, path, reason = %limited, "limit reached");
        }
        _ => {}
    }
}

#[cold]
fn request_refused(seen: Seen<'_>) {
    let Some(reason) = seen.explain().into_rejection() else { return };
    let Request { policy, origin, method, host, path, asks_for } = Request::of(seen);
    debug!(target: TARGET, policy, origin, method, asks_for, host, path, %reason, "request refused");
}

/// What events say of a request, fit to be printed.
struct Request<'e> {
    policy: &'e str,
    origin: Option<String>,
    method: String,
    host: Option<String>,
    path: String,
    /// The method that a preflight asks for.
    asks_for: Option<String>,
}

impl<'e> Request<'e> {
    fn of(seen: Seen<'e>) -> Self {
        let asks = Some(seen).filter(|seen| seen.verdict().kind() == Kind::Preflight);
        Request {
            policy: seen.policy().name(),
            origin: seen.origin().as_deref().map(excerpt),
            method: excerpt(seen.method()),
            host: seen.target().host().map(|host| excerpt(host.as_bytes())),
            path: excerpt(seen.target().path().as_bytes()),
            asks_for: asks.and_then(|seen| seen.request_method()).as_deref().map(excerpt),
        }
    }
}
