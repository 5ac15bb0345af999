//! TOML.

use std::ops::Range;

use cors_policy_compiler::document::Document;
use toml::Spanned;
use toml::de::{DeTable, DeValue, Deserializer, Error};

use serde::de::Deserialize;

use super::{Inner, Node, Read};
use crate::finding::Finding;
use crate::source::Source;

pub(super) fn read(file: &Source) -> Read {
    let malformed = |error: &Error| {
        let place = error.span().unwrap_or(0..0);
        Finding::malformed(place, format!("this is not TOML: {}", error.message().replace('\n', "; ")))
    };
    let root = DeTable::parse(&file.text).map_err(|error| malformed(&error))?;
    let place = 0..file.text.trim_end().len();
    let node = table(root.get_ref(), place);
    let document = Document::deserialize(Deserializer::from(root)).map_err(|error| malformed(&error))?;
    Ok((document, node))
}

fn table(table: &DeTable<'_>, place: Range<usize>) -> Node {
    let members = table.iter().map(|(key, value)| {
        let name = key.get_ref().clone().into_owned();
        (name, key.span(), node(value))
    });
    Node { place, inner: Inner::Map(members.collect()) }
}

fn node(value: &Spanned<DeValue<'_>>) -> Node {
    let place = value.span();
    match value.get_ref() {
        DeValue::Table(members) => table(members, place),
        DeValue::Array(members) => Node { place, inner: Inner::List(members.iter().map(node).collect()) },
        _ => Node { place, inner: Inner::Nothing },
    }
}
