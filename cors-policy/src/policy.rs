//! The handle of a policy.

use std::fmt;
use std::sync::Arc;

use cors_policy_program::pattern;

#[cfg(feature = "pack")]
use crate::pack::PackedPolicy;
use crate::tables::{RuleTables, Tables};

/// A CORS policy, ready to decide requests.
///
/// [`cors_policy!`](crate::cors_policy) makes one whose tables stand in the binary: a constant, without any work
/// at start-up. With the feature `compile`, `Policy::compile` makes the same from data. A clone is a pointer, or
/// a reference counted. `Debug` prints the policy back in the language.
///
/// ```
/// use cors_policy::{Policy, cors_policy};
///
/// static POLICY: Policy = cors_policy! {
///     origins: ["https://app.example.com", "https://*.preview.example.com"],
///     credentials: true,
/// };
///
/// assert!(POLICY.admits(b"https://pr-7.preview.example.com"));
/// assert!(!POLICY.admits(b"https://preview.example.com"));
/// ```
#[derive(Clone)]
pub struct Policy(Handle);

/// Two words, which travel in registers: a third, for a flag, cost each decision 3 ns (`docs/performance.md`).
#[derive(Clone)]
enum Handle {
    Static(&'static Tables),
    VaryingStatic(&'static Tables),
    #[cfg_attr(not(feature = "compile"), expect(dead_code, reason = "made by the feature `compile`"))]
    Shared(Arc<Tables>),
    VaryingShared(Arc<Tables>),
    #[cfg(feature = "pack")]
    Packed(PackedPolicy),
}

impl Policy {
    pub(crate) const fn from_static(tables: &'static Tables) -> Self {
        Policy(Handle::Static(tables))
    }

    /// A policy that admits nobody: no response gets a CORS header, and preflights are answered 403. In the language
    /// that would be a mistake; here it stands for hosts and paths that nothing is known of.
    #[must_use]
    pub const fn nobody() -> Self {
        static NOBODY: Tables = Tables::of_nobody("nobody");
        Policy::from_static(&NOBODY)
    }

    #[cfg(feature = "compile")]
    pub(crate) fn from_tables(tables: Tables) -> Self {
        Policy(Handle::Shared(Arc::new(tables)))
    }

    #[cfg(feature = "pack")]
    pub(crate) fn from_packed(policy: PackedPolicy) -> Self {
        Policy(Handle::Packed(policy))
    }

    #[cfg(feature = "pack")]
    pub(crate) fn packed(&self) -> Option<&PackedPolicy> {
        match &self.0 {
            Handle::Packed(policy) => Some(policy),
            _ => None,
        }
    }

    /// The answers: the tables, of which a policy in a pack has its own name, patterns, matcher and fingerprint elsewhere.
    #[inline]
    pub(crate) fn answers(&self) -> &Tables {
        match &self.0 {
            Handle::Static(tables) | Handle::VaryingStatic(tables) => tables,
            Handle::Shared(tables) | Handle::VaryingShared(tables) => tables,
            #[cfg(feature = "pack")]
            Handle::Packed(policy) => policy.answers(),
        }
    }

    /// The place of the first rule that admits the origin.
    #[inline]
    pub(crate) fn rule_for(&self, origin: &[u8]) -> Option<u8> {
        #[cfg(feature = "pack")]
        if let Handle::Packed(policy) = &self.0 {
            return policy.rule_for(origin);
        }
        self.answers().rule_for(origin)
    }

    /// The answers, and the number that belongs to what the policy means.
    #[inline]
    pub(crate) fn identified(&self) -> (&Tables, u64) {
        #[cfg(feature = "pack")]
        if let Handle::Packed(policy) = &self.0 {
            return policy.identified();
        }
        let tables = self.answers();
        (tables, tables.fingerprint)
    }

    /// The patterns of the rule at a place, a line each; `None` for any origin, and where there is no rule.
    pub(crate) fn patterns(&self, place: usize) -> Option<&str> {
        let own = self.answers().rules.get(place)?.patterns.as_deref()?;
        #[cfg(feature = "pack")]
        if let Handle::Packed(policy) = &self.0 {
            return Some(policy.packed().patterns(u8::try_from(place).ok()?));
        }
        Some(own)
    }

    /// Whether some rule admits the origin, given as the bytes of an `Origin` header.
    ///
    /// Allocates nothing. An origin longer than any that the policy admits is refused without being read.
    #[must_use]
    #[inline]
    pub fn admits(&self, origin: &[u8]) -> bool {
        self.rule_for(origin).is_some()
    }

    /// What logs and explanations call the policy: its `name`, or file and line of the macro call.
    #[must_use]
    pub fn name(&self) -> &str {
        match &self.0 {
            #[cfg(feature = "pack")]
            Handle::Packed(policy) => policy.packed().name(),
            _ => &self.answers().name,
        }
    }

    /// The name of the rule at a place, such as [`Verdict::rule`](crate::Verdict::rule) gives; `None` if there is
    /// none, or it has no name.
    #[must_use]
    pub fn rule_name(&self, place: usize) -> Option<&str> {
        self.rule_tables().get(place)?.name.as_deref()
    }

    /// The rules, in order.
    ///
    /// ```
    /// use cors_policy::{Policy, cors_policy};
    ///
    /// static POLICY: Policy = cors_policy! {
    ///     apps: { origins: ["https://app.example.com"], credentials: true },
    ///     public: { origins: any },
    /// };
    ///
    /// let names: Vec<_> = POLICY.rules().filter_map(|rule| rule.name()).collect();
    /// assert_eq!(names, ["apps", "public"]);
    /// ```
    pub fn rules(&self) -> impl Iterator<Item = Rule<'_>> {
        let rules = self.rule_tables().iter().enumerate();
        rules.map(|(place, tables)| Rule { tables, patterns: self.patterns(place) })
    }

    /// The rule at a place, such as [`Verdict::rule`](crate::Verdict::rule) gives.
    #[must_use]
    pub fn rule(&self, place: usize) -> Option<Rule<'_>> {
        let tables = self.rule_tables().get(place)?;
        Some(Rule { tables, patterns: self.patterns(place) })
    }

