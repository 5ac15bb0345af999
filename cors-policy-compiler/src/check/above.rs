//! What a document asks for above its ceiling, or a profile above that of the ceiling that it stands in.

use super::lints;
use crate::ceiling::{Limits, Names};
use crate::diagnostic::{Diagnostic, Report};
use crate::host::is_loopback;
use crate::mistake::Mistake;
use crate::model::{Model, Origins};
use crate::origin::Pattern;
use crate::parse::listed;
use crate::source::{Span, Text};
use crate::spec::{RuleSpec, Spec};

/// The request header that is not among all of them.
pub(super) const AUTHORIZATION: &str = "authorization";

/// A list of names that a ceiling limits.
#[derive(Clone, Copy)]
pub(super) struct List<'l> {
    /// What stands in it, one of them.
    pub(super) one: &'static str,
    /// The most that may stand in it; `None` without a ceiling.
    pub(super) most: Option<&'l Names>,
}

impl List<'_> {
    /// Whether the name may stand in the list. One that may not is reported.
    pub(super) fn has(self, name: &str, written: &Text, report: &mut Report) -> bool {
        let Some(most) = self.most else { return true };
        let is_below = most.lists(name) || (most.any && name != AUTHORIZATION);
        if !is_below {
            let message = format!("{} `{name}` is above the ceiling", self.one);
            let diagnostic = Diagnostic::new(Mistake::GrantAboveCeiling, written.span, message);
            report.push(diagnostic.remove(format!("remove it; {}", self.allowed(most, report))));
        }
        is_below
    }

    /// Reports `any` where it may not stand.
    pub(super) fn check_any(self, any: &Text, report: &mut Report) {
        let Some(most) = self.most.filter(|most| !most.any) else { return };
        let message = format!("any {} is above the ceiling", self.one);
        let diagnostic = Diagnostic::new(Mistake::GrantAboveCeiling, any.span, message);
        report.push(diagnostic.help(format!("list what pages need; {}", self.allowed(most, report))));
    }

    fn allowed(self, most: &Names, report: &Report) -> String {
        let whose = report.spelling().either("the ceiling has", "documents may list");
        match (most.any, most.listed.is_empty()) {
            (true, _) => format!("{whose} any {} but `{AUTHORIZATION}`", self.one),
            (false, true) => format!("{whose} no {}", self.one),
            (false, false) => format!("{whose} {}", listed(most.iter())),
        }
    }
}

/// Reports what is above the ceiling in a valid pattern. Gives the lints that would say the same.
pub(super) fn pattern(pattern: &Pattern, span: Span, limits: &Limits, report: &mut Report) -> Vec<Mistake> {
    let mut found = Vec::new();
    let above = |message: String| Diagnostic::new(Mistake::OriginAboveCeiling, span, message);
    if !limits.schemes.lines().any(|scheme| scheme == pattern.scheme()) {
        let (help, replacement) = other_scheme(pattern, limits);
        let message = format!("scheme `{}` is above the ceiling", pattern.scheme());
        report.push(above(message).help(help).replacement(replacement));
        found.push(Mistake::InsecureOrigin);
    }
    if pattern.has_any_port() && !limits.any_port {
        let message = format!("any port of `{}` is above the ceiling", pattern.host());
        report.push(above(message).help("list the ports"));
        found.push(Mistake::AnyPort);
    }
    found
}

/// What to write in place of an origin whose scheme is above the ceiling.
fn other_scheme(pattern: &Pattern, limits: &Limits) -> (String, Option<Vec<String>>) {
    let mut schemes = limits.schemes.lines();
    if pattern.scheme() == "http" && !is_loopback(pattern.host()) && schemes.any(|scheme| scheme == "https") {
        return lints::secured(pattern);
    }
    let help = match listed(limits.schemes.lines()).as_str() {
        "" => "remove it; documents may list no origin".to_owned(),
        schemes => format!("list the origin of a page whose scheme is among {schemes}"),
    };
    (help, None)
}

/// Reports credentials and `any` as origin where they are above the ceiling.
pub(super) fn rule(rule: &RuleSpec, limits: &Limits, report: &mut Report) {
    if let (Some((true, span)), false) = (rule.credentials, limits.credentials) {
        let message = "credentials are above the ceiling";
        report.push(
            Diagnostic::new(Mistake::GrantAboveCeiling, span, message)
                .remove("remove `credentials`; no document can have them"),
        );
    }
    let any = rule.origins.as_ref().and_then(|origins| origins.any.as_ref());
    if let (Some(any), false) = (any, limits.any_origin) {
        report.push(
            Diagnostic::new(Mistake::OriginAboveCeiling, any.span, "any origin is above the ceiling")
                .help("list the origins of the pages that may read responses"),
        );
    }
}

/// Reports the first rule, and the first origins, above the number that there may be.
pub(super) fn numbers(spec: &Spec, model: &Model, limits: &Limits, report: &mut Report) {
    let mut too_many = |what: &str, most: u32, spans: &mut dyn Iterator<Item = Span>| {
        let Some(first) = usize::try_from(most).ok().and_then(|most| spans.nth(most)) else { return };
        let message =
            format!("this is {what} {} of the document, which can have {most}", u64::from(most) + 1);
        report.push(
            Diagnostic::new(Mistake::NumberAboveCeiling, first, message)
                .help("remove it, and whatever of its kind is behind it"),
        );
    };
    too_many("rule", limits.rules, &mut spec.rules.iter().map(|rule| rule.span));
    let entries = || model.rules.iter().map(|rule| &rule.origins).flat_map(Origins::entries);
    let is_wild = |pattern: &Pattern| pattern.host().contains('*');
    let exact = entries().filter(|entry| !is_wild(&entry.pattern)).map(|entry| entry.span);
    too_many("exact origin", limits.exact_origins, &mut { exact });
    let wild = entries().filter(|entry| is_wild(&entry.pattern)).map(|entry| entry.span);
    too_many("wildcard origin", limits.wildcard_origins, &mut { wild });
}

/// Reports a lint that documents cannot silence. Gives whether they can.
pub(super) fn allow(lint: &Text, known: Mistake, limits: Option<&Limits>, report: &mut Report) -> bool {
    let lets = limits.is_none_or(|limits| limits.lets_silence(known.name()));
    if !lets {
        let message = format!("to silence `{}` is above the ceiling", known.name());
        report.push(
            Diagnostic::new(Mistake::LintAboveCeiling, lint.span, message)
                .help("remove the `allow`, and mend the entry"),
        );
    }
    lets
}

/// Reports a max age that is above the ceiling. Gives whether it is.
pub(super) fn max_age(seconds: u32, span: Span, most: Option<u32>, report: &mut Report) -> bool {
    let diagnostic = |message: String| Diagnostic::new(Mistake::GrantAboveCeiling, span, message);
    match most {
        Some(most) if seconds > most => report.push(
            diagnostic(format!("a max age of {seconds} seconds is above the ceiling"))
                .help(format!("write `\"{most}s\"` or less"))
                .replacement(Some(vec![format!("{most}s")])),
        ),
        Some(_) => return false,
        None => report.push(
            diagnostic("a max age is above the ceiling, which has none".to_owned())
                .remove("remove `max_age`"),
        ),
    }
    true
}
