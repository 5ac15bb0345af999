//! Diagnostics as text: one form for both spellings.
//!
//! ```text
//! an origin has no slash at its end
//!   | https://shop.example.com/
//!   |                         ^
//!   = help: write `https://shop.example.com`
//!   = note: browsers send origins without a path, …
//!   = note: see docs/diagnostics.md#trailing_slash
//! ```

use std::fmt;

/// A text with a part of it that is meant: compilers can underline a string, but on stable Rust no part of one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Excerpt {
    text: String,
    start: usize,
    end: usize,
}

/// The most characters of a text that are shown in front of the part that is meant, and behind it.
const MOST_AROUND: usize = 60;
/// The most characters of the part that is meant. A longer one is nearly all of its text.
const MOST_MEANT: usize = 100;

impl Excerpt {
    /// The excerpt, where `part` is a slice of `text`, neither empty nor all of it.
    pub(crate) fn of(text: &str, part: &str) -> Option<Self> {
        let start = part.as_ptr().addr().checked_sub(text.as_ptr().addr())?;
        let end = start.checked_add(part.len())?;
        let is_slice = text.get(start..end) == Some(part);
        (is_slice && !part.is_empty() && part.len() < text.len()).then(|| Excerpt {
            text: text.to_owned(),
            start,
            end,
        })
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The part that is meant.
    #[must_use]
    pub fn part(&self) -> &str {
        self.text.get(self.start..self.end).unwrap_or_default()
    }

    /// Where the part that is meant begins, in bytes.
    #[must_use]
    pub fn start(&self) -> usize {
        self.start
    }

    /// Where the part that is meant ends, in bytes.
    #[must_use]
    pub fn end(&self) -> usize {
        self.end
    }

    /// The text on one line and carets below on another, in columns of a terminal; `None` where the columns of
    /// the part cannot be told, because there are characters in it or in front of it that may be wider than one.
    fn lines(&self) -> Option<(String, String)> {
        let before = printable(self.text.get(..self.start)?);
        let part = printable(self.text.get(self.start..self.end)?);
        let after = printable(self.text.get(self.end..)?);
        if !before.is_ascii() || !part.is_ascii() || part.len() > MOST_MEANT {
            return None;
        }
        let before = match before.len().checked_sub(MOST_AROUND) {
            Some(left_out) if left_out > 1 => format!("…{}", before.get(left_out..)?),
            _ => before,
        };
        let after = match after.char_indices().nth(MOST_AROUND) {
            Some((end, _)) => format!("{}…", after.get(..end)?),
            None => after,
        };
        let carets = "^".repeat(part.chars().count());
        Some((format!("{before}{part}{after}"), format!("{}{carets}", " ".repeat(before.chars().count()))))
    }
}

/// What a diagnostic says, its places in words.
#[derive(Clone, Debug)]
pub struct Said<'d> {
    /// What is wrong.
    pub message: &'d str,
    /// Where in a text.
    pub excerpt: Option<&'d Excerpt>,
    /// What to write instead.
    pub help: Option<&'d str>,
    /// Why.
    pub note: Option<&'d str>,
    /// Other places, as readers know them, and what is there.
    pub related: Vec<(String, &'d str)>,
    /// In which builds.
    pub condition: Option<&'d str>,
    /// The name of the mistake.
    pub name: &'d str,
}

impl fmt::Display for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message)?;
        if let Some((text, carets)) = self.excerpt.and_then(Excerpt::lines) {
            write!(f, "\n  | {text}\n  | {carets}")?;
        }
        if let Some(help) = self.help {
            write!(f, "\n  = help: {help}")?;
        }
        for (place, what) in &self.related {
            write!(f, "\n  = note: {what}{}{place}", if place.is_empty() { "" } else { ": " })?;
        }
        if let Some(note) = self.note {
            write!(f, "\n  = note: {note}")?;
        }
        if let Some(condition) = self.condition {
            write!(f, "\n  = note: only in builds {condition}")?;
        }
        write!(f, "\n  = note: see docs/diagnostics.md#{}", self.name)
    }
}

/// Whether a reader could not see a character, or be misled by it: controls, marks of direction, joiners, tags.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// The text with what a reader could not see, or could be misled by, escaped: messages repeat what stands in a
/// policy.
#[must_use]
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if is_hidden(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, part: impl Fn(&str) -> Option<&str>) -> Option<(String, String)> {
        Excerpt::of(text, part(text)?)?.lines()
    }

    #[test]
    fn carets_stand_below_the_part() {
        let lines = shown("https://a.example/", |text| text.get(17..)).unwrap();
        assert_eq!(lines, ("https://a.example/".to_owned(), " ".repeat(17) + "^"));
        let lines = shown("https://a\u{200b}b.example", |text| text.get(9..12)).unwrap();
        assert_eq!(lines, ("https://a\\u{200b}b.example".to_owned(), " ".repeat(9) + "^^^^^^^^"));
    }

    #[test]
    fn long_texts_are_cut() {
        let text = format!("https://{}?{}", "a".repeat(200), "b".repeat(200));
        let (text, carets) = shown(&text, |text| text.get(208..209)).unwrap();
        assert_eq!(text.chars().count(), 1 + MOST_AROUND + 1 + MOST_AROUND + 1, "{text}");
        assert_eq!(text.chars().position(|c| c == '?'), carets.find('^'));
    }

    #[test]
    fn what_cannot_be_aligned_is_not_shown() {
        assert_eq!(shown("https://例え.example/", |text| text.get(text.len() - 1..)), None);
        assert_eq!(shown("https://a.example", |text| Some(text)), None);
        assert_eq!(shown("https://a.example", |text| text.get(3..3)), None);
        let elsewhere = "example".to_owned();
        assert_eq!(Excerpt::of("https://a.example", &elsewhere), None);
    }
}
