//! A policy as it can be changed: worked out from the tables of a compiled one, or read from a document.

use std::collections::HashMap;

use cors_policy_compiler::diagnostic::Report;
use cors_policy_compiler::document::Document;
use cors_policy_compiler::mistake::Severity;
use cors_policy_compiler::parse::{Below, parse};
use cors_policy_compiler::source::{Span, Spelling, Text};
use cors_policy_compiler::spec::{self, RuleSpec};

use super::form;
use crate::grant::Granted;
use crate::load::{Compiled, Diagnostics};
use crate::policy::{Policy, Rule};

/// Why lints are silenced in a draft of a compiled policy, which does not keep the reasons.
const COMPILED: &str = "as in the compiled policy";

/// A policy as it can be changed and compiled again.
///
/// [`Draft::of`] works it out from a compiled policy, which keeps neither `admits` and `refuses` nor
/// `trusts_network`, and of what lints an entry silences only that it does. [`Draft::read`] takes all of it from a
/// document. It serialises as a document, and displays as a call of [`cors_policy!`](crate::cors_policy).
///
/// ```
/// use cors_policy::explain::Draft;
/// use cors_policy::{Policy, cors_policy};
///
/// static POLICY: Policy = cors_policy! { origins: ["https://app.example.com"], methods: [PUT] };
///
/// let draft = Draft::of(&POLICY);
/// assert_eq!(draft.rules[0].methods.names, ["PUT"]);
/// assert!(draft.compile().unwrap().policy.admits(b"https://app.example.com"));
/// let document = serde_json::to_string(&draft)?;
/// assert_eq!(document, r#"{"origins":["https://app.example.com"],"methods":["PUT"]}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Draft {
    /// What logs call the policy, where that is written.
    pub name: Option<String>,
    /// The status of answers to preflights that pass.
    pub preflight_status: u16,
    /// The rules in order; of a policy that admits nobody, none.
    pub rules: Vec<RuleDraft>,
    /// Origins that some rule must admit.
    pub admits: Vec<String>,
    /// Origins that no rule may admit.
    pub refuses: Vec<String>,
}

/// A rule as it can be changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleDraft {
    /// Its name, where there are several.
    pub name: Option<String>,
    /// The entries; `None` for any origin.
    pub origins: Option<Vec<Entry>>,
    /// Whether cookies and the like travel.
    pub credentials: bool,
    /// Whether being able to connect is itself a permission.
    pub trusts_network: bool,
    /// Methods beside GET, HEAD and POST.
    pub methods: Listed,
    /// Request headers beside the safelisted ones.
    pub request_headers: Listed,
    /// Response headers that scripts may read beside the safelisted ones.
    pub expose_headers: Listed,
    /// For how many seconds a preflight may be kept.
    pub max_age: Option<u32>,
    /// Origins that this rule must decide.
    pub admits: Vec<String>,
    /// Origins that this rule must not decide.
    pub refuses: Vec<String>,
}

/// An entry of `origins`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The pattern.
    pub pattern: String,
    /// The lints that it silences.
    pub allow: Vec<String>,
    /// Why.
    pub reason: Option<String>,
}

/// Names, `any`, or of request headers both.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listed {
    /// Whether every name is meant.
    pub any: bool,
    /// The names.
    pub names: Vec<String>,
}

impl Listed {
    /// Whether it stands for nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.any && self.names.is_empty()
    }

    pub(super) fn these(names: Vec<String>) -> Self {
        Listed { any: false, names }
    }

    fn read(names: &spec::Names<Text>) -> Self {
        Listed { any: names.any.is_some(), names: texts(&names.names) }
    }
}

impl From<Granted<'_>> for Listed {
    fn from(granted: Granted<'_>) -> Self {
        Listed { any: granted.is_any(), names: granted.names().map(str::to_owned).collect() }
    }
}

impl Entry {
    /// An entry that silences nothing.
    #[must_use]
    pub fn plain(pattern: impl Into<String>) -> Self {
        Entry { pattern: pattern.into(), allow: Vec::new(), reason: None }
    }

    fn written(origin: &spec::Origin) -> Self {
        let allows = origin.allows.iter().map(|(allow, _)| allow);
        let reasons: Vec<&str> =
            allows.clone().filter_map(|allow| Some(allow.reason.as_ref()?.text.as_str())).collect();
        Entry {
            pattern: origin.pattern.text.clone(),
            allow: allows.flat_map(|allow| texts(&allow.lints)).collect(),
            reason: (!reasons.is_empty()).then(|| reasons.join("; ")),
        }
    }
}

