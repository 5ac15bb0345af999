//! The most that policies from data may ask for.

use std::fmt;

use cors_policy_compiler::ceiling::Limits;

/// The most that policies from data may ask for: made by [`cors_ceiling!`](crate::cors_ceiling), taken by
/// [`Policy::compile_below`](crate::Policy::compile_below).
///
/// A constant, without any work at start-up. `Debug` prints the ceiling back in the language.
#[derive(Clone, PartialEq, Eq)]
pub struct Ceiling(Limits);

impl Ceiling {
    pub(crate) const fn of(limits: Limits) -> Self {
        Ceiling(limits)
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0
    }

    /// A number that belongs to what the ceiling allows: equal ceilings have equal ones, in every build and on every
    /// machine, and others with next to certainty other ones. What was compiled below a ceiling is valid below one
    /// with the same. It is no defence against somebody who looks for two ceilings with the same number.
    #[must_use]
    pub fn fingerprint(&self) -> u64 {
        self.0.fingerprint()
    }
}

impl fmt::Debug for Ceiling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
