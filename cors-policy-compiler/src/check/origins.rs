//! The entries of `origins`, `admits` and `refuses`, each by itself.

use super::{Allows, above, lints};
use crate::ceiling::Limits;
use crate::diagnostic::{Diagnostic, Report};
use crate::mistake::Mistake;
use crate::model::Entry;
use crate::origin::{self, Finding};
use crate::source::{Span, Text};
use crate::spec::{Origin, RuleSpec};

/// A valid entry, and where its pattern stands.
pub(super) struct Checked {
    pub(super) entry: Entry,
    pub(super) pattern: Span,
}

pub(super) fn check_entries(
    rule: &RuleSpec,
    origins: &[Origin],
    limits: Option<&Limits>,
    allows: &mut Allows,
    report: &mut Report,
) -> Vec<Checked> {
    let mut entries = Vec::with_capacity(origins.len());
    for origin in origins {
        let Origin { pattern: Text { text, span }, entry, conditional, .. } = origin;
        let (pattern, mut findings) = origin::read(text);
        if entry != span {
            // One pattern cannot become two.
            findings.iter_mut().for_each(Finding::keep_one);
        }
        report_findings(findings, *span, report);
        let above = match (&pattern, limits) {
            (Some(pattern), Some(limits)) => above::pattern(pattern, *span, limits, report),
            _ => Vec::new(),
        };
        let mut fired =
            pattern.as_ref().filter(|_| rule.guards_something()).map(lints::of).unwrap_or_default();
        fired.retain(|fired| !above.contains(&fired.lint));
        let is_valid = pattern.is_some() && above.is_empty() && !rule.incomplete;
        allows.settle(origin, is_valid, rule.guards_something(), fired, limits, report);
        if let Some(pattern) = pattern {
            let entry = Entry { pattern, span: *entry, conditional: *conditional };
            entries.push(Checked { entry, pattern: *span });
        }
    }
    entries
}

/// Whether the text is an origin that a browser can send, without wildcards.
pub(super) fn check_expected(origin: &Text, admitted: bool, report: &mut Report) -> bool {
    if origin.text == "null" {
        return true;
    }
    let (pattern, findings) = origin::read(&origin.text);
    report_findings(findings, origin.span, report);
    let Some(pattern) = pattern else { return false };
    if !pattern.is_exact() {
        let message = format!("`{}` is a pattern, not an origin", origin.text);
        let example = origin.text.replace(":*", ":8080").replace('*', "a");
        report.push(
            Diagnostic::new(Mistake::WildcardExpectation, origin.span, message)
                .help(format!("write an origin in full, such as `{example}`"))
                // One name refused says nothing about all the others.
                .replacement(admitted.then(|| vec![example])),
        );
    }
    pattern.is_exact()
}

fn report_findings(findings: Vec<Finding>, span: Span, report: &mut Report) {
    for finding in findings {
        let diagnostic = Diagnostic::new(finding.mistake, span, finding.message)
            .help(finding.help)
            .replacement(finding.replacement)
            .excerpt(finding.excerpt);
        report.push(match finding.note {
            Some(note) => diagnostic.note(note),
            None => diagnostic,
        });
    }
}
