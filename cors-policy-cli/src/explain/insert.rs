//! Pieces of text that are added to a file, laid out as what stands beside them.

use std::ops::Range;

use cors_policy::explain::{RuleDraft, Spelling};

use crate::arguments::Language;

/// A text in place of another, which is mostly empty.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Insertion {
    pub(super) at: Range<usize>,
    pub(super) new: String,
}

/// The text of a file.
#[derive(Clone, Copy)]
pub(super) struct Text<'t> {
    pub(super) text: &'t str,
    pub(super) language: Language,
}

impl Text<'_> {
    /// What stands in front of a place in its line.
    fn line_before(&self, place: usize) -> Option<&str> {
        self.text.get(..place)?.rsplit('\n').next()
    }

    /// The spaces in front of what stands in a line of its own.
    fn indent(&self, place: usize) -> Option<&str> {
        let line = self.line_before(place)?;
        let words = line.trim_start();
        let own = words.is_empty() || words.starts_with("#[");
        own.then(|| line.get(..line.len() - words.len()))?
    }

    fn comma(&self, place: usize) -> String {
        self.indent(place).map_or_else(|| ", ".to_owned(), |indent| format!(",\n{indent}"))
    }

    /// Behind the last member of a list.
    pub(super) fn behind(&self, last: &Range<usize>, member: &str) -> Option<Insertion> {
        self.text.get(last.clone())?;
        Some(Insertion { at: last.end..last.end, new: format!("{}{member}", self.comma(last.start)) })
    }

    /// Into a list without members.
    pub(super) fn first(&self, list: &Range<usize>, member: &str) -> Option<Insertion> {
        let is_list = self.text.get(list.clone())?.starts_with('[');
        is_list.then(|| Insertion { at: list.start + 1..list.start + 1, new: member.to_owned() })
    }

    /// A field behind another one, which begins and ends there.
    pub(super) fn field(&self, begin: usize, end: usize, key: &str, value: &str) -> Option<Insertion> {
        let new = match self.language {
            Language::Rust => format!("{}{key}: {value}", self.comma(begin)),
            Language::Json => format!("{}\"{key}\": {value}", self.comma(begin)),
            Language::Toml => match self.indent(begin) {
                Some(indent) => format!("\n{indent}{key} = {value}"),
                None => format!(", {key} = {value}"),
            },
        };
        let end = match (self.language, self.indent(begin)) {
            (Language::Toml, Some(_)) => end + self.text.get(end..)?.find('\n').unwrap_or_default(),
            _ => end,
        };
        Some(Insertion { at: end..end, new })
    }

    /// A rule in front of another one.
    pub(super) fn rule_in_front(&self, begin: usize, rule: &RuleDraft, in_list: bool) -> Option<Insertion> {
        if self.language == Language::Toml {
            let line = self.header(begin, in_list)?;
            return Some(Insertion { at: line..line, new: format!("{}\n", table(rule)?) });
        }
        let end = self.indent(begin).map_or_else(|| ", ".to_owned(), |indent| format!(",\n{indent}"));
        Some(Insertion { at: begin..begin, new: format!("{}{end}", self.rule(rule, in_list)?) })
    }

    /// A rule behind another one, which begins and ends there.
    pub(super) fn rule_behind(
        &self,
        begin: usize,
        end: usize,
        rule: &RuleDraft,
        in_list: bool,
    ) -> Option<Insertion> {
        if self.language == Language::Toml {
            self.header(begin, in_list)?;
            let end = self.text.len();
            let line = if self.text.ends_with('\n') { "" } else { "\n" };
            return Some(Insertion { at: end..end, new: format!("{line}\n{}", table(rule)?) });
        }
        Some(Insertion { at: end..end, new: format!("{}{}", self.comma(begin), self.rule(rule, in_list)?) })
    }

    /// Where the line of a table's header begins. Lists of tables have none that belongs to one entry.
    fn header(&self, name: usize, in_list: bool) -> Option<usize> {
        let line = self.line_before(name)?;
        (line == "[" && !in_list).then(|| name - line.len())
    }

    fn rule(&self, rule: &RuleDraft, in_list: bool) -> Option<String> {
        let name = rule.name.as_deref()?;
        let (spelling, quote) = match self.language {
            Language::Rust => (Spelling::Rust, ""),
            Language::Json | Language::Toml => (Spelling::Data, "\""),
        };
        let fields = rule.fields(spelling);
        let fields: Vec<String> =
            fields.iter().map(|(key, value)| format!("{quote}{key}{quote}: {value}")).collect();
        let fields = fields.join(", ");
        Some(if in_list {
            format!("{{ {quote}name{quote}: {name:?}, {fields} }}")
        } else {
            format!("{quote}{name}{quote}: {{ {fields} }}")
        })
    }
}

/// A table with its header.
fn table(rule: &RuleDraft) -> Option<String> {
    let fields = rule.fields(Spelling::Data);
    let header = format!("[{}]", rule.name.as_deref()?);
    let lines = fields.iter().map(|(key, value)| format!("{key} = {value}"));
    let lines: Vec<String> = std::iter::once(header).chain(lines).collect();
    Some(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(language: Language, text: &str, insertion: fn(Text<'_>) -> Option<Insertion>) -> String {
        let Insertion { at, new } = insertion(Text { text, language }).unwrap();
        let mut text = text.to_owned();
        text.replace_range(at, &new);
        text
    }

    #[test]
    fn members_stand_as_those_beside_them() {
        let behind = |text: Text<'_>| {
            let begin = text.text.find("\"a\"").unwrap();
            text.behind(&(begin..begin + 3), "\"b\"")
        };
        assert_eq!(with(Language::Rust, "[\"a\"]", behind), "[\"a\", \"b\"]");
        assert_eq!(with(Language::Rust, "[\n  \"a\",\n]", behind), "[\n  \"a\",\n  \"b\",\n]");
        assert_eq!(
            with(Language::Rust, "[\n  #[x] \"a\" // c\n]", behind),
            "[\n  #[x] \"a\",\n  \"b\" // c\n]"
        );
        let empty = |text: Text<'_>| text.first(&(0..2), "PUT");
        assert_eq!(with(Language::Rust, "[]", empty), "[PUT]");
    }

    #[test]
    fn fields_stand_as_those_beside_them() {
        let behind = |text: Text<'_>| {
            let begin = text.text.find("origins").unwrap();
            text.field(
                begin - usize::from(text.language == Language::Json),
                text.text.find(']')? + 1,
                "methods",
                "[\"PUT\"]",
            )
        };
        assert_eq!(with(Language::Rust, "{ origins: [] }", behind), "{ origins: [], methods: [\"PUT\"] }");
        assert_eq!(
            with(Language::Json, "{\n  \"origins\": []\n}", behind),
            "{\n  \"origins\": [],\n  \"methods\": [\"PUT\"]\n}"
        );
        assert_eq!(
            with(Language::Toml, "origins = [] # x\n", behind),
            "origins = [] # x\nmethods = [\"PUT\"]\n"
        );
        assert_eq!(
            with(Language::Toml, "a = { origins = [] }\n", behind),
            "a = { origins = [], methods = [\"PUT\"] }\n"
        );
    }
}
