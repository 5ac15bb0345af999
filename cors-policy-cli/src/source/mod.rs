//! Files, and places in them.

mod read;
mod walk;

use std::ops::Range;
use std::path::Path;

use crate::arguments::Language;

pub(crate) use cors_policy_compiler::render::printable;
pub(crate) use read::{read, read_input};
pub(crate) use walk::files;

/// The text of a file.
#[derive(Debug)]
pub(crate) struct Source {
    /// The name of the file as it was given, fit to be shown.
    pub(crate) name: String,
    pub(crate) text: String,
    /// Where each line begins.
    lines: Vec<usize>,
    /// How many characters stand in front of each [`STRIDE`]: a document can be one line of a million entries.
    characters: Vec<usize>,
}

/// The bytes between two places of which the characters are counted once.
const STRIDE: usize = 4096;

/// A place as people count: from 1, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Source {
    pub(crate) fn new(name: &str, text: String) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(ends).collect();
        let mut counted = 0;
        let characters = text.as_bytes().chunks(STRIDE).map(|chunk| {
            let before = counted;
            counted += begun(chunk);
            before
        });
        let characters = characters.collect();
        Source { name: printable(name), text, lines, characters }
    }

    /// How many characters begin in front of an offset.
    fn characters(&self, offset: usize) -> usize {
        let stride = (offset / STRIDE).min(self.characters.len().saturating_sub(1));
        let rest = self.text.as_bytes().get(stride * STRIDE..offset).unwrap_or_default();
        self.characters.get(stride).copied().unwrap_or_default() + begun(rest)
    }

    pub(crate) fn position(&self, offset: usize) -> Position {
        let line = self.lines.partition_point(|begin| *begin <= offset);
        let begin = self.begin(line);
        Position { line, column: self.characters(offset).saturating_sub(self.characters(begin)) + 1 }
    }

    /// Where a line begins; the end of the text for lines behind the last.
    fn begin(&self, line: usize) -> usize {
        self.lines.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len())
    }

    /// The whole lines around these places, where they begin, and the number of the first.
    pub(crate) fn excerpt(&self, places: impl Iterator<Item = Range<usize>>) -> (&str, usize, usize) {
        let (mut first, mut last) = (usize::MAX, 0);
        for place in places {
            first = first.min(self.position(place.start).line);
            last = last.max(self.position(place.end).line);
        }
        let first = first.min(last);
        let (begin, end) = (self.begin(first), self.begin(last.saturating_add(1)));
        (self.text.get(begin..end).unwrap_or_default(), begin, first)
    }

    /// The offset of a line and column, both from 1, the column in bytes.
    pub(crate) fn offset(&self, line: usize, column: usize) -> usize {
        let offset = self.begin(line).saturating_add(column.saturating_sub(1)).min(self.text.len());
        (0..=offset).rev().find(|offset| self.text.is_char_boundary(*offset)).unwrap_or_default()
    }

    /// How to read it: as its name says, else as it looks.
    pub(crate) fn language(&self) -> Language {
        by_name(Path::new(&self.name)).unwrap_or_else(|| {
            if self.text.trim_start_matches('\u{feff}').trim_start().starts_with('{') {
                Language::Json
            } else if self.text.contains("cors_policy!") || self.text.contains("cors_ceiling!") {
                Language::Rust
            } else {
                Language::Toml
            }
        })
    }
}

/// How many characters begin in these bytes.
fn begun(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| !matches!(byte, 0x80..=0xbf)).count()
}

/// The language that belongs to the extension.
fn by_name(path: &Path) -> Option<Language> {
    let extension = path.extension()?.to_str()?;
    [("rs", Language::Rust), ("json", Language::Json), ("toml", Language::Toml)]
        .into_iter()
        .find_map(|(known, language)| extension.eq_ignore_ascii_case(known).then_some(language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_characters() {
        let source = Source::new("a.rs", "é\nab\u{1f600}c\n".to_owned());
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position(3), Position { line: 2, column: 1 });
        assert_eq!(source.position(9), Position { line: 2, column: 4 });
        assert_eq!(source.position(source.text.len()), Position { line: 3, column: 1 });
        assert_eq!(source.offset(2, 3), 5);
        assert_eq!(source.offset(2, 4), 5, "no offset inside a character");
        assert_eq!(source.offset(99, 99), source.text.len());
    }

    #[test]
    fn long_lines_are_counted_in_characters() {
        let text = "aé".repeat(10_000);
        let source = Source::new("a.json", text.clone());
        for (index, (offset, _)) in text.char_indices().enumerate() {
            assert_eq!(source.position(offset), Position { line: 1, column: index + 1 });
        }
        assert_eq!(source.position(text.len()).column, 20_001);
    }

    #[test]
    fn excerpts_are_whole_lines() {
        let source = Source::new("a.rs", "one\ntwo\nthree\nfour".to_owned());
        assert_eq!(source.excerpt([5..6, 9..10].into_iter()), ("two\nthree\n", 4, 2));
        assert_eq!(source.excerpt(std::iter::once(15..18)), ("four", 14, 4));
    }
}
