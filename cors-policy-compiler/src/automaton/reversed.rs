//! Patterns as the automaton reads them: from the end.

use cors_policy_program::is_label_byte;

use crate::model::Entry;
use crate::origin::Pattern;
use crate::source::Span;

/// A pattern, from its end.
#[derive(Clone, Debug)]
pub(super) struct Reversed {
    /// Whether any port, or none, stands before the literal.
    pub(super) any_port: bool,
    /// What is literal up to the first wildcard, reversed.
    pub(super) literal: Vec<u8>,
    /// The first wildcard and what is behind it; empty for a pattern without wildcards.
    pub(super) tail: Vec<Element>,
    pub(super) rule: u8,
    pub(super) span: Span,
}

/// A part of a tail, in reading order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Element {
    /// This byte.
    Byte(u8),
    /// One or more bytes of a label.
    InLabel,
    /// One or more labels with dots between them.
    Labels,
}

pub(super) fn reverse(entry: &Entry, rule: u8) -> Reversed {
    let pattern = &entry.pattern;
    let any_port = pattern.has_any_port();
    let text = if any_port { pattern.text().strip_suffix(":*").unwrap_or_default() } else { pattern.text() };
    let behind_last_star = text.rfind('*').map_or(0, |star| star + 1);
    let (front, literal) = text.split_at_checked(behind_last_star).unwrap_or((text, ""));
    Reversed {
        any_port,
        literal: literal.bytes().rev().collect(),
        tail: elements(front, pattern),
        rule,
        span: entry.span,
    }
}

fn elements(front: &str, pattern: &Pattern) -> Vec<Element> {
    let leading = pattern.host().starts_with("*.");
    let leading_at = pattern.scheme().len() + 3;
    let mut elements: Vec<Element> = front
        .bytes()
        .enumerate()
        .map(|(at, byte)| match byte {
            b'*' if leading && at == leading_at => Element::Labels,
            b'*' => Element::InLabel,
            byte => Element::Byte(byte),
        })
        .collect();
    elements.reverse();
    elements
}

/// The bytes that a wildcard in a host can stand for.
pub(super) fn label_bytes() -> impl Iterator<Item = u8> {
    (0..=u8::MAX).filter(|byte| is_label_byte(*byte))
}
