//! A program that mends policies: it does what diagnostics say, and knows nothing else.

use std::collections::HashSet;

use cors_policy::{Compiled, Diagnostic, Diagnostics, Document, Policy, Severity};
use serde::Deserialize;
use serde_json::{Value, json};

/// The policy, unless it is refused, and what is said about it.
///
/// # Errors
///
/// If what is said is not said as it should be.
pub fn compile(document: &Value) -> Result<(Option<Policy>, Diagnostics), String> {
    let parsed = Document::deserialize(document).map_err(|error| error.to_string())?;
    let (policy, diagnostics) = match Policy::compile(&parsed) {
        Ok(Compiled { policy, warnings, .. }) => (Some(policy), warnings),
        Err(diagnostics) => (None, diagnostics),
    };
    judge(document, &diagnostics)?;
    Ok((policy, diagnostics))
}

/// The document when nothing is left in it that a program could mend, and what becomes of it then.
///
/// # Errors
///
/// If a replacement cannot be put where it belongs, or there are always more of them.
pub fn mend(mut document: Value) -> Result<(Value, Option<Policy>, Diagnostics), String> {
    for _ in 0..5 {
        let (policy, diagnostics) = compile(&document)?;
        if follow(&mut document, &diagnostics)? == 0 {
            return Ok((document, policy, diagnostics));
        }
    }
    Err(format!("mending does not end, and has come to {document}"))
}

/// The complaint, unless it holds.
///
/// # Errors
///
/// The complaint.
pub fn ensure<E>(holds: bool, complaint: impl FnOnce() -> E) -> Result<(), E> {
    if holds { Ok(()) } else { Err(complaint()) }
}

/// A step from a value to a part of it.
#[derive(Debug)]
enum Step {
    Field(String),
    Entry(usize),
}

/// The way along a path such as `rules[2].origins[0]`; `None` if there is no such place.
fn steps(value: &Value, path: &str) -> Option<Vec<Step>> {
    let (step, inner, rest) = match value {
        _ if path.is_empty() => return Some(Vec::new()),
        Value::Array(entries) => {
            let (index, rest) = path.strip_prefix('[')?.split_once(']')?;
            let index = index.parse().ok()?;
            (Step::Entry(index), entries.get(index)?, rest)
        }
        Value::Object(fields) => {
            let path = path.strip_prefix('.').unwrap_or(path);
            let end = path.find(['.', '[']).unwrap_or(path.len());
            let (name, rest) = path.split_at_checked(end)?;
            (Step::Field(name.to_owned()), fields.get(name)?, rest)
        }
        _ => return None,
    };
    let mut steps = steps(inner, rest)?;
    steps.insert(0, step);
    Some(steps)
}

/// What stands at a path.
fn value_at<'v>(document: &'v Value, path: &str) -> Option<&'v Value> {
    steps(document, path)?.iter().try_fold(document, |value, step| match step {
        Step::Field(name) => value.get(name),
        Step::Entry(index) => value.get(index),
    })
}

/// Does what every diagnostic says that has a replacement, one for each place, the last first, so that the places of
/// the others stay what they are. Gives the number of those.
fn follow(document: &mut Value, diagnostics: &Diagnostics) -> Result<usize, String> {
    let mut places = HashSet::new();
    let mended = diagnostics.iter().filter(|found| found.replacement.is_some() && places.insert(&found.path));
    let mended: Vec<&Diagnostic> = mended.collect();
    for found in mended.iter().rev() {
        let done = replace(document, found);
        done.ok_or_else(|| format!("no way to put {:?} at `{}`: {found}", found.replacement, found.path))?;
    }
    Ok(mended.len())
}

