//! A response that the page gets: what of it it can read, and what travels with it.

use cors_policy_browser::page::Relation;
use cors_policy_browser::{HttpResponse, Purpose, Tainting, Verdict};

use super::Judge;
use crate::probe::catalogue::{
    COOKIE_NOT_CROSS_SITE, Cause, HEADER_NOT_EXPOSED, HEADER_NOT_SENT, MALFORMED_EXPOSE_LIST,
    REFUSED_BY_APPLICATION, SET_COOKIE_UNREADABLE, WILDCARD_EXPOSE_WITH_CREDENTIALS,
    WILDCARD_ORIGIN_WITH_CREDENTIALS,
};
use crate::probe::finding::Evidence;
use crate::probe::proposal;

impl Judge<'_> {
    pub(super) fn reading(&mut self) {
        let Verdict::Allowed { readable, tainting, .. } = &self.exchange.verdict else { return };
        let last = self.exchange.hops.len().saturating_sub(1);
        let (Some(place), Some(response)) =
            (self.place(Purpose::Actual, last), self.actual_at(last).cloned())
        else {
            return;
        };
        if *tainting != Tainting::Cors {
            return;
        }
        let readable = readable.clone();
        self.exposed(place, &response, &readable);
        let allows = response.headers.get("access-control-allow-origin").unwrap_or_default();
        let evidence = |judge: &Self, names: &[&str]| -> Vec<Evidence> {
            judge.evidence(place, names).into_iter().collect()
        };
        let is_true = response.headers.get("access-control-allow-credentials").as_deref() == Some(b"true");
        if allows == b"*" && is_true {
            let names = ["access-control-allow-origin", "access-control-allow-credentials"];
            let seen =
                "`*` with `Access-Control-Allow-Credentials: true` fails for every request with credentials";
            let evidence = evidence(self, &names);
            self.warning(&WILDCARD_ORIGIN_WITH_CREDENTIALS, seen.to_owned(), evidence, None);
        }
        if response.status == 403 {
            let seen = "status 403, with the CORS headers that let the page read it".to_owned();
            let evidence = evidence(self, &["access-control-allow-origin", "content-type"]);
            self.warning(&REFUSED_BY_APPLICATION, seen, evidence, None);
        }
        let is_cross_site = self
            .exchange
            .hops
            .last()
            .and_then(|hop| hop.actual.as_ref())
            .is_some_and(|sent| sent.request.relation == Relation::CrossSite);
        if self.intent.includes() && is_cross_site && response.headers.lines("set-cookie").any(stays_at_home)
        {
            let seen = "a cookie is set without `SameSite=None; Secure`, and the page is of another site";
            // The value may be a secret: only that there is one is shown.
            let evidence = evidence(self, &[]);
            self.warning(&COOKIE_NOT_CROSS_SITE, seen.to_owned(), evidence, None);
        }
    }

    fn exposed(&mut self, place: usize, response: &HttpResponse, readable: &[String]) {
        let listed = response.headers.tokens("access-control-expose-headers");
        let is_malformed = listed.is_err();
        let is_wild = listed.ok().flatten().unwrap_or_default().iter().any(|name| name == "*");
        let evidence: Vec<Evidence> =
            self.evidence(place, &["access-control-expose-headers"]).into_iter().collect();
        let expose = proposal::expose_headers(self.intent);
        let unread: Vec<String> =
            self.intent.reads.iter().filter(|name| !readable.contains(name)).cloned().collect();
        let reads_cookie = unread.iter().any(|name| cors_policy_browser::filter::is_forbidden(name));
        let hidden: Vec<String> = unread
            .iter()
            .filter(|name| !cors_policy_browser::filter::is_forbidden(name) && response.headers.has(name))
            .cloned()
            .collect();
        let absent: Vec<String> = unread.into_iter().filter(|name| !response.headers.has(name)).collect();
        let seen = format!("the page reads `{}`, and gets nothing", hidden.join("`, `"));
        let is_cause_known = is_malformed || (is_wild && self.intent.includes());
        if !hidden.is_empty() {
            let cause: &'static Cause = match () {
                () if is_malformed => &MALFORMED_EXPOSE_LIST,
                () if is_cause_known => &WILDCARD_EXPOSE_WITH_CREDENTIALS,
                () => &HEADER_NOT_EXPOSED,
            };
            self.error(cause, seen, evidence.clone(), expose);
        } else if is_malformed {
            let seen = "the list has a member that is no name".to_owned();
            self.warning(&MALFORMED_EXPOSE_LIST, seen, evidence.clone(), None);
        } else if is_cause_known {
            let seen = "`*` exposes nothing to a request with credentials".to_owned();
            self.warning(&WILDCARD_EXPOSE_WITH_CREDENTIALS, seen, evidence.clone(), None);
        }
        if reads_cookie {
            let seen = "the page reads `set-cookie`".to_owned();
            self.error(&SET_COOKIE_UNREADABLE, seen, Vec::new(), None);
        }
        let absent: Vec<String> =
            absent.into_iter().filter(|name| !cors_policy_browser::filter::is_forbidden(name)).collect();
        if !absent.is_empty() {
            let seen = format!("the response has no `{}`", absent.join("`, `"));
            self.warning(&HEADER_NOT_SENT, seen, evidence, None);
        }
    }
}

/// Whether a cookie does not travel from other sites.
fn stays_at_home(line: &[u8]) -> bool {
    let line = String::from_utf8_lossy(line).to_ascii_lowercase().replace(' ', "");
    let attributes: Vec<&str> = line.split(';').skip(1).collect();
    !(attributes.contains(&"samesite=none") && attributes.contains(&"secure"))
}
