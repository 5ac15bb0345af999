//! The most that policies from data may ask for.

use std::fmt;

use cors_policy_compiler::ceiling::{Grants, Limits, Names};

use crate::grant::Granted;
use crate::policy::{Policy, Rule};

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

    /// Whether a policy that was compiled before asks for nothing above this ceiling: one from another build, say, whose
    /// document is not at hand. It says nothing of the rules of the language, which hold for whatever was compiled.
    ///
    /// ```
    /// use cors_policy::{Ceiling, Policy, cors_ceiling, cors_policy};
    ///
    /// static CEILING: Ceiling = cors_ceiling! { methods: [PUT], max_age: "10m" };
    /// static BELOW: Policy = cors_policy! { origins: ["https://app.example.com"], methods: [PUT], max_age: "1m" };
    /// static ABOVE: Policy = cors_policy! { origins: ["https://app.example.com"], methods: [PATCH] };
    ///
    /// assert!(CEILING.covers(&BELOW) && !CEILING.covers(&ABOVE));
    /// ```
    #[must_use]
    pub fn covers(&self, policy: &Policy) -> bool {
        let limits = &self.0;
        let patterns = || policy.rules().filter_map(Rule::origins).flatten();
        let is_wildcard = |pattern: &&str| pattern.strip_suffix(":*").unwrap_or(pattern).contains('*');
        let fits = |count: usize, most: u32| u32::try_from(count).is_ok_and(|count| count <= most);
        let wildcards = patterns().filter(is_wildcard).count();
        fits(policy.rules().count(), limits.rules)
            && fits(wildcards, limits.wildcard_origins)
            && fits(patterns().count() - wildcards, limits.exact_origins)
            && patterns().all(|pattern| has_pattern(limits, pattern))
            && policy.rules().all(|rule| has_rule(limits, rule))
    }
}

fn has_pattern(limits: &Limits, pattern: &str) -> bool {
    let scheme = pattern.split_once("://").map_or("", |(scheme, _)| scheme);
    limits.schemes.lines().any(|allowed| allowed == scheme) && (limits.any_port || !pattern.ends_with(":*"))
}

fn has_rule(limits: &Limits, rule: Rule<'_>) -> bool {
    let Grants { methods, request_headers, expose_headers, max_age } = &limits.grants;
    (limits.credentials || !rule.credentials())
        && (limits.any_origin || rule.origins().is_some())
        && has_all(methods, rule.methods())
        && has_all(request_headers, rule.request_headers())
        && has_all(expose_headers, rule.expose_headers())
        && rule.max_age().is_none_or(|own| max_age.is_some_and(|most| own <= most))
}

/// All names but `authorization`, which is listed or not covered, are among all of them.
fn has_all(allowed: &Names, granted: Granted<'_>) -> bool {
    let has = |name| allowed.lists(name) || (allowed.any && name != "authorization");
    (allowed.any || !granted.is_any()) && granted.names().all(has)
}

impl fmt::Debug for Ceiling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
