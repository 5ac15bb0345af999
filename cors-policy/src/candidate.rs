//! A candidate policy, beside the one that answers.

use std::fmt;

use crate::fields::RequestFields;
use crate::policy::Policy;
use crate::verdict::Verdict;

/// What a candidate policy would change for the page that sends a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// The page could no longer do it.
    NewlyRefused,
    /// The page could do it from then on.
    NewlyAdmitted,
    /// The same for this request, with other headers.
    Headers,
}

impl Policy {
    /// What another policy in the place of this one would change for the page that sends a request; `None` if it would
    /// answer with the same status and the same CORS headers. `Vary` is no change for a page.
    ///
    /// ```
    /// use cors_policy::{Change, Policy, cors_policy};
    ///
    /// static TODAY: Policy = cors_policy! { origins: ["https://app.example.com", "https://old.example.com"] };
    /// static TOMORROW: Policy = cors_policy! { origins: ["https://app.example.com", "https://new.example.com"] };
    ///
    /// let old = [("origin", "https://old.example.com")];
    /// assert_eq!(TODAY.change(&TOMORROW, b"GET", &old[..]), Some(Change::NewlyRefused));
    /// ```
    #[must_use]
    pub fn change(
        &self,
        candidate: &Policy,
        method: &[u8],
        request: &(impl RequestFields + ?Sized),
    ) -> Option<Change> {
        self.change_from(self.decide(method, request), candidate, method, request)
    }

    /// The same, with the verdict of this policy at hand.
    pub(crate) fn change_from(
        &self,
        verdict: Verdict,
        candidate: &Policy,
        method: &[u8],
        request: &(impl RequestFields + ?Sized),
    ) -> Option<Change> {
        let other = candidate.decide(method, request);
        let same_headers = self.header_operations(verdict).eq(candidate.header_operations(other));
        if same_headers && verdict.action() == other.action() {
            return None;
        }
        Some(match (self.passes(verdict, request), candidate.passes(other, request)) {
            (true, false) => Change::NewlyRefused,
            (false, true) => Change::NewlyAdmitted,
            _ => Change::Headers,
        })
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Change::NewlyRefused => "the candidate would refuse it",
            Change::NewlyAdmitted => "the candidate would admit it",
            Change::Headers => "the candidate would send other headers",
        })
    }
}
