//! Remedies step by step: what to change where, and the text to write.

use cors_policy_browser::{CredentialsMode, CrossOrigin, Initiator, Mode};
use cors_policy_compiler::host::is_loopback;
use cors_policy_compiler::source::Spelling;

use super::draft::{Draft, RuleDraft};
use super::edit::{Edit, PageEdit, PolicyEdit};
use super::form::{Written, rule_fields, spelt_name};
use super::intent::Intent;
use super::remedy::Remedy;

/// One change, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Step {
    /// What to do, such as "in rule `apps`, allow the method PATCH".
    pub summary: String,
    /// The text to write: in the policy, or in the page's script or markup.
    pub text: String,
}

impl PolicyEdit {
    /// The member that it adds to a list, as it is written in a spelling of the policy; `None` where it adds none.
    #[must_use]
    pub fn member(&self, spelling: Spelling) -> Option<String> {
        match self {
            PolicyEdit::AddOrigin { origin, .. } => Some(spelt_origin(origin, spelling)),
            PolicyEdit::AddMethod { method, .. } => Some(spelt_name(method, spelling)),
            PolicyEdit::AddRequestHeader { header, .. } | PolicyEdit::ExposeHeader { header, .. } => {
                Some(format!("{header:?}"))
            }
            PolicyEdit::AddRule { .. } | PolicyEdit::AllowCredentials { .. } => None,
        }
    }

    /// The field of the rule that it changes; `None` for a new rule.
    #[must_use]
    pub const fn field(&self) -> Option<&'static str> {
        match self {
            PolicyEdit::AddOrigin { .. } => Some("origins"),
            PolicyEdit::AllowCredentials { .. } => Some("credentials"),
            PolicyEdit::AddMethod { .. } => Some("methods"),
            PolicyEdit::AddRequestHeader { .. } => Some("request_headers"),
            PolicyEdit::ExposeHeader { .. } => Some("expose_headers"),
            PolicyEdit::AddRule { .. } => None,
        }
    }
}

impl RuleDraft {
    /// The fields that are not as they are by default, as they are written in a spelling of the policy, without the name.
    #[must_use]
    pub fn fields(&self, spelling: Spelling) -> Vec<(&'static str, String)> {
        rule_fields(self).into_iter().map(|(key, value)| (key, value.spelt(spelling))).collect()
    }
}

/// The most names of a list that are written out.
const MOST_NAMES: usize = 12;

impl Remedy {
    /// The changes in order, with the text to write in a spelling of the policy.
    #[must_use]
    pub fn steps(&self, spelling: Spelling) -> Vec<Step> {
        let mut draft = self.before.clone();
        let steps = self.edits.iter().map(|edit| match edit {
            Edit::Policy(policy) => {
                let before = draft.clone();
                policy.apply(&mut draft);
                step(policy, &before, &draft, spelling)
            }
            Edit::Page(page) => of_page(page, &self.intent),
        });
        steps.collect()
    }
}

fn step(edit: &PolicyEdit, before: &Draft, after: &Draft, spelling: Spelling) -> Step {
    let place = |rule: usize| match before.rules.get(rule).and_then(|rule| rule.name.as_deref()) {
        Some(name) => format!("in rule `{name}`, "),
        None => String::new(),
    };
    let changed = |rule: usize| after.rules.get(rule);
    let names = |key: &str, written: Option<Written>, added: &str| {
        let value = match written {
            Some(Written::Names(names)) if names.len() > MOST_NAMES => {
                format!("[…, {}]", spelt_name(added, spelling))
            }
            Some(written) => written.spelt(spelling),
            None => String::new(),
        };
        field(key, &value, spelling)
    };
    match edit {
        PolicyEdit::AddOrigin { rule, origin } => Step {
            summary: format!("{}admit `{origin}`", place(*rule)),
            text: origins(changed(*rule), origin, spelling),
        },
        PolicyEdit::AddRule { place, rule } => {
            Step { summary: new_rule_summary(before, after, *place, rule), text: whole_rule(rule, spelling) }
        }
        PolicyEdit::AllowCredentials { rule } => Step {
            summary: format!("{}turn credentials on", place(*rule)),
            text: field("credentials", "true", spelling),
        },
        PolicyEdit::AddMethod { rule, method } => Step {
            summary: format!("{}allow the method {method}", place(*rule)),
            text: names("methods", changed(*rule).and_then(|rule| rule.methods.written()), method),
        },
        PolicyEdit::AddRequestHeader { rule, header } => Step {
            summary: format!("{}allow the request header `{header}`", place(*rule)),
            text: names(
                "request_headers",
                changed(*rule).and_then(|rule| rule.request_headers.written()),
                header,
            ),
        },
        PolicyEdit::ExposeHeader { rule, header } => Step {
            summary: format!("{}expose the response header `{header}`", place(*rule)),
            text: names(
                "expose_headers",
                changed(*rule).and_then(|rule| rule.expose_headers.written()),
                header,
            ),
        },
    }
}

fn field(key: &str, value: &str, spelling: Spelling) -> String {
    match spelling {
        Spelling::Rust => format!("{key}: {value}"),
        Spelling::Data => format!("\"{key}\": {value}"),
    }
}

