//! Changes of a policy as changes of the file that it stands in.

use cors_policy::explain::{Draft, PolicyEdit, Remedy, RuleDraft, Spelling};
use cors_policy_compiler::source::{Entry, Field, Shape, Value};

use super::insert::{Insertion, Text};
use crate::arguments::Language;
use crate::finding::Written;
use crate::policy::{Chosen, Compiled};
use crate::source::Source;

/// A file with the changes of a remedy.
pub(super) struct Changed {
    pub(super) file: Source,
    /// Whether some of them are there in debug builds only.
    pub(super) in_debug_builds: bool,
}

/// The file with the changes of a remedy in it; `None` where they cannot be told from one place each.
pub(super) fn changed(chosen: &Chosen, compiled: &Compiled, remedy: &Remedy) -> Option<Changed> {
    let language = chosen.language(&compiled.file);
    let mut text = compiled.file.text.clone();
    let mut draft = remedy.before().clone();
    let mut in_debug_builds = false;
    for edit in remedy.policy_edits() {
        let file = Source::new(&compiled.file.name, text.clone());
        let written = chosen.written(&file).into_iter().nth(compiled.place)?;
        let place = Place { text: Text { text: &file.text, language }, written: &written };
        let Insertion { at, new } = place.insertion(edit, &draft)?;
        text.replace_range(at, &new);
        in_debug_builds |= new.contains("#[cfg(debug_assertions)]");
        edit.apply(&mut draft);
    }
    Some(Changed { file: Source::new(&compiled.file.name, text), in_debug_builds })
}

/// A policy in a file.
struct Place<'p> {
    text: Text<'p>,
    written: &'p Written,
}

impl<'p> Place<'p> {
    fn insertion(&self, edit: &PolicyEdit, draft: &Draft) -> Option<Insertion> {
        if let PolicyEdit::AddRule { place, rule } = edit {
            return self.new_rule(*place, rule, draft);
        }
        let fields = self.fields(draft.rules.get(edit.rule()?)?)?;
        let key = edit.field()?;
        let found = only(fields, key)?;
        match (found, edit.member(self.spelling())) {
            (Some(field), Some(member)) => self.member(&field.value, &member),
            (Some(field), None) => Some(Insertion { at: self.range(&field.value), new: "true".to_owned() }),
            (None, member) => {
                let origins = only(fields, "origins")??;
                let value = member.map_or_else(|| "true".to_owned(), |member| format!("[{member}]"));
                let key_begin = self.spans(origins.key.span.0)?.start;
                self.text.field(key_begin, self.range(&origins.value).end, key, &value)
            }
        }
    }

    fn spelling(&self) -> Spelling {
        match self.text.language {
            Language::Rust => Spelling::Rust,
            Language::Json | Language::Toml => Spelling::Data,
        }
    }

    fn spans(&self, span: u32) -> Option<std::ops::Range<usize>> {
        self.written.spans.get(span as usize).cloned()
    }

    fn range(&self, value: &Value) -> std::ops::Range<usize> {
        self.spans(value.span.0).unwrap_or_default()
    }

    /// The fields of a rule.
    fn fields(&self, rule: &RuleDraft) -> Option<&'p [Field]> {
        let Some(name) = &rule.name else { return Some(&self.written.source.fields) };
        let value = match self.named(name)? {
            Named::Field(field) => &field.value,
            Named::Entry(entry) => &entry.value,
        };
        match &value.shape {
            Shape::Map(fields) => Some(fields),
            _ => None,
        }
    }

    /// The rule with this name, if there is one only.
    fn named(&self, name: &str) -> Option<Named<'p>> {
        let fields = &self.written.source.fields;
        if let Some(rules) = only(fields, "rules")? {
            let Shape::List(entries) = &rules.value.shape else { return None };
            let is_named = |entry: &&Entry| match &entry.value.shape {
                Shape::Map(fields) => fields.iter().any(|field| {
                    field.key.text == "name"
                        && matches!(&field.value.shape, Shape::Text(text) if text == name)
                }),
                _ => false,
            };
            let mut found = entries.iter().filter(is_named);
            return found.next().filter(|_| found.next().is_none()).map(Named::Entry);
        }
        only(fields, name)?.map(Named::Field)
    }

    /// One member more in a list, or a list with it in place of `any`.
    fn member(&self, value: &Value, member: &str) -> Option<Insertion> {
        let at = self.range(value);
        match &value.shape {
            Shape::List(entries) => match entries.last() {
                Some(last) => self.text.behind(&self.range(&last.value), member),
                None => self.text.first(&at, member),
            },
            _ => Some(Insertion { at, new: format!("[{}, {member}]", self.spelling().any()) }),
        }
    }

    fn new_rule(&self, place: usize, rule: &RuleDraft, draft: &Draft) -> Option<Insertion> {
        let name = |place: usize| draft.rules.get(place).and_then(|rule| rule.name.as_deref());
        match (name(place), place.checked_sub(1).and_then(name)) {
            (Some(next), _) => {
                let begin = match self.named(next)? {
                    Named::Field(field) => self.begin(field)?,
                    Named::Entry(entry) => self.range(&entry.value).start,
                };
                self.text.rule_in_front(begin, rule, self.is_list())
            }
            (None, Some(last)) => {
                let (begin, end) = match self.named(last)? {
                    Named::Field(field) => (self.begin(field)?, self.range(&field.value).end),
                    Named::Entry(entry) => (self.range(&entry.value).start, self.range(&entry.value).end),
                };
                self.text.rule_behind(begin, end, rule, self.is_list())
            }
            // A rule without a name would have to get one.
            (None, None) => None,
        }
    }

    fn is_list(&self) -> bool {
        self.written.source.fields.iter().any(|field| field.key.text == "rules")
    }

    /// Where a field begins, attributes included.
    fn begin(&self, field: &Field) -> Option<usize> {
        let span = field.attributes.first().map_or(field.key.span, |attribute| attribute.span);
        Some(self.spans(span.0)?.start)
    }
}

enum Named<'p> {
    Field(&'p Field),
    Entry(&'p Entry),
}

/// The field with this name; `None` where there are several, each in other builds.
#[expect(clippy::option_option, reason = "none is another answer than several")]
fn only<'f>(fields: &'f [Field], key: &str) -> Option<Option<&'f Field>> {
    let mut found = fields.iter().filter(|field| field.key.text == key);
    let first = found.next();
    found.next().is_none().then_some(first)
}
