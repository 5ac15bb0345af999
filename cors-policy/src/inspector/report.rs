//! What there is to show, whatever the form.

use std::time::{Duration, Instant};

use crate::inspector::facts::{Asked, Facts, is_same};
use crate::inspector::json::Json;
use crate::inspector::log::{Entry, Log, Snapshot};
use crate::inspector::question::{Form, Question};
use crate::inspector::search::Search;
use crate::inspector::time::rfc3339;
use crate::inspector::told::Told;
use crate::inspector::words;
use crate::policy::{Policy, Rule};

/// The log, the policies, and the answer to a question, at one moment.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) revision: u64,
    /// Whether every story is told.
    pub(super) is_complete: bool,
    pub(super) search: String,
    /// How many entries there are, found or not.
    pub(super) total: usize,
    pub(super) entries: Vec<Entry>,
    pub(super) policies: Vec<Policy>,
    pub(super) form: Form,
    pub(super) answer: Option<Answer>,
}

/// What would become of a request, or what of the question is not understood.
pub(super) type Answer = Result<Told, Vec<String>>;

impl Report {
    /// Works out stories that nobody has seen yet for about so long.
    pub(super) fn of(log: &Log, named: &[Policy], question: &Question, host: &str, time: Duration) -> Self {
        let Snapshot { revision, mut entries, policies: seen } = log.snapshot();
        let total = entries.len();
        let is_complete = tell(&entries, time);
        let search = Search::of(&question.search);
        entries.retain(|entry| search.finds(entry));
        let mut policies = named.to_vec();
        policies.extend(seen.into_iter().filter(|seen| !named.iter().any(|policy| is_same(policy, seen))));
        let answer = question.asked.as_ref().map(|form| answer(&policies, form));
        let form = question.asked.clone().unwrap_or_else(|| Form::for_host(host));
        let search = question.search.clone();
        Report { revision, is_complete, search, total, entries, policies, form, answer }
    }

    pub(super) fn json(&self) -> Json {
        let answer = self.answer.as_ref().map(|answer| match answer {
            Ok(told) => Json::Object(vec![("errors", Json::List(Vec::new())), ("story", told.json())]),
            Err(wrong) => Json::Object(vec![("errors", Json::texts(wrong)), ("story", Json::Null)]),
        });
        Json::Object(vec![
            ("version", Json::from(1_u64)),
            ("revision", Json::from(self.revision)),
            ("complete", Json::from(self.is_complete)),
            ("requests", Json::list(&self.entries, entry)),
            ("policies", Json::list(&self.policies, policy)),
            ("answer", Json::from(answer)),
        ])
    }
}

/// Works out stories, the newest first and one at least, and says whether all are told.
fn tell(entries: &[Entry], time: Duration) -> bool {
    let start = Instant::now();
    let mut untold = entries.iter().filter(|entry| !entry.is_told());
    for entry in untold.by_ref() {
        entry.tell();
        if start.elapsed() >= time {
            break;
        }
    }
    untold.next().is_none()
}

/// What a policy is called in links and in JSON: the number that belongs to what it means.
pub(super) fn mark(policy: &Policy) -> String {
    format!("{:016x}", policy.identified().1)
}

fn answer(policies: &[Policy], form: &Form) -> Answer {
    let asked = form.policy.as_str();
    let policy = match asked {
        "" => policies.first(),
        asked => policies.iter().find(|policy| mark(policy) == asked || policy.name() == asked),
    };
    let intent = form.intent();
    let unknown = || "there is no such policy here".to_owned();
    match (policy, intent) {
        (Some(policy), Ok(intent)) => Ok(Told::of(policy, &intent)),
        (None, Ok(_)) => Err(vec![unknown()]),
        (Some(_), Err(wrong)) => Err(wrong),
        (None, Err(wrong)) => Err(wrong.into_iter().chain([unknown()]).collect()),
    }
}

fn entry(entry: &Entry) -> Json {
    let Facts { policy, asked, .. } = entry.facts.as_ref();
    let asked = asked.as_ref();
    let text = |text: Option<&str>| Json::from(text);
    let findings = Json::list(&entry.findings, |finding| {
        Json::Object(vec![
            ("kind", Json::from(finding.kind)),
            ("code", Json::from(finding.code)),
            ("subject", text(Some(finding.subject.as_ref()).filter(|subject| !subject.is_empty()))),
            ("message", Json::from(finding.text.as_ref())),
            ("status", Json::from(finding.status())),
            ("count", Json::from(finding.count)),
        ])
    });
    Json::Object(vec![
        ("id", Json::from(entry.id)),
        ("first", Json::from(rfc3339(entry.first).as_str())),
        ("last", Json::from(rfc3339(entry.last).as_str())),
        ("count", Json::from(entry.count())),
        ("policy", Json::from(policy.name())),
        ("kind", text(asked.map(Asked::kind))),
        ("method", text(asked.map(Asked::intended_method))),
        ("origin", text(asked.and_then(|asked| asked.origin.as_deref()))),
        ("host", text(asked.and_then(|asked| asked.host.as_deref()))),
        ("path", text(asked.map(|asked| asked.path.as_str()))),
        (
            "request_headers",
            Json::texts(asked.map(|asked| asked.request_headers.as_slice()).unwrap_or_default()),
        ),
        ("site", text(asked.and_then(|asked| asked.site))),
        ("cookies", Json::from(asked.map(|asked| asked.has_cookies))),
        ("findings", findings),
        ("story", Json::from(entry.told().map(Told::json))),
    ])
}

fn policy(policy: &Policy) -> Json {
    Json::Object(vec![
        ("id", Json::from(mark(policy).as_str())),
        ("name", Json::from(policy.name())),
        ("text", Json::from(words::text(policy).as_str())),
        ("rules", Json::list(policy.rules(), rule)),
    ])
}

fn rule(rule: Rule<'_>) -> Json {
    let (patterns, left_out) = words::admits(rule);
    Json::Object(vec![
        ("name", Json::from(rule.name())),
        ("any_origin", Json::from(rule.origins().is_none())),
        (
            "origins",
            Json::list(patterns, |(pattern, meaning)| {
                Json::Object(vec![
                    ("pattern", Json::from(pattern.as_str())),
                    ("meaning", Json::from(meaning.as_str())),
                ])
            }),
        ),
        ("origins_left_out", Json::from(left_out as u64)),
        ("credentials", Json::from(rule.credentials())),
        ("grants", Json::texts(words::grants(rule))),
    ])
}
