//! What is wrong with a request, by the event that tells of it.

use std::sync::Arc;

use crate::event::{Event, Misplacement, Seen};
use crate::inspector::facts::{Facts, clipped, is_own, shortened};
use crate::inspector::log::Log;
use crate::policy::Policy;
use crate::verdict::Outcome;

/// The most bytes that are kept of a sentence.
const LONGEST_SENTENCE: usize = 2000;

/// Something that was noticed about an entry of the log, and how often.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) kind: &'static str,
    /// The name of the candidate that differs; nothing else has one.
    pub(super) subject: Arc<str>,
    /// The first reason in one word.
    pub(super) code: &'static str,
    /// One sentence, lower case, without a full stop.
    pub(super) text: Arc<str>,
    pub(super) count: u64,
}

/// The kind of what browsers refuse. Those of the others are beside them.
pub(super) const REFUSED: &str = "refused";
pub(super) const HANDSHAKE_REFUSED: &str = "handshake-refused";

/// Writes an event down, if it tells of something that is refused or wrong.
pub(super) fn note(log: &Log, event: &Event<'_>) {
    let note = |seen: &Seen<'_>, kind, code: &'static str, text: &dyn Fn() -> String| {
        log.note(Facts::of(seen.policy, Some(seen)), kind, "", || Finding::new(kind, "", code, &text()));
    };
    match event {
        Event::Decided(seen) if is_refused(seen) => {
            log.note(Facts::of(seen.policy, Some(seen)), REFUSED, "", || refused(seen));
        }
        Event::UpgradeRefused(seen, refusal) => {
            note(seen, HANDSHAKE_REFUSED, refusal.word(), &|| refusal.to_string());
        }
        Event::WriteRefused { seen, refusal, enforced } => {
            let kind = if *enforced { "write-refused" } else { "write-reported" };
            note(seen, kind, refusal.word(), &|| refusal.to_string());
        }
        Event::LimitReached(seen, limited) => {
            note(seen, "limit-reached", "too-many-requests", &|| limited.to_string());
        }
        Event::CandidateDiffers { seen, candidate, change } => {
            let name = clipped(candidate.name().as_bytes(), 100);
            log.note(Facts::of(seen.policy, Some(seen)), "candidate-differs", &name, || {
                let text = format!("{change} (candidate `{name}`)");
                Finding::new("candidate-differs", &name, "candidate-differs", &text)
            });
        }
        Event::Misplaced(policy, misplacement) => misplaced(log, policy, *misplacement),
        Event::Decided(_) => {}
    }
}

fn misplaced(log: &Log, policy: &Policy, misplacement: Misplacement) {
    let (code, header) = match misplacement {
        Misplacement::CorsInside(header) => ("cors-inside", header.name()),
        Misplacement::PreflightWithoutOrigin => ("preflight-without-origin", ""),
        #[cfg(feature = "tower")]
        Misplacement::PreflightReachedApplication => ("preflight-reached-application", ""),
    };
    log.note(Facts::of(policy, None), code, header, || {
        Finding::new(code, header, code, &misplacement.to_string())
    });
}

/// Whether a browser keeps the page from what it asks for. Reads no entry of the policy.
fn is_refused(seen: &Seen<'_>) -> bool {
    matches!(seen.verdict.outcome(), Outcome::Admitted | Outcome::Refused)
        && !seen.policy.passes(seen.verdict, seen.request)
        && !is_own(seen)
}

fn refused(seen: &Seen<'_>) -> Finding {
    let explanation = seen.explain();
    let without_rejection = (
        "credentials-not-allowed",
        "the rule that admits the origin is without credentials, and the request has cookies: a page that sends it \
         with `credentials: \"include\"` cannot read the response",
    );
    match explanation.rejections().first() {
        Some(rejection) => Finding::new(REFUSED, "", rejection.word(), &explanation.to_string()),
        None => Finding::new(REFUSED, "", without_rejection.0, without_rejection.1),
    }
}

impl Finding {
    fn new(kind: &'static str, subject: &str, code: &'static str, text: &str) -> Self {
        let text = shortened(text, LONGEST_SENTENCE);
        Finding { kind, subject: subject.into(), code, text: text.into(), count: 1 }
    }

    /// The status of the answer, where that is this finding's.
    pub(super) fn status(&self) -> Option<u16> {
        match self.kind {
            HANDSHAKE_REFUSED | "write-refused" => Some(403),
            "limit-reached" => Some(429),
            _ => None,
        }
    }
}