    /// The same policy, for where it can be swapped while running or is picked for each request: every response
    /// then says `Vary: Origin`, also where this policy by itself would answer everybody alike.
    #[must_use]
    pub fn varying(self) -> Policy {
        Policy(match self.0 {
            Handle::Static(tables) => Handle::VaryingStatic(tables),
            Handle::Shared(tables) => Handle::VaryingShared(tables),
            varying => varying,
        })
    }

    #[inline]
    pub(crate) fn is_varying(&self) -> bool {
        !matches!(self.0, Handle::Static(_) | Handle::Shared(_))
    }

    /// Whether it was compiled from data at run time, and not by the macro.
    #[cfg(feature = "explain")]
    pub(crate) fn is_from_data(&self) -> bool {
        !matches!(self.0, Handle::Static(_) | Handle::VaryingStatic(_))
    }

    pub(crate) fn rule_tables(&self) -> &[RuleTables] {
        &self.answers().rules
    }
}

/// A rule of a policy.
#[derive(Clone, Copy)]
pub struct Rule<'p> {
    pub(crate) tables: &'p RuleTables,
    patterns: Option<&'p str>,
}

impl fmt::Debug for Rule<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origins: Option<Vec<&str>> = self.origins().map(Iterator::collect);
        f.debug_struct("Rule")
            .field("name", &self.name())
            .field("origins", &origins)
            .field("credentials", &self.credentials())
            .finish_non_exhaustive()
    }
}

impl<'p> Rule<'p> {
    /// Its name, where the policy has several rules.
    #[must_use]
    pub fn name(self) -> Option<&'p str> {
        self.tables.name.as_deref()
    }

    /// The patterns of the origins that it admits; `None` for any origin.
    #[must_use]
    pub fn origins(self) -> Option<impl Iterator<Item = &'p str>> {
        self.patterns.map(str::lines)
    }

    /// The first of its patterns that admits the origin, and its place among them; `None` where there is none, and where
    /// the rule is for any origin. Compares one by one, and allocates nothing.
    ///
    /// ```
    /// # use cors_policy::{Policy, cors_policy};
    /// static POLICY: Policy = cors_policy! { origins: ["https://a.example", "https://*.b.example"] };
    ///
    /// let rule = POLICY.rules().next().unwrap();
    /// assert_eq!(rule.admitting(b"https://x.b.example"), Some((1, "https://*.b.example")));
    /// ```
    #[must_use]
    pub fn admitting(self, origin: &[u8]) -> Option<(usize, &'p str)> {
        self.patterns?.lines().enumerate().find(|(_, text)| pattern::admits(text, origin))
    }

    /// Whether cookies, HTTP authentication and client certificates travel.
    #[must_use]
    pub fn credentials(self) -> bool {
        self.tables.credentials
    }
}
