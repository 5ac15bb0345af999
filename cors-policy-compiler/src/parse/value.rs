//! The types of the fields.

use super::{Parser, max_age, nearest};
use crate::diagnostic::Diagnostic;
use crate::mistake::Mistake;
use crate::origin;
use crate::source::{Allow, Attribute, AttributeKind, Entry, Field, Shape, Span, Spelling, Text, Value};
use crate::spec::{Names, Number, Origin};

impl Parser<'_> {
    pub(super) fn boolean(&mut self, field: &str, value: &Value) -> Option<(bool, Span)> {
        match &value.shape {
            Shape::Boolean(yes) => Some((*yes, value.span)),
            Shape::Text(text) if text == "true" || text == "false" => {
                let help = format!("write `{text}` without quotes");
                self.wrong_type(field, value, "`true` or `false`", &help)
            }
            _ => {
                self.wrong_type(field, value, "`true` or `false`", "write `true` or `false`, without quotes")
            }
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
                let message = if text.is_empty() {
                    "this name is empty"
                } else {
                    "there is a line break or a control character in this name"
                };
                self.report.push(
                    Diagnostic::new(Mistake::InvalidName, value.span, message)
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
                    let found =
                        Diagnostic::new(Mistake::InvalidMaxAge, span, format!("`{text}` is not a duration"));
                    self.report.push(match max_age::meant(text) {
                        Some(meant) => {
                            found.help(format!("write `\"{meant}\"`")).replacement(Some(vec![meant]))
                        }
                        None => found.help("write a duration such as `\"2h\"` or `\"1h 30m\"`"),
                    });
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
        let Shape::List(entries) = &value.shape else {
            let help = format!("write `[{example}]`, or `{}`", self.report.spelling().any());
            names.any = self.any(field, value, "a list of names", &help);
            return names;
        };
        for entry in entries {
            self.no_allow(field, entry);
            let span = entry.value.span;
            match &entry.value.shape {
                Shape::Word(word) if word.contains('_') && field != "methods" => {
                    self.header_in_snake_case(field, word, span);
                }
                Shape::Word(text) | Shape::Text(text) if !is_any(&entry.value.shape) && text != "any" => {
                    names.names.push(Text { text: text.clone(), span });
                }
                _ => {
                    let help = format!("write names as in `[{example}]`");
                    names.any = self.any(field, &entry.value, "names", &help).or(names.any);
                }
            }
        }
        names
    }

    /// `any`, and nothing else: what else stands there is reported.
    fn any(&mut self, field: &str, value: &Value, takes: &str, help: &str) -> Option<Text> {
        let any = self.report.spelling().any();
        match &value.shape {
            shape if is_any(shape) => {
                let text = if matches!(shape, Shape::Word(_)) { "any" } else { "*" };
                Some(Text { text: text.to_owned(), span: value.span })
            }
            Shape::Text(text) if text == "any" => {
                let help = match self.report.spelling() {
                    Spelling::Rust => "write `any` without quotes".to_owned(),
                    Spelling::Data => format!("write `{any}`"),
                };
                self.report.push(
                    Diagnostic::new(Mistake::QuotedAny, value.span, "`any` in quotes is not the word `any`")
                        .help(help)
                        .replacement(Some(vec!["*".to_owned()])),
                );
                None
            }
            _ => self.wrong_type(field, value, &format!("{takes} or `{any}`"), help),
        }
    }

    fn header_in_snake_case(&mut self, field: &str, word: &str, span: Span) {
        let mistake = match field {
            "request_headers" => Mistake::InvalidRequestHeader,
            _ => Mistake::InvalidExposedHeader,
        };
        let name = word.replace('_', "-").to_ascii_lowercase();
        self.report.push(
            Diagnostic::new(mistake, span, format!("`{word}` has `_` where names of headers have `-`"))
                .help(format!("write `\"{name}\"`, or `\"{word}\"` in quotes if that is its name"))
                .replacement(Some(vec![name]))
                .note("an identifier has no `-`, so a name with one stands in quotes"),
        );
    }

    pub(super) fn origins(&mut self, value: &Value) -> Option<Names<Origin>> {
        let mut origins = Names::none(value.span);
        let Shape::List(entries) = &value.shape else {
            let help = match &value.shape {
                Shape::Text(text) if origin::read(text).0.is_some() => format!("write `[\"{text}\"]`"),
                _ => {
                    format!("write `[\"https://app.example.com\"]`, or `{}`", self.report.spelling().any())
                }
            };
            origins.any = Some(self.any("origins", value, "a list of origins", &help)?);
            return Some(origins);
        };
        let mut malformed = false;
        for entry in entries {
            if is_any(&entry.value.shape) {
                self.no_allow("any", entry);
                origins.any = self.any("origins", &entry.value, "", "");
                continue;
            }
            match self.origin(entry) {
                Some(origin) => origins.names.push(origin),
                None => malformed = true,
            }
        }
        (!malformed || !origins.names.is_empty()).then_some(origins)
    }

    fn origin(&mut self, entry: &Entry) -> Option<Origin> {
        let mut allows = self.allows(&entry.attributes);
        let span = entry.value.span;
        let text = match &entry.value.shape {
            Shape::Text(text) if text != "any" => text,
            Shape::Map(fields) => {
                let (text, allow) = self.annotated_origin(fields, span)?;
                allows.extend(allow.map(|allow| (allow, span)));
                return Some(Origin { pattern: text, entry: span, allows, conditional: entry.conditional });
            }
            _ => {
                let help = "write the origin in quotes, such as `\"https://app.example.com\"`";
                let _: Option<Text> = self.any("origins", &entry.value, "strings", help);
                return None;
            }
        };
        let pattern = Text { text: text.clone(), span };
        Some(Origin { pattern, entry: span, allows, conditional: entry.conditional })
    }

    /// `{"pattern": "…", "allow": ["…"], "reason": "…"}`: how data silences a lint.
    fn annotated_origin(&mut self, fields: &[Field], span: Span) -> Option<(Text, Option<Allow>)> {
        self.unique(fields);
        let mut pattern = None;
        let mut allow: Option<Allow> = None;
        let mut malformed = false;
        let mut lacks_pattern = !fields.iter().any(|field| field.key.text == "pattern");
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
                    const KNOWN: [&str; 3] = ["pattern", "allow", "reason"];
                    let message = format!("there is no field `{other}` in an origin");
                    let diagnostic = Diagnostic::new(Mistake::UnknownField, key.span, message);
                    let meant = nearest(other, KNOWN.into_iter())
                        .filter(|meant| !fields.iter().any(|field| field.key.text == *meant));
                    lacks_pattern &= meant != Some("pattern");
                    self.report.push(match meant {
                        Some(meant) => diagnostic.write(meant),
                        None => diagnostic.help("the fields are `pattern`, `allow` and `reason`"),
                    });
                }
            }
        }
        malformed |= pattern.is_none();
        if let Some(allow) = allow.as_ref().filter(|_| !malformed) {
            self.allow(allow, span);
        }
        if lacks_pattern {
            self.report.push(
                Diagnostic::new(Mistake::EmptyOrigin, span, "this entry has no `pattern`")
                    .help("add its `pattern`, such as `\"https://app.example.com\"`"),
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

    pub(super) fn text(&mut self, field: &str, value: &Value) -> Option<Text> {
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
            let reason = self.report.spelling().either("reason = \"…\"", "\"reason\": \"…\"");
            self.report.push(
                Diagnostic::new(Mistake::AllowWithoutReason, span, message)
                    .help(format!("add `{reason}` that says why it is safe here")),
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
