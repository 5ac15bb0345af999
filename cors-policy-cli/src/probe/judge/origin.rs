//! `Access-Control-Allow-Origin` and `-Credentials`, of a response or of the answer to a preflight.

use cors_policy_browser::cors_check::cors_check;
use cors_policy_browser::{HttpResponse, Mismatch, Origin, Reason, Url};

use super::{Judge, shown};
use crate::probe::catalogue::{
    CACHED_ANSWER, CREDENTIALS_NOT_TRUE, CREDENTIALS_ONLY_ON_RESPONSE, Cause, EMPTY_ORIGIN_HEADER,
    NULL_IN_HEADER, NULL_ORIGIN, ORIGIN_LIST_IN_HEADER, ORIGIN_NEAR_MISS, ORIGIN_NOT_ALLOWED, OTHER_ORIGIN,
    OWN_ORIGIN, PATTERN_IN_HEADER, SEVERAL_ORIGIN_HEADERS, WILDCARD_ORIGIN_WITH_CREDENTIALS,
};
use crate::probe::finding::Evidence;
use crate::probe::proposal;
use crate::probe::run::cache_hit;

impl Judge<'_> {
    /// Whether a response passes the CORS check for the page and its request.
    pub(super) fn passes(&self, response: &HttpResponse) -> bool {
        let origin = self.intent.origin();
        cors_check(origin.as_bytes(), self.intent.request.credentials, &response.headers).is_ok()
    }

    /// What fails a CORS check, where there is some sign of a policy.
    pub(super) fn failed_origin(
        &mut self,
        reason: &Reason,
        response: &HttpResponse,
        hop: usize,
        evidence: Vec<Evidence>,
    ) {
        let (cause, seen): (&'static Cause, String) = match reason {
            Reason::AcaoMissing { .. } if self.is_opaque() => (&NULL_ORIGIN, reason.to_string()),
            Reason::AcaoMissing { .. } => (&ORIGIN_NOT_ALLOWED, reason.to_string()),
            Reason::AcaoWildcardWithCredentials { .. } => {
                (&WILDCARD_ORIGIN_WITH_CREDENTIALS, reason.to_string())
            }
            Reason::AcaoMismatch { got, .. } => self.mismatch(reason, got, response, hop),
            Reason::AcacNotTrue { got } => {
                let actual = self.actual_at(0).filter(|_| hop == 0);
                let is_only_there = got.is_none()
                    && response.status < 300
                    && !actual.is_some_and(|actual| std::ptr::eq(actual, response) || actual == response)
                    && actual.is_some_and(|actual| self.passes(actual));
                let only: &'static Cause = &CREDENTIALS_ONLY_ON_RESPONSE;
                (if is_only_there { only } else { &CREDENTIALS_NOT_TRUE }, reason.to_string())
            }
            _ => return,
        };
        let policy = match cause.code {
            code if code == CREDENTIALS_ONLY_ON_RESPONSE.code || code == CREDENTIALS_NOT_TRUE.code => {
                Some(proposal::CREDENTIALS.to_owned())
            }
            code if code == WILDCARD_ORIGIN_WITH_CREDENTIALS.code => {
                self.origins().map(|origins| format!("{origins}, {}", proposal::CREDENTIALS))
            }
            code if code == CACHED_ANSWER.code || code == SEVERAL_ORIGIN_HEADERS.code => None,
            _ => self.origins(),
        };
        self.error(cause, seen, evidence, policy);
    }

    /// What says that a cache answered, where its answer is the fault: past the cache, the response is right.
    pub(super) fn stale(&self, hop: usize, response: &HttpResponse) -> Option<String> {
        let fresh = self.experiments.fresh.as_ref().filter(|_| hop == 0)?;
        if self.passes(&fresh.response) { cache_hit(&response.headers) } else { None }
    }

    fn mismatch(
        &self,
        reason: &Reason,
        got: &[u8],
        response: &HttpResponse,
        hop: usize,
    ) -> (&'static Cause, String) {
        let value = String::from_utf8_lossy(got).into_owned();
        let mut seen = reason.to_string();
        let members: Vec<&str> = value.split(',').map(str::trim).collect();
        let is_repeated = members.contains(&"*")
            || members.iter().enumerate().any(|(at, one)| members.iter().skip(at + 1).any(|two| one == two));
        let own = self.hop(hop).map(|hop| Origin::of(&hop.url).to_string());
        let cause: &'static Cause = match reason.mismatch() {
            Some(Mismatch::SeveralLines) => &SEVERAL_ORIGIN_HEADERS,
            Some(Mismatch::List) if is_repeated && members.len() > 1 => &SEVERAL_ORIGIN_HEADERS,
            Some(Mismatch::List) => &ORIGIN_LIST_IN_HEADER,
            Some(Mismatch::Empty) => &EMPTY_ORIGIN_HEADER,
            _ if value == "null" => &NULL_IN_HEADER,
            _ if is_pattern(&value) => &PATTERN_IN_HEADER,
            _ if self.is_opaque() => &NULL_ORIGIN,
            _ => match (self.stale(hop, response), near_miss(&value, &self.intent.page.origin)) {
                (Some(hit), _) => {
                    seen = format!("{seen}; a cache answered (`{hit}`)");
                    &CACHED_ANSWER
                }
                (None, Some(how)) => {
                    seen = format!("{seen}: {how}");
                    &ORIGIN_NEAR_MISS
                }
                (None, None) if own.as_deref() == Some(value.as_str()) => &OWN_ORIGIN,
                (None, None) => &OTHER_ORIGIN,
            },
        };
        (cause, seen)
    }
}

