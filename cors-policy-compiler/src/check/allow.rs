//! `#[allow(lint, reason = "…")]`.

use std::collections::HashMap;

use super::above;
use super::lints::Fired;
use crate::ceiling::Limits;
use crate::diagnostic::{Diagnostic, Report};
use crate::mistake::{Mistake, Severity};
use crate::parse::{listed, nearest};
use crate::source::{Span, Spelling, Text};
use crate::spec::Origin;
use crate::suffix;

/// Every `allow` of a policy, and whether it silenced something in any of the policy's variants.
#[derive(Debug, Default)]
pub struct Allows {
    uses: HashMap<Span, Use>,
}

#[derive(Debug)]
struct Use {
    lint: Mistake,
    silenced: bool,
    /// Whether an older or newer suffix list could make it fire.
    by_list: bool,
    /// Whether its `allow` has no other lint.
    is_only: bool,
}

impl Allows {
    /// Reports the lints that fired on an origin and that it does not allow.
    pub(super) fn settle(
        &mut self,
        origin: &Origin,
        is_valid: bool,
        is_guarded: bool,
        fired: Vec<Fired>,
        limits: Option<&Limits>,
        report: &mut Report,
    ) {
        let mut allowed = Vec::new();
        for (allow, _) in &origin.allows {
            for lint in &allow.lints {
                let is_only = allow.lints.len() == 1;
                let Some(known) = known_lint(lint, is_only, report) else { continue };
                if !above::allow(lint, known, limits, report) {
                    continue;
                }
                allowed.push(known);
                if known.name() == lint.text {
                    let silenced = fired.iter().any(|fired| fired.lint == known);
                    let unused = Use { lint: known, silenced: false, by_list: false, is_only };
                    let entry = self.uses.entry(lint.span).or_insert(unused);
                    // What cannot be read may well have needed it.
                    entry.silenced |= silenced || !is_valid;
                    let can_be_open = known == Mistake::OpenPattern && origin.pattern.text.contains('*');
                    entry.by_list |= is_guarded && (can_be_open || known == Mistake::SharedHost);
                }
            }
        }
        for Fired { lint, message, help, replacement } in fired {
            if allowed.contains(&lint) {
                continue;
            }
            let can_be_silenced = limits.is_none_or(|limits| limits.lets_silence(lint.name()));
            let help = if can_be_silenced {
                format!("{help}; if it is safe here, {}", silence(lint, origin, report.spelling()))
            } else {
                help
            };
            report.push(
                Diagnostic::new(lint, origin.pattern.span, message).help(help).replacement(replacement),
            );
        }
    }

    /// Reports what silenced nothing in any variant.
    pub fn report_unused(&self, report: &mut Report) {
        for (span, Use { lint, by_list, is_only, .. }) in
            self.uses.iter().filter(|(_, allow)| !allow.silenced)
        {
            let message = format!("`{}` does not fire here", lint.name());
            let help =
                if *is_only { "remove the `allow`".to_owned() } else { format!("remove `{}`", lint.name()) };
            report.push(if *by_list {
                removed(
                    Diagnostic::new(Mistake::OutdatedAllow, *span, message),
                    *is_only,
                    "remove the `allow`",
                )
                .note(format!(
                    "by the list of {}, no stranger can get a name that this entry admits",
                    suffix::DATE
                ))
            } else {
                removed(Diagnostic::new(Mistake::UnusedAllow, *span, message), *is_only, &help)
            });
        }
    }
}

/// How to silence a lint on an origin.
fn silence(lint: Mistake, origin: &Origin, spelling: Spelling) -> String {
    let name = lint.name();
    match spelling {
        Spelling::Rust => format!("put `#[allow({name}, reason = \"…\")]` in front of it, with the reason"),
        Spelling::Data => format!(
            "write `{{ \"pattern\": {:?}, \"allow\": [\"{name}\"], \"reason\": \"…\" }}`, with the reason",
            origin.pattern.text
        ),
    }
}

/// Says that a lint is to be removed. Where it is the only one, the whole `allow` is, which is another place.
fn removed(diagnostic: Diagnostic, is_only: bool, help: &str) -> Diagnostic {
    if is_only { diagnostic.help(help) } else { diagnostic.remove(help) }
}

/// The lint; also where it is misspelt, so that it does not fire as well.
pub(super) fn known_lint(lint: &Text, is_only: bool, report: &mut Report) -> Option<Mistake> {
    let lints =
        || Mistake::ALL.iter().filter(|mistake| mistake.severity() == Severity::Lint).map(|lint| lint.name());
    match Mistake::by_name(&lint.text) {
        Some(mistake) if mistake.severity() == Severity::Lint => Some(mistake),
        Some(mistake) => {
            let message = match mistake.severity() {
                Severity::Error => format!("`{}` is an error, which nothing silences", lint.text),
                _ => format!("`{}` is a warning, and `allow` is for lints", lint.text),
            };
            let help = match (mistake.severity(), report.spelling()) {
                _ if !is_only => "remove it here",
                (Severity::Error, _) => "remove the `allow`, and mend the entry",
                (_, Spelling::Data) => "remove the `allow`",
                (_, Spelling::Rust) => {
                    "remove the `allow`, or put `#[allow(deprecated)]` on the static that holds the policy"
                }
            };
            report.push(removed(Diagnostic::new(Mistake::NotALint, lint.span, message), is_only, help));
            None
        }
        None => {
            let message = format!("there is no lint `{}`", lint.text);
            let diagnostic = Diagnostic::new(Mistake::UnknownLint, lint.span, message);
            let meant = nearest(&lint.text, lints());
            report.push(match meant {
                Some(best) => diagnostic.write(best),
                None => diagnostic.help(format!("the lints are {}", listed(lints()))),
            });
            meant.and_then(Mistake::by_name)
        }
    }
}
