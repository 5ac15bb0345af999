//! A response that fails the CORS check.

use cors_policy_browser::redirect::is_redirect;
use cors_policy_browser::{HttpResponse, Purpose, Reason};

use super::{CORS, Judge, has_cors_headers, varies_on_origin};
use crate::probe::catalogue::{
    CACHED_ANSWER, Cause, LOGIN_REDIRECT, NO_CORS_HEADERS, NO_CORS_HEADERS_ON_ERRORS,
    ONLY_PREFLIGHT_HAS_HEADERS, ORIGIN_NOT_ALLOWED, REDIRECT_TAINTS_ORIGIN, WRONG_URL,
};
use crate::probe::finding::Evidence;

impl Judge<'_> {
    pub(super) fn failed_response(&mut self, hop: usize, reason: &Reason) {
        let (Some(place), Some(response)) = (self.place(Purpose::Actual, hop), self.actual_at(hop).cloned())
        else {
            return;
        };
        let more = ["location", "content-type", "age", "x-cache", "cf-cache-status", "x-cache-status", "via"];
        let evidence: Vec<Evidence> = self.evidence(place, &[CORS, &more].concat()).into_iter().collect();
        if hop > 0 && self.is_tainted(hop) {
            let cause: &'static Cause =
                if self.came_to_log_in(hop) { &LOGIN_REDIRECT } else { &REDIRECT_TAINTS_ORIGIN };
            let seen = format!("behind the redirect, {reason}");
            return self.error(cause, seen, evidence, None);
        }
        let is_missing = matches!(reason, Reason::AcaoMissing { .. });
        if is_missing && let Some((cause, seen)) = self.missing(hop, reason, &response) {
            let is_ours = [&NO_CORS_HEADERS, &ORIGIN_NOT_ALLOWED].iter().any(|ours| ours.code == cause.code);
            let policy = if is_ours { self.origins() } else { None };
            return self.error(cause, seen, evidence, policy);
        }
        self.failed_origin(reason, &response, hop, evidence);
    }

    /// Why there is no `Access-Control-Allow-Origin`, if it is not that the origin is refused.
    fn missing(
        &self,
        hop: usize,
        reason: &Reason,
        response: &HttpResponse,
    ) -> Option<(&'static Cause, String)> {
        let seen = format!("status {}, and {reason}", response.status);
        if is_redirect(response.status) {
            return Some((self.bare_redirect(hop, response), seen));
        }
        if hop > 0 && self.came_to_log_in(hop) {
            return Some((&LOGIN_REDIRECT, seen));
        }
        if let Some(hit) = self.stale(hop, response) {
            return Some((&CACHED_ANSWER, format!("{seen}; a cache answered (`{hit}`)")));
        }
        if has_cors_headers(&response.headers) || varies_on_origin(&response.headers) {
            return None;
        }
        let elsewhere = self.preflight_at(hop).or_else(|| {
            self.experiments.preflight.as_ref().map(|heard| &heard.response).filter(|_| hop == 0)
        });
        let has_policy = elsewhere
            .is_some_and(|answer| has_cors_headers(&answer.headers) || varies_on_origin(&answer.headers));
        let admits = elsewhere.is_some_and(|answer| self.passes(answer));
        Some(match response.status {
            400.. if has_policy => (&NO_CORS_HEADERS_ON_ERRORS, seen),
            _ if admits => (&ONLY_PREFLIGHT_HAS_HEADERS, seen),
            200 | 404 | 503 if !has_policy && is_page(response) => {
                (&WRONG_URL, format!("{seen}; what came is a web page"))
            }
            _ => (&NO_CORS_HEADERS, seen),
        })
    }
}

/// Whether a response is a web page.
fn is_page(response: &HttpResponse) -> bool {
    let kind = response.headers.get("content-type").unwrap_or_default().to_ascii_lowercase();
    kind.starts_with(b"text/html") || kind.starts_with(b"application/xhtml")
}
