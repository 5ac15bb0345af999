//! JSON.

use std::fmt;
use std::ops::Range;

use cors_policy_compiler::document::Document;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::{Inner, Node, Read};
use crate::finding::Finding;
use crate::source::Source;

/// The most values that stand in each other in a document: deeper ones have no meaning.
const DEEPEST: usize = 16;

pub(super) fn read(file: &Source) -> Read {
    let malformed = |error: &serde_json::Error| {
        let message = error.to_string();
        let message = message.rsplit_once(" at line ").map_or(message.as_str(), |(message, _)| message);
        let end = file.text.trim_end().len();
        if error.is_data() {
            return Finding::malformed(0..end, message);
        }
        let begin = if error.is_eof() { end } else { file.offset(error.line(), error.column()) };
        let width = file.text.get(begin..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        Finding::malformed(begin..begin + width, format!("this is not JSON: {message}"))
    };
    let text = file.text.strip_prefix('\u{feff}').unwrap_or(&file.text);
    let document: Document = serde_json::from_str(text).map_err(|error| malformed(&error))?;
    let root: &RawValue = serde_json::from_str(text).map_err(|error| malformed(&error))?;
    Ok((document, node(root, &file.text, DEEPEST)))
}

/// A raw value is a piece of the text that it is read from.
fn place(raw: &RawValue, file: &str) -> Range<usize> {
    let begin = raw.get().as_ptr().addr().saturating_sub(file.as_ptr().addr());
    begin..begin + raw.get().len()
}

fn node(raw: &RawValue, file: &str, depth: usize) -> Node {
    let place = place(raw, file);
    let inner = match raw.get().as_bytes().first() {
        Some(b'[') if depth > 0 => {
            let members: Vec<&RawValue> = serde_json::from_str(raw.get()).unwrap_or_default();
            Inner::List(members.into_iter().map(|member| node(member, file, depth - 1)).collect())
        }
        Some(b'{') if depth > 0 => {
            let Members(members) = serde_json::from_str(raw.get()).unwrap_or_default();
            let members = members.into_iter().filter_map(|(key, value)| {
                let name = serde_json::from_str(key.get()).ok()?;
                Some((name, self::place(key, file), node(value, file, depth - 1)))
            });
            Inner::Map(members.collect())
        }
        _ => Inner::Nothing,
    };
    Node { place, inner }
}

/// The members of an object, names that stand twice included.
#[derive(Default)]
struct Members<'t>(Vec<(&'t RawValue, &'t RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Members(members))
    }
}
