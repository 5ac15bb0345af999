//! Policies that arrive as data at run time: the same language, the same rules, the same matcher.

use std::borrow::Cow;
use std::fmt;

use cors_policy_compiler::diagnostic;
use cors_policy_compiler::program::{ListValue, Program, ProgramRule};
use cors_policy_compiler::source::Span;
use http::HeaderValue;
use http::header::InvalidHeaderValue;

use crate::policy::Policy;
use crate::tables::{List, RuleTables, Tables};

pub use cors_policy_compiler::document::Document;
pub use cors_policy_compiler::mistake::Severity;

/// A policy that compiled, and what was surprising about it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Compiled {
    /// The policy.
    pub policy: Policy,
    /// Its warnings, in the order of the document.
    pub warnings: Diagnostics,
}

/// One thing that is wrong with, or surprising about, a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The stable name of the mistake, such as `trailing_slash`; what `allow` takes for a lint.
    pub rule: &'static str,
    /// What follows from it.
    pub severity: Severity,
    /// Where it stands, such as `origins[2]` or `apps.max_age`; empty for the whole document.
    pub path: String,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// A fact that says why.
    pub note: Option<String>,
    /// Other places that play a part, and which.
    pub related: Vec<(String, String)>,
}

/// Everything that was found in a document, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// The diagnostics, one by one.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'d> IntoIterator for &'d Diagnostics {
    type Item = &'d Diagnostic;
    type IntoIter = std::slice::Iter<'d, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
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
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Every error and lint, and the warnings beside them, where the policy is refused.
    pub fn compile(document: &Document) -> Result<Compiled, Diagnostics> {
        let mut compilation = cors_policy_compiler::compile(document.source().clone());
        let paths = if compilation.diagnostics.is_empty() { Vec::new() } else { document.paths() };
        let located = |diagnostic| located(diagnostic, &paths);
        let diagnostics = Diagnostics(compilation.diagnostics.iter().map(located).collect());
        match compilation.programs.pop().map(|(_, program)| tables(program)) {
            Some(Ok(tables)) => Ok(Compiled { policy: Policy::from_tables(tables), warnings: diagnostics }),
            Some(Err(_)) | None => Err(diagnostics),
        }
    }
}

fn located(diagnostic: &diagnostic::Diagnostic, paths: &[String]) -> Diagnostic {
    let path = |span: Span| paths.get(span.0 as usize).cloned().unwrap_or_default();
    Diagnostic {
        rule: diagnostic.mistake.name(),
        severity: diagnostic.mistake.severity(),
        path: path(diagnostic.span),
        message: diagnostic.message.clone(),
        help: diagnostic.help.clone(),
        note: diagnostic.note.clone(),
        related: diagnostic.related.iter().map(|(span, what)| (path(*span), what.clone())).collect(),
    }
}

fn tables(program: Program) -> Result<Tables, InvalidHeaderValue> {
    let Program { name, automaton, preflight_status, fingerprint, rules, constant } = program;
    Ok(Tables {
        name: name.map_or(Cow::Borrowed("a policy from data"), Cow::Owned),
        automaton: Cow::Owned(automaton),
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

/// `path: message`, and help, note and name on lines of their own.
impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        f.write_str(&self.message)?;
        if let Some(help) = &self.help {
            write!(f, "\n  = help: {help}")?;
        }
        if let Some(note) = &self.note {
            write!(f, "\n  = note: {note}")?;
        }
        for (path, what) in &self.related {
            write!(f, "\n  = note: {path}: {what}")?;
        }
        write!(f, "\n  = note: `{}`", self.rule)
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, diagnostic) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{diagnostic}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}
