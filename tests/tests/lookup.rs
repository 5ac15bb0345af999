//! Patterns that are found by hashes, against what patterns mean: many of them, and origins that nearly match.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a panic is the report")]

use cors_policy_compiler::program::{self, Program};
use cors_policy_program::hash::WIDE;
use cors_policy_program::pattern;
use cors_policy_tests::generate::Patterns;

struct Subject {
    program: Program,
    rules: Vec<Vec<String>>,
}

impl Subject {
    fn of(rules: Vec<Vec<String>>) -> Subject {
        let patterns = Patterns { rules, any: false };
        let program = program::compile(&patterns.model()).unwrap();
        Subject { program, rules: patterns.rules }
    }

    /// The first rule, said the slow way.
    fn meant(&self, origin: &[u8]) -> Option<u8> {
        let longest =
            self.rules.iter().flatten().map(|text| pattern::longest(text)).max().unwrap_or_default();
        let admits = |rule: &Vec<String>| rule.iter().any(|text| pattern::admits(text, origin));
        let first = self.rules.iter().position(admits).filter(|_| origin.len() <= longest);
        first.map(|rule| u8::try_from(rule).unwrap())
    }

    #[track_caller]
    fn check(&self, origin: &[u8]) {
        assert_eq!(self.program.rule(origin), self.meant(origin), "{}", origin.escape_ascii());
    }

    fn has_automaton(&self) -> bool {
        !self.program.matcher.automaton.is_empty()
    }
}

/// Origins that differ from one by little: each byte in turn, its ends, its port, its scheme.
fn near(origin: &str) -> Vec<Vec<u8>> {
    let bytes = origin.as_bytes();
    let mut near = vec![Vec::new(), bytes[1..].to_vec(), bytes[..bytes.len() - 1].to_vec()];
    for at in 0..bytes.len() {
        for other in [bytes[at] ^ 1, bytes[at] ^ 0x80, b'.', b'*', b'\n', b':', b'/', 0] {
            let mut changed = bytes.to_vec();
            changed[at] = other;
            near.push(changed);
        }
        near.push([&bytes[..at], &bytes[at + 1..]].concat());
        near.push([&bytes[..at], b"x", &bytes[at..]].concat());
    }
    for end in
        ["x", ".", ":", ":1", ":443", ":0", ":65535", ":65536", ":*", "\n", "\nhttps://", ".example.com"]
    {
        near.push([bytes, end.as_bytes()].concat());
    }
    for start in ["x", "\n", "https://", "x.", "."] {
        near.push([start.as_bytes(), bytes].concat());
    }
    near
}

/// An origin that the pattern admits.
fn filled(pattern: &str, label: &str) -> String {
    let (front, port) = match pattern.strip_suffix(":*") {
        Some(front) => (front, ":8080"),
        None => (pattern, ""),
    };
    front.replace('*', label) + port
}

/// A name that is different for each number, and so long.
fn name(number: usize, length: usize) -> String {
    let mut digits = format!("{:x}", (number + 1).wrapping_mul(0x9e37_79b9) & 0xffff_ffff);
    while digits.len() < length {
        digits.push_str("-tenant");
    }
    digits
}

type Make = fn(usize) -> String;

const MAKES: [Make; 6] = [
    |number| format!("https://{}.example.com", name(number, number % 40)),
    |number| format!("http://{}.test:8080", name(number, 1)),
    |number| format!("https://*.{}.example.com", name(number, number % 40)),
    |number| format!("https://pr-*.{}.example.com", name(number, 1)),
    |number| format!("http://{}.example.com:*", name(number, number % 30)),
    |number| format!("https://*.{}.example.com:*", name(number, number % 30)),
];

#[test]
fn sets_of_every_size_are_found() {
    for make in MAKES {
        for count in (1..=20).chain([31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257]) {
            let subject = Subject::of(vec![(0..count).map(make).collect()]);
            assert!(!subject.has_automaton());
            for number in 0..count + 5 {
                let origin = filled(&make(number), "feature-branch-12345");
                assert_eq!(
                    subject.program.rule(origin.as_bytes()),
                    (number < count).then_some(0),
                    "{origin}"
                );
            }
            if count <= 8 {
                let origin = filled(&make(count - 1), "a");
                for origin in near(&origin) {
                    subject.check(&origin);
                }
            }
        }
    }
}

