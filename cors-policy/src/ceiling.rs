//! The most that policies from data may ask for.

use std::fmt;

use cors_policy_compiler::ceiling::{Grants, Limits, Names};
use http::HeaderValue;

use crate::list::members;
use crate::policy::{Policy, Rule};
use crate::tables::List;

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
            && patterns().all(|pattern| limits.has_pattern(pattern))
            && policy.rules().all(|rule| limits.has_rule(rule))
    }
}

/// What single parts of a policy may be.
trait Covers {
    fn has_pattern(&self, pattern: &str) -> bool;
    fn has_rule(&self, rule: Rule<'_>) -> bool;
}

impl Covers for Limits {
    fn has_pattern(&self, pattern: &str) -> bool {
        let scheme = pattern.split_once("://").map_or("", |(scheme, _)| scheme);
        self.schemes.lines().any(|allowed| allowed == scheme) && (self.any_port || !pattern.ends_with(":*"))
    }

    fn has_rule(&self, rule: Rule<'_>) -> bool {
        let Grants { methods, request_headers, expose_headers, max_age } = &self.grants;
        let own = rule.tables;
        let seconds = own.max_age.as_ref().and_then(|value| value.to_str().ok()?.parse::<u32>().ok());
        (self.credentials || !rule.credentials())
            && (self.any_origin || rule.origins().is_some())
            && has_list(methods, &own.allow_methods)
            && has_list(request_headers, &own.allow_headers)
            && own.expose_headers.as_ref().is_none_or(|names| has_names(expose_headers, names))
            && (own.max_age.is_none() || seconds.zip(*max_age).is_some_and(|(own, most)| own <= most))
    }
}

fn has_list(allowed: &Names, list: &List) -> bool {
    match list {
        List::Absent => true,
        List::Static(names) => has_names(allowed, names),
        List::Echo { authorization } => allowed.any && (!authorization || allowed.lists("authorization")),
    }
}

/// All names but `authorization`, which is listed or not covered, are among all of them.
fn has_names(allowed: &Names, names: &HeaderValue) -> bool {
    members(names.as_bytes()).all(|name| {
        let is_listed = str::from_utf8(name).is_ok_and(|name| allowed.lists(name));
        is_listed || (allowed.any && name != b"authorization")
    })
}

impl fmt::Debug for Ceiling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
