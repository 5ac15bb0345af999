//! From what was sent and what came back to causes.

mod experiments;
mod origin;
mod preflight;
mod reading;
mod redirects;
mod response;

use cors_policy_browser::{
    Exchange, FailedStep, Failure, Headers, Hop, HttpResponse, Preflight, Purpose, Reason, Sent,
};

use super::catalogue::{
    BAD_REDIRECT_LOCATION, BLOCKED_PORT, CLIENT_CERTIFICATE_REQUIRED, CONNECTION_FAILED, Cause,
    FORBIDDEN_METHOD, FORBIDDEN_REQUEST_HEADER, LOCAL_NETWORK_ACCESS, MIXED_CONTENT, NAME_NOT_FOUND,
    NOT_HTTP, PROXY_AUTHENTICATION, REDIRECT_WITH_USER_INFO, RESPONSE_NOT_TAKEN, TARGET_NOT_HTTP, TIMED_OUT,
    TLS_FAILED, TOO_MANY_REDIRECTS, USER_INFO_IN_URL,
};
use super::client::{Kind, Message};
use super::finding::{Evidence, Finding, Findings, Severity};
use super::intent::Intent;
use super::proposal;
use super::run::{Experiments, is_withheld};

/// Everything that is known.
pub(super) struct Judge<'j> {
    pub(super) intent: &'j Intent,
    pub(super) exchange: &'j Exchange,
    pub(super) experiments: &'j Experiments,
    pub(super) log: &'j [Message],
    pub(super) found: Findings,
}

/// Every cause that is found, in order.
pub(super) fn judge(
    intent: &Intent,
    exchange: &Exchange,
    experiments: &Experiments,
    log: &[Message],
) -> Vec<Finding> {
    let mut judge = Judge { intent, exchange, experiments, log, found: Findings::default() };
    judge.failures();
    judge.before();
    judge.preflights();
    judge.redirects();
    judge.reading();
    judge.experiments();
    judge.found.ordered()
}

