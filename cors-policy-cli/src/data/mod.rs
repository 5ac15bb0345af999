//! Policies as data, with the places of everything in them.

mod json;
mod toml;

use std::ops::Range;

use cors_policy_compiler::document::Document;
use cors_policy_compiler::source::{self, Shape, Span};

use crate::arguments::Language;
use crate::finding::{Finding, Kind, Written};
use crate::source::Source;

/// A value's place, and those of what stands in it.
pub(crate) struct Node {
    place: Range<usize>,
    inner: Inner,
}

enum Inner {
    Nothing,
    List(Vec<Node>),
    /// Each with its name and the place of that, in the order of the text.
    Map(Vec<(String, Range<usize>, Node)>),
}

/// The policy in a data file.
///
/// # Errors
///
/// What is malformed, or is no map.
pub(crate) fn read(file: &Source, language: Language) -> Result<Written, Box<Finding>> {
    let (document, node) = match language {
        Language::Toml => toml::read(file)?,
        Language::Json | Language::Rust => json::read(file)?,
    };
    let mut places = Places { spans: Vec::new() };
    places.meet(document.source().span, &node.place);
    places.fields(&document.source().fields, &node);
    Ok(Written {
        kind: Kind::Policy,
        name: None,
        is_silenced: false,
        place: node.place.clone(),
        source: document.source().clone(),
        syntax: Vec::new(),
        spans: places.spans,
        document: Some(document),
    })
}

/// The place of each span.
struct Places {
    spans: Vec<Range<usize>>,
}

impl Places {
    fn meet(&mut self, span: Span, place: &Range<usize>) {
        let index = span.0 as usize;
        // Spans are numbered one by one.
        if index >= self.spans.len() {
            self.spans.resize(index + 1, place.clone());
        }
        if let Some(known) = self.spans.get_mut(index) {
            known.clone_from(place);
        }
    }

    fn fields(&mut self, fields: &[source::Field], node: &Node) {
        let members: &[_] = match &node.inner {
            Inner::Map(members) => members,
            _ => &[],
        };
        // Both have the order of the text; what one of them leaves out has the place of the whole.
        let mut left = members.iter();
        for field in fields {
            let member = left.as_slice().iter().position(|(name, ..)| *name == field.key.text);
            let member = member.and_then(|skipped| left.nth(skipped));
            if let Some((_, key, value)) = member {
                self.meet(field.key.span, key);
                self.value(&field.value, value);
            } else {
                self.meet(field.key.span, &node.place);
                self.value(&field.value, &Node { place: node.place.clone(), inner: Inner::Nothing });
            }
        }
    }

    fn value(&mut self, value: &source::Value, node: &Node) {
        self.meet(value.span, &node.place);
        match (&value.shape, &node.inner) {
            (Shape::Map(fields), _) => self.fields(fields, node),
            (Shape::List(entries), Inner::List(members)) => {
                for (entry, member) in entries.iter().zip(members) {
                    self.value(&entry.value, member);
                }
            }
            _ => {}
        }
    }
}

/// The document, and what is wrong if it is none.
type Read = Result<(Document, Node), Box<Finding>>;
