//! The answer to a preflight.

use cors_policy_browser::method::is_safelisted;
use cors_policy_browser::{Failure, HttpResponse, Purpose, Reason};

use super::{CORS, Judge, has_cors_headers, shown, varies_on_origin};
use crate::probe::catalogue::{
    AUTHORIZATION_BEHIND_WILDCARD, Cause, MALFORMED_LIST, MAX_AGE_MALFORMED, MAX_AGE_MISSING,
    MAX_AGE_TOO_LONG, MAX_AGE_ZERO, METHOD_CASE, METHOD_NOT_LISTED, PREFLIGHT_BLOCKED_AT_EDGE,
    PREFLIGHT_METHOD_NOT_ALLOWED, PREFLIGHT_NO_CORS_HEADERS, PREFLIGHT_NOT_FOUND, PREFLIGHT_NOT_OK,
    PREFLIGHT_REDIRECTED, PREFLIGHT_REDIRECTED_TO_LOGIN, PREFLIGHT_SERVER_ERROR, PREFLIGHT_UNAUTHORIZED,
    REDIRECT_TARGET_REFUSES_PREFLIGHT, REQUEST_HEADER_NOT_LISTED, SURPRISE_PREFLIGHT,
    WILDCARD_METHODS_WITH_CREDENTIALS, WILDCARD_NOT_KEPT, WILDCARD_REQUEST_HEADERS_WITH_CREDENTIALS,
};
use crate::probe::finding::Evidence;
use crate::probe::proposal;

/// For how long Firefox keeps an answer, in seconds: no browser keeps it longer.
const LONGEST_KEPT: u64 = 86_400;

/// Words in a URL of those that people log in at.
const LOG_INS: &[&str] = &["login", "signin", "sign-in", "sign_in", "auth", "sso", "saml", "oidc", "idp"];