impl Judge<'_> {
    fn failures(&mut self) {
        let failures: Vec<&Failure> = self.exchange.failures().collect();
        let preflights: Vec<&Failure> =
            failures.iter().copied().filter(|failure| failure.step == FailedStep::Preflight).collect();
        let mut has_judged_preflight = false;
        for failure in failures {
            if failure.step == FailedStep::Preflight {
                if !has_judged_preflight {
                    self.failed_preflight(failure.hop, &preflights);
                    has_judged_preflight = true;
                }
            } else if !is_withheld(&failure.reason) {
                self.failure(failure);
            }
        }
    }

    fn failure(&mut self, failure: &Failure) {
        let Failure { hop, reason, .. } = failure;
        let cause: &'static Cause = match reason {
            Reason::SchemeNotHttp { .. } => &TARGET_NOT_HTTP,
            Reason::MixedContent { .. } => &MIXED_CONTENT,
            Reason::BlockedPort { .. } => &BLOCKED_PORT,
            Reason::MethodForbidden { .. } => &FORBIDDEN_METHOD,
            Reason::UrlCredentials { .. } => &USER_INFO_IN_URL,
            Reason::Network { .. } => return self.unreached(),
            Reason::ProxyAuthentication => &PROXY_AUTHENTICATION,
            Reason::LocationInvalid { .. } | Reason::LocationScheme { .. } => &BAD_REDIRECT_LOCATION,
            Reason::LocationCredentials { .. } => &REDIRECT_WITH_USER_INFO,
            Reason::TooManyRedirects => &TOO_MANY_REDIRECTS,
            Reason::StatusNotTaken { .. } | Reason::TypeNotTaken { .. } => &RESPONSE_NOT_TAKEN,
            _ => return self.failed_response(*hop, reason),
        };
        let lines = &["location", "content-type"];
        let place = self.place(Purpose::Actual, *hop);
        let evidence = place.into_iter().filter_map(|place| self.evidence(place, lines)).collect();
        self.error(cause, reason.to_string(), evidence, None);
    }

    fn unreached(&mut self) {
        let silent = self.log.iter().enumerate().find_map(|(place, message)| {
            message.outcome.as_ref().err().map(|unreached| (place + 1, unreached.clone()))
        });
        let Some((request, unreached)) = silent else { return };
        let cause: &'static Cause = match unreached.kind {
            Kind::NameNotFound => &NAME_NOT_FOUND,
            Kind::ConnectionFailed => &CONNECTION_FAILED,
            Kind::TlsFailed => &TLS_FAILED,
            Kind::ClientCertificateRequired => &CLIENT_CERTIFICATE_REQUIRED,
            Kind::TimedOut => &TIMED_OUT,
            Kind::NotHttp => &NOT_HTTP,
        };
        let evidence = vec![Evidence { request, lines: vec![unreached.message.clone()] }];
        self.error(cause, unreached.message, evidence, None);
    }

    /// What is odd about the request itself.
    fn before(&mut self) {
        for name in &self.exchange.dropped {
            let seen = format!("the page sets `{name}`, and the browser does not send it");
            self.warning(&FORBIDDEN_REQUEST_HEADER, seen, Vec::new(), None);
        }
        if self.intent.is_into_local_network() && !self.exchange.hops.is_empty() {
            let host = self.intent.request.url.host_str().unwrap_or_default();
            let seen = format!("the page is public, and `{host}` is in a local network or this machine");
            self.warning(&LOCAL_NETWORK_ACCESS, seen, Vec::new(), None);
        }
    }

    /// The number of a message of the exchange, from 1.
    fn place(&self, purpose: Purpose, hop: usize) -> Option<usize> {
        let place = self.exchange.sent().position(|(is, at, _)| is == purpose && at == hop);
        place.map(|place| place + 1)
    }

    /// The status and some header lines of a response.
    fn evidence(&self, request: usize, names: &[&str]) -> Option<Evidence> {
        let message = self.log.get(request.checked_sub(1)?)?;
        let lines = match &message.outcome {
            Ok(response) => lines(response, names),
            Err(unreached) => vec![unreached.message.clone()],
        };
        Some(Evidence { request, lines })
    }

    fn error(
        &mut self,
        cause: &'static Cause,
        seen: String,
        evidence: Vec<Evidence>,
        policy: Option<String>,
    ) {
        self.found.push(Finding { cause, severity: Severity::Error, seen, evidence, policy });
    }

    fn warning(
        &mut self,
        cause: &'static Cause,
        seen: String,
        evidence: Vec<Evidence>,
        policy: Option<String>,
    ) {
        self.found.push(Finding { cause, severity: Severity::Warning, seen, evidence, policy });
    }

    fn hop(&self, hop: usize) -> Option<&Hop> {
        self.exchange.hops.get(hop)
    }

    fn preflight_at(&self, hop: usize) -> Option<&HttpResponse> {
        match &self.hop(hop)?.preflight {
            Preflight::Sent(sent) => sent.response.as_ref(),
            Preflight::NotNeeded | Preflight::Cached => None,
        }
    }

    fn actual_at(&self, hop: usize) -> Option<&HttpResponse> {
        self.hop(hop)?.actual.as_ref().and_then(|sent: &Sent| sent.response.as_ref())
    }

    /// Whether the page's origin is an opaque one.
    fn is_opaque(&self) -> bool {
        self.intent.origin() == "null"
    }

    fn origins(&self) -> Option<String> {
        (!self.is_opaque()).then(|| proposal::origins(self.intent))
    }
}

/// The status, and the lines of some headers as they came.
fn lines(response: &HttpResponse, names: &[&str]) -> Vec<String> {
    let mut lines = vec![format!("status {}", response.status)];
    for (name, value) in response.headers.iter() {
        let name = name.to_ascii_lowercase();
        if names.contains(&name.as_str()) {
            lines.push(format!("{name}: {}", shown(value)));
        }
    }
    lines
}

/// The headers of CORS, and those that say who answered.
pub(super) const CORS: &[&str] = &[
    "access-control-allow-origin",
    "access-control-allow-credentials",
    "access-control-allow-methods",
    "access-control-allow-headers",
    "access-control-expose-headers",
    "access-control-max-age",
    "vary",
];

/// A value as text, of a bounded length.
pub(super) fn shown(value: &[u8]) -> String {
    const MOST: usize = 200;
    let text = String::from_utf8_lossy(value);
    let mut shown = crate::source::printable(&text.chars().take(MOST).collect::<String>());
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    shown
}

/// Whether a response has some header of CORS.
fn has_cors_headers(headers: &Headers) -> bool {
    headers.iter().any(|(name, _)| name.to_ascii_lowercase().starts_with("access-control-"))
}

/// Whether a response varies on the origin.
fn varies_on_origin(headers: &Headers) -> bool {
    let members = headers.lines("vary").flat_map(|line| line.split(|byte| *byte == b','));
    members.map(<[u8]>::trim_ascii).any(|name| name.eq_ignore_ascii_case(b"origin") || name == b"*")
}
