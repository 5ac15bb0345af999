use super::Xorshift;
use crate::host::punycode::{decode, encode, to_ascii};

/// RFC 3492, section 7.1, (A) to (R), in the case that an encoder without annotation writes.
const SAMPLES: [(&str, &str); 18] = [
    ("ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn"),
    ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"),
    ("他們爲什麽不說中文", "ihqwctvzc91f659drss3x8bo0yb"),
    ("Pročprostěnemluvíčesky", "Proprostnemluvesky-uyb24dma41a"),
    ("למההםפשוטלאמדבריםעברית", "4dbcagdahymbxekheh6e0a7fei0b"),
    ("यहलोगहिन्दीक्योंनहींबोलसकतेहैं", "i1baa7eci9glrd9b2ae1bj0hfcgg6iyaf8o0a1dig0cd"),
    ("なぜみんな日本語を話してくれないのか", "n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa"),
    (
        "세계의모든사람들이한국어를이해한다면얼마나좋을까",
        "989aomsvi5e83db1d2a355cv1e0vak1dwrv93d5xbh15a0dt30a5jpsd879ccm6fea98c",
    ),
    ("почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l"),
    ("PorquénopuedensimplementehablarenEspañol", "PorqunopuedensimplementehablarenEspaol-fmd56a"),
    ("TạisaohọkhôngthểchỉnóitiếngViệt", "TisaohkhngthchnitingVit-kjcr8268qyxafd2f1b9g"),
    ("3年B組金八先生", "3B-ww4c5e180e575a65lsy2b"),
    ("安室奈美恵-with-SUPER-MONKEYS", "-with-SUPER-MONKEYS-pc58ag80a8qai00g7n9n"),
    ("Hello-Another-Way-それぞれの場所", "Hello-Another-Way--fc4qua05auwb3674vfr0b"),
    ("ひとつ屋根の下2", "2-u9tlzr9756bt3uc0v"),
    ("MajiでKoiする5秒前", "MajiKoi5-783gue6qz075azm5e"),
    ("パフィーdeルンバ", "de-jg4avhby1noc0d"),
    ("そのスピードで", "d9juau41awczczp"),
];

#[test]
fn samples_of_the_rfc() {
    for (unicode, ascii) in SAMPLES {
        assert_eq!(encode(unicode).as_deref(), Some(ascii));
        assert_eq!(decode(ascii).as_deref(), Some(unicode));
    }
}

#[test]
fn ascii_labels_encode_and_never_decode() {
    // RFC 3492, section 7.1, (S).
    assert_eq!(encode("-> $1.00 <-").as_deref(), Some("-> $1.00 <--"));
    assert_eq!(encode("").as_deref(), Some(""));
    for label in ["", "-", "--", "a-", "example-", "-> $1.00 <--"] {
        assert_eq!(decode(label), None, "{label}");
    }
}

#[test]
fn labels_that_do_not_decode() {
    for (label, why) in [
        ("z", "an integer is cut short"),
        ("bcher-z", "an integer is cut short"),
        ("bcher-k a", "a space is no digit"),
        ("bcher-kv_", "an underscore is no digit"),
        ("bcher-KVA", "digits are written in small letters"),
        ("b1abfaaepdrnnbgefbaDotcwatmq2g4l", "RFC 3492, section 7.1, (I), as annotated there"),
        ("-kva", "without an ASCII letter there is no delimiter"),
        ("bücher", "not ASCII"),
        ("zy0c", "a surrogate"),
        ("en32g", "beyond Unicode"),
        ("99999999999a", "beyond 32 bits"),
    ] {
        assert_eq!(decode(label), None, "{label}: {why}");
    }
    assert_eq!(decode("0y0c").as_deref(), Some("\u{e000}"));
    assert_eq!(decode("dn32g").as_deref(), Some("\u{10ffff}"));
}

#[test]
fn labels_longer_than_a_host() {
    assert!(encode(&"é".repeat(253)).is_some());
    assert_eq!(encode(&"é".repeat(254)), None);
    assert_eq!(decode(&format!("{}-kva", "a".repeat(250))), None);
}

#[test]
fn generated_labels_round_trip() {
    let mut random = Xorshift(0x1234_5678_9abc_def1);
    for _ in 0..5_000 {
        let mask = random.one_of(&[0x7f, 0xff, 0x7ff, 0xffff, 0x1f_ffff]);
        let label: String = (0..random.below(20))
            .filter_map(|_| char::from_u32(u32::try_from(random.next() & mask).unwrap()))
            .chain(['ü'])
            .collect();
        let encoded = encode(&label).unwrap();
        assert!(encoded.is_ascii());
        assert_eq!(decode(&encoded), Some(label));
    }
}

#[test]
fn whatever_decodes_is_encoded_the_same() {
    let mut random = Xorshift(0x0bad_5eed_0bad_5eed);
    let mut decoded = 0;
    for _ in 0..100_000 {
        let label: String =
            (0..=random.below(10)).map(|_| char::from(random.one_of(b"-019abcdkvyz"))).collect();
        if let Some(unicode) = decode(&label) {
            assert_eq!(encode(&unicode), Some(label));
            assert!(!unicode.is_ascii());
            decoded += 1;
        }
    }
    assert!(decoded > 5_000, "{decoded}");
}

#[test]
fn names_in_ascii() {
    for (name, ascii) in [
        ("bücher.example", "xn--bcher-kva.example"),
        ("BÜCHER.Example", "xn--bcher-kva.example"),
        ("bücher.example.", "xn--bcher-kva.example."),
        ("faß.example", "xn--fa-hia.example"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
        ("例え．テスト｡", "xn--r8jz45g.xn--zckzah."),
        ("пример.испытание", "xn--e1afmkfd.xn--80akhbyknj4f"),
        ("إختبار", "xn--kgbechtv"),
        ("☕.example", "xn--53h.example"),
        ("ｅｘａｍｐｌｅ．ＣＯＭ", "example.com"),
        ("exam\u{ad}ple.com", "example.com"),
        ("ΌΣΟΣ.gr", "xn--0xahb7a.gr"),
        ("Example.com", "example.com"),
        ("127.0.0.1", "127.0.0.1"),
        ("a_b.example", "a_b.example"),
        ("*.bücher.example", "*.xn--bcher-kva.example"),
        ("pr-*.bücher.example", "pr-*.xn--bcher-kva.example"),
    ] {
        assert_eq!(to_ascii(name).as_deref(), Some(ascii), "{name}");
    }
}

#[test]
fn names_that_need_more_than_a_help_text_can_say() {
    for name in [
        "",
        ".",
        "..",
        "a..b",
        ".a",
        "a b",
        "a%62",
        "a:1",
        "a/b",
        "[::1]",
        "bücher!",
        "b*ücher",
        "xn--bücher",
        "ü ü",
        "a\u{308}",
        "ﬁ",
        "①",
        "℡",
        "x²",
        "a\u{200d}b",
        "a\u{202e}b",
        "İstanbul",
        "\u{e000}",
        "é／b",
    ] {
        assert_eq!(to_ascii(name), None, "{name}");
    }
    assert_eq!(to_ascii(&"ü".repeat(60)), None);
    assert_eq!(to_ascii(&"a".repeat(64)), None);
}
