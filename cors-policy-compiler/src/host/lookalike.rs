//! Names that a reader takes for other names.
//!
//! Browsers show such a name as `xn--…`; whoever reviews a policy gets the same hint from a warning. The
//! rules follow UTS 39, *Unicode Security Mechanisms*, cut down to small tables, and what browsers refuse to
//! display. A hint only: plenty of confusable names pass, and ASCII ones (`rn` and `m`) are not looked at.

use std::fmt;

pub use super::script::Script;

/// Why a label could pass for another in a reader's eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookalike {
    /// Characters that show nothing: zero-width ones, fillers, blanks and controls.
    Invisible,
    /// Right-to-left letters beside others, or a control that turns the direction: the order shown is not
    /// the order stored (RFC 5893, section 2).
    Bidirectional,
    /// A combining mark with no letter before it, set twice, or one that adds nothing to see or strikes the
    /// letter out (UTS 39, section 5.4).
    OddMark,
    /// A character drawn like a slash, colon, dot or hyphen, which seems to end the host.
    Separator,
    /// Letters of two scripts that are not written together (UTS 39, section 5.2), in order of appearance.
    MixedScripts(Script, Script),
    /// Phonetic, full-width or mathematical letters or digits and small capitals, drawn like plain ones.
    LatinVariants,
    /// Letters of one script only, each with a Latin twin (UTS 39, section 4.1).
    LatinTwins(Script),
}

impl fmt::Display for Lookalike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invisible => f.write_str("contains invisible characters"),
            Self::Bidirectional => f.write_str("mixes directions of writing"),
            Self::OddMark => f.write_str("contains combining marks in odd places"),
            Self::Separator => {
                f.write_str("contains a character that looks like a slash, colon, dot or hyphen")
            }
            Self::MixedScripts(script, Script::Other) | Self::MixedScripts(Script::Other, script) => {
                write!(f, "mixes {script} letters with those of another script")
            }
            Self::MixedScripts(one, other) => write!(f, "mixes {one} and {other} letters"),
            Self::LatinVariants => f.write_str("contains unusual forms of Latin letters or digits"),
            Self::LatinTwins(script) => {
                write!(f, "consists only of {script} letters that look like Latin ones")
            }
        }
    }
}

/// Whether `decoded_label`, a label in its Unicode form, could pass for another, and why.
///
/// The first reason that applies, in the order of [`Lookalike`]'s variants.
#[must_use]
pub fn lookalike(decoded_label: &str) -> Option<Lookalike> {
    if decoded_label.is_ascii() {
        return None;
    }
    let has = |odd: fn(char) -> bool| decoded_label.contains(odd);
    let mixed = mixed_scripts(decoded_label);
    let both_directions = matches!(mixed, Some((Script::RightToLeft, _) | (_, Script::RightToLeft)));

    if has_invisible(decoded_label) {
        Some(Lookalike::Invisible)
    } else if both_directions || has(is_direction_control) {
        Some(Lookalike::Bidirectional)
    } else if has_odd_mark(decoded_label) {
        Some(Lookalike::OddMark)
    } else if has(is_separator) {
        Some(Lookalike::Separator)
    } else if let Some((one, other)) = mixed {
        Some(Lookalike::MixedScripts(one, other))
    } else if has(is_latin_variant) {
        Some(Lookalike::LatinVariants)
    } else {
        latin_twins(decoded_label).map(Lookalike::LatinTwins)
    }
}

/// The first script of the label and the first other that it does not go with.
fn mixed_scripts(label: &str) -> Option<(Script, Script)> {
    let mut scripts = label.chars().filter_map(Script::of);
    let first = scripts.next()?;
    scripts.find(|&other| !other.goes_with(first)).map(|other| (first, other))
}

/// The script of a label whose letters all have Latin twins.
fn latin_twins(label: &str) -> Option<Script> {
    let mut letters = label.chars().filter(|&c| Script::of(c).is_some()).peekable();
    let script = Script::of(*letters.peek()?)?;
    let twins = match script {
        Script::Greek => "αικνορτυωη",
        Script::Cyrillic => "асеорхуѕіјһӏԁԛԝѵѡүҽ",
        Script::Armenian => "ագզհյոսցւօ",
        Script::Cherokee => "ᎠᎡᎢᎥᎩᎪᎫᎬᎳᎷᎻᎽᏀᏂᏃᏏᏒᏔᏕᏙᏚᏞᏟᏢᏦᏧᏳᏴ",
        Script::Lisu => "ꓐꓑꓒꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴ",
        Script::Latin | Script::EastAsian | Script::RightToLeft | Script::Other => return None,
    };
    letters.all(|letter| twins.contains(letter)).then_some(script)
}

/// Phonetic and obsolete letters, and compatibility forms of plain letters and digits.
fn is_latin_variant(c: char) -> bool {
    "ƍƽƿǀȷɑɡɢɩɪɴʀʏʙʜʟꜰꜱꞁ".contains(c)
        || matches!(
            c,
            '\u{1d00}'..='\u{1d22}' | '\u{2100}'..='\u{2188}' | '\u{24b6}'..='\u{24e9}'
                | '\u{ff10}'..='\u{ff19}' | '\u{ff21}'..='\u{ff5a}' | '\u{1d400}'..='\u{1d7ff}'
        )
}

fn is_separator(c: char) -> bool {
    let slash = matches!(
        c,
        '\u{1735}' | '\u{2041}' | '\u{2044}' | '\u{2215}'..='\u{2216}' | '\u{2571}'..='\u{2572}' | '\u{27cb}'
            | '\u{27cd}' | '\u{29f5}' | '\u{29f8}'..='\u{29f9}' | '\u{2afb}' | '\u{2afd}' | '\u{3033}'
            | '\u{31d2}'..='\u{31d4}' | '\u{ff0f}'
    );
    let colon = matches!(
        c,
        '\u{2d0}'
            | '\u{2f8}'
            | '\u{589}'
            | '\u{16ec}'
            | '\u{1803}'
            | '\u{205a}'
            | '\u{2236}'
            | '\u{a789}'
            | '\u{ff1a}'
    );
    let dot = matches!(c, '\u{2024}' | '\u{2027}' | '\u{3002}' | '\u{ff0e}' | '\u{ff61}');
    let hyphen = matches!(c, '\u{2d7}' | '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{ff0d}');
    slash || colon || dot || hyphen
}

fn is_direction_control(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn has_invisible(label: &str) -> bool {
    let mut before = '\0';
    label.chars().any(|c| {
        let after_cursive = matches!(before, '\u{600}'..='\u{fff}');
        before = c;
        match c {
            // Joiners shape Arabic and Indic words (RFC 5892, appendix A).
            '\u{200c}' | '\u{200d}' => !after_cursive,
            _ => is_invisible(c),
        }
    })
}

fn is_invisible(c: char) -> bool {
    c.is_control()
        || c.is_whitespace()
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
                | '\u{200b}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
                | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
                | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        )
}

fn has_odd_mark(label: &str) -> bool {
    let mut before = '\0';
    label.chars().any(|mark| {
        let base = std::mem::replace(&mut before, mark);
        let carried = base.is_alphabetic() || is_mark(base);
        let unseen = base == mark || (mark == '\u{307}' && "ijlıȷ".contains(base));
        let strikes_out = matches!(mark, '\u{334}'..='\u{338}');
        is_mark(mark) && (!carried || unseen || strikes_out)
    })
}

/// The marks that belong to no one script.
fn is_mark(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}'
            | '\u{20d0}'..='\u{20dc}' | '\u{3099}'..='\u{309a}' | '\u{fe20}'..='\u{fe2f}'
    )
}
