//! Policies that arrive as data at run time: the same language, the same rules, the same matcher.

use std::borrow::Cow;

use cors_policy_compiler::Compilation;
use cors_policy_compiler::program::{ListValue, Program, ProgramRule};
use http::HeaderValue;
use http::header::InvalidHeaderValue;

use crate::ceiling::Ceiling;
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
        loaded(document, cors_policy_compiler::compile(document.source().clone()))
    }

    /// Compiles a policy from data that may not ask for more than a ceiling: a document that a customer wrote, say.
    ///
    /// Everything is checked that [`Policy::compile`] checks. Below a ceiling a document differs in three things. A
    /// rule can name a profile of the ceiling, `"profile": "standard"`, in place of `methods`, `request_headers`,
    /// `expose_headers` and `max_age`; a `max_age` beside it is used in place of the profile's. `"v": 1` at the top is
    /// the version of the form, and can be left out. There is no `name`: who takes the document knows whose it is.
    ///
    /// ```
    /// use cors_policy::{Ceiling, Document, Policy, cors_ceiling};
    ///
    /// static CEILING: Ceiling = cors_ceiling! {
    ///     credentials: true,
    ///     methods: [PUT, DELETE],
    ///     profiles: { standard: { methods: [PUT] } },
    /// };
    ///
    /// let document: Document = serde_json::from_str(
    ///     r#"{"v": 1, "origins": ["https://app.example.com"], "credentials": true, "profile": "standard"}"#,
    /// )?;
    /// let compiled = Policy::compile_below(&document, &CEILING)?;
    /// assert!(compiled.policy.admits(b"https://app.example.com"));
    ///
    /// let document: Document =
    ///     serde_json::from_str(r#"{"origins": ["https://app.example.com"], "methods": ["PUT", "PATCH"]}"#)?;
    /// let diagnostics = Policy::compile_below(&document, &CEILING).unwrap_err();
    /// let first = diagnostics.iter().next().unwrap();
    /// assert_eq!((first.rule, first.path.as_str()), ("grant_above_ceiling", "methods[1]"));
    /// assert_eq!(first.help.as_deref(), Some("remove it; documents may list `PUT` and `DELETE`"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Every error and lint, and the warnings beside them, where the policy is refused. A document of a newer version
    /// has one, `document_version`, so that a server can keep the last good policy instead.
    pub fn compile_below(document: &Document, ceiling: &Ceiling) -> Result<Compiled, Diagnostics> {
        loaded(document, cors_policy_compiler::compile_below(document.source().clone(), ceiling.limits()))
    }
}

fn loaded(document: &Document, mut compilation: Compilation) -> Result<Compiled, Diagnostics> {
    let diagnostics = document.locate(&compilation.diagnostics);
    match compilation.programs.pop().map(|(_, program)| tables(program)) {
        Some(Ok(tables)) => Ok(Compiled { policy: Policy::from_tables(tables), warnings: diagnostics }),
        Some(Err(_)) | None => Err(diagnostics),
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
