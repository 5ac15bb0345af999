//! What is told: to programs as one object, to people as a page.

use cors_policy_browser::{Engine, Exchange, Failure, Headers, HttpResponse, Origin, Preflight, Verdict};
use serde::Serialize;
use serde_json::Value;

use super::catalogue::Layer;
use super::client::{Message, Purpose, Unreached};
use super::finding::{Evidence, Finding, Severity};
use super::intent::Intent;
use super::proposal::Proposal;
use super::run::is_withheld;

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Outcome {
    Allowed,
    Blocked,
    /// The request itself was not sent, and nothing before it fails.
    NotSent,
    /// There was no response at all.
    Unreachable,
}

impl Outcome {
    pub(super) fn of(exchange: &Exchange, log: &[Message]) -> Self {
        match &exchange.verdict {
            Verdict::Allowed { .. } => Outcome::Allowed,
            Verdict::Blocked(failure) if is_withheld(&failure.reason) => Outcome::NotSent,
            Verdict::Blocked(_) if !log.is_empty() && log.iter().all(|message| message.outcome.is_err()) => {
                Outcome::Unreachable
            }
            Verdict::Blocked(_) => Outcome::Blocked,
        }
    }
}

/// Everything, with the names that programs know it by.
#[derive(Debug, Serialize)]
pub(super) struct Report<'r> {
    #[serde(rename = "type")]
    kind: &'static str,
    pub(super) url: &'r str,
    pub(super) origin: String,
    pub(super) method: String,
    pub(super) credentials: &'static str,
    pub(super) verdict: Outcome,
    /// Whether the page is of the server's own origin, so that CORS has no part in it.
    pub(super) same_origin: bool,
    /// The check that fails first.
    pub(super) reason: Option<Reason>,
    /// What consoles show.
    pub(super) chrome: Option<String>,
    pub(super) firefox: Option<String>,
    /// The status that script sees.
    pub(super) status: Option<u16>,
    pub(super) readable: &'r [String],
    pub(super) hidden: &'r [String],
    /// What asks for a preflight.
    pub(super) preflight: Vec<String>,
    /// Whether the request itself was withheld.
    pub(super) withheld: bool,
    pub(super) findings: Vec<Told<'r>>,
    /// A policy that lets the page have what it asks for.
    policy: Option<&'r Value>,
    /// The same, as fields of the macro.
    #[serde(skip)]
    pub(super) policy_text: Option<&'r str>,
    /// What the compiler remarks on in it.
    pub(super) policy_warnings: &'r [String],
    /// Why there is no such policy.
    pub(super) policy_refused: &'r [String],
    pub(super) requests: Vec<Request<'r>>,
}

#[derive(Debug, Serialize)]
pub(super) struct Reason {
    pub(super) code: &'static str,
    step: &'static str,
    pub(super) message: String,
    pub(super) standard: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Told<'r> {
    pub(super) code: &'static str,
    pub(super) severity: Severity,
    pub(super) layer: Layer,
    pub(super) title: &'static str,
    pub(super) seen: &'r str,
    pub(super) cause: &'static str,
    pub(super) fix: &'static str,
    pub(super) policy: Option<&'r str>,
    pub(super) evidence: &'r [Evidence],
}

#[derive(Debug, Serialize)]
pub(super) struct Request<'r> {
    pub(super) number: usize,
    pub(super) purpose: &'static str,
    /// What is tried, where it is an experiment.
    pub(super) experiment: Option<&'static str>,
    pub(super) method: &'r str,
    pub(super) url: &'r str,
    pub(super) headers: Vec<(String, String)>,
    body: Option<String>,
    /// The credentials that went with it: their names.
    pub(super) sent_credentials: &'r [&'static str],
    pub(super) response: Option<Response>,
    pub(super) failure: Option<&'r Unreached>,
}

#[derive(Debug, Serialize)]
pub(super) struct Response {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
}

/// What there is to tell of.
pub(super) struct Facts<'r> {
    pub(super) intent: &'r Intent,
    pub(super) exchange: &'r Exchange,
    pub(super) log: &'r [Message],
    pub(super) findings: &'r [Finding],
    pub(super) proposal: Option<&'r Proposal>,
    pub(super) is_withheld: bool,
}

