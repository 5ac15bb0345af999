//! Entries of one rule that repeat or cover each other.

use std::collections::HashMap;
use std::ptr;

use cors_policy_program::pattern;

use super::origins::Checked;
use crate::diagnostic::{Diagnostic, Report};
use crate::mistake::Mistake;
use crate::model::Entry;
use crate::source::{Span, Text};

/// The diagnostic for an entry that stands in its list for a second time.
pub(super) fn listed_twice(mistake: Mistake, entry: &Text, first: Span) -> Diagnostic {
    Diagnostic::new(mistake, entry.span, format!("`{}` is listed twice", entry.text))
        .remove("remove one of them")
        .related(first, "also listed here")
}

/// The entries without those that stand twice. What another entry covers stays: it does no harm.
pub(super) fn remove(entries: Vec<Checked>, report: &mut Report) -> Vec<Entry> {
    let mut first: HashMap<&str, &Entry> = HashMap::with_capacity(entries.len());
    let mut is_first = Vec::with_capacity(entries.len());
    for Checked { entry, .. } in &entries {
        let known = *first.entry(entry.pattern.text()).or_insert(entry);
        is_first.push(ptr::eq(known, entry));
        if !ptr::eq(known, entry) {
            // The one that is there in some builds only is the one too many.
            let (extra, other) =
                if known.conditional && !entry.conditional { (known, entry) } else { (entry, known) };
            let extra = Text { text: extra.pattern.text().to_owned(), span: extra.span };
            report.push(listed_twice(Mistake::DuplicateOrigin, &extra, other.span));
        }
    }
    let entries = entries.into_iter().zip(is_first);
    let unique: Vec<Entry> =
        entries.filter_map(|(checked, is_first)| is_first.then_some(checked.entry)).collect();
    report_covered(&unique, report);
    unique
}

fn report_covered(entries: &[Entry], report: &mut Report) {
    let mut wildcards: HashMap<&str, Vec<&Entry>> = HashMap::new();
    for entry in entries.iter().filter(|entry| !entry.pattern.is_exact()) {
        wildcards.entry(literal_end(entry.pattern.host())).or_default().push(entry);
    }
    if wildcards.is_empty() {
        return;
    }
    for entry in entries {
        let mut candidates = ends(entry.pattern.host()).filter_map(|end| wildcards.get(end)).flatten();
        // What covers an entry in some builds only leaves it of use in the others.
        let wide = candidates.find(|wide| {
            wide.span != entry.span && (entry.conditional || !wide.conditional) && covers(wide, entry)
        });
        if let Some(wide) = wide {
            let message =
                format!("`{}` is already covered by `{}`", entry.pattern.text(), wide.pattern.text());
            report.push(
                Diagnostic::new(Mistake::CoveredOrigin, entry.span, message)
                    .remove("remove it, or narrow the wider entry if a restriction was meant")
                    .related(wide.span, "covered by this"),
            );
        }
    }
}

/// Whether the wide entry surely admits all that the narrow one admits.
fn covers(wide: &Entry, narrow: &Entry) -> bool {
    let (wide, narrow) = (&wide.pattern, &narrow.pattern);
    if narrow.is_exact() {
        return pattern::admits(wide.text(), narrow.text().as_bytes());
    }
    let host_covered = wide.host() == narrow.host()
        || wide
            .host()
            .strip_prefix("*.")
            .filter(|base| !base.contains('*'))
            .and_then(|base| narrow.host().strip_suffix(base))
            .is_some_and(|left| left.len() > 1 && left.ends_with('.') && left != "*.");
    let port_covered = wide.has_any_port() || wide.port() == narrow.port();
    wide.scheme() == narrow.scheme() && host_covered && port_covered
}

/// What stands behind the last label that has a wildcard; for `:*` alone, the whole host.
pub(crate) fn literal_end(host: &str) -> &str {
    let Some((_, behind)) = host.rsplit_once('*') else { return host };
    behind.split_once('.').map_or("", |(_, end)| end)
}

/// The host, and what stands behind each of its dots.
pub(crate) fn ends(host: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(host), |end| end.split_once('.').map(|(_, shorter)| shorter))
}
