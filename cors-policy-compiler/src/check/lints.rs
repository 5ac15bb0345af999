//! Lints and warnings on valid patterns: they work, and hand something to strangers.

use super::origins::Checked;
use crate::diagnostic::{Diagnostic, Report};
use crate::host::is_loopback;
use crate::mistake::Mistake;
use crate::model::RequestHeaders;
use crate::origin::{self, Pattern};
use crate::spec::RuleSpec;
use crate::suffix::{self, List};

/// A lint that fires: which, what is wrong, and what to write instead.
pub(super) struct Fired {
    pub(super) lint: Mistake,
    pub(super) message: String,
    pub(super) help: String,
    /// The origin to write instead, where it can be told.
    pub(super) replacement: Option<Vec<String>>,
}

/// The lints that fire on a pattern in a rule that guards something.
pub(super) fn of(pattern: &Pattern) -> Vec<Fired> {
    let loopback = is_loopback(pattern.host());
    let mut fired = Vec::new();
    if is_insecure(pattern) {
        let (help, replacement) = secured(pattern);
        fired.push(Fired {
            lint: Mistake::InsecureOrigin,
            message: format!(
                "`{}` is not https, and anyone on the network can impersonate it",
                pattern.text()
            ),
            help,
            replacement,
        });
    }
    if pattern.has_any_port() && !loopback {
        fired.push(Fired {
            lint: Mistake::AnyPort,
            message: format!("any program on any port of `{}` is admitted", pattern.host()),
            help: "list the ports".to_owned(),
            replacement: None,
        });
    }
    fired.extend(open_pattern(pattern).or_else(|| shared_host(pattern)));
    fired
}

fn open_pattern(pattern: &Pattern) -> Option<Fired> {
    let open = suffix::openness(pattern.host(), List::Whole)?;
    let message = match open.suffix.as_str() {
        "" => format!("anyone can register a name that `{}` admits", pattern.text()),
        suffix => format!("anyone can register a name under `{suffix}` that `{}` admits", pattern.text()),
    };
    let help = "write a domain of your own after the wildcard, such as `https://*.example.com`".to_owned();
    Some(Fired { lint: Mistake::OpenPattern, message, help, replacement: None })
}

fn shared_host(pattern: &Pattern) -> Option<Fired> {
    if !origin::has_domains(pattern.scheme()) {
        return None;
    }
    let host = pattern.host().strip_suffix('.').unwrap_or(pattern.host());
    let shared = match suffix::shared_host(host) {
        Some(shared) => shared,
        None if pattern.is_exact_host() && suffix::is_public_suffix(host) => host,
        None => return None,
    };
    Some(Fired {
        lint: Mistake::SharedHost,
        message: format!("you share `{shared}` with strangers"),
        help: format!("name your own host under it, such as `https://your-name.{shared}`"),
        replacement: None,
    })
}

/// Warnings that depend on the rule as well as on the pattern.
pub(super) fn warn(rule: &RuleSpec, entries: &[Checked], headers: &RequestHeaders, report: &mut Report) {
    let authorization = match headers {
        RequestHeaders::Any { authorization } => *authorization,
        RequestHeaders::Listed(names) => names.iter().any(|name| name == "authorization"),
    };
    for Checked { entry, pattern: span } in entries {
        let pattern = &entry.pattern;
        let is_loopback = origin::has_domains(pattern.scheme()) && is_loopback(pattern.host());
        if rule.has_credentials() && !rule.conditional_credentials && !entry.conditional && is_loopback {
            let message = format!("`{}` gets credentials in every build", pattern.text());
            let help = report.spelling().either(
                "put `#[cfg(debug_assertions)]` in front of it",
                "keep it in a document that is for development only",
            );
            report.push(Diagnostic::new(Mistake::LoopbackWithCredentials, *span, message).help(help));
        }
        if authorization && !rule.guards_something() && is_insecure(pattern) {
            let message = format!("`{}` is not https, and may send `authorization`", pattern.text());
            let (help, replacement) = secured(pattern);
            report.push(
                Diagnostic::new(Mistake::InsecureAuthorization, *span, message)
                    .help(help)
                    .replacement(replacement),
            );
        }
    }
}

/// What to write in place of an http pattern: the same with https, where that is one.
pub(super) fn secured(pattern: &Pattern) -> (String, Option<Vec<String>>) {
    match origin::mended(&pattern.text().replacen("http://", "https://", 1)) {
        Some(secure) => (format!("write `{secure}`"), Some(vec![secure])),
        None => ("serve the page over https, and list that origin".to_owned(), None),
    }
}

fn is_insecure(pattern: &Pattern) -> bool {
    pattern.scheme() == "http" && !is_loopback(pattern.host())
}

impl Pattern {
    fn is_exact_host(&self) -> bool {
        !self.host().contains('*')
    }
}
