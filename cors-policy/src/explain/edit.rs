//! Changes of a policy and of a request, as data.

use cors_policy_browser::{CredentialsMode, CrossOrigin, Initiator, Mode, Origin, Page, Request, Url};
use cors_policy_compiler::suffix::registrable_domain;

use super::draft::{Draft, Entry, RuleDraft};
use super::intent::Intent;

/// A change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Of the policy.
    Policy(PolicyEdit),
    /// Of the page or its request.
    Page(PageEdit),
}

/// A change of a policy. Rules are places from 0, in the policy as it is when the change is made: of several changes,
/// one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PolicyEdit {
    /// Adds an origin to `origins`.
    AddOrigin {
        /// The rule.
        rule: usize,
        /// The origin.
        origin: String,
    },
    /// Adds a rule. Where the policy is one rule without a name, that gets one.
    AddRule {
        /// The place that it has then.
        place: usize,
        /// The rule.
        rule: Box<RuleDraft>,
    },
    /// Turns credentials on.
    AllowCredentials {
        /// The rule.
        rule: usize,
    },
    /// Adds a method to `methods`.
    AddMethod {
        /// The rule.
        rule: usize,
        /// The method.
        method: String,
    },
    /// Adds a header to `request_headers`; beside `any`, that is `authorization`.
    AddRequestHeader {
        /// The rule.
        rule: usize,
        /// The header in lower case.
        header: String,
    },
    /// Adds a header to `expose_headers`.
    ExposeHeader {
        /// The rule.
        rule: usize,
        /// The header in lower case.
        header: String,
    },
}

/// A change of a page or its request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PageEdit {
    /// Sends this method.
    Method(String),
    /// Asks in this mode.
    Mode(Mode),
    /// Asks in this credentials mode.
    Credentials(CredentialsMode),
    /// Has the attribute `crossorigin`.
    CrossOrigin(CrossOrigin),
    /// Asks for this URL.
    Url(Url),
    /// Does not set this header.
    WithoutHeader(String),
    /// Sends no body.
    WithoutBody,
    /// Does without this header of the response.
    WithoutReading(String),
    /// Is served at this URL.
    ServedAt(Url),
}

impl PolicyEdit {
    /// The rule that it changes, in the policy before.
    #[must_use]
    pub fn rule(&self) -> Option<usize> {
        match self {
            PolicyEdit::AddRule { .. } => None,
            PolicyEdit::AddOrigin { rule, .. }
            | PolicyEdit::AllowCredentials { rule }
            | PolicyEdit::AddMethod { rule, .. }
            | PolicyEdit::AddRequestHeader { rule, .. }
            | PolicyEdit::ExposeHeader { rule, .. } => Some(*rule),
        }
    }

    /// Its name in `snake_case`, which stays the same.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            PolicyEdit::AddOrigin { .. } => "add_origin",
            PolicyEdit::AddRule { .. } => "add_rule",
            PolicyEdit::AllowCredentials { .. } => "allow_credentials",
            PolicyEdit::AddMethod { .. } => "add_method",
            PolicyEdit::AddRequestHeader { .. } => "add_request_header",
            PolicyEdit::ExposeHeader { .. } => "expose_header",
        }
    }

    /// Makes the change. Of a rule that does not exist nothing is changed.
    pub fn apply(&self, draft: &mut Draft) {
        if let PolicyEdit::AddRule { place, rule } = self {
            return add_rule(draft, *place, rule);
        }
        let Some(changed) = self.rule().and_then(|rule| draft.rules.get_mut(rule)) else { return };
        let add = |names: &mut Vec<String>, name: &String| {
            if !names.contains(name) {
                names.push(name.clone());
            }
        };
        match self {
            PolicyEdit::AddOrigin { origin, .. } => {
                if let Some(origins) = &mut changed.origins {
                    origins.push(Entry::plain(origin.clone()));
                }
            }
            PolicyEdit::AllowCredentials { .. } => changed.credentials = true,
            PolicyEdit::AddMethod { method, .. } => add(&mut changed.methods.names, method),
            PolicyEdit::AddRequestHeader { header, .. } => add(&mut changed.request_headers.names, header),
            PolicyEdit::ExposeHeader { header, .. } => add(&mut changed.expose_headers.names, header),
            PolicyEdit::AddRule { .. } => {}
        }
    }
}

fn add_rule(draft: &mut Draft, place: usize, rule: &RuleDraft) {
    let name = rule.name.clone().unwrap_or_default();
    if let [only] = draft.rules.as_mut_slice()
        && only.name.is_none()
    {
        let old = if only.origins.is_none() { "public" } else { "others" };
        only.name = Some(if name == old { format!("{old}_2") } else { old.to_owned() });
    }
    let place = place.min(draft.rules.len());
    draft.rules.insert(place, rule.clone());
}

impl PageEdit {
    /// Its name in `snake_case`, which stays the same.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            PageEdit::Method(_) => "method",
            PageEdit::Mode(_) => "mode",
            PageEdit::Credentials(_) => "credentials",
            PageEdit::CrossOrigin(_) => "cross_origin",
            PageEdit::Url(_) => "url",
            PageEdit::WithoutHeader(_) => "without_header",
            PageEdit::WithoutBody => "without_body",
            PageEdit::WithoutReading(_) => "without_reading",
            PageEdit::ServedAt(_) => "served_at",
        }
    }

    /// Makes the change.
    pub fn apply(&self, intent: &mut Intent) {
        let Intent { page, request, reads, .. } = intent;
        match self {
            PageEdit::Method(method) => request.method.clone_from(method),
            PageEdit::Mode(mode) => request.mode = *mode,
            PageEdit::Credentials(credentials) => request.credentials = *credentials,
            PageEdit::CrossOrigin(attribute) => *request = request.clone().cross_origin(*attribute),
            PageEdit::Url(url) => request.url = url.clone(),
            PageEdit::WithoutHeader(name) => without_header(request, name),
            PageEdit::WithoutBody => request.body = None,
            PageEdit::WithoutReading(name) => reads.retain(|read| read != name),
            PageEdit::ServedAt(url) => serve(page, url),
        }
    }
}

fn without_header(request: &mut Request, name: &str) {
    request.headers.remove(name);
}

fn serve(page: &mut Page, url: &Url) {
    page.origin = Origin::of_registered_scheme(url);
    page.site = page.origin.host().and_then(registrable_domain).map(str::to_owned);
    page.url = page.url.as_ref().map(|_| url.clone());
    page.partition = None;
}

impl Edit {
    /// Makes the change.
    pub fn apply(&self, draft: &mut Draft, intent: &mut Intent) {
        match self {
            Edit::Policy(edit) => edit.apply(draft),
            Edit::Page(edit) => edit.apply(intent),
        }
    }
}

/// How script leaves credentials out; `None` where an initiator always has them, or has no choice.
pub(super) fn without_credentials(initiator: Initiator) -> Option<PageEdit> {
    match initiator {
        Initiator::Fetch => Some(PageEdit::Credentials(CredentialsMode::Omit)),
        Initiator::Xhr | Initiator::EventSource | Initiator::Manifest => {
            Some(PageEdit::Credentials(CredentialsMode::SameOrigin))
        }
        Initiator::Script
        | Initiator::ModuleScript
        | Initiator::Stylesheet
        | Initiator::Image
        | Initiator::Audio
        | Initiator::Video => Some(PageEdit::CrossOrigin(CrossOrigin::Anonymous)),
        _ => None,
    }
}
