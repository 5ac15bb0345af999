use crate::host::lookalike::{Lookalike, Script, lookalike};

#[test]
fn honest_labels() {
    for label in [
        "example",
        "paypal",
        "xn--example",
        "",
        "bücher",
        "münchen",
        "faß",
        "smørrebrød",
        "łódź",
        "ışık",
        "café-3",
        "viê\u{323}t",
        "ẹ\u{301}kọ",
        "l·l",
        "пример",
        "москва24",
        "україна",
        "ελλάδα",
        "παράδειγμα",
        "օրինակ",
        "ᏣᎳᎩ",
        "例え",
        "例えば-test",
        "ドメイン名例",
        "カタカナひらがな漢字",
        "か\u{3099}",
        "한국어",
        "naver한국",
        "中文abc",
        "ㄅㄆ",
        "مثال",
        "نامه\u{200c}ای",
        "דוגמה",
        "उदाहरण",
        "क्\u{200d}ष",
        "ตัวอย่าง",
        "მაგალითი",
        "☕",
        "☕☕",
        "i❤ny",
        "👍🏽",
        "🇪🇺",
        "caf\u{e9}☕",
        "1⃣",
        "²",
    ] {
        assert_eq!(lookalike(label), None, "{label}");
    }
}

#[test]
fn mixed_scripts() {
    use Script::{Armenian, Cherokee, Cyrillic, EastAsian, Greek, Latin, Lisu, Other};
    for (label, one, other) in [
        ("pаypal", Latin, Cyrillic),
        ("аpple", Cyrillic, Latin),
        ("gοogle", Latin, Greek),
        ("oսt", Latin, Armenian),
        ("Ꭰpple", Cherokee, Latin),
        ("ꓐank", Lisu, Latin),
        ("πο-по", Greek, Cyrillic),
        ("例えаб", EastAsian, Cyrillic),
        ("例えxаб", EastAsian, Cyrillic),
        ("x例えаб", Latin, Cyrillic),
        ("g๐๐gle", Latin, Other),
        ("bücherа", Latin, Cyrillic),
    ] {
        assert_eq!(lookalike(label), Some(Lookalike::MixedScripts(one, other)), "{label}");
    }
}

#[test]
fn whole_labels_of_latin_twins() {
    for (label, script) in [
        ("аррӏе", Script::Cyrillic),
        ("расе", Script::Cyrillic),
        ("с", Script::Cyrillic),
        ("хохо-24", Script::Cyrillic),
        ("ικα", Script::Greek),
        ("օսո", Script::Armenian),
        ("ᎠᎡᎪᎳ", Script::Cherokee),
        ("ꓐꓮꓠꓗ", Script::Lisu),
    ] {
        assert_eq!(lookalike(label), Some(Lookalike::LatinTwins(script)), "{label}");
    }
}

#[test]
fn other_oddities() {
    for (reason, labels) in [
        (
            Lookalike::Invisible,
            ["a\u{200b}b", "a\u{ad}b", "❤\u{fe0f}", "a\u{200d}b", "\u{3164}", "a\u{2003}b", "例\u{3000}"],
        ),
        (
            Lookalike::Bidirectional,
            ["a\u{202e}b", "a\u{200e}b", "abcאבג", "אבגabc", "مثالa", "פример", "\u{2066}ü\u{2069}"],
        ),
        (
            Lookalike::OddMark,
            ["\u{301}", "\u{301}a", "1\u{301}", "-\u{301}a", "i\u{307}", "é\u{301}\u{301}", "o\u{338}"],
        ),
        (Lookalike::Separator, ["example.com⁄x", "a∕b", "a‐b", "a−b", "a：b", "a․b", "例。え"]),
        (Lookalike::LatinVariants, ["ɡoogle", "ｗｗｗ", "𝐚bc", "ꜱhop", "ǀ", "１", "ⅼ"]),
    ] {
        for label in labels {
            assert_eq!(lookalike(label), Some(reason), "{label:?}");
        }
    }
}

#[test]
fn reasons_read_as_the_rest_of_a_sentence() {
    for (reason, text) in [
        (Lookalike::MixedScripts(Script::Latin, Script::Cyrillic), "mixes Latin and Cyrillic letters"),
        (
            Lookalike::MixedScripts(Script::Greek, Script::Other),
            "mixes Greek letters with those of another script",
        ),
        (
            Lookalike::MixedScripts(Script::Other, Script::Latin),
            "mixes Latin letters with those of another script",
        ),
        (Lookalike::MixedScripts(Script::EastAsian, Script::Greek), "mixes East Asian and Greek letters"),
        (
            Lookalike::LatinTwins(Script::Cyrillic),
            "consists only of Cyrillic letters that look like Latin ones",
        ),
        (Lookalike::Invisible, "contains invisible characters"),
        (Lookalike::Bidirectional, "mixes directions of writing"),
        (Lookalike::OddMark, "contains combining marks in odd places"),
        (Lookalike::Separator, "contains a character that looks like a slash, colon, dot or hyphen"),
        (Lookalike::LatinVariants, "contains unusual forms of Latin letters or digits"),
    ] {
        assert_eq!(reason.to_string(), text);
    }
}
