//! What came along when an origin was copied: another origin, quotation marks, white space, a placeholder.

use super::closed;
use super::finding::Finding;
use crate::mistake::Mistake;

/// What belongs around a text, or between two.
const MARKS: [char; 9] = ['"', '\'', '`', '<', '>', '“', '”', ',', ';'];

pub(super) fn pasted(text: &str) -> Option<Finding> {
    scheme_twice(text).or_else(|| marked(text)).or_else(|| placeholder(text)).or_else(|| white_space(text))
}

pub(super) fn several_origins(text: &str) -> Option<Finding> {
    let is_separator = |c: char| matches!(c, ',' | ';' | '|') || c.is_whitespace();
    let parts: Vec<&str> = text.split(is_separator).filter(|part| !part.is_empty()).collect();
    if text.matches("://").count() < 2 || parts.len() < 2 {
        return None;
    }
    let help = "give each origin a string of its own";
    Some(
        Finding::new(Mistake::SeveralOriginsInOne, "one string holds several origins", help)
            .meant(parts.into_iter().map(str::to_owned)),
    )
}

fn scheme_twice(text: &str) -> Option<Finding> {
    let (scheme, rest) = text.split_once("://")?;
    let (second, _) = rest.split_once("://").filter(|(second, _)| matches!(*second, "http" | "https"))?;
    let part = text.get(..scheme.len() + 3)?;
    let finding = Finding::new(Mistake::SchemeSeparator, "the scheme stands here twice", "write one scheme");
    let finding = if second == scheme { finding.meant([rest.to_owned()]) } else { finding };
    Some(finding.at(text, part))
}

/// Marks, or the brackets of a list, around the text.
fn marked(text: &str) -> Option<Finding> {
    let is_list = text.starts_with('[') && text.contains("://");
    let is_mark = |c: char| MARKS.contains(&c) || (is_list && matches!(c, '[' | ']'));
    let plain = text.trim_matches(is_mark);
    let (mistake, mark, place) = if text.starts_with(is_mark) {
        (Mistake::InvalidScheme, text.chars().next()?, "in front of the scheme")
    } else if text.ends_with(is_mark) && text.contains("://") {
        (Mistake::InvalidHostCharacter, text.chars().next_back()?, "at the end of this origin")
    } else {
        return None;
    };
    let start = if mistake == Mistake::InvalidScheme { 0 } else { text.len() - mark.len_utf8() };
    let part = text.get(start..start + mark.len_utf8())?;
    let name = if mark == '`' { "a backtick".to_owned() } else { format!("`{mark}`") };
    let message = format!("{name} stands {place}");
    let finding = Finding::new(mistake, message, "write the origin, and nothing around it");
    Some(
        finding
            .note("no origin has it: this entry would never match")
            .meant([plain.to_owned()])
            .at(text, part),
    )
}

/// `${HOST}`, `$HOST`, `{tenant}` and the like, in the authority.
fn placeholder(text: &str) -> Option<Finding> {
    let part = blank_in(text)?;
    let message = format!("`{part}` is not filled in");
    let filled = text.replacen(part, "*", 1);
    let every = if blank_in(&filled).is_none() { closed(&filled) } else { None };
    let help = match every {
        Some(every) => format!("write the real name in place of `{part}`; `{every}` would admit every one"),
        None => format!("write the real name in place of `{part}`"),
    };
    Some(Finding::new(Mistake::PlaceholderInOrigin, message, help).at(text, part))
}

/// The first placeholder in the authority.
fn blank_in(text: &str) -> Option<&str> {
    let authority = text.split_once("://")?.1.split('/').next()?;
    in_braces(authority).or_else(|| between(authority, '<', '>')).or_else(|| variable(authority))
}

/// `<name>`.
fn between(authority: &str, open: char, close: char) -> Option<&str> {
    let start = authority.find(open)?;
    let length = authority.get(start..)?.find(close)? + close.len_utf8();
    authority.get(start..start + length)
}

fn in_braces(authority: &str) -> Option<&str> {
    let brace = authority.find('{')?;
    let end = brace + authority.get(brace..)?.find('}')? + 1;
    let end = if authority.get(end..)?.starts_with('}') { end + 1 } else { end };
    let has_sign = authority.get(..brace)?.ends_with(['$', '#', '%']);
    authority.get(brace - usize::from(has_sign)..end)
}

fn variable(authority: &str) -> Option<&str> {
    let start = authority.find('$')?;
    let name = authority.get(start + 1..)?.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()?;
    // A `$` at the end is the anchor of a regular expression.
    if name.is_empty() { None } else { authority.get(start..start + 1 + name.len()) }
}

fn white_space(text: &str) -> Option<Finding> {
    let is_blank = |c: char| c.is_whitespace() || c.is_control();
    let start = text.find(is_blank)?;
    let blank = text.get(start..)?.split(|c| !is_blank(c)).next()?;
    let trimmed = match text.trim_matches(is_blank).split_once("://") {
        Some((scheme, rest)) => format!("{scheme}://{}", rest.trim_start_matches(is_blank)),
        None => text.trim_matches(is_blank).to_owned(),
    };
    let finding = if trimmed.contains(is_blank) {
        // What stands on both sides may be two names: together they can be somebody else's.
        let help = "write the origin without it, or two origins, each in a string of its own";
        Finding::new(Mistake::OriginWhitespace, "there is white space in the middle of this origin", help)
    } else {
        let help = "write the origin without it";
        Finding::new(Mistake::OriginWhitespace, "there is white space in this origin", help).meant([trimmed])
    };
    Some(finding.at(text, blank))
}
