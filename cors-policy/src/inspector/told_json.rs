//! A story in JSON, with names that `explain::Story` serialises to, too.

use crate::inspector::json::Json;
use crate::inspector::told::{Message, Reason, Remedy, Told, Withheld};

impl Told {
    pub(super) fn json(&self) -> Json {
        let Told {
            verdict, problems, messages, readable, hidden, console, remedies, withheld, advice, ..
        } = self;
        let console = console.iter().map(|(engine, line)| (engine.name(), Json::from(line.as_str())));
        Json::Object(vec![
            ("verdict", Json::from(*verdict)),
            ("reason", Json::from(problems.first().map(problem))),
            ("further", Json::list(problems.iter().skip(1), problem)),
            ("messages", Json::list(messages, message)),
            ("readable", Json::texts(readable)),
            ("hidden", Json::texts(hidden)),
            ("console", Json::Object(console.collect())),
            ("remedies", Json::list(remedies, remedy)),
            ("withheld", Json::list(withheld, withheld_change)),
            ("advice", Json::texts(advice)),
        ])
    }
}

fn problem(reason: &Reason) -> Json {
    let section =
        vec![("name", Json::from(reason.section.as_str())), ("url", Json::from(reason.url.as_str()))];
    Json::Object(vec![
        ("code", Json::from(reason.code)),
        ("message", Json::from(reason.text.as_str())),
        ("section", Json::Object(section)),
    ])
}

fn message(message: &Message) -> Json {
    Json::Object(vec![
        ("purpose", Json::from(if message.is_preflight { "preflight" } else { "actual" })),
        ("method", Json::from(message.method.as_str())),
        ("url", Json::from(message.url.as_str())),
        ("headers", fields(&message.headers)),
        ("sends_credentials", Json::from(message.sends_credentials)),
        ("causes", Json::texts(&message.causes)),
        ("status", Json::from(message.status)),
        ("response_headers", fields(&message.response_headers)),
        ("calls_application", Json::from(message.calls_application)),
    ])
}

fn fields(fields: &[(String, String)]) -> Json {
    Json::list(fields, |(name, value)| Json::texts([name, value]))
}

fn remedy(remedy: &Remedy) -> Json {
    let edits = Json::list(&remedy.steps, |step| {
        Json::Object(vec![
            ("summary", Json::from(step.summary.as_str())),
            ("rust", Json::from(step.rust.as_str())),
            ("data", Json::from(step.data.as_str())),
        ])
    });
    Json::Object(vec![
        ("kind", Json::from(remedy.kind)),
        ("widening", Json::from(remedy.widening)),
        ("edits", edits),
        ("security", Json::texts(&remedy.security)),
        ("cautions", Json::texts(&remedy.cautions)),
    ])
}

fn withheld_change(withheld: &Withheld) -> Json {
    Json::Object(vec![
        ("why", Json::from(withheld.why.as_str())),
        ("instead", Json::from(withheld.instead.as_deref())),
        ("mistake", Json::from(withheld.mistake)),
    ])
}
