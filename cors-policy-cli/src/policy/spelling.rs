//! A policy in the spelling of Rust, in that of data: at run time policies are made from data only.

use cors_policy_compiler::source::{Allow, AttributeKind, Entry, Field, Shape, Source, Value};
use serde_json::{Map, json};

/// The policy as data. Rules become a list, which has an order in every format.
pub(super) fn data(source: &Source) -> serde_json::Value {
    let mut members = Map::new();
    let mut rules = Vec::new();
    for Field { key, value, .. } in &source.fields {
        match &value.shape {
            Shape::Map(fields) => rules.push(rule(&key.text, fields)),
            _ => drop(members.insert(key.text.clone(), self::value(value))),
        }
    }
    if !rules.is_empty() {
        members.insert("rules".to_owned(), rules.into());
    }
    members.into()
}

fn rule(name: &str, fields: &[Field]) -> serde_json::Value {
    let mut members: Map<_, _> =
        fields.iter().map(|field| (field.key.text.clone(), value(&field.value))).collect();
    members.insert("name".to_owned(), name.into());
    members.into()
}

fn value(value: &Value) -> serde_json::Value {
    match &value.shape {
        Shape::Word(word) if word == "any" => "*".into(),
        Shape::Word(text) | Shape::Text(text) => text.as_str().into(),
        Shape::Integer(number) => (*number).into(),
        Shape::Boolean(boolean) => (*boolean).into(),
        Shape::List(entries) => entries.iter().map(entry).collect(),
        Shape::Map(fields) => {
            fields.iter().map(|field| (field.key.text.clone(), self::value(&field.value))).collect()
        }
        // Of a policy that compiles nothing is of these.
        Shape::Other(_) | Shape::Malformed => serde_json::Value::Null,
    }
}

fn entry(entry: &Entry) -> serde_json::Value {
    let mut silenced = Vec::new();
    let mut reasons = Vec::new();
    for attribute in &entry.attributes {
        if let AttributeKind::Allow(Allow { lints, reason }) = &attribute.kind {
            silenced.extend(lints.iter().map(|lint| lint.text.as_str()));
            reasons.extend(reason.iter().map(|reason| reason.text.as_str()));
        }
    }
    let value = value(&entry.value);
    match silenced.as_slice() {
        [] => value,
        silenced => json!({ "pattern": value, "allow": silenced, "reason": reasons.join("; ") }),
    }
}
