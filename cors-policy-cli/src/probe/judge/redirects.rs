//! Redirects: those that fail, and those that lose something.

use cors_policy_browser::tainting::is_redirect_tainted;
use cors_policy_browser::{HttpResponse, Origin, Purpose, Url};

use super::Judge;
use super::preflight::leads_to_log_in;
use crate::probe::catalogue::{
    Cause, LOGIN_REDIRECT, REDIRECT_CHANGES_METHOD, REDIRECT_DROPS_AUTHORIZATION, REDIRECT_NO_CORS_HEADERS,
    REDIRECT_TO_HTTPS,
};
use crate::probe::finding::{Evidence, Severity};

impl Judge<'_> {
    /// Whether the origin is `null` at a hop.
    pub(super) fn is_tainted(&self, hop: usize) -> bool {
        let urls: Vec<Url> = self.exchange.hops.iter().take(hop + 1).map(|hop| hop.url.clone()).collect();
        is_redirect_tainted(&self.intent.page.origin, &urls)
    }

    /// Whether some redirect before a hop looks like one to a log-in.
    pub(super) fn came_to_log_in(&self, hop: usize) -> bool {
        (0..hop).any(|before| self.actual_at(before).is_some_and(leads_to_log_in))
    }

    /// Which redirect has no CORS headers.
    pub(super) fn bare_redirect(&self, hop: usize, response: &HttpResponse) -> &'static Cause {
        let Some(from) = self.hop(hop).map(|hop| &hop.url) else { return &REDIRECT_NO_CORS_HEADERS };
        let to = cors_policy_browser::redirect::location(from, response).ok().flatten();
        let is_upgrade = to.is_some_and(|to| {
            from.scheme() == "http" && to.scheme() == "https" && to.host_str() == from.host_str()
        });
        if is_upgrade {
            &REDIRECT_TO_HTTPS
        } else if leads_to_log_in(response) {
            &LOGIN_REDIRECT
        } else {
            &REDIRECT_NO_CORS_HEADERS
        }
    }

    /// What redirects that are followed lose on the way.
    pub(super) fn redirects(&mut self) {
        let hops = &self.exchange.hops;
        let mut lost = Vec::new();
        for (place, (from, to)) in hops.iter().zip(hops.iter().skip(1)).enumerate() {
            let (Some(before), Some(after)) = (&from.actual, &to.actual) else { continue };
            let had = before.request.headers.has("authorization");
            let crosses = !Origin::of(&from.url).is_same_origin(&Origin::of(&to.url));
            if had && crosses && !after.request.headers.has("authorization") {
                let status = after.response.as_ref().map_or(0, |response| response.status);
                let severity = if status == 401 { Severity::Error } else { Severity::Warning };
                let seen = format!("{} is asked without `authorization`, and answers {status}", to.url);
                lost.push((&REDIRECT_DROPS_AUTHORIZATION, severity, place, seen));
            }
            let (was, is) = (&before.request.method, &after.request.method);
            if was != is {
                let seen = format!("{} is asked with {is}, and the page asked with {was}", to.url);
                lost.push((&REDIRECT_CHANGES_METHOD, Severity::Warning, place, seen));
            }
        }
        for (cause, severity, hop, seen) in lost {
            let place = self.place(Purpose::Actual, hop);
            let evidence: Vec<Evidence> =
                place.into_iter().filter_map(|place| self.evidence(place, &["location"])).collect();
            if severity == Severity::Error {
                self.error(cause, seen, evidence, None);
            } else {
                self.warning(cause, seen, evidence, None);
            }
        }
    }
}