impl<'r> Report<'r> {
    pub(super) fn new(all: &Facts<'r>) -> Self {
        let Facts { intent, exchange, log, findings, proposal, is_withheld } = *all;
        let verdict = Outcome::of(exchange, log);
        let (status, readable, hidden): (_, &[String], &[String]) = match &exchange.verdict {
            Verdict::Allowed { status, readable, hidden, .. } => (Some(*status), readable, hidden),
            Verdict::Blocked(_) => (None, &[], &[]),
        };
        let is_failed = matches!(verdict, Outcome::Blocked | Outcome::Unreachable);
        let failure = exchange.failures().next().filter(|_| is_failed);
        let console = |engine| failure.and_then(|_| exchange.console(&intent.page, &intent.request, engine));
        let has_field = findings.iter().any(|finding| finding.policy.is_some());
        let proposal = proposal.filter(|_| has_field);
        let (policy, warnings, refused): (_, &[String], &[String]) = match proposal {
            Some(Proposal::Policy { document, text, warnings }) => (Some((document, text)), warnings, &[]),
            Some(Proposal::Refused(refused)) => (None, &[], refused),
            None => (None, &[], &[]),
        };
        let is_refused = policy.is_none();
        let told = |finding: &'r Finding| Told {
            code: finding.cause.code,
            severity: finding.severity,
            layer: finding.cause.layer,
            title: finding.cause.title,
            seen: &finding.seen,
            cause: finding.cause.why,
            fix: finding.cause.fix,
            policy: finding.policy.as_deref().filter(|_| !is_refused),
            evidence: &finding.evidence,
        };
        Report {
            kind: "probe",
            url: intent.request.url.as_str(),
            origin: intent.origin(),
            method: cors_policy_browser::method::normalize(&intent.request.method),
            credentials: intent.request.credentials.name(),
            verdict,
            same_origin: intent.page.origin.is_same_origin(&Origin::of(&intent.request.url)),
            reason: failure.map(reason),
            chrome: console(Engine::Chromium),
            firefox: console(Engine::Firefox),
            status,
            readable,
            hidden,
            preflight: causes(exchange),
            withheld: is_withheld,
            findings: findings.iter().map(told).collect(),
            policy: policy.map(|(document, _)| document),
            policy_text: policy.map(|(_, text)| text.as_str()),
            policy_warnings: warnings,
            policy_refused: refused,
            requests: log.iter().enumerate().map(|(place, message)| request(place + 1, message)).collect(),
        }
    }
}

fn reason(failure: &Failure) -> Reason {
    Reason {
        code: failure.reason.code(),
        step: failure.step.code(),
        message: failure.reason.to_string(),
        standard: failure.section().to_string(),
    }
}

/// What asks for a preflight, where one was needed.
fn causes(exchange: &Exchange) -> Vec<String> {
    let Some(hop) = exchange.hops.first() else { return Vec::new() };
    match hop.preflight {
        Preflight::NotNeeded => Vec::new(),
        Preflight::Cached | Preflight::Sent(_) => hop.causes.iter().map(ToString::to_string).collect(),
    }
}

fn request(number: usize, message: &Message) -> Request<'_> {
    let (purpose, experiment) = match message.purpose {
        Purpose::Preflight => ("preflight", None),
        Purpose::Actual => ("actual", None),
        Purpose::Experiment(what) => ("experiment", Some(what)),
    };
    let sent = &message.request;
    Request {
        number,
        purpose,
        experiment,
        method: &sent.method,
        url: sent.url.as_str(),
        headers: pairs(&sent.headers, |name| name.eq_ignore_ascii_case("authorization")),
        body: sent.body.as_ref().map(|body| String::from_utf8_lossy(body).into_owned()),
        sent_credentials: &message.credentials,
        response: message.outcome.as_ref().ok().map(response),
        failure: message.outcome.as_ref().err(),
    }
}

fn response(response: &HttpResponse) -> Response {
    let headers = pairs(&response.headers, cors_policy_browser::filter::is_forbidden);
    Response { status: response.status, headers }
}

/// Reports are passed around: what may be a secret is left out of them.
fn pairs(headers: &Headers, is_secret: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let value = |name: &str, value: &[u8]| {
        if is_secret(name) { "(not shown)".to_owned() } else { String::from_utf8_lossy(value).into_owned() }
    };
    headers.iter().map(|(name, bytes)| (name.to_ascii_lowercase(), value(name, bytes))).collect()
}
