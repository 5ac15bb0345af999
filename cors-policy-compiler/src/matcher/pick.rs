//! Which patterns are found by hashes.

use std::collections::HashMap;

use cors_policy_program::{exact, wild};

use super::literal::Literal;
use crate::model::{Entry, Model};

/// The most patterns with a `*` that have one literal.
const MOST_LAYERS: u8 = 4;

/// The entries of a policy, without those that an earlier one says already.
pub(super) struct Picked<'m> {
    pub(super) exact: Vec<Item<'m>>,
    pub(super) wild: Vec<Item<'m>>,
    /// What no hash finds, each with the number of its rule.
    pub(super) outside: Vec<(&'m Entry, u8)>,
}

/// An entry that is found by a hash.
pub(super) struct Item<'m> {
    pub(super) entry: &'m Entry,
    pub(super) rule: u8,
    pub(super) literal: &'m str,
    /// Where the literal begins in the pattern.
    pub(super) at: usize,
    /// Where it begins in the text of the rule.
    pub(super) offset: u32,
    /// How many entries in front have the same literal.
    pub(super) layer: u8,
}

impl Item<'_> {
    /// How long the literal is. Those that are picked are all shorter than 256 bytes.
    pub(super) fn length(&self) -> u8 {
        u8::try_from(self.literal.len()).unwrap_or_default()
    }
}

pub(super) fn pick(model: &Model) -> Picked<'_> {
    let mut picked = Picked { exact: Vec::new(), wild: Vec::new(), outside: Vec::new() };
    // A slot that no pattern has must lead out of every text.
    let vacant = exact::Entry::VACANT.offset.min(wild::Entry::VACANT.offset) as usize;
    let fits = entries(model).all(|(entry, _, start)| start + entry.pattern.text().len() < vacant);
    let mut known: HashMap<&str, Vec<&str>> = HashMap::new();
    for (entry, rule, start) in entries(model) {
        let text = entry.pattern.text();
        let Some(Literal { text: literal, at }) = Literal::of(&entry.pattern).filter(|_| fits) else {
            picked.outside.push((entry, rule));
            continue;
        };
        let same = known.entry(literal).or_default();
        if same.contains(&text) {
            continue;
        }
        let (items, most_layers) =
            if at == 0 { (&mut picked.exact, 1) } else { (&mut picked.wild, MOST_LAYERS) };
        let layer = u8::try_from(same.len()).unwrap_or(u8::MAX);
        match u32::try_from(start + at) {
            Ok(offset) if layer < most_layers => {
                same.push(text);
                items.push(Item { entry, rule, literal, at, offset, layer });
            }
            _ => picked.outside.push((entry, rule)),
        }
    }
    picked
}

/// All entries with their rules, and where each begins in the text of its rule.
fn entries(model: &Model) -> impl Iterator<Item = (&Entry, u8, usize)> {
    model.rules.iter().zip(0..=u8::MAX).flat_map(|(rule, number)| {
        rule.origins.entries().iter().scan(0, move |offset, entry| {
            let start = *offset;
            *offset += entry.pattern.text().len() + 1;
            Some((entry, number, start))
        })
    })
}
