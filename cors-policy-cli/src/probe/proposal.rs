//! A policy for the page and its request, and its fields one by one.

use cors_policy::{Diagnostic, Document, Policy};
use cors_policy_browser::safelist::unsafe_names;
use cors_policy_browser::{filter, method};
use serde_json::{Map, Value, json};

use super::intent::Intent;

pub(super) const CREDENTIALS: &str = "credentials: true";
/// Two hours: Chrome keeps no answer longer.
pub(super) const MAX_AGE: &str = "max_age: \"2h\"";

/// A policy, or why there is none.
#[derive(Debug)]
pub(super) enum Proposal {
    Policy {
        /// As data.
        document: Value,
        /// As fields of the macro.
        text: String,
        /// What the compiler remarks on.
        warnings: Vec<String>,
    },
    /// What the compiler says.
    Refused(Vec<String>),
}

/// A policy that lets the page have what it asks for, unless it is one that must not be.
pub(super) fn of(intent: &Intent) -> Option<Proposal> {
    if intent.origin() == "null" {
        return None;
    }
    let mut document = Map::new();
    let mut lines = vec![origins(intent)];
    document.insert("origins".to_owned(), json!([intent.origin()]));
    if intent.includes() {
        document.insert("credentials".to_owned(), json!(true));
        lines.push(CREDENTIALS.to_owned());
    }
    let lists = [
        ("methods", unsafe_methods(intent), methods(intent)),
        ("request_headers", unsafe_headers(intent), request_headers(intent)),
        ("expose_headers", unexposed(intent), expose_headers(intent)),
    ];
    for (field, names, line) in lists {
        if let Some(line) = line {
            document.insert(field.to_owned(), json!(names));
            lines.push(line);
        }
    }
    document.insert("max_age".to_owned(), json!("2h"));
    lines.push(MAX_AGE.to_owned());
    let document = Value::Object(document);
    Some(match compiled(&document) {
        Ok(warnings) => Proposal::Policy { document, text: lines.join(",\n"), warnings },
        Err(refusals) => Proposal::Refused(refusals),
    })
}

/// What the compiler remarks on, or what it has against a policy.
fn compiled(document: &Value) -> Result<Vec<String>, Vec<String>> {
    let document: Document =
        serde_json::from_value(document.clone()).map_err(|error| vec![error.to_string()])?;
    match Policy::compile(&document) {
        Ok(compiled) => Ok(compiled.warnings.iter().map(said).collect()),
        Err(diagnostics) => Err(diagnostics.iter().map(said).collect()),
    }
}

fn said(diagnostic: &Diagnostic) -> String {
    let message = format!("{}: {}", diagnostic.rule, diagnostic.message);
    match &diagnostic.help {
        Some(help) => format!("{message}; {help}"),
        None => message,
    }
}

pub(super) fn origins(intent: &Intent) -> String {
    format!("origins: [\"{}\"]", intent.origin())
}

pub(super) fn methods(intent: &Intent) -> Option<String> {
    field("methods", &unsafe_methods(intent))
}

pub(super) fn request_headers(intent: &Intent) -> Option<String> {
    field("request_headers", &unsafe_headers(intent))
}

pub(super) fn expose_headers(intent: &Intent) -> Option<String> {
    field("expose_headers", &unexposed(intent))
}

fn field(name: &str, values: &[String]) -> Option<String> {
    (!values.is_empty()).then(|| format!("{name}: [\"{}\"]", values.join("\", \"")))
}

fn unsafe_methods(intent: &Intent) -> Vec<String> {
    let method = method::normalize(&intent.request.method);
    if method::is_safelisted(&method) { Vec::new() } else { vec![method] }
}

pub(super) fn unsafe_headers(intent: &Intent) -> Vec<String> {
    let mut request = intent.request.clone();
    let forbidden = |name: &str, value: &[u8]| cors_policy_browser::guard::is_forbidden(name, value);
    let headers: Vec<(String, Vec<u8>)> =
        request.headers.iter().map(|(name, value)| (name.to_owned(), value.to_vec())).collect();
    request.headers = headers.into_iter().filter(|(name, value)| !forbidden(name, value)).collect();
    unsafe_names(&request.headers, &intent.profile)
}

fn unexposed(intent: &Intent) -> Vec<String> {
    let needs = |name: &&String| !filter::is_forbidden(name) && !filter::is_safelisted(name);
    intent.reads.iter().filter(needs).cloned().collect()
}