#[test]
fn ten_thousand_origins_are_told_from_their_neighbours() {
    for make in MAKES {
        let subject = Subject::of(vec![(0..10_000).map(make).collect()]);
        assert!(!subject.has_automaton());
        for number in 0..10_000 {
            let origin = filled(&make(number), "a.b");
            let wanted = pattern::admits(&make(number), origin.as_bytes()).then_some(0);
            assert_eq!(subject.program.rule(origin.as_bytes()), wanted, "{origin}");
            let stranger = filled(&make(number + 10_000), "a");
            assert_eq!(subject.program.rule(stranger.as_bytes()), None, "{stranger}");
        }
    }
}

/// What stands in front of a literal, for patterns that have it in common: more of them than there are layers.
const FRONTS: [&str; 9] = [
    "https://",
    "http://",
    "https://*.",
    "http://*.",
    "https://pr-*.",
    "https://p*.",
    "https://preview-*.",
    "https://*-x.",
    "https://a.*.",
];
const LABELS: [&str; 12] =
    ["", "a.", "pr-1.", "pr-.", "p.", "pr-a.b.", "preview-1.", "1-x.", "a.b.", "-.", "a..", "A."];
const PORTS: [&str; 6] = ["", ":1", ":8080", ":0", ":65536", ":080"];

/// Every pattern of few in every rule, so that exact origins, wildcards and the automaton all answer for one origin.
#[test]
fn the_first_rule_decides_whatever_finds_it() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: usize| {
        state = state.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(0x1405_7b7e_f767_814f);
        usize::try_from(state >> 33).unwrap() % below
    };
    let mut answers = [0; 7];
    for _ in 0..200 {
        let bases = ["b.test", "longer-than-that.example.com", "a.b.test"];
        let mut rules = vec![Vec::new(); 6];
        for _ in 0..2 + random(40) {
            let front = FRONTS[random(FRONTS.len())];
            let port = ["", "", ":8080", ":*"][random(4)];
            let text = format!("{front}{}{port}", bases[random(3)]);
            let rule = &mut rules[random(6)];
            if !rule.contains(&text) {
                rule.push(text);
            }
        }
        rules.retain(|rule| !rule.is_empty());
        let subject = Subject::of(rules);
        for scheme in ["https://", "http://"] {
            for (label, base) in LABELS.iter().flat_map(|label| bases.map(|base| (label, base))) {
                for port in PORTS {
                    let origin = format!("{scheme}{label}{base}{port}");
                    subject.check(origin.as_bytes());
                    let answer = subject.meant(origin.as_bytes());
                    answers[answer.map_or(6, usize::from)] += 1;
                }
            }
        }
    }
    println!("{answers:?}");
    assert!(answers.iter().all(|count| *count > 200), "{answers:?}");
}

/// A rule's text is its own: places in one mean nothing in another.
#[test]
fn rules_have_texts_of_their_own() {
    let rules: Vec<Vec<String>> =
        (0..200).map(|rule| (0..7).map(|entry| MAKES[entry % 6](rule * 7 + entry)).collect()).collect();
    let subject = Subject::of(rules);
    for (rule, entries) in subject.rules.iter().enumerate() {
        for entry in entries {
            let origin = filled(entry, "a");
            assert_eq!(
                subject.program.rule(origin.as_bytes()),
                Some(u8::try_from(rule).unwrap()),
                "{origin}"
            );
        }
    }
}

/// Literals that agree in all that a hash of few words reads.
#[test]
fn literals_that_differ_in_the_middle_are_hashed_whole() {
    let make = |number: usize| {
        format!("https://the-same-beginning.{number:06}.and-always.the-same-ending.example.com")
    };
    let subject = Subject::of(vec![(0..1000).map(make).collect()]);
    assert!(!subject.has_automaton() && subject.program.matcher.exact.table.seed >= WIDE);
    for number in 0..2000 {
        let found = subject.program.rule(make(number).as_bytes());
        assert_eq!(found, (number < 1000).then_some(0), "{number}");
    }
}

