//! A draft in the forms of the language: as what the compiler reads, as a document, as a call of the macro.

use std::fmt;

use cors_policy_compiler::source::{self, Field, Shape, Source, Span, Spelling, Text, Value};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::draft::{Draft, Entry, Listed, RuleDraft};

/// A value of a field.
#[derive(Clone, Debug)]
pub(super) enum Written {
    Any,
    Text(String),
    Number(i64),
    Yes,
    Names(Vec<String>),
    Entries(Vec<Entry>),
}

/// What the compiler reads, and which spans are entries: of which rule, at which place.
pub(super) struct Form {
    pub(super) source: Source,
    pub(super) entries: Vec<(Span, (usize, usize))>,
}

/// The draft as the compiler reads it.
pub(super) fn source(draft: &Draft) -> Form {
    let mut spans = Spans { next: 0, entries: Vec::new() };
    let span = spans.next();
    let mut fields: Vec<Field> =
        policy_fields(draft).into_iter().map(|(key, value)| spans.field(key, &value, 0)).collect();
    match draft.rules.as_slice() {
        [only] if only.name.is_none() => {
            fields.extend(rule_fields(only).into_iter().map(|(key, value)| spans.field(key, &value, 0)));
        }
        rules => {
            let rules = rules.iter().enumerate().map(|(place, rule)| spans.rule(place, rule)).collect();
            let key = spans.text("rules");
            let value = Value { shape: Shape::List(rules), span: spans.next() };
            fields.push(Field { key, value, attributes: Vec::new(), conditional: false });
        }
    }
    Form { source: Source { spelling: Spelling::Data, fields, span }, entries: spans.entries }
}

/// The fields of the policy as a whole.
pub(super) fn policy_fields(draft: &Draft) -> Vec<(&'static str, Written)> {
    let mut fields = Vec::new();
    fields.extend(draft.name.clone().map(|name| ("name", Written::Text(name))));
    if draft.preflight_status != 204 {
        fields.push(("preflight_status", Written::Number(draft.preflight_status.into())));
    }
    for (key, names) in [("admits", &draft.admits), ("refuses", &draft.refuses)] {
        fields.extend((!names.is_empty()).then(|| (key, Written::Names(names.clone()))));
    }
    fields
}

/// The fields of a rule, without its name.
pub(super) fn rule_fields(rule: &RuleDraft) -> Vec<(&'static str, Written)> {
    let origins = rule.origins.clone().map_or(Written::Any, Written::Entries);
    let mut fields = vec![("origins", origins)];
    let flags = [("credentials", rule.credentials), ("trusts_network", rule.trusts_network)];
    fields.extend(flags.into_iter().filter(|(_, is_set)| *is_set).map(|(key, _)| (key, Written::Yes)));
    for (key, listed) in [
        ("methods", &rule.methods),
        ("request_headers", &rule.request_headers),
        ("expose_headers", &rule.expose_headers),
    ] {
        fields.extend(listed.written().map(|written| (key, written)));
    }
    fields.extend(rule.max_age.map(|seconds| ("max_age", Written::Number(seconds.into()))));
    for (key, names) in [("admits", &rule.admits), ("refuses", &rule.refuses)] {
        fields.extend((!names.is_empty()).then(|| (key, Written::Names(names.clone()))));
    }
    fields
}

impl Listed {
    pub(super) fn written(&self) -> Option<Written> {
        match (self.any, self.names.as_slice()) {
            (false, []) => None,
            (true, []) => Some(Written::Any),
            (true, names) => {
                Some(Written::Names(std::iter::once("*".to_owned()).chain(names.iter().cloned()).collect()))
            }
            (false, names) => Some(Written::Names(names.to_vec())),
        }
    }
}

struct Spans {
    next: u32,
    entries: Vec<(Span, (usize, usize))>,
}

impl Spans {
    fn next(&mut self) -> Span {
        let span = Span(self.next);
        self.next = self.next.saturating_add(1);
        span
    }

    fn text(&mut self, text: &str) -> Text {
        Text { text: text.to_owned(), span: self.next() }
    }

    fn field(&mut self, key: &str, written: &Written, rule: usize) -> Field {
        let key = self.text(key);
        let value = self.value(written, rule);
        Field { key, value, attributes: Vec::new(), conditional: false }
    }

    fn rule(&mut self, place: usize, rule: &RuleDraft) -> source::Entry {
        let name = rule.name.iter().map(|name| ("name", Written::Text(name.clone())));
        let fields = name.chain(rule_fields(rule)).collect::<Vec<_>>();
        let fields = fields.iter().map(|(key, value)| self.field(key, value, place)).collect();
        self.entry(Shape::Map(fields))
    }

    fn entry(&mut self, shape: Shape) -> source::Entry {
        let value = Value { shape, span: self.next() };
        source::Entry { value, attributes: Vec::new(), conditional: false }
    }