fn is_pattern(value: &str) -> bool {
    value.contains(['*', '^', '$', '\\', '(', '|'])
}

/// What is other about a value that is nearly the page's origin.
fn near_miss(value: &str, page: &Origin) -> Option<&'static str> {
    let page_url = Url::parse(&page.to_string()).ok()?;
    let Some(url) = Url::parse(value).ok().filter(Url::has_host) else {
        let bare = value.split('/').next().unwrap_or_default();
        let with_scheme = format!("{}://{bare}", page_url.scheme());
        let same = Url::parse(&with_scheme).is_ok_and(|url| Origin::of(&url) == *page);
        return same.then_some("the scheme is missing");
    };
    if Origin::of(&url) == *page {
        return Some(spelling(value, &url));
    }
    let (host, page_host) = (url.host_str()?, page_url.host_str()?);
    let is_loopback = |host: &str| matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    let is_same_port = url.port_or_known_default() == page_url.port_or_known_default();
    match () {
        () if host == page_host && url.scheme() != page_url.scheme() => Some("the scheme is another"),
        () if host == page_host && !is_same_port => Some("the port is another"),
        () if is_loopback(host) && is_loopback(page_host) && host != page_host => {
            Some("both are this machine, by different names")
        }
        () => None,
    }
}

/// What keeps a text from being the origin that it means.
fn spelling(value: &str, url: &Url) -> &'static str {
    let (_, authority) = value.split_once("://").unwrap_or_default();
    let (authority, path) =
        authority.split_once('/').map_or((authority, None), |(host, path)| (host, Some(path)));
    match path {
        Some("") => "a slash at the end",
        Some(_) => "a path behind it",
        None if !value.is_ascii() => "the host is not in the form in which browsers send it (`xn--…`)",
        None if value.bytes().any(|byte| byte.is_ascii_uppercase()) => "upper case",
        None if url.port().is_none() && authority.rsplit_once(':').is_some() => {
            "the default port is spelt out"
        }
        None => "browsers write it another way",
    }
}

/// A value for people.
pub(super) fn value_of(response: &HttpResponse) -> String {
    match response.headers.get("access-control-allow-origin") {
        Some(value) => format!("`{}`", shown(&value)),
        None => "none".to_owned(),
    }
}
