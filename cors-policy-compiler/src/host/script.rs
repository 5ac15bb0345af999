use std::fmt;

/// A script, as far as readers take its letters for another's (UAX 24, *Unicode Script Property*).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    /// Latin, ASCII letters included.
    Latin,
    /// Greek.
    Greek,
    /// Cyrillic.
    Cyrillic,
    /// Armenian.
    Armenian,
    /// Cherokee.
    Cherokee,
    /// Lisu (Fraser), made of Latin capitals upright and turned.
    Lisu,
    /// Han, Hiragana, Katakana, Bopomofo and Hangul, which are written together.
    EastAsian,
    /// Hebrew, Arabic, Syriac, Thaana and the other scripts written from right to left.
    RightToLeft,
    /// Any other script. Two of these are not told apart.
    Other,
}

impl Script {
    /// The script of a letter or digit; `None` for what all scripts share.
    pub(super) fn of(c: char) -> Option<Self> {
        if !c.is_alphanumeric() {
            return None;
        }
        Some(match u32::from(c) {
            0x41..=0x5a
            | 0x61..=0x7a
            | 0xc0..=0x2af
            | 0x1d00..=0x1dbf
            | 0x1e00..=0x1eff
            | 0x2c60..=0x2c7f
            | 0xa722..=0xa7ff
            | 0xab30..=0xab6f
            | 0xff21..=0xff5a
            | 0x1d400..=0x1d6a5 => Self::Latin,
            0x370..=0x3ff | 0x1f00..=0x1fff => Self::Greek,
            0x400..=0x52f | 0x1c80..=0x1c8f | 0x2de0..=0x2dff | 0xa640..=0xa69f => Self::Cyrillic,
            0x530..=0x58f => Self::Armenian,
            0x13a0..=0x13ff | 0xab70..=0xabbf => Self::Cherokee,
            0xa4d0..=0xa4ff => Self::Lisu,
            0x1100..=0x11ff
            | 0x2e80..=0x9fff
            | 0xa960..=0xa97f
            | 0xac00..=0xd7ff
            | 0xf900..=0xfaff
            | 0xff66..=0xffdc
            | 0x1aff0..=0x1b2ff
            | 0x20000..=0x3ffff => Self::EastAsian,
            0x590..=0x8ff | 0xfb1d..=0xfdff | 0xfe70..=0xfeff | 0x10800..=0x10fff | 0x1e800..=0x1efff => {
                Self::RightToLeft
            }
            // Digits, modifier letters, letters and numbers in special forms.
            0..=0xbf
            | 0x2b0..=0x36f
            | 0x2070..=0x218f
            | 0x2460..=0x2793
            | 0xff10..=0xff19
            | 0x1d6a6..=0x1d7ff
            | 0x1f100..=0x1f2ff => return None,
            _ => Self::Other,
        })
    }

    /// Whether one word may have letters of both: the *Highly Restrictive* level of UTS 39, section 5.2.
    pub(super) fn goes_with(self, other: Self) -> bool {
        self == other
            || matches!((self, other), (Self::Latin, Self::EastAsian) | (Self::EastAsian, Self::Latin))
    }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Latin => "Latin",
            Self::Greek => "Greek",
            Self::Cyrillic => "Cyrillic",
            Self::Armenian => "Armenian",
            Self::Cherokee => "Cherokee",
            Self::Lisu => "Lisu",
            Self::EastAsian => "East Asian",
            Self::RightToLeft => "right-to-left",
            Self::Other => "other",
        })
    }
}