    fn value(&mut self, written: &Written, rule: usize) -> Value {
        let shape = match written {
            Written::Any => Shape::Text("*".to_owned()),
            Written::Text(text) => Shape::Text(text.clone()),
            Written::Number(number) => Shape::Integer(*number),
            Written::Yes => Shape::Boolean(true),
            Written::Names(names) => {
                Shape::List(names.iter().map(|name| self.entry(Shape::Text(name.clone()))).collect())
            }
            Written::Entries(entries) => {
                let entries = entries.iter().enumerate();
                Shape::List(entries.map(|(place, entry)| self.origin(entry, (rule, place))).collect())
            }
        };
        Value { shape, span: self.next() }
    }

    fn origin(&mut self, entry: &Entry, place: (usize, usize)) -> source::Entry {
        let shape = if entry.allow.is_empty() {
            Shape::Text(entry.pattern.clone())
        } else {
            let pattern = self.field("pattern", &Written::Text(entry.pattern.clone()), place.0);
            self.entries.push((pattern.value.span, place));
            let allow = self.field("allow", &Written::Names(entry.allow.clone()), place.0);
            let reason = entry.reason.iter().map(|reason| ("reason", Written::Text(reason.clone())));
            let reason: Vec<_> = reason.map(|(key, value)| self.field(key, &value, place.0)).collect();
            Shape::Map([pattern, allow].into_iter().chain(reason).collect())
        };
        let entry = self.entry(shape);
        self.entries.push((entry.value.span, place));
        entry
    }
}

/// A document of the data spelling.
impl Serialize for Draft {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (key, value) in policy_fields(self) {
            map.serialize_entry(key, &value)?;
        }
        match self.rules.as_slice() {
            [only] if only.name.is_none() => {
                for (key, value) in rule_fields(only) {
                    map.serialize_entry(key, &value)?;
                }
            }
            rules => map.serialize_entry("rules", rules)?,
        }
        map.end()
    }
}

/// A rule of a list of rules.
impl Serialize for RuleDraft {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        if let Some(name) = &self.name {
            map.serialize_entry("name", name)?;
        }
        for (key, value) in rule_fields(self) {
            map.serialize_entry(key, &value)?;
        }
        map.end()
    }
}

impl Serialize for Written {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Written::Any => serializer.serialize_str("*"),
            Written::Text(text) => serializer.serialize_str(text),
            Written::Number(number) => serializer.serialize_i64(*number),
            Written::Yes => serializer.serialize_bool(true),
            Written::Names(names) => serializer.collect_seq(names),
            Written::Entries(entries) => serializer.collect_seq(entries),
        }
    }
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.allow.is_empty() {
            return serializer.serialize_str(&self.pattern);
        }
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("pattern", &self.pattern)?;
        map.serialize_entry("allow", &self.allow)?;
        if let Some(reason) = &self.reason {
            map.serialize_entry("reason", reason)?;
        }
        map.end()
    }
}

/// As a call of `cors_policy!`.
impl fmt::Display for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "cors_policy! {{")?;
        for (key, value) in policy_fields(self) {
            writeln!(f, "    {key}: {},", value.spelt(Spelling::Rust))?;
        }
        for rule in &self.rules {
            let (indent, end) = match &rule.name {
                Some(name) => {
                    writeln!(f, "    {name}: {{")?;
                    ("        ", "    },\n")
                }
                None => ("    ", ""),
            };
            for (key, value) in rule_fields(rule) {
                writeln!(f, "{indent}{key}: {},", value.spelt(Spelling::Rust))?;
            }
            f.write_str(end)?;
        }
        write!(f, "}}")
    }
}

impl Written {
    /// The value as it is written.
    pub(super) fn spelt(&self, spelling: Spelling) -> String {
        match self {
            Written::Any => spelling.any().to_owned(),
            Written::Text(text) => format!("{text:?}"),
            Written::Number(number) => number.to_string(),
            Written::Yes => "true".to_owned(),
            Written::Names(names) => {
                let names: Vec<String> = names.iter().map(|name| spelt_name(name, spelling)).collect();
                format!("[{}]", names.join(", "))
            }
            Written::Entries(entries) => {
                let entries: Vec<String> = entries.iter().map(|entry| entry.spelt(spelling)).collect();
                format!("[{}]", entries.join(", "))
            }
        }
    }
}

/// Methods stand as words in Rust, where they are words.
pub(super) fn spelt_name(name: &str, spelling: Spelling) -> String {
    let is_word = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase());
    match (name, spelling) {
        ("*", _) => spelling.any().to_owned(),
        (_, Spelling::Rust) if is_word => name.to_owned(),
        _ => format!("{name:?}"),
    }
}

impl Entry {
    pub(super) fn spelt(&self, spelling: Spelling) -> String {
        let Entry { pattern, allow, reason } = self;
        if allow.is_empty() {
            return format!("{pattern:?}");
        }
        let reason = reason.as_deref().unwrap_or_default();
        match spelling {
            Spelling::Rust => format!("#[allow({}, reason = {reason:?})] {pattern:?}", allow.join(", ")),
            Spelling::Data => {
                format!("{{ \"pattern\": {pattern:?}, \"allow\": {allow:?}, \"reason\": {reason:?} }}")
            }
        }
    }
}
