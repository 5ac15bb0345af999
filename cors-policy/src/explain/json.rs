//! A story as an object with stable fields.

use cors_policy_browser::{Engine, Purpose, Section};
use cors_policy_compiler::source::Spelling;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::edit::{Edit, PageEdit, PolicyEdit};
use super::intent::Intent;
use super::problem::Problem;
use super::remedy::{Remedy, Withheld};
use super::steps::Step;
use super::story::{Message, Story, printable};

impl Serialize for Story {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let Intent { page, profile, .. } = self.intent();
        map.serialize_entry("policy", self.policy_name())?;
        map.serialize_entry("page", &page.origin.to_string())?;
        map.serialize_entry("request", &Asked(self.intent()))?;
        map.serialize_entry("browser", profile.engine.map_or("standard", Engine::name))?;
        map.serialize_entry("verdict", self.verdict().name())?;
        map.serialize_entry("reason", &self.reason())?;
        map.serialize_entry("further", self.problems().get(1..).unwrap_or_default())?;
        map.serialize_entry("messages", self.messages())?;
        map.serialize_entry("readable", self.readable())?;
        map.serialize_entry("hidden", self.hidden())?;
        map.serialize_entry("console", &Consoles(self))?;
        map.serialize_entry("remedies", self.remedies())?;
        map.serialize_entry("withheld", self.withheld())?;
        map.serialize_entry("advice", self.advice())?;
        map.end()
    }
}

struct Asked<'s>(&'s Intent);

impl Serialize for Asked<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Intent { request, reads, .. } = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("method", &request.method)?;
        map.serialize_entry("url", request.url.as_str())?;
        map.serialize_entry("mode", request.mode.name())?;
        map.serialize_entry("credentials", request.credentials.name())?;
        map.serialize_entry("initiator", request.initiator.name())?;
        map.serialize_entry("headers", &printable(&request.headers))?;
        map.serialize_entry("reads", reads)?;
        map.end()
    }
}

struct Consoles<'s>(&'s Story);

impl Serialize for Consoles<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.console().iter().map(|(of, message)| (of.name(), message)))
    }
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let purpose = match self.purpose {
            Purpose::Preflight => "preflight",
            Purpose::Actual => "actual",
        };
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("purpose", purpose)?;
        map.serialize_entry("method", &self.method)?;
        map.serialize_entry("url", &self.url)?;
        map.serialize_entry("headers", &self.headers)?;
        map.serialize_entry("sends_credentials", &self.sends_credentials)?;
        map.serialize_entry("causes", &self.causes)?;
        map.serialize_entry("status", &self.status)?;
        map.serialize_entry("response_headers", &self.response_headers)?;
        map.serialize_entry("explanation", &self.explanation)?;
        map.serialize_entry("calls_application", &self.calls_application)?;
        map.end()
    }
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("code", self.code())?;
        map.serialize_entry("step", self.step())?;
        map.serialize_entry("message", &self.to_string())?;
        map.serialize_entry("section", &Named(self.section()))?;
        map.end()
    }
}

struct Named(Section);

impl Serialize for Named {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("name", &self.0.to_string())?;
        map.serialize_entry("url", self.0.url)?;
        map.end()
    }
}

impl Serialize for Remedy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let steps = self.steps(Spelling::Rust).into_iter().zip(self.steps(Spelling::Data));
        let edits: Vec<Written<'_>> =
            self.edits().iter().zip(steps).map(|(edit, (rust, data))| Written { edit, rust, data }).collect();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("kind", self.kind().name())?;
        map.serialize_entry("widening", self.widening().name())?;
        map.serialize_entry("edits", &edits)?;
        map.serialize_entry("security", self.security())?;
        map.serialize_entry("cautions", self.cautions())?;
        map.end()
    }
}

/// An edit with the text to write.
struct Written<'s> {
    edit: &'s Edit,
    rust: Step,
    data: Step,
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        fields(self.edit, &mut map)?;
        map.serialize_entry("summary", &self.rust.summary)?;
        match self.edit {
            Edit::Policy(_) => {
                map.serialize_entry("rust", &self.rust.text)?;
                map.serialize_entry("data", &self.data.text)?;
            }
            Edit::Page(_) => map.serialize_entry("text", &self.rust.text)?,
        }
        map.end()
    }
}

impl Serialize for Edit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        fields(self, &mut map)?;
        map.end()
    }
}

fn fields<M: SerializeMap>(edit: &Edit, map: &mut M) -> Result<(), M::Error> {
    match edit {
        Edit::Policy(edit) => {
            map.serialize_entry("on", "policy")?;
            map.serialize_entry("kind", edit.name())?;
            policy_fields(edit, map)
        }
        Edit::Page(edit) => {
            map.serialize_entry("on", "page")?;
            map.serialize_entry("kind", edit.name())?;
            page_fields(edit, map)
        }
    }
}

fn policy_fields<M: SerializeMap>(edit: &PolicyEdit, map: &mut M) -> Result<(), M::Error> {
    if let Some(rule) = edit.rule() {
        map.serialize_entry("rule", &rule)?;
    }
    match edit {
        PolicyEdit::AddOrigin { origin, .. } => map.serialize_entry("origin", origin),
        PolicyEdit::AddRule { place, rule } => {
            map.serialize_entry("place", place)?;
            map.serialize_entry("fields", rule)
        }
        PolicyEdit::AllowCredentials { .. } => Ok(()),
        PolicyEdit::AddMethod { method, .. } => map.serialize_entry("method", method),
        PolicyEdit::AddRequestHeader { header, .. } | PolicyEdit::ExposeHeader { header, .. } => {
            map.serialize_entry("header", header)
        }
    }
}

fn page_fields<M: SerializeMap>(edit: &PageEdit, map: &mut M) -> Result<(), M::Error> {
    match edit {
        PageEdit::Method(method) => map.serialize_entry("method", method),
        PageEdit::Mode(mode) => map.serialize_entry("mode", mode.name()),
        PageEdit::Credentials(mode) => map.serialize_entry("credentials", mode.name()),
        PageEdit::CrossOrigin(_) => map.serialize_entry("crossorigin", "anonymous"),
        PageEdit::Url(url) | PageEdit::ServedAt(url) => map.serialize_entry("url", url.as_str()),
        PageEdit::WithoutHeader(header) | PageEdit::WithoutReading(header) => {
            map.serialize_entry("header", header)
        }
        PageEdit::WithoutBody => Ok(()),
    }
}

impl Serialize for Withheld {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("edits", &self.edits)?;
        map.serialize_entry("why", &self.why)?;
        map.serialize_entry("instead", &self.instead)?;
        map.serialize_entry("mistake", &self.mistake)?;
        map.end()
    }
}
