//! A candidate policy, beside the one that answers.

use std::fmt;

use crate::decide::asks_to_be_read;
use crate::fields::{RequestFields, sole_line};
use crate::operation::{Operation, Value};
use crate::policy::Policy;
use crate::verdict::{Kind, Verdict};

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
    /// What another policy in the place of this one would change for the page that sends a request; `None` if nothing:
    /// the same status and the same CORS headers, a page that can read neither answer, or a request that does not ask
    /// to be read. `Vary` is no change for a page. Handshakes and writes have checks of their own.
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
        if verdict.kind() == Kind::Actual && !asks_to_be_read(request) {
            return None;
        }
        let other = candidate.decide(method, request);
        match (self.passes(verdict, request), candidate.passes(other, request)) {
            (true, false) => Some(Change::NewlyRefused),
            (false, true) => Some(Change::NewlyAdmitted),
            (false, false) => None,
            (true, true) => {
                let operations = self.header_operations(verdict).zip(candidate.header_operations(other));
                let mut differ = operations.map(|(ours, theirs)| !is_same(ours, theirs, request));
                (differ.any(|differs| differs) || verdict.action() != other.action())
                    .then_some(Change::Headers)
            }
        }
    }
}

/// Whether two operations on one header come to the same, also where one repeats what the request says.
fn is_same(ours: Operation<'_>, theirs: Operation<'_>, request: &(impl RequestFields + ?Sized)) -> bool {
    let (Operation::Set(_, ours), Operation::Set(_, theirs)) = (ours, theirs) else { return ours == theirs };
    match (ours, theirs) {
        (Value::Static(text), Value::Echo(field)) | (Value::Echo(field), Value::Static(text)) => {
            sole_line(request, field, |line| (line == text.as_bytes()).then_some(())).is_some()
        }
        _ => ours == theirs,
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
