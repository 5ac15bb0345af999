//! What a request needs of a policy.

use cors_policy_browser::filter;
use cors_policy_browser::method;

use super::draft::{Draft, Entry, Listed, RuleDraft};
use super::search::Attempt;
use super::server;
use super::ways::carries_credentials;
use crate::load::Diagnostic;

/// What a request needs of a policy.
#[derive(Clone, Debug, Default)]
pub(super) struct Needs {
    /// The rule that decides about it now.
    pub(super) rule: Option<usize>,
    pub(super) credentials: bool,
    pub(super) methods: Vec<String>,
    pub(super) headers: Vec<String>,
    pub(super) reads: Vec<String>,
}

impl Needs {
    pub(super) fn of(attempt: &Attempt) -> Self {
        let first = attempt.told.exchange.sent().next().map(|(_, _, sent)| &sent.request);
        let rule = first.and_then(|request| server::decided(&attempt.policy, request).rule());
        let asked = first.filter(|request| request.is_preflight);
        let field = |name: &str| {
            let value = asked.and_then(|request| request.headers.get(name)).unwrap_or_default();
            let text = String::from_utf8_lossy(&value).into_owned();
            text.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect::<Vec<_>>()
        };
        let is_hidden = |name: &&String| !filter::is_safelisted(name) && !filter::is_forbidden(name);
        let mut needs = Needs {
            rule,
            credentials: carries_credentials(attempt),
            methods: field("access-control-request-method"),
            headers: field("access-control-request-headers"),
            reads: attempt.intent.reads.iter().filter(is_hidden).cloned().collect(),
        };
        needs.methods.retain(|method| !method::is_safelisted(method));
        let refused: Vec<String> =
            needs.headers.iter().filter(|header| refusal_of_header(header).is_some()).cloned().collect();
        needs.headers.retain(|header| !refused.contains(header));
        needs.methods.retain(|method| super::problem::upper_case(method).is_none());
        if !attempt.intent.is_by_script() {
            needs.reads.clear();
        }
        needs
    }

    /// How much of this a rule lacks, and whether it gives credentials that are not needed.
    pub(super) fn distance(&self, rule: &RuleDraft) -> usize {
        let lacking = |listed: &Listed, names: &[String]| {
            let lacks = |name: &&String| {
                let covered = listed.any && *name != "authorization";
                !covered && !listed.names.contains(name)
            };
            names.iter().filter(lacks).count()
        };
        let credentials = match (self.credentials, rule.credentials) {
            (true, false) => 4,
            (false, true) => 3,
            _ => 0,
        };
        credentials
            + lacking(&rule.methods, &self.methods)
            + lacking(&rule.request_headers, &self.headers)
            + lacking(&rule.expose_headers, &self.reads)
    }
}

/// Why no policy lists this request header, and the name of the mistake that it would be.
pub(super) fn refusal_of_header(header: &str) -> Option<(String, &'static str)> {
    let rule = RuleDraft {
        origins: Some(vec![Entry::plain("https://app.example")]),
        request_headers: Listed::these(vec![header.to_owned()]),
        ..RuleDraft::default()
    };
    let found = Draft::alone(rule).compile().err()?;
    let first: &Diagnostic = found.denying().next()?;
    let why = first.note.as_ref().map_or_else(String::new, |note| format!(": {note}"));
    Some((format!("{}{why}", first.message), first.rule))
}
