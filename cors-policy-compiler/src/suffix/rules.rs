//! The embedded public suffix list, and searches in it.
//!
//! The text has one rule a line, labels from the top-level domain down with commas between them
//! (`com,amazonaws,s3`), sorted by bytes. A comma sorts before all that labels have but `*`, so all rules below
//! a name come right after the rule for the name itself, its wildcard rule first. The comment lines in front sort
//! before all rules too.

use super::List;
use std::iter;
use std::str::Split;

const TEXT: &str = include_str!("../../suffixes/public-suffixes.txt");

pub(super) const DATE: &str = TEXT.split_at("# yyyy-mm-dd".len()).0.split_at("# ".len()).1;

/// Labels from the top-level domain down.
pub(super) type Labels = Split<'static, char>;

/// A rule of the public suffix list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule {
    reversed: &'static str,
    pub(super) exception: bool,
    private: bool,
}

impl Rule {
    fn parse(line: &'static str) -> Self {
        let (line, private) = strip_marker(line, '+');
        let (reversed, exception) = strip_marker(line, '!');
        Self { reversed, exception, private }
    }

    pub(super) fn labels(&self) -> Labels {
        self.reversed.split(',')
    }

    /// The rule as the list writes it.
    pub(super) fn name(&self) -> String {
        self.reversed.rsplit(',').collect::<Vec<_>>().join(".")
    }

    pub(super) fn is_in(&self, list: List) -> bool {
        list == List::Whole || !self.private
    }
}

fn strip_marker(line: &str, marker: char) -> (&str, bool) {
    line.strip_suffix(marker).map_or((line, false), |line| (line, true))
}

/// The labels of a name beyond a base; `None` where the name is neither the base nor below it.
///
/// The labels of the name come from the top-level domain down; a `*` among them stands for any label.
pub(super) fn labels_below<'n, N: Iterator<Item = &'n str>>(mut name: N, base: &str) -> Option<N> {
    base.rsplit_terminator('.')
        .all(|own| name.next().is_some_and(|label| label == own || label == "*"))
        .then_some(name)
}

/// The public suffix of a host by the rules alone, without the default rule.
///
/// The longest rule prevails, and an exception over all; its suffix is one label shorter. Names are tried
/// from the top-level domain down, until no rule lies there or below.
pub(super) fn listed_suffix(host: &str, list: List) -> Option<&str> {
    search(TEXT, host, list).0
}

/// Whether a rule can make this very host a suffix: the rule for it and a wildcard rule lie below its parent. One search
/// answers that for nearly all hosts, where their suffix takes two.
pub(super) fn may_be_suffix(host: &str) -> bool {
    match host.split_once('.') {
        Some((_, parent)) if parent.contains('.') => {
            at_or_below(parent, starting_at(parent, TEXT)).next().is_some()
        }
        _ => true,
    }
}

/// That suffix, and the rules for the host and for names below it, each with its labels below the host.
pub(super) fn listed_suffix_and_below(
    host: &str,
    list: List,
) -> (Option<&str>, impl Iterator<Item = (Rule, Labels)>) {
    let (suffix, text) = search(TEXT, host, list);
    (suffix, at_or_below(host, text))
}

/// The suffix, and the text from the first rule for the host or below it on; empty where there is none.
pub(super) fn search<'h>(
    mut text: &'static str,
    host: &'h str,
    list: List,
) -> (Option<&'h str>, &'static str) {
    let (mut suffix, mut parent, mut wildcard) = (None, "", false);
    for name in tails(host) {
        if wildcard {
            suffix = Some(name);
        }
        wildcard = false;
        text = starting_at(name, text);
        let mut nearest = at_or_below(name, text).take(2).peekable();
        if nearest.peek().is_none() {
            return (suffix, "");
        }
        for (rule, mut labels) in nearest.filter(|(rule, _)| rule.is_in(list)) {
            match labels.next() {
                None if rule.exception => return (Some(parent), starting_at(host, text)),
                None => suffix = Some(name),
                Some(label) => wildcard |= label == "*",
            }
        }
        parent = name;
    }
    (suffix, text)
}

fn at_or_below(name: &str, text: &'static str) -> impl Iterator<Item = (Rule, Labels)> {
    text.lines().map(Rule::parse).map_while(move |rule| Some((rule, labels_below(rule.labels(), name)?)))
}

/// The lines of a text from the first rule on that does not sort before a name.
fn starting_at(name: &str, text: &'static str) -> &'static str {
    let key = name.rsplit('.').collect::<Vec<_>>().join(",");
    let (mut start, mut end) = (0, text.len());
    while start < end {
        let middle = usize::midpoint(start, end);
        let line_start =
            text.get(start..middle).and_then(|half| half.rfind('\n')).map_or(start, |at| start + at + 1);
        // Markers and the end of a line sort before all that can follow a label.
        let rest = text.get(line_start..).unwrap_or_default();
        if rest < key.as_str() {
            start = line_start + rest.find('\n').map_or(rest.len(), |length| length + 1);
        } else {
            end = line_start;
        }
    }
    text.get(start..).unwrap_or_default()
}

/// The names that a host lies below, from the top-level domain down, and the host.
fn tails(host: &str) -> impl Iterator<Item = &str> {
    host.rmatch_indices('.').filter_map(|(dot, _)| host.get(dot + 1..)).chain(iter::once(host))
}
