//! The types of the fields.

use super::{Parser, max_age};
use crate::diagnostic::Diagnostic;
use crate::mistake::Mistake;
use crate::source::{Allow, Attribute, AttributeKind, Entry, Field, Shape, Span, Text, Value};
use crate::spec::{Names, Number, Origin};

impl Parser<'_> {
    pub(super) fn boolean(&mut self, field: &str, value: &Value) -> Option<(bool, Span)> {
        match &value.shape {
            Shape::Boolean(yes) => Some((*yes, value.span)),
            Shape::Text(text) if text == "true" || text == "false" => {
                let text = text.clone();
                self.wrong_type(field, value, "`true` or `false`", &format!("write `{text}` without quotes"))
            }
            _ => self.wrong_type(field, value, "`true` or `false`", &format!("write `{field}: true`")),
        }
    }

    pub(super) fn integer(&mut self, field: &str, value: &Value, example: &str) -> Option<Number> {
        match value.shape {
            Shape::Integer(number) => Some(Number { value: number, span: value.span }),
            _ => {
                self.wrong_type(field, value, "a whole number", &format!("write a number, such as {example}"))
            }
        }
    }

    pub(super) fn name(&mut self, value: &Value) -> Option<Text> {
        match &value.shape {
            Shape::Text(text) if text.is_empty() || text.contains(char::is_control) => {
                self.report.push(
                    Diagnostic::new(Mistake::InvalidName, value.span, "a name is one line of text")
                        .help("name the policy by what it protects, such as `\"shop-api\"`"),
                );
                None
            }
            Shape::Text(text) => Some(Text { text: text.clone(), span: value.span }),
            _ => self.wrong_type("name", value, "a string", "write the name in quotes"),
        }
    }

    pub(super) fn max_age(&mut self, value: &Value) -> Option<Number> {
        let span = value.span;
        match &value.shape {
            Shape::Integer(seconds) => Some(Number { value: *seconds, span }),
            Shape::Text(text) => {
                let seconds = max_age::seconds(text);
                if seconds.is_none() {
                    self.report.push(
                        Diagnostic::new(Mistake::InvalidMaxAge, span, format!("`{text}` is not a duration")).help(
                            "write whole numbers with `h`, `m` or `s`, such as `\"2h\"` or `\"1h 30m\"`, or a number \
                             of seconds",
                        ),
                    );
                }
                seconds.map(|value| Number { value, span })
            }
            _ => self.wrong_type(
                "max_age",
                value,
                "a duration",
                "write `\"2h\"`, `\"600s\"` or a number of seconds",
            ),
        }
    }

    /// A list of names, or `any`. Identifiers and strings are names.
    pub(super) fn names(&mut self, field: &str, value: &Value, example: &str) -> Names<Text> {
        let mut names = Names::none(value.span);
        match &value.shape {
            shape if is_any(shape) => names.any = Some(value.span),
            Shape::List(entries) => {
                for entry in entries {
                    self.no_allow(field, entry);
                    let span = entry.value.span;
                    match &entry.value.shape {
                        shape if is_any(shape) => names.any = Some(span),
                        Shape::Word(text) | Shape::Text(text) => {
                            names.names.push(Text { text: text.clone(), span });
                        }
                        _ => {
                            let _: Option<()> = self.wrong_type(
                                field,
                                &entry.value,
                                "names",
                                &format!("write them as in {example}"),
                            );
                        }
                    }
                }
            }
            _ => {
                let help = format!("write {example}, or `any`");
                let _: Option<()> = self.wrong_type(field, value, "a list of names or `any`", &help);
            }
        }
        names
    }

    pub(super) fn origins(&mut self, value: &Value) -> Option<Names<Origin>> {
        let mut origins = Names::none(value.span);
        match &value.shape {
            shape if is_any(shape) => origins.any = Some(value.span),
            Shape::List(entries) => {
                let mut malformed = false;
                for entry in entries {
                    if is_any(&entry.value.shape) {
                        self.no_allow("any", entry);
                        origins.any = Some(entry.value.span);
                        continue;
                    }
                    match self.origin(entry) {
                        Some(origin) => origins.names.push(origin),
                        None => malformed = true,
                    }
                }
                if malformed && origins.names.is_empty() {
                    return None;
                }
            }
            _ => {
                let help = "write `[\"https://app.example.com\"]`, or `any`";
                return self.wrong_type("origins", value, "a list of origins or `any`", help);
            }
        }
        Some(origins)
    }

    fn origin(&mut self, entry: &Entry) -> Option<Origin> {
        let mut allows = self.allows(&entry.attributes);
        let span = entry.value.span;
        let text = match &entry.value.shape {
            Shape::Text(text) => text,
            Shape::Map(fields) => {
                let (text, allow) = self.annotated_origin(fields, span)?;
                allows.extend(allow.map(|allow| (allow, span)));
                return Some(Origin { pattern: text, allows, conditional: entry.conditional });
            }
            _ => {
                let help = "write the origin in quotes, such as `\"https://app.example.com\"`";
                return self.wrong_type("origins", &entry.value, "strings", help);
            }
        };
        let pattern = Text { text: text.clone(), span };
        Some(Origin { pattern, allows, conditional: entry.conditional })
    }

    /// `{"pattern": "…", "allow": ["…"], "reason": "…"}`: how data silences a lint.
    fn annotated_origin(&mut self, fields: &[Field], span: Span) -> Option<(Text, Option<Allow>)> {
        self.unique(fields);
        let mut pattern = None;
        let mut allow: Option<Allow> = None;
        let mut malformed = false;
        for Field { key, value, .. } in fields {
            match key.text.as_str() {
                "pattern" => pattern = self.text("pattern", value),
                "reason" => {
                    allow.get_or_insert_default().reason = self.text("reason", value);
                    malformed |= !matches!(value.shape, Shape::Text(_));
                }
                "allow" => {
                    allow.get_or_insert_default().lints = self.lints(value);
                    malformed |= !is_list_of_texts(value);
                }
                other => {
                    let message = format!("there is no field `{other}` in an origin");
                    self.report.push(
                        Diagnostic::new(Mistake::UnknownField, key.span, message)
                            .help("the fields are `pattern`, `allow` and `reason`"),
                    );
                }
            }
        }
        if let Some(allow) = allow.as_ref().filter(|_| !malformed) {
            self.allow(allow, span);
        }
        if !fields.iter().any(|field| field.key.text == "pattern") {
            self.report.push(
                Diagnostic::new(Mistake::EmptyOrigin, span, "this entry has no `pattern`")
                    .help("add `pattern`, such as `\"pattern\": \"https://app.example.com\"`"),
            );
        }
        Some((pattern?, allow))
    }

    fn lints(&mut self, value: &Value) -> Vec<Text> {
        let Shape::List(entries) = &value.shape else {
            let help = "write `[\"insecure_origin\"]`";
            return self.wrong_type("allow", value, "a list of lints", help).unwrap_or_default();
        };
        entries.iter().filter_map(|entry| self.text("allow", &entry.value)).collect()
    }

    fn text(&mut self, field: &str, value: &Value) -> Option<Text> {
        match &value.shape {
            Shape::Text(text) => Some(Text { text: text.clone(), span: value.span }),
            _ => self.wrong_type(field, value, "strings", "put it in quotes"),
        }
    }

    fn allows(&mut self, attributes: &[Attribute]) -> Vec<(Allow, Span)> {
        let mut allows = Vec::new();
        for attribute in attributes {
            if let AttributeKind::Allow(allow) = &attribute.kind {
                self.allow(allow, attribute.span);
                allows.push((allow.clone(), attribute.span));
            }
        }
        allows
    }

    /// An `allow` names lints and has a reason.
    fn allow(&mut self, allow: &Allow, span: Span) {
        let Some(lint) = allow.lints.first() else {
            self.report.push(
                Diagnostic::new(Mistake::UnusedAllow, span, "this `allow` names no lint")
                    .help("name the lint that it is to silence, or remove it"),
            );
            return;
        };
        if allow.reason.as_ref().is_none_or(|reason| reason.text.trim().is_empty()) {
            let message = format!("`{}` is allowed without a reason", lint.text);
            self.report.push(
                Diagnostic::new(Mistake::AllowWithoutReason, span, message).help(
                    "add `reason = \"…\"` (in data, `\"reason\": \"…\"`) that says why it is safe here",
                ),
            );
        }
    }

    /// `admits` and `refuses`.
    pub(super) fn origins_expected(&mut self, field: &str, value: &Value) -> Vec<Text> {
        let example = "`[\"https://app.example.com\"]`";
        let Shape::List(entries) = &value.shape else {
            let help = format!("write {example}");
            return self.wrong_type(field, value, "a list of origins", &help).unwrap_or_default();
        };
        let mut origins = Vec::new();
        for entry in entries {
            self.no_allow(field, entry);
            if let Shape::Text(text) = &entry.value.shape {
                origins.push(Text { text: text.clone(), span: entry.value.span });
            } else {
                let help = format!("write them as in {example}");
                let _: Option<()> = self.wrong_type(field, &entry.value, "strings", &help);
            }
        }
        origins
    }

    pub(super) fn no_allow(&mut self, what: &str, entry: &Entry) {
        for attribute in &entry.attributes {
            if let AttributeKind::Allow(_) = attribute.kind {
                self.report.push(
                    Diagnostic::new(
                        Mistake::MisplacedAttribute,
                        attribute.span,
                        format!("no lint fires on `{what}`, so there is nothing to allow"),
                    )
                    .help("remove the attribute"),
                );
            }
        }
    }

    /// Reports a value of the wrong type, unless the front end has reported it as malformed.
    pub(super) fn wrong_type<T>(&mut self, field: &str, value: &Value, takes: &str, help: &str) -> Option<T> {
        if !matches!(value.shape, Shape::Malformed) {
            let message = format!("`{field}` takes {takes}, not {}", value.shape.in_words());
            self.report.push(Diagnostic::new(Mistake::WrongType, value.span, message).help(help));
        }
        None
    }
}

fn is_list_of_texts(value: &Value) -> bool {
    let Shape::List(entries) = &value.shape else { return false };
    entries.iter().all(|entry| matches!(entry.value.shape, Shape::Text(_)))
}

fn is_any(shape: &Shape) -> bool {
    match shape {
        Shape::Word(word) => word == "any",
        Shape::Text(text) => text == "*",
        _ => false,
    }
}

impl Shape {
    fn in_words(&self) -> String {
        match self {
            Shape::Word(word) => format!("the word `{word}`"),
            Shape::Text(_) => "a string".to_owned(),
            Shape::Integer(_) => "a number".to_owned(),
            Shape::Boolean(_) => "a boolean".to_owned(),
            Shape::List(_) => "a list".to_owned(),
            Shape::Map(_) => "a group of fields".to_owned(),
            Shape::Other(what) => (*what).to_owned(),
            Shape::Malformed => "something malformed".to_owned(),
        }
    }
}
