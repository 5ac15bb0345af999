//! The lines that a change takes away and adds.

use std::fmt;

use crate::source::{Source, printable};

/// What is other between two texts: lines with `-` and `+`.
#[derive(Debug)]
pub(super) struct Diff {
    file: String,
    lines: Vec<Line>,
    colours: bool,
    /// Whether lines are as they are in the file, and not as a terminal may have them.
    is_exact: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Line {
    /// Where the next lines stand, from 1.
    At(usize),
    Gone(String),
    New(String),
}

/// The most bytes of lines that are shown: a document can stand in one line.
const LONGEST: usize = 16 * 1024;
/// The most pairs of lines that are compared.
const MOST_PAIRS: usize = 1 << 20;

impl Line {
    fn length(&self) -> usize {
        match self {
            Line::At(_) => 0,
            Line::Gone(text) | Line::New(text) => text.len(),
        }
    }
}

impl Diff {
    /// `None` where the lines are too long to be read.
    pub(super) fn of(before: &Source, after: &Source) -> Option<Self> {
        let old: Vec<&str> = before.text.lines().collect();
        let new: Vec<&str> = after.text.lines().collect();
        let front = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
        let most = old.len().min(new.len()) - front;
        let back =
            old.iter().rev().zip(new.iter().rev()).take(most).take_while(|(old, new)| old == new).count();
        let middle = |lines: &[&str]| -> Vec<String> {
            lines.iter().skip(front).take(lines.len() - front - back).map(ToString::to_string).collect()
        };
        let lines = lines(&middle(&old), &middle(&new), front + 1);
        let length: usize = lines.iter().map(Line::length).sum();
        let file = before.name.clone();
        (length <= LONGEST).then_some(Diff { file, lines, colours: false, is_exact: false })
    }

    /// The lines exactly as they are in the file.
    pub(super) fn exact(mut self) -> Self {
        self.is_exact = true;
        self
    }

    pub(super) fn coloured(mut self, colours: bool) -> Self {
        self.colours = colours;
        self
    }
}

/// A line with what a terminal could take for a command escaped; tabs stay.
fn printable_line(text: &str) -> String {
    text.split('\t').map(printable).collect::<Vec<_>>().join("\t")
}

/// The lines that are other, by the longest sequence of lines that are the same.
fn lines(old: &[String], new: &[String], first: usize) -> Vec<Line> {
    let mut found = vec![Line::At(first)];
    if old.len().saturating_mul(new.len()) > MOST_PAIRS {
        found.extend(old.iter().cloned().map(Line::Gone));
        found.extend(new.iter().cloned().map(Line::New));
        return found;
    }
    let same = same_behind(old, new);
    let behind = |i: usize, j: usize| same.get(i * (new.len() + 1) + j).copied().unwrap_or_default();
    let (mut i, mut j) = (0, 0);
    let mut apart = false;
    while i < old.len() || j < new.len() {
        match (old.get(i), new.get(j)) {
            (Some(gone), Some(added)) if gone == added => {
                (i, j) = (i + 1, j + 1);
                apart = true;
                continue;
            }
            _ if apart => found.push(Line::At(first + i)),
            _ => {}
        }
        apart = false;
        match (old.get(i), new.get(j)) {
            (Some(gone), added) if added.is_none() || behind(i + 1, j) >= behind(i, j + 1) => {
                found.push(Line::Gone(gone.clone()));
                i += 1;
            }
            (_, Some(added)) => {
                found.push(Line::New(added.clone()));
                j += 1;
            }
            _ => break,
        }
    }
    found
}

/// How many lines can be the same from each pair of places on.
fn same_behind(old: &[String], new: &[String]) -> Vec<usize> {
    let width = new.len() + 1;
    let mut same = vec![0_usize; (old.len() + 1) * width];
    for (i, gone) in old.iter().enumerate().rev() {
        for (j, added) in new.iter().enumerate().rev() {
            let at = |i: usize, j: usize| same.get(i * width + j).copied().unwrap_or_default();
            let count = if gone == added { at(i + 1, j + 1) + 1 } else { at(i + 1, j).max(at(i, j + 1)) };
            if let Some(cell) = same.get_mut(i * width + j) {
                *cell = count;
            }
        }
    }
    same
}

impl fmt::Display for Diff {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (red, green, plain) =
            if self.colours { ("\x1b[31m", "\x1b[32m", "\x1b[0m") } else { ("", "", "") };
        // Whoever reads a diff on a terminal sees what is in the file, and the terminal does nothing of it.
        let shown = |text: &str| if self.is_exact { text.to_owned() } else { printable_line(text) };
        for line in &self.lines {
            match line {
                Line::At(line) => writeln!(f, "{}:{line}", self.file)?,
                Line::Gone(text) => writeln!(f, "{red}- {}{plain}", shown(text))?,
                Line::New(text) => writeln!(f, "{green}+ {}{plain}", shown(text))?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diff(old: &str, new: &str) -> String {
        let source = |text: &str| Source::new("a.toml", text.to_owned());
        Diff::of(&source(old), &source(new)).unwrap().to_string()
    }

    #[test]
    fn lines_that_are_other() {
        assert_eq!(diff("a\nb\nc\n", "a\nx\nc\n"), "a.toml:2\n- b\n+ x\n");
        assert_eq!(diff("a\nc\n", "a\nb\nc\n"), "a.toml:2\n+ b\n");
        assert_eq!(diff("\t\x1b[2Ja\n", "\tb\u{202e}\n"), "a.toml:1\n- \t\\u{1b}[2Ja\n+ \tb\\u{202e}\n");
        assert_eq!(diff("a\nb\nc\nd\n", "x\nb\nc\ny\n"), "a.toml:1\n- a\n+ x\na.toml:4\n- d\n+ y\n");
    }
}