impl Draft {
    /// The policy that compiled to these tables. It compiles to the same again, lints that it silences included.
    #[must_use]
    pub fn of(policy: &Policy) -> Self {
        let mut draft = Draft {
            name: None,
            preflight_status: policy.preflight_status(),
            rules: policy.rules().map(RuleDraft::of).collect(),
            admits: Vec::new(),
            refuses: Vec::new(),
        };
        draft.silence();
        draft
    }

    /// The policy in a document.
    ///
    /// # Errors
    ///
    /// What refuses the policy.
    pub fn read(document: &Document) -> Result<Self, Diagnostics> {
        Policy::compile(document)?;
        let mut report = Report::new(Spelling::Data);
        let spec = parse(document.source(), Below(false), &mut report);
        let status = spec.preflight_status.and_then(|status| u16::try_from(status.value).ok());
        Ok(Draft {
            name: spec.name.map(|name| name.text),
            preflight_status: status.unwrap_or(204),
            rules: spec.rules.iter().map(RuleDraft::written).collect(),
            admits: texts(&spec.admits),
            refuses: texts(&spec.refuses),
        })
    }

    /// One rule.
    pub(super) fn alone(rule: RuleDraft) -> Self {
        let (admits, refuses) = (Vec::new(), Vec::new());
        Draft { name: None, preflight_status: 204, rules: vec![rule], admits, refuses }
    }

    /// The draft as a document.
    #[must_use]
    pub fn document(&self) -> Document {
        Document::of(form::source(self).source)
    }

    /// Compiles it.
    ///
    /// # Errors
    ///
    /// Every error and lint, and the warnings beside them, where it is refused.
    pub fn compile(&self) -> Result<Compiled, Diagnostics> {
        Policy::compile(&self.document())
    }

    /// Lets every entry silence the lints that fire on it.
    fn silence(&mut self) {
        let form::Form { source, entries } = form::source(self);
        let found = cors_policy_compiler::compile(source).diagnostics;
        let places: HashMap<Span, (usize, usize)> = entries.into_iter().collect();
        let lints = found.iter().filter(|found| found.mistake.severity() == Severity::Lint);
        for (lint, (rule, entry)) in lints.filter_map(|lint| Some((lint.mistake, places.get(&lint.span)?))) {
            let origins = self.rules.get_mut(*rule).and_then(|rule| rule.origins.as_mut());
            if let Some(entry) = origins.and_then(|origins| origins.get_mut(*entry)) {
                entry.allow.push(lint.name().to_owned());
                entry.reason = Some(COMPILED.to_owned());
            }
        }
    }

    /// A name for a rule that no other has.
    pub(super) fn free_name(&self, wanted: &str) -> String {
        let is_free = |name: &String| !self.rules.iter().any(|rule| rule.name.as_ref() == Some(name));
        let numbered = (2_u32..).map(|number| format!("{wanted}_{number}"));
        std::iter::once(wanted.to_owned()).chain(numbered).find(is_free).unwrap_or_default()
    }
}

impl RuleDraft {
    fn of(rule: Rule<'_>) -> Self {
        RuleDraft {
            name: rule.name().map(str::to_owned),
            origins: rule.origins().map(|patterns| patterns.map(Entry::plain).collect()),
            credentials: rule.credentials(),
            trusts_network: false,
            methods: rule.methods().into(),
            request_headers: rule.request_headers().into(),
            expose_headers: rule.expose_headers().into(),
            max_age: rule.max_age(),
            admits: Vec::new(),
            refuses: Vec::new(),
        }
    }

    fn written(rule: &RuleSpec) -> Self {
        let origins = rule.origins.as_ref().filter(|origins| origins.any.is_none());
        RuleDraft {
            name: rule.name.as_ref().map(|name| name.text.clone()),
            origins: origins.map(|origins| origins.names.iter().map(Entry::written).collect()),
            credentials: rule.has_credentials(),
            trusts_network: rule.trusts_network.is_some_and(|(trusts, _)| trusts),
            methods: Listed::read(&rule.grants.methods),
            request_headers: Listed::read(&rule.grants.request_headers),
            expose_headers: Listed::read(&rule.grants.expose_headers),
            max_age: rule.grants.max_age.and_then(|max_age| u32::try_from(max_age.value).ok()),
            admits: texts(&rule.admits),
            refuses: texts(&rule.refuses),
        }
    }

    /// The patterns; none where every origin is admitted.
    pub(super) fn patterns(&self) -> impl Iterator<Item = &str> {
        self.origins.iter().flatten().map(|entry| entry.pattern.as_str())
    }
}

fn texts(texts: &[Text]) -> Vec<String> {
    texts.iter().map(|text| text.text.clone()).collect()
}
