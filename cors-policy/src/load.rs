//! Policies that arrive as data at run time: the same language, the same rules, the same matcher.

use std::borrow::Cow;

use cors_policy_compiler::program::{ListValue, Program, ProgramRule};
use http::HeaderValue;
use http::header::InvalidHeaderValue;

use crate::policy::Policy;
use crate::tables::{List, RuleTables, Tables};

pub use cors_policy_compiler::document::Document;
pub use cors_policy_compiler::located::{Diagnostic, Diagnostics, Related};
pub use cors_policy_compiler::mistake::Severity;
pub use cors_policy_compiler::render::Excerpt;

/// A policy that compiled, and what was surprising about it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Compiled {
    /// The policy.
    pub policy: Policy,
    /// Its warnings, in the order of the document.
    pub warnings: Diagnostics,
}

impl Policy {
    /// Compiles a policy from data, by the rules that hold for [`cors_policy!`](crate::cors_policy).
    ///
    /// ```
    /// use cors_policy::{Document, Policy};
    ///
    /// let document: Document = serde_json::from_str(
    ///     r#"{"origins": ["https://app.example.com"], "credentials": true, "methods": ["PUT"], "max_age": "2h"}"#,
    /// )?;
    /// let compiled = Policy::compile(&document)?;
    /// assert!(compiled.policy.admits(b"https://app.example.com"));
    ///
    /// let document: Document = serde_json::from_str(r#"{"origins": ["https://app.example.com/"]}"#)?;
    /// let diagnostics = Policy::compile(&document).unwrap_err();
    /// let first = diagnostics.iter().next().unwrap();
    /// assert_eq!((first.rule, first.path.as_str()), ("trailing_slash", "origins[0]"));
    /// assert_eq!(first.help.as_deref(), Some("write `https://app.example.com`"));
    /// assert_eq!(first.replacement.as_deref(), Some(&["https://app.example.com".to_owned()][..]));
    /// assert_eq!(serde_json::to_value(&diagnostics)?[0]["severity"], "error");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Every error and lint, and the warnings beside them, where the policy is refused.
    pub fn compile(document: &Document) -> Result<Compiled, Diagnostics> {
        let mut compilation = cors_policy_compiler::compile(document.source().clone());
        let diagnostics = document.locate(&compilation.diagnostics);
        match compilation.programs.pop().map(|(_, program)| tables(program)) {
            Some(Ok(tables)) => Ok(Compiled { policy: Policy::from_tables(tables), warnings: diagnostics }),
            Some(Err(_)) | None => Err(diagnostics),
        }
    }
}

fn tables(program: Program) -> Result<Tables, InvalidHeaderValue> {
    let Program { name, matcher, preflight_status, fingerprint, rules, constant } = program;
    Ok(Tables {
        name: name.map_or(Cow::Borrowed("a policy from data"), Cow::Owned),
        matcher,
        rules: Cow::Owned(rules.into_iter().map(rule_tables).collect::<Result<_, _>>()?),
        constant: constant.map(header).transpose()?,
        preflight_status,
        fingerprint,
    })
}

fn rule_tables(rule: ProgramRule) -> Result<RuleTables, InvalidHeaderValue> {
    let ProgramRule { name, patterns, credentials, allow_methods, allow_headers, expose_headers, max_age } =
        rule;
    Ok(RuleTables {
        name: name.map(Cow::Owned),
        patterns: patterns.map(Cow::Owned),
        credentials,
        allow_methods: list(allow_methods)?,
        allow_headers: list(allow_headers)?,
        expose_headers: expose_headers.map(header).transpose()?,
        max_age: max_age.map(header).transpose()?,
    })
}

fn list(value: ListValue) -> Result<List, InvalidHeaderValue> {
    Ok(match value {
        ListValue::Absent => List::Absent,
        ListValue::Static(text) => List::Static(header(text)?),
        ListValue::Echo { authorization } => List::Echo { authorization },
    })
}

fn header(text: String) -> Result<HeaderValue, InvalidHeaderValue> {
    let value = HeaderValue::try_from(text)?;
    // The first clone of an owned value allocates its reference count. Requests shall not.
    drop(value.clone());
    Ok(value)
}