fn replace(document: &mut Value, found: &Diagnostic) -> Option<()> {
    let texts = found.replacement.as_deref()?;
    let steps = steps(document, &found.path)?;
    let (last, outer) = steps.split_last()?;
    let parent = outer.iter().try_fold(document, |value, step| match step {
        Step::Field(name) => value.get_mut(name),
        Step::Entry(index) => value.get_mut(index),
    })?;
    match (parent, last) {
        (Value::Array(entries), Step::Entry(index)) => {
            entries.splice(*index..=*index, texts.iter().map(|text| json!(text)));
        }
        (Value::Object(fields), Step::Field(name)) => {
            let value = fields.remove(name)?;
            let overwritten = match texts {
                [] => None,
                [key] if found.at_key => fields.insert(key.clone(), value),
                [text] => fields.insert(name.clone(), json!(text)),
                _ => return None,
            };
            return overwritten.is_none().then_some(());
        }
        _ => return None,
    }
    Some(())
}

/// Whether diagnostics say what they say as they should, as text and as JSON.
fn judge(document: &Value, diagnostics: &Diagnostics) -> Result<(), String> {
    let json = serde_json::to_value(diagnostics).map_err(|error| error.to_string())?;
    let expected: Value = diagnostics.iter().map(as_documented).collect();
    ensure(json == expected, || format!("not what is documented: {json}"))?;
    for found in diagnostics {
        judge_texts(found).map_err(|complaint| format!("{complaint}: {found}"))?;
        let related = found.related.iter().map(|related| &related.path);
        for path in [&found.path].into_iter().chain(related) {
            ensure(value_at(document, path).is_some(), || format!("nothing stands at `{path}`: {found}"))?;
        }
        if let Some(excerpt) = &found.excerpt {
            let whole = value_at(document, &found.path).and_then(Value::as_str);
            let part = excerpt.text().get(excerpt.start()..excerpt.end());
            let is_part = whole == Some(excerpt.text()) && part.is_some_and(|part| !part.is_empty());
            ensure(is_part, || format!("{excerpt:?} is no part of what stands there: {found}"))?;
        }
    }
    Ok(())
}

/// The fields that the documentation of [`Diagnostic`] promises.
fn as_documented(found: &Diagnostic) -> Value {
    let excerpt = found.excerpt.as_ref();
    json!({
        "rule": found.rule,
        "severity": match found.severity {
            Severity::Error => "error",
            Severity::Lint => "lint",
            Severity::Warning => "warning",
        },
        "path": found.path,
        "at_key": found.at_key,
        "message": found.message,
        "excerpt": excerpt.map(|at| json!({ "text": at.text(), "start": at.start(), "end": at.end() })),
        "help": found.help,
        "replacement": found.replacement,
        "note": found.note,
        "related": found.related.iter().map(|at| json!({ "path": at.path, "message": at.message })).collect::<Value>(),
    })
}

fn judge_texts(found: &Diagnostic) -> Result<(), &'static str> {
    let first = found.message.split(' ').next().unwrap_or_default();
    let is_name = first.len() > 1 && !first.contains(|c: char| c.is_ascii_lowercase()) || first == "Chromium";
    let starts = first.starts_with(|c: char| c == '`' || c.is_ascii_lowercase()) || is_name;
    ensure(starts, || "the message starts like a sentence")?;
    let help = found.help.as_deref().ok_or("there is no help")?;
    let text = help.strip_prefix("write `").and_then(|rest| rest.strip_suffix('`'));
    let is_json = |text: &str| text.starts_with(['"', '[', '{']);
    let promises = text.is_some_and(|text| !text.contains('`') && !is_json(text));
    ensure(
        !promises || found.replacement.is_some(),
        || "what the help says to write is not known to be right",
    )?;
    let related = found.related.iter().map(|related| &related.message);
    for text in
        [Some(&found.message), found.help.as_ref(), found.note.as_ref()].into_iter().flatten().chain(related)
    {
        ensure(!text.ends_with('.'), || "a text ends in a full stop")?;
        ensure(!text.contains(char::is_control), || "a text has more than one line")?;
        ensure(!text.to_ascii_lowercase().contains("illegal"), || "nothing is illegal")?;
        ensure(text.matches('`').count() % 2 == 0, || "there is a backtick without another")?;
    }
    Ok(())
}