/// The list with one origin more; of long lists only that.
fn origins(rule: Option<&RuleDraft>, added: &str, spelling: Spelling) -> String {
    const MOST: usize = 3;
    let written = spelt_origin(added, spelling);
    let others = rule.and_then(|rule| rule.origins.as_deref()).unwrap_or_default();
    let kept = others.split_last().map(|(_, kept)| kept).unwrap_or_default();
    let mut entries: Vec<String> = if kept.len() > MOST {
        vec!["…".to_owned()]
    } else {
        kept.iter().map(|entry| entry.spelt(spelling)).collect()
    };
    entries.push(written);
    field("origins", &format!("[{}]", entries.join(", ")), spelling)
}

/// An origin of this machine is for development, and Rust can say so.
fn spelt_origin(origin: &str, spelling: Spelling) -> String {
    let host = origin.split_once("://").map_or("", |(_, authority)| authority);
    let host = match host.strip_suffix(|last: char| last.is_ascii_digit()) {
        Some(_) if !host.ends_with(']') => host.rsplit_once(':').map_or(host, |(host, _)| host),
        _ => host,
    };
    let is_development = origin.starts_with("http") && is_loopback(host);
    match spelling {
        Spelling::Rust if is_development => format!("#[cfg(debug_assertions)] {origin:?}"),
        _ => format!("{origin:?}"),
    }
}

fn new_rule_summary(before: &Draft, after: &Draft, place: usize, rule: &RuleDraft) -> String {
    let name = rule.name.as_deref().unwrap_or_default();
    let neighbour = after.rules.get(place + 1).and_then(|rule| rule.name.as_deref());
    match (before.rules.as_slice(), neighbour) {
        ([], _) => "write a policy".to_owned(),
        ([only], neighbour) if only.name.is_none() => {
            let old = neighbour.or_else(|| after.rules.first()?.name.as_deref()).unwrap_or_default();
            let where_ = if neighbour.is_some() { "in front of" } else { "behind" };
            format!("make what stands there the rule `{old}`, and add the rule `{name}` {where_} it")
        }
        (_, Some(neighbour)) => format!("add the rule `{name}` in front of rule `{neighbour}`"),
        (_, None) => format!("add the rule `{name}` at the end"),
    }
}

fn whole_rule(rule: &RuleDraft, spelling: Spelling) -> String {
    let fields: Vec<String> =
        rule.fields(spelling).iter().map(|(key, value)| field(key, value, spelling)).collect();
    match (spelling, &rule.name) {
        (_, None) => fields.join(", "),
        (Spelling::Rust, Some(name)) => format!("{name}: {{ {} }}", fields.join(", ")),
        (Spelling::Data, Some(name)) => format!("{{ \"name\": {name:?}, {} }}", fields.join(", ")),
    }
}

fn of_page(edit: &PageEdit, intent: &Intent) -> Step {
    let is_fetch = intent.request.initiator == Initiator::Fetch;
    let (summary, text) = match edit {
        PageEdit::Method(method) if is_fetch => {
            (format!("in the page, send the method {method}"), format!("method: {method:?}"))
        }
        PageEdit::Method(method) => {
            (format!("in the page, send the method {method}"), format!("xhr.open({method:?}, …)"))
        }
        PageEdit::Mode(mode) => (
            format!("in the page, ask in the mode `{}`", mode.name()),
            if *mode == Mode::Cors {
                "mode: \"cors\"".to_owned()
            } else {
                format!("mode: {:?}", mode.name())
            },
        ),
        PageEdit::Credentials(mode) => without_credentials(*mode, intent.request.initiator),
        PageEdit::CrossOrigin(attribute) => {
            let value = match attribute {
                CrossOrigin::Anonymous => "anonymous",
                CrossOrigin::UseCredentials => "use-credentials",
            };
            ("in the page, set the attribute `crossorigin`".to_owned(), format!("crossorigin=\"{value}\""))
        }
        PageEdit::Url(url) => ("in the page, ask for another URL".to_owned(), url.to_string()),
        PageEdit::WithoutHeader(name) => {
            (format!("in the page, do not set the header `{name}`"), format!("without `{name}`"))
        }
        PageEdit::WithoutBody => ("in the page, send no body".to_owned(), "without a body".to_owned()),
        PageEdit::WithoutReading(name) => {
            (format!("do without the header `{name}` of the response"), format!("without `{name}`"))
        }
        PageEdit::ServedAt(url) => ("serve the page over https".to_owned(), url.to_string()),
    };
    Step { summary, text }
}

fn without_credentials(mode: CredentialsMode, initiator: Initiator) -> (String, String) {
    let summary = "in the page, ask without credentials".to_owned();
    let text = match (initiator, mode) {
        (Initiator::Xhr, _) => "xhr.withCredentials = false",
        (Initiator::EventSource, _) => "new EventSource(url)",
        (_, CredentialsMode::Omit) => "credentials: \"omit\"",
        (_, CredentialsMode::SameOrigin) => "credentials: \"same-origin\"",
        (_, CredentialsMode::Include) => "credentials: \"include\"",
    };
    (summary, text.to_owned())
}
