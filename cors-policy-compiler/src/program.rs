//! A compiled policy: the matcher of its origins and the values of its headers.

pub use cors_policy_program::Matcher;
pub use cors_policy_program::hash::Table;

use crate::automaton::TooLarge;
use crate::fingerprint::Fnv;
use crate::matcher::matcher;
use crate::model::{Entry, ExposeHeaders, Methods, Model, Origins, RequestHeaders, Rule};

/// Everything that a matcher needs, ready to stand in statics or to be kept in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// What logs call the policy; `None` where the front end knows a better default.
    pub name: Option<String>,
    /// The matcher of its patterns.
    pub matcher: Matcher<'static>,
    /// The status of a successful preflight.
    pub preflight_status: u16,
    /// A number that belongs to what the policy means: equal policies have equal ones.
    pub fingerprint: u64,
    /// The rules, in order.
    pub rules: Vec<ProgramRule>,
    /// `Access-Control-Allow-Origin`, where it is the same on every response: one rule, for any origin or for
    /// exactly one.
    pub constant: Option<String>,
}

/// The answers of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramRule {
    /// Its name, where there are several.
    pub name: Option<String>,
    /// Its patterns, a line each; `None` for any origin.
    pub patterns: Option<String>,
    /// Whether `Access-Control-Allow-Credentials: true` is sent.
    pub credentials: bool,
    /// `Access-Control-Allow-Methods`.
    pub allow_methods: ListValue,
    /// `Access-Control-Allow-Headers`.
    pub allow_headers: ListValue,
    /// `Access-Control-Expose-Headers`, if sent.
    pub expose_headers: Option<String>,
    /// `Access-Control-Max-Age`, if sent.
    pub max_age: Option<String>,
}

/// The value of a list in a preflight's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListValue {
    /// The header is not sent.
    Absent,
    /// Always the same.
    Static(String),
    /// What the preflight asks for. With credentials the standard has no wildcard.
    Echo {
        /// Whether `authorization` may be among it.
        authorization: bool,
    },
}

/// Compiles a valid policy.
///
/// # Errors
///
/// A policy whose automaton would be too large.
pub fn compile(model: &Model) -> Result<Program, TooLarge> {
    let matcher = matcher(model)?;
    let rules: Vec<ProgramRule> = model.rules.iter().map(compile_rule).collect();
    let fingerprint = fingerprint(model.preflight_status, &rules);
    let (name, preflight_status) = (model.name.clone(), model.preflight_status);
    let constant = constant(model);
    Ok(Program { name, matcher, preflight_status, fingerprint, rules, constant })
}

impl Program {
    /// The number of the first rule with a pattern that admits the origin.
    #[must_use]
    pub fn rule(&self, origin: &[u8]) -> Option<u8> {
        let text = |rule: u8| self.rules.get(usize::from(rule))?.patterns.as_deref();
        self.matcher.rule(origin, |rule| text(rule).unwrap_or_default().as_bytes())
    }
}

fn constant(model: &Model) -> Option<String> {
    let [rule] = model.rules.as_slice() else { return None };
    match &rule.origins {
        Origins::Any => Some("*".to_owned()),
        Origins::Patterns(entries) => match entries.as_slice() {
            [only] if only.pattern.is_exact() => Some(only.pattern.text().to_owned()),
            _ => None,
        },
    }
}

fn compile_rule(rule: &Rule) -> ProgramRule {
    let patterns = match &rule.origins {
        Origins::Any => None,
        Origins::Patterns(entries) => {
            Some(entries.iter().map(|Entry { pattern, .. }| pattern.text()).collect::<Vec<_>>().join("\n"))
        }
    };
    ProgramRule {
        name: rule.name.clone(),
        patterns,
        credentials: rule.credentials,
        allow_methods: match &rule.methods {
            Methods::Any if rule.credentials => ListValue::Echo { authorization: false },
            Methods::Any => ListValue::Static("*".to_owned()),
            Methods::Listed(methods) => listed(methods),
        },
        allow_headers: match &rule.request_headers {
            RequestHeaders::Any { authorization } if rule.credentials => {
                ListValue::Echo { authorization: *authorization }
            }
            RequestHeaders::Any { authorization: true } => ListValue::Static("*, authorization".to_owned()),
            RequestHeaders::Any { authorization: false } => ListValue::Static("*".to_owned()),
            RequestHeaders::Listed(names) => listed(names),
        },
        expose_headers: match &rule.expose_headers {
            ExposeHeaders::Any => Some("*".to_owned()),
            ExposeHeaders::Listed(names) if names.is_empty() => None,
            ExposeHeaders::Listed(names) => Some(names.join(", ")),
        },
        max_age: rule.max_age.map(|seconds| seconds.to_string()),
    }
}

fn listed(names: &[String]) -> ListValue {
    if names.is_empty() { ListValue::Absent } else { ListValue::Static(names.join(", ")) }
}

/// Tells policies apart that were mixed up by mistake; it is no defence against somebody who looks for two with the
/// same.
fn fingerprint(preflight_status: u16, rules: &[ProgramRule]) -> u64 {
    let mut hash = Fnv::new();
    hash.write(&preflight_status.to_le_bytes());
    for rule in rules {
        let texts = [&rule.name, &rule.patterns, &rule.expose_headers, &rule.max_age];
        for text in texts {
            hash.text(text.as_deref());
        }
        hash.write(&[u8::from(rule.credentials)]);
        hash_list(&mut hash, &rule.allow_methods);
        hash_list(&mut hash, &rule.allow_headers);
    }
    hash.finish()
}

fn hash_list(hash: &mut Fnv, list: &ListValue) {
    match list {
        ListValue::Absent => hash.write(&[2]),
        ListValue::Static(text) => hash.text(Some(text)),
        ListValue::Echo { authorization } => hash.write(&[3, u8::from(*authorization)]),
    }
}