/// The text of an entry goes on where an origin ends, or begins earlier.
#[test]
fn beginnings_and_ends_of_entries_are_no_entries() {
    let host = "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p";
    let hosts: Vec<&str> = (1..=16)
        .map(|labels| &host.as_bytes()[..labels * 2 - 1])
        .map(|host| std::str::from_utf8(host).unwrap())
        .collect();
    for made in 0..300_u32 {
        let pick = |place: usize| made.wrapping_mul(0x9e37_79b9).rotate_left(7 * made) >> place & 1 == 1;
        for (front, back) in
            [("https://", ".test"), ("https://", ""), ("https://*.", ".test"), ("https://*.", "")]
        {
            let all: Vec<String> = hosts.iter().map(|host| format!("{front}{host}{back}")).collect();
            // In place of those that are missing, others that are as long.
            let entry = |(place, text): (usize, &String)| {
                if place == 3 || pick(place) { text.clone() } else { text.replacen("a.", "z.", 1) }
            };
            let subject = Subject::of(vec![all.iter().enumerate().map(entry).collect()]);
            for text in &all {
                subject.check(text.replace('*', "x").as_bytes());
                subject.check(text.replace("*.", "").as_bytes());
            }
        }
    }
}

#[test]
fn labels_are_read_to_their_ends() {
    let subject = Subject::of(vec![
        vec!["https://*.b.test".to_owned(), "https://pr-*.c.test:*".to_owned()],
        vec!["https://*.longer-than-a-window.example.com".to_owned()],
    ]);
    for length in 1..140 {
        for (front, end) in [("", ".b.test"), ("pr-", ".c.test"), ("", ".longer-than-a-window.example.com")] {
            let label: String = "abcdefgh-ijklmn_0123456789".chars().cycle().take(length).collect();
            subject.check(format!("https://{front}{label}{end}").as_bytes());
            for at in 0..length {
                for other in [b'.', b'A', b'/', b':', b'@', b'`', b'{', 0x80, 0xff, b'\n'] {
                    let mut changed = label.clone().into_bytes();
                    changed[at] = other;
                    let origin = [b"https://", front.as_bytes(), &changed, end.as_bytes()].concat();
                    subject.check(&origin);
                }
            }
        }
    }
}

#[test]
fn every_port_is_read() {
    let subject = Subject::of(vec![vec!["http://localhost:*".to_owned(), "https://*.a.test:*".to_owned()]]);
    for port in 0..=70_000_u32 {
        let wanted = (1..=65535).contains(&port).then_some(0);
        for host in ["http://localhost", "https://x.a.test"] {
            assert_eq!(subject.program.rule(format!("{host}:{port}").as_bytes()), wanted, "{host}:{port}");
        }
        assert_eq!(subject.program.rule(format!("http://localhost:0{port}").as_bytes()), None);
    }
}

/// A literal ends where it ends: origins that go on as the text of the rule does, over a `:*` or into the next line, are
/// those of no pattern, wherever the hash leads.
#[test]
fn origins_that_go_on_as_the_text_does_are_refused() {
    let makes: [fn(usize) -> Vec<String>; 4] = [
        |n| vec![format!("https://app{n}.example.com:*"), format!("https://app{n}-x.example.com")],
        |n| vec![format!("https://*.a{n}.example.com:*"), format!("https://*.a{n}-x.example.com")],
        |n| {
            vec![
                format!("https://{}{n}.test", "abc".repeat(n % 3)),
                format!("https://{n}.{}", "t".repeat(9 + n)),
            ]
        },
        |n| vec![format!("https://b{n}*.a-b.app.test"), format!("http://ab*.n{n}.{}", "y".repeat(8 + n))],
    ];
    for make in makes {
        for patterns in 1..40 {
            for first in 0..3 {
                let rule: Vec<String> = (first..first + patterns).flat_map(make).take(patterns).collect();
                let text = rule.join("\n");
                let subject = Subject::of(vec![rule]);
                let starts: Vec<usize> = text.match_indices("http").map(|(at, _)| at).collect();
                let is_end = |at: &usize| matches!(text.as_bytes().get(*at), None | Some(b'\n' | b':'));
                let ends: Vec<usize> = (1..=text.len()).filter(is_end).flat_map(|at| [at, at + 2]).collect();
                for start in starts {
                    for end in ends.iter().filter(|end| **end > start && **end < start + 120) {
                        let Some(slice) = text.get(start..*end) else { continue };
                        subject.check(slice.as_bytes());
                        subject.check(slice.replacen('*', "x", 1).as_bytes());
                    }
                }
            }
        }
    }
}