impl Judge<'_> {
    pub(super) fn failed_preflight(&mut self, hop: usize, failures: &[&Failure]) {
        let reasons: Vec<&Reason> = failures.iter().map(|failure| &failure.reason).collect();
        let (Some(place), Some(response)) =
            (self.place(Purpose::Preflight, hop), self.preflight_at(hop).cloned())
        else {
            return;
        };
        let evidence = |judge: &Self, more: &[&str]| -> Vec<Evidence> {
            judge.evidence(place, &[CORS, more].concat()).into_iter().collect()
        };
        if hop > 0 {
            let words: Vec<String> = reasons.iter().map(ToString::to_string).collect();
            let evidence = evidence(self, &[]);
            return self.error(&REDIRECT_TARGET_REFUSES_PREFLIGHT, words.join("; "), evidence, None);
        }
        let mut is_unanswered = false;
        let has_policy = has_cors_headers(&response.headers) || varies_on_origin(&response.headers);
        // Layers that refuse an origin say so by the status, too.
        let is_refusal = has_policy
            && matches!(response.status, 400 | 403)
            && !response.headers.has("access-control-allow-origin");
        if let Some(cause) = status_cause(&response).filter(|_| !is_refusal) {
            let seen = format!("the preflight was answered with status {}", response.status);
            let seen = match response.headers.get("location") {
                Some(location) if (300..400).contains(&response.status) => {
                    format!("{seen}, which leads to `{}`", shown(&location))
                }
                _ => seen,
            };
            let more = ["location", "allow", "server", "via", "www-authenticate"];
            let evidence = evidence(self, &more);
            self.error(cause, seen, evidence, self.method_or_none(cause));
            is_unanswered = true;
        }
        if !has_policy && !is_unanswered {
            let seen = self.without_headers(&response);
            let evidence = evidence(self, &["allow"]);
            let policy = self.origins();
            self.error(&PREFLIGHT_NO_CORS_HEADERS, seen, evidence, policy);
            is_unanswered = true;
        }
        if is_unanswered {
            self.surprise(hop, place);
        }
        if has_policy {
            self.failed_lists(&response, &reasons, &evidence(self, &[]));
        }
    }

    fn without_headers(&self, response: &HttpResponse) -> String {
        let seen = format!("the preflight was answered with status {} and no CORS header", response.status);
        let is_right = self.actual_at(0).is_some_and(|actual| self.passes(actual));
        if is_right { format!("{seen}, while the response to the request has them") } else { seen }
    }

    fn method_or_none(&self, cause: &Cause) -> Option<String> {
        let is_ours = cause.code == PREFLIGHT_METHOD_NOT_ALLOWED.code;
        is_ours.then(|| proposal::methods(self.intent)).flatten()
    }

    /// Which item asks for a preflight, where the request could do without.
    fn surprise(&mut self, hop: usize, place: usize) {
        let Some(hop) = self.hop(hop) else { return };
        let method = cors_policy_browser::method::normalize(&self.intent.request.method);
        let causes: Vec<String> = hop.causes.iter().map(ToString::to_string).collect();
        if is_safelisted(&method) && !causes.is_empty() {
            let seen = format!("what asks for the preflight is {}", causes.join("; "));
            self.warning(&SURPRISE_PREFLIGHT, seen, vec![Evidence { request: place, lines: causes }], None);
        }
    }

    fn failed_lists(&mut self, response: &HttpResponse, reasons: &[&Reason], evidence: &[Evidence]) {
        let names_origin = response.headers.has("access-control-allow-origin");
        for reason in reasons {
            let list = match reason {
                Reason::MethodNotAllowed { listed, .. }
                | Reason::HeaderNotAllowed { listed, .. }
                | Reason::AuthorizationNotListed { listed } => listed.as_ref(),
                _ => None,
            };
            let is_consequence = !names_origin && list.is_none();
            let (cause, policy): (&'static Cause, _) = match reason {
                Reason::StatusNotOk { .. } => continue,
                Reason::MethodsUnparseable { .. } | Reason::HeadersUnparseable { .. } => {
                    (&MALFORMED_LIST, self.lists())
                }
                Reason::MethodNotAllowed { .. }
                | Reason::HeaderNotAllowed { .. }
                | Reason::AuthorizationNotListed { .. }
                    if is_consequence =>
                {
                    continue;
                }
                Reason::MethodNotAllowed { method, listed, include } => {
                    self.method_cause(method, listed.as_deref().unwrap_or_default(), *include)
                }
                Reason::HeaderNotAllowed { listed, include, .. } => {
                    let is_wild = *include && has_star(listed.as_deref());
                    let wild: &'static Cause = &WILDCARD_REQUEST_HEADERS_WITH_CREDENTIALS;
                    let cause = if is_wild { wild } else { &REQUEST_HEADER_NOT_LISTED };
                    (cause, proposal::request_headers(self.intent))
                }
                Reason::AuthorizationNotListed { listed } => {
                    let cause: &'static Cause = match has_star(listed.as_deref()) {
                        true if self.intent.includes() => &WILDCARD_REQUEST_HEADERS_WITH_CREDENTIALS,
                        true => &AUTHORIZATION_BEHIND_WILDCARD,
                        false => &REQUEST_HEADER_NOT_LISTED,
                    };
                    (cause, proposal::request_headers(self.intent))
                }
                other => {
                    self.failed_origin(other, response, 0, evidence.to_vec());
                    continue;
                }
            };
            self.error(cause, reason.to_string(), evidence.to_vec(), policy);
        }
    }

    fn lists(&self) -> Option<String> {
        let lists = [proposal::methods(self.intent), proposal::request_headers(self.intent)];
        let lists: Vec<String> = lists.into_iter().flatten().collect();
        (!lists.is_empty()).then(|| lists.join(", "))
    }

    fn method_cause(
        &self,
        method: &str,
        listed: &[String],
        include: bool,
    ) -> (&'static Cause, Option<String>) {
        if include && listed.iter().any(|name| name == "*") {
            return (&WILDCARD_METHODS_WITH_CREDENTIALS, proposal::methods(self.intent));
        }
        // Where the list has the lower case, it is the list that is wrong.
        let is_pages = method.bytes().any(|byte| byte.is_ascii_lowercase());
        if is_pages && listed.iter().any(|name| name.eq_ignore_ascii_case(method)) {
            return (&METHOD_CASE, None);
        }
        (&METHOD_NOT_LISTED, proposal::methods(self.intent))
    }

    /// Whether the method or a header of the request is only allowed by a wildcard.
    fn needs_wildcard(&self, response: &HttpResponse) -> bool {
        let listed = |name: &str| response.headers.tokens(name).ok().flatten().unwrap_or_default();
        let methods = listed("access-control-allow-methods");
        let headers = listed("access-control-allow-headers");
        let method = cors_policy_browser::method::normalize(&self.intent.request.method);
        let is_named = |asked: &String| headers.iter().any(|name| name.eq_ignore_ascii_case(asked));
        let by_method = has_star(Some(&methods)) && !is_safelisted(&method) && !methods.contains(&method);
        let by_header =
            has_star(Some(&headers)) && !proposal::unsafe_headers(self.intent).iter().all(is_named);
        by_method || by_header
    }

    /// Answers that let the request pass: for how long, and how they are kept.
    pub(super) fn preflights(&mut self) {
        let has_failed = self
            .exchange
            .failures()
            .any(|failure| failure.step == cors_policy_browser::FailedStep::Preflight);
        let (Some(place), Some(response)) =
            (self.place(Purpose::Preflight, 0), self.preflight_at(0).cloned())
        else {
            return;
        };
        if has_failed {
            return;
        }
        let evidence = |judge: &Self, name: &str| -> Vec<Evidence> {
            judge.evidence(place, &[name]).into_iter().collect()
        };
        if let Some((cause, seen)) = max_age_cause(&response) {
            let evidence = evidence(self, "access-control-max-age");
            self.warning(cause, seen, evidence, Some(proposal::MAX_AGE.to_owned()));
        }
        let names = ["access-control-allow-methods", "access-control-allow-headers"];
        let covers_token = self.intent.profile.wildcard_covers_authorization
            && !self.intent.includes()
            && self.intent.request.headers.has("authorization");
        let lists_token = |name: &String| name.eq_ignore_ascii_case("authorization");
        let listed =
            response.headers.tokens("access-control-allow-headers").ok().flatten().unwrap_or_default();
        if covers_token && !listed.iter().any(lists_token) {
            let seen = "this browser takes `*` for `authorization`, and others do not".to_owned();
            let evidence = evidence(self, "access-control-allow-headers");
            self.warning(
                &AUTHORIZATION_BEHIND_WILDCARD,
                seen,
                evidence,
                proposal::request_headers(self.intent),
            );
        }
        if !self.intent.includes() && self.needs_wildcard(&response) {
            let lines = self.evidence(place, &names).into_iter().collect();
            let seen = "what lets the preflight pass is a wildcard".to_owned();
            self.warning(&WILDCARD_NOT_KEPT, seen, lines, self.lists());
        }
    }
}

