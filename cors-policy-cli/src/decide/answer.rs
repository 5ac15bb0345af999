//! What the policy decides about a request.

use std::fmt;

use cors_policy::{Kind, Outcome, Policy};
use http::header::VARY;
use serde::Serialize;

use super::request::Request;

/// The answer to one line.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum Answer {
    Malformed { line: usize, error: String },
    Decided(Box<Decided>),
}

#[derive(Debug, Serialize)]
pub(super) struct Decided {
    line: usize,
    /// `actual` or `preflight`.
    kind: &'static str,
    outcome: &'static str,
    /// The place of the rule that admits the origin, and its name.
    rule: Option<usize>,
    rule_name: Option<String>,
    /// The entry that admits the origin.
    entry: Option<String>,
    /// The status, where the application is not called.
    status: Option<u16>,
    calls_application: bool,
    /// CORS headers of the response. Others that it has are removed.
    headers: Vec<(String, String)>,
    /// What the response varies on.
    vary: Vec<String>,
    /// Everything that a browser refuses, in the order in which it looks.
    refusals: Vec<Refusal>,
    /// The whole in one sentence.
    explanation: String,
}

#[derive(Debug, Serialize)]
struct Refusal {
    reason: String,
    message: String,
}

impl Answer {
    pub(super) fn malformed(line: usize, error: impl Into<String>) -> Self {
        Answer::Malformed { line, error: error.into() }
    }

    pub(super) fn is_malformed(&self) -> bool {
        matches!(self, Answer::Malformed { .. })
    }

    pub(super) fn of(line: usize, request: &Request, policy: &Policy) -> Self {
        let Request { method, headers } = request;
        let decision = policy.evaluate(method, headers);
        let explained = policy.explain(method.as_str().as_bytes(), headers);
        let verdict = decision.verdict();
        let mut set = Vec::new();
        let mut vary = Vec::new();
        for (name, value) in decision.headers() {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            if name == VARY {
                vary.extend(value.split(',').map(|name| name.trim().to_owned()));
            } else {
                set.push((name.to_string(), value));
            }
        }
        let refusals = explained.rejections().iter().map(|rejection| Refusal {
            reason: rejection.word().replace('-', "_"),
            message: rejection.to_string(),
        });
        Answer::Decided(Box::new(Decided {
            line,
            kind: kind(verdict.kind()),
            outcome: outcome(verdict.outcome()),
            rule: verdict.rule(),
            rule_name: explained.rule().map(str::to_owned),
            entry: explained.entry().map(str::to_owned),
            status: decision.status().map(|status| status.as_u16()),
            calls_application: decision.status().is_none(),
            headers: set,
            vary,
            refusals: refusals.collect(),
            explanation: explained.to_string(),
        }))
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Actual => "actual",
        Kind::Preflight => "preflight",
    }
}

fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::NotCors => "not_cors",
        Outcome::Admitted => "admitted",
        Outcome::SameOrigin => "same_origin",
        Outcome::Refused => "refused",
        _ => "other",
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let decided = match self {
            Answer::Malformed { line, error } => return write!(f, "{line}: malformed: {error}"),
            Answer::Decided(decided) => decided,
        };
        let Decided { line, kind, outcome, status, headers, vary, explanation, .. } = decided.as_ref();
        write!(f, "{line}: {kind}, {outcome}: {explanation}")?;
        match status {
            Some(status) => write!(f, "\n    answer {status}, without calling the application")?,
            None => write!(f, "\n    call the application")?,
        }
        headers.iter().try_for_each(|(name, value)| write!(f, "\n    {name}: {value}"))?;
        if !vary.is_empty() {
            write!(f, "\n    vary: {}", vary.join(", "))?;
        }
        Ok(())
    }
}
