//! What does not hold, and why.

use std::fmt;

use crate::client::Silence;
use crate::diagnosis::{Cause, Evidence, Exchange};
use crate::expectation::Mismatch;

/// How many requests of a failure's kind are named.
const NAMED: usize = 5;

/// What a check found. `Display` has each kind of failure once, with an example: what was asked, what was expected,
/// what came, the likely cause and the remedy.
#[derive(Clone, Debug)]
#[must_use = "a report does nothing until it is looked at: see `assert`"]
pub struct Report {
    policy: String,
    target: String,
    requests: usize,
    failures: Vec<Failure>,
}

/// A request whose answer is not what the policy says. `Display` has all of it.
#[derive(Clone, Debug)]
pub struct Failure {
    cause: Cause,
    asked: String,
    expected: Vec<String>,
    came: Vec<String>,
}

impl Report {
    pub(crate) fn of(policy: &str, target: &str, exchanges: &[Exchange]) -> Self {
        let evidence = Evidence::of(exchanges);
        let failing = exchanges.iter().filter(|exchange| exchange.is_failure());
        let failures = failing.map(|exchange| Failure::of(exchange, &evidence)).collect();
        Report { policy: policy.to_owned(), target: target.to_owned(), requests: exchanges.len(), failures }
    }

    pub(crate) fn unusable(policy: &str, target: &str, reason: String) -> Self {
        let failure = Failure {
            cause: Cause::Unusable,
            asked: target.to_owned(),
            expected: vec!["an address".to_owned()],
            came: vec![reason],
        };
        Report { policy: policy.to_owned(), target: target.to_owned(), requests: 0, failures: vec![failure] }
    }

    /// Whether every answer is what the policy says.
    #[must_use]
    pub fn is_conformant(&self) -> bool {
        self.failures.is_empty()
    }

    /// The failures, in the order in which the requests were sent.
    #[must_use]
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }

    /// How many requests were sent.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.requests
    }

    /// For tests.
    ///
    /// # Panics
    ///
    /// With the report, unless every answer is what the policy says.
    #[track_caller]
    pub fn assert(self) {
        assert!(self.is_conformant(), "{self}");
    }

    /// The causes, in the order of where they lie on the way of a request.
    fn causes(&self) -> Vec<Cause> {
        let mut causes: Vec<Cause> = self.failures.iter().map(|failure| failure.cause).collect();
        causes.sort_unstable();
        causes.dedup();
        causes
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { policy, target, requests, failures } = self;
        if failures.is_empty() {
            return write!(f, "{target}: all {requests} answers are what the CORS policy `{policy}` says");
        }
        let count = failures.len();
        write!(f, "{target}: {count} of {requests} answers are not what the CORS policy `{policy}` says")?;
        for cause in self.causes() {
            let of_cause: Vec<&Failure> = failures.iter().filter(|failure| failure.cause == cause).collect();
            write!(f, "\n\n{cause} ({} of {count})\n  remedy: {}", of_cause.len(), cause.remedy())?;
            if let Some((first, others)) = of_cause.split_first() {
                first.write_exchange(f)?;
                write_others(others, f)?;
            }
        }
        Ok(())
    }
}

fn write_others(others: &[&Failure], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    if others.is_empty() {
        return Ok(());
    }
    f.write_str("\n  also:")?;
    for failure in others.iter().take(NAMED) {
        write!(f, "\n    {}", failure.asked.replace('\n', "; "))?;
    }
    match others.len() {
        0..=NAMED => Ok(()),
        more => write!(f, "\n    and {} more", more - NAMED),
    }
}

impl Failure {
    fn of(exchange: &Exchange, evidence: &Evidence) -> Self {
        let asked = exchange.request.to_string();
        let cause = evidence.cause(exchange);
        let (expected, came) = match &exchange.outcome {
            Ok(answer) => {
                let mut came = vec![format!("status {}", answer.status)];
                came.extend(exchange.mismatches.iter().map(Mismatch::came));
                came.dedup();
                (exchange.mismatches.iter().map(Mismatch::expected).collect(), came)
            }
            Err(silence) => (vec!["an answer".to_owned()], vec![silence.to_string()]),
        };
        Failure { cause, asked, expected, came }
    }

    /// What is likely behind it.
    #[must_use]
    pub fn cause(&self) -> Cause {
        self.cause
    }

    /// The request: method, path and version, and a line for each header.
    #[must_use]
    pub fn asked(&self) -> &str {
        &self.asked
    }

    /// What the policy says, where it differs from what came.
    #[must_use]
    pub fn expected(&self) -> &[String] {
        &self.expected
    }

    /// What came.
    #[must_use]
    pub fn came(&self) -> &[String] {
        &self.came
    }

    fn write_exchange(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_lines(f, "asked", self.asked.lines())?;
        write_lines(f, "expected", self.expected.iter().map(String::as_str))?;
        write_lines(f, "came", self.came.iter().map(String::as_str))
    }
}

fn write_lines<'l>(
    f: &mut fmt::Formatter<'_>,
    label: &str,
    lines: impl Iterator<Item = &'l str>,
) -> fmt::Result {
    for (place, line) in lines.enumerate() {
        let label = if place == 0 { label } else { "" };
        write!(f, "\n  {label:<9} {line}")?;
    }
    Ok(())
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  remedy: {}", self.cause, self.cause.remedy())?;
        self.write_exchange(f)
    }
}

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Silence::Unreachable(reason) => write!(f, "no connection to {reason}"),
            Silence::Closed(reason) => write!(f, "no answer: {reason}"),
            Silence::TimedOut => f.write_str("nothing in time"),
        }
    }
}