fn has_star(listed: Option<&[String]>) -> bool {
    listed.unwrap_or_default().iter().any(|name| name == "*")
}

fn max_age_cause(response: &HttpResponse) -> Option<(&'static Cause, String)> {
    let value = response.headers.get("access-control-max-age");
    let Some(value) = value else {
        return Some((&MAX_AGE_MISSING, "browsers keep the answer for five seconds".to_owned()));
    };
    let text = String::from_utf8_lossy(&value).into_owned();
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number {
        return Some((&MAX_AGE_MALFORMED, format!("`{}` is no number of seconds", shown(&value))));
    }
    match text.parse::<u64>() {
        Ok(0) => Some((&MAX_AGE_ZERO, "browsers do not keep the answer".to_owned())),
        Ok(seconds) if seconds <= LONGEST_KEPT => None,
        _ => Some((
            &MAX_AGE_TOO_LONG,
            format!("{} seconds, and no browser keeps more than a day", shown(&value)),
        )),
    }
}

/// What a status that is not ok says about who answered.
fn status_cause(response: &HttpResponse) -> Option<&'static Cause> {
    let cause: &'static Cause = match response.status {
        200..=299 => return None,
        300..=399 if leads_to_log_in(response) => &PREFLIGHT_REDIRECTED_TO_LOGIN,
        300..=399 => &PREFLIGHT_REDIRECTED,
        _ if is_edge(response) => &PREFLIGHT_BLOCKED_AT_EDGE,
        401 | 403 => &PREFLIGHT_UNAUTHORIZED,
        404 => &PREFLIGHT_NOT_FOUND,
        405 | 501 => &PREFLIGHT_METHOD_NOT_ALLOWED,
        500..=599 => &PREFLIGHT_SERVER_ERROR,
        _ => &PREFLIGHT_NOT_OK,
    };
    Some(cause)
}

/// Whether `Location` looks like a log-in.
pub(super) fn leads_to_log_in(response: &HttpResponse) -> bool {
    let location = response.headers.get("location").unwrap_or_default();
    let location = String::from_utf8_lossy(&location).to_ascii_lowercase();
    let place = location.split('?').next().unwrap_or_default();
    let words = place.split(|letter: char| !(letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_')));
    words.into_iter().any(|word| {
        LOG_INS.contains(&word) || matches!(word, "oauth" | "oauth2" | "accounts" | "log-in" | "authorize")
    })
}

/// Whether a CDN or a gateway says that it answered by itself.
fn is_edge(response: &HttpResponse) -> bool {
    let server = response.headers.get("server").unwrap_or_default().to_ascii_lowercase();
    let server = String::from_utf8_lossy(&server).into_owned();
    let names = ["cloudflare", "cloudfront", "akamaighost", "awselb", "imperva", "google frontend"];
    let marks = ["x-amzn-waf-action", "x-sucuri-id", "x-iinfo"];
    response.status != 404
        && response.status < 500
        && (names.iter().any(|name| server.contains(name))
            || marks.iter().any(|name| response.headers.has(name)))
}
