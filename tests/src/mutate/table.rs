//! Ways to break a policy, as they stand in `cases/mutations.txt`.

use cors_policy_compiler::mistake::{Mistake, Severity};
use proptest::sample::Index;
use serde_json::{Value, json};

use super::{Draft, Need, Words};

const TABLE: &str = include_str!("../../cases/mutations.txt");

/// A way to break a policy.
#[derive(Clone, Debug)]
pub struct Mutation {
    /// Where it comes from.
    pub row: &'static str,
    /// What is reported.
    pub mistake: Mistake,
    /// The rule that it takes.
    pub need: Need,
    /// Why no program can tell what is right, if none can.
    pub lost: Option<&'static str>,
    /// What is done to the policy.
    pub change: Change,
}

/// What is done to a policy.
#[derive(Clone, Debug)]
pub enum Change {
    /// Entries stand in a list.
    Entries {
        /// The list.
        list: &'static str,
        /// What is right.
        right: Vec<Value>,
        /// What is wrong.
        wrong: Vec<Value>,
        /// Where it is reported, below the first entry that is wrong.
        below: &'static str,
    },
    /// A field has a value.
    Field {
        /// Its name.
        field: &'static str,
        /// What is right; `None` for no such field.
        right: Option<Value>,
        /// What is wrong.
        wrong: Value,
        /// Where it is reported, below the value.
        below: &'static str,
    },
    /// A field has another name.
    Name {
        /// The name that it should have.
        right: &'static str,
        /// The name that it has.
        wrong: &'static str,
        /// Its value, if the policy does not have the field.
        value: Value,
    },
    /// Whatever this does.
    Rules(Whole),
}

/// Breaks the second of two equal policies, or builds on both first; gives where it is broken.
pub type Whole = fn(&mut Draft, &mut Draft, &Words) -> String;

/// Where in a list something is put, and in which form.
pub type Chance = (Index, usize);

/// The rows of the table.
///
/// # Panics
///
/// If they are not as the table says.
#[must_use]
pub fn table() -> Vec<Mutation> {
    let (mut heading, mut mutations) = ("", Vec::new());
    for row in TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let columns: Vec<&str> = row.split(" | ").map(str::trim).collect();
        match columns.as_slice() {
            [_, right, wrong, below @ ..] => {
                let below = below.first().copied().unwrap_or_default();
                let lost = right.strip_prefix("? ");
                mutations.push(Mutation::new(row, lost, change(heading, right, wrong, below)));
            }
            _ => heading = row.trim_matches(['[', ']']),
        }
    }
    mutations
}

fn change(heading: &'static str, right: &'static str, wrong: &'static str, below: &'static str) -> Change {
    let entry = |text: &str| match json_of(text) {
        Some(Value::Object(fields)) => fields.into(),
        _ => json!(text),
    };
    let is_entry = |text: &&str| !text.starts_with(['-', '?']);
    let entries = |text: &'static str| text.split(" + ").filter(is_entry).map(entry).collect();
    if let Some(list) = heading.strip_prefix("entry of ") {
        Change::Entries { list, right: entries(right), wrong: entries(wrong), below }
    } else if let Some(field) = heading.strip_prefix("field ") {
        Change::Field { field, right: json_of(right), wrong: json_of(wrong).unwrap_or_default(), below }
    } else {
        Change::Name { right, wrong, value: json_of(below).unwrap_or_default() }
    }
}

fn json_of(text: &str) -> Option<Value> {
    serde_json::from_str(text).ok()
}

impl Mutation {
    /// A mutation whose row begins with the name of its mistake.
    ///
    /// # Panics
    ///
    /// If there is no such mistake.
    #[must_use]
    pub fn new(row: &'static str, lost: Option<&'static str>, change: Change) -> Self {
        let first = row.split('|').next().unwrap_or_default().trim();
        let (name, need) = first.split_once(' ').unwrap_or((first, ""));
        let need = match need {
            "plain" => Need::Plain,
            "token" => Need::Token,
            "guarded" => Need::Guarded,
            _ => Need::Anything,
        };
        let mistake = Mistake::by_name(name);
        #[expect(clippy::expect_used, reason = "a panic is the report")]
        let mistake = mistake.expect(row);
        Mutation { row, mistake, need, lost, change }
    }

    /// Builds on two equal policies, so that the second one is broken and the first is what was meant; gives where.
    pub fn apply(
        &self,
        right: &mut Draft,
        wrong: &mut Draft,
        words: &Words,
        (place, form): Chance,
    ) -> String {
        match &self.change {
            Change::Rules(change) => change(right, wrong, words),
            Change::Name { right: name, wrong: other, value } => {
                right.set_default(name, value);
                wrong.set_default(name, value);
                wrong.rename(name, other)
            }
            Change::Field { field, right: value, wrong: other, below } => {
                if self.lost.is_none() {
                    right.set(field, value.clone());
                }
                wrong.set(field, Some(words.fill(other)));
                wrong.at(field) + below
            }
            Change::Entries { list, right: entries, wrong: others, below } => {
                let reported = others.iter().position(|entry| !entries.contains(entry));
                let reported = reported.unwrap_or(others.len() - 1);
                let (list, others, below) = match others.as_slice() {
                    [Value::String(other)] if *list == "origins" => self.in_form(form, entries, other),
                    _ => (*list, others.clone(), *below),
                };
                right.insert(list, place, words.fill_all(entries));
                let start = wrong.insert(list, place, words.fill_all(&others));
                format!("{}[{}]{below}", wrong.at(list), start + reported)
            }
        }
    }

    /// A wrong origin as the entry on which a lint could be allowed, as one that is to be refused, or as it is.
    fn in_form(&self, form: usize, right: &[Value], wrong: &str) -> (&'static str, Vec<Value>, &'static str) {
        let is_exact = matches!(right, [Value::String(text)] if !text.contains('*'));
        match form {
            0 if right.len() < 2 => ("origins", vec![json!({ "pattern": wrong })], ".pattern"),
            1 if is_exact && self.mistake.severity() == Severity::Error => {
                ("refuses", vec![json!(wrong)], "")
            }
            _ => ("origins", vec![json!(wrong)], ""),
        }
    }
}
