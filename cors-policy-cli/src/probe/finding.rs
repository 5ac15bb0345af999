//! What is found.

use serde::Serialize;

use super::catalogue::Cause;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Severity {
    /// This request fails in a browser, or the page does not get what it reads.
    Error,
    /// Somebody may read what is not theirs.
    Danger,
    /// This request works. Others fail, or it is slower than it need be.
    Warning,
}

impl Severity {
    pub(super) fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Danger => "danger",
            Severity::Warning => "warning",
        }
    }
}

/// Where something was seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct Evidence {
    /// The number of the request among those that were sent, from 1.
    pub(super) request: usize,
    /// Status and header lines of its response, or why there is none.
    pub(super) lines: Vec<String>,
}

/// A cause, and where it was seen.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) cause: &'static Cause,
    pub(super) severity: Severity,
    /// What was seen, in a sentence.
    pub(super) seen: String,
    pub(super) evidence: Vec<Evidence>,
    /// The field of a policy that is the fix.
    pub(super) policy: Option<String>,
}

/// Findings, each cause once.
#[derive(Debug, Default)]
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    /// Adds one. Of a cause that is there already, only new evidence.
    pub(super) fn push(&mut self, finding: Finding) {
        let same = |kept: &&mut Finding| kept.cause.code == finding.cause.code;
        let Some(kept) = self.0.iter_mut().find(same) else {
            self.0.push(finding);
            return;
        };
        kept.severity = kept.severity.min(finding.severity);
        if kept.seen != finding.seen && kept.evidence == finding.evidence {
            kept.seen = format!("{}; {}", kept.seen, finding.seen);
        }
        for evidence in finding.evidence {
            if !kept.evidence.contains(&evidence) {
                kept.evidence.push(evidence);
            }
        }
        kept.policy = kept.policy.take().or(finding.policy);
    }

    /// What fails first, then what is dangerous; each in the order of the request.
    pub(super) fn ordered(mut self) -> Vec<Finding> {
        self.0.sort_by_key(|finding| finding.severity);
        self.0
    }
}
