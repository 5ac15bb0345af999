//! A policy in the terms of the language, not yet checked.

use crate::source::{Allow, Span, Text};

/// A policy: one rule, or several that stand in order.
#[derive(Clone, Debug)]
pub struct Spec {
    /// What logs call the policy.
    pub name: Option<Text>,
    /// The status of a successful preflight.
    pub preflight_status: Option<Number>,
    /// The rules; one without a name, or several with names.
    pub rules: Vec<RuleSpec>,
    /// Origins that some rule must admit.
    pub admits: Vec<Text>,
    /// Origins that no rule may admit.
    pub refuses: Vec<Text>,
    /// The whole policy.
    pub span: Span,
}

/// Who may do what.
#[derive(Clone, Debug)]
pub struct RuleSpec {
    /// Its name, where there are several.
    pub name: Option<Text>,
    /// Where to point when the whole rule is meant.
    pub span: Span,
    /// Whether something of it was misspelt, and has been reported.
    pub incomplete: bool,
    /// Whether its origins are there under some `cfg` only.
    pub conditional_origins: bool,
    /// Whether `credentials` is there under some `cfg` only.
    pub conditional_credentials: bool,
    /// Who may read responses. `None` where it was malformed and has been reported.
    pub origins: Option<Names<Origin>>,
    /// The profile of a ceiling that stands for its methods, headers and max age.
    pub profile: Option<Text>,
    /// Whether cookies and the like travel, and where that is said.
    pub credentials: Option<(bool, Span)>,
    /// Whether being able to connect is itself a permission, and where that is said.
    pub trusts_network: Option<(bool, Span)>,
    /// What its origins may do beyond what is safelisted.
    pub grants: GrantsSpec,
    /// Origins that this rule must decide.
    pub admits: Vec<Text>,
    /// Origins that this rule must not decide.
    pub refuses: Vec<Text>,
}

impl RuleSpec {
    /// Whether a stranger who can read responses gets something that strangers should not have.
    #[must_use]
    pub fn guards_something(&self) -> bool {
        self.has_credentials() || self.trusts_network.is_some_and(|(yes, _)| yes)
    }

    /// Whether cookies and the like travel.
    #[must_use]
    pub fn has_credentials(&self) -> bool {
        self.credentials.is_some_and(|(yes, _)| yes)
    }
}

/// A list of names, `any`, or both, which is mostly a mistake.
#[derive(Clone, Debug)]
pub struct Names<T> {
    /// `any` or `"*"`, if it is there.
    pub any: Option<Text>,
    /// The names.
    pub names: Vec<T>,
    /// The whole list.
    pub span: Span,
}

impl<T> Names<T> {
    pub(crate) fn none(span: Span) -> Self {
        Names { any: None, names: Vec::new(), span }
    }
}

/// An entry of `origins`.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The pattern as written.
    pub pattern: Text,
    /// The entry: the pattern, or the group of fields that it stands in.
    pub entry: Span,
    /// What it silences, each with where the whole attribute stands.
    pub allows: Vec<(Allow, Span)>,
    /// Whether it is there under some `cfg` only.
    pub conditional: bool,
}

/// A number as written.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    /// Its value.
    pub value: i64,
    /// Where it stands.
    pub span: Span,
}

/// A ceiling.
#[derive(Clone, Debug)]
pub struct CeilingSpec {
    /// Schemes of origins.
    pub schemes: Option<Names<Text>>,
    /// Whether rules may have credentials.
    pub credentials: Option<(bool, Span)>,
    /// Whether rules may admit any origin.
    pub any_origin: Option<(bool, Span)>,
    /// Whether patterns may stand for any port.
    pub any_port: Option<(bool, Span)>,
    /// How many patterns without a wildcard in their host there may be.
    pub exact_origins: Option<Number>,
    /// How many patterns with one.
    pub wildcard_origins: Option<Number>,
    /// How many rules.
    pub rules: Option<Number>,
    /// The most that rules may grant.
    pub grants: GrantsSpec,
    /// Lints that may be silenced.
    pub lints: Names<Text>,
    /// What documents can name in place of methods, headers and a max age.
    pub profiles: Vec<ProfileSpec>,
    /// The whole ceiling.
    pub span: Span,
}

/// A profile of a ceiling.
#[derive(Clone, Debug)]
pub struct ProfileSpec {
    /// Its name.
    pub name: Text,
    /// What it grants.
    pub grants: GrantsSpec,
}

/// What a rule grants.
#[derive(Clone, Debug)]
pub struct GrantsSpec {
    /// Methods beyond GET, HEAD and POST.
    pub methods: Names<Text>,
    /// Request headers beyond the safelisted ones.
    pub request_headers: Names<Text>,
    /// Response headers beyond the safelisted ones that scripts may read.
    pub expose_headers: Names<Text>,
    /// For how many seconds a preflight may be cached.
    pub max_age: Option<Number>,
}
