//! Policies and origins for judges to compare: made of few labels, so that patterns overlap often and mutated
//! origins still nearly match.

use cors_policy_compiler::model::{Entry, ExposeHeaders, Methods, Model, Origins, RequestHeaders, Rule};
use cors_policy_compiler::origin;
use cors_policy_compiler::source::Span;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config, RngSeed, TestRunner};

/// The same cases in every run, and nothing on disk.
#[must_use]
pub fn config(cases: u32) -> Config {
    Config { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(0x0c05), ..Config::default() }
}

/// A runner of so many cases, the same in every run.
#[must_use]
pub fn runner(cases: u32) -> TestRunner {
    TestRunner::new(config(cases))
}

/// The patterns of each rule, all of which the language takes, and whether a last rule admits everybody.
#[derive(Clone, Debug)]
pub struct Patterns {
    /// The patterns of each rule; no rule is empty.
    pub rules: Vec<Vec<String>>,
    /// Whether a rule `origins: any` follows.
    pub any: bool,
}

/// Patterns, and origins to ask about.
#[derive(Clone, Debug)]
pub struct Case {
    /// The policy.
    pub patterns: Patterns,
    /// Origins that its patterns admit, some of them mutated.
    pub origins: Vec<Bytes>,
}

/// The bytes of an origin; `Debug` shows them as text.
#[derive(Clone, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl std::fmt::Debug for Bytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "b\"{}\"", self.0.escape_ascii())
    }
}

impl Patterns {
    /// The policy with these patterns, and nothing but patterns.
    #[must_use]
    pub fn model(&self) -> Model {
        let span = Span(0);
        let entry =
            |text: &String| origin::read(text).0.map(|pattern| Entry { pattern, span, conditional: false });
        let entries = self.rules.iter().map(|rule| rule.iter().filter_map(entry).collect());
        let origins = entries.map(Origins::Patterns).chain(self.any.then_some(Origins::Any));
        Model {
            name: None,
            preflight_status: 204,
            rules: origins.enumerate().map(|(place, origins)| rule(place, origins)).collect(),
            expectations: Vec::new(),
            span,
        }
    }

    /// Every pattern with the place of its rule, in the order in which they decide.
    pub fn in_order(&self) -> impl Iterator<Item = (usize, &str)> {
        let places = self.rules.iter().enumerate();
        places.flat_map(|(place, rule)| rule.iter().map(move |pattern| (place, pattern.as_str())))
    }
}

fn rule(place: usize, origins: Origins) -> Rule {
    Rule {
        name: Some(format!("rule{place}")),
        span: Span(0),
        origins,
        credentials: false,
        methods: Methods::Listed(Vec::new()),
        request_headers: RequestHeaders::Listed(Vec::new()),
        expose_headers: ExposeHeaders::Listed(Vec::new()),
        max_age: None,
    }
}

/// Policies of at most `most_rules` rules with patterns, and so many origins for each.
pub fn cases(most_rules: usize, origins: usize) -> impl Strategy<Value = Case> {
    let samples = vec((any::<Index>(), vec(any::<u8>(), 6), mutations()), origins);
    (policies(most_rules), samples).prop_map(|(patterns, samples)| {
        let texts: Vec<&str> = patterns.in_order().map(|(_, pattern)| pattern).collect();
        let origins = samples.iter().map(|(index, choices, mutations)| {
            let filled = fill(index.get::<&str>(&texts), choices).into_bytes();
            Bytes(mutations.iter().fold(filled, |origin, mutation| mutation.apply(origin)))
        });
        Case { origins: origins.collect(), patterns }
    })
}

/// Policies of 1 to 40 patterns, mostly few, in at most so many rules.
pub fn policies(most_rules: usize) -> impl Strategy<Value = Patterns> {
    let placed = || (0..most_rules, patterns());
    let patterns = prop_oneof![3 => vec(placed(), 1..=8), 1 => vec(placed(), 9..=40)];
    (patterns, prop::bool::weighted(0.2)).prop_map(move |(patterns, any)| {
        let mut rules = vec![Vec::new(); most_rules];
        for (place, pattern) in patterns {
            if let Some(rule) = rules.get_mut(place)
                && !rule.contains(&pattern)
            {
                rule.push(pattern);
            }
        }
        rules.retain(|rule| !rule.is_empty());
        Patterns { rules, any }
    })
}

const LABELS: [&str; 8] = ["a", "b", "aa", "ab", "a-b", "_a", "0", "example"];
const PIECES: [&str; 8] = ["", "", "a", "b", "ab", "-", "a0", "pr-"];
const BASES: [&str; 9] = [
    "example.com",
    "example.com",
    "b.example.com",
    "a.b.example.com",
    "example.com.",
    "a.example",
    "a.co.uk",
    "localhost",
    // Near the longest host, so that little fits in front.
    "x0123456789x0123456789x0123456789x0123456789x0123456789x012345.\
     x0123456789x0123456789x0123456789x0123456789x0123456789x012345.\
     x0123456789x0123456789x0123456789x0123456789x0123456789x012345.example.com",
];
const PORTS: [&str; 12] = ["", "", "", "", "", ":*", ":*", ":*", ":1", ":8080", ":81", ":65535"];
const OTHERS: [&str; 12] = [
    "http://127.0.0.1",
    "http://127.0.0.1:*",
    "http://10.0.0.1:8080",
    "http://[::1]",
    "http://[::1]:*",
    "https://[2001:db8::1]:8443",
    "app://a",
    "com.example.app://a.b",
    "moz-extension://0a0b0c0d-0000-4000-8000-00000000000a",
    "a+b://example.com:8080",
    // More than one literal of the tables holds.
    "https://a.y0123456789y0123456789y0123456789y0123456789y0123456789y0123456:65535",
    "z0123456789.z0123456789.z0123456789.z0123456789.z0123456789.z012://a",
];

/// Patterns that the language takes.
fn patterns() -> impl Strategy<Value = String> {
    let parts =
        (select(&["https", "https", "http"][..]), any::<bool>(), vec(labels(), 0..=3), select(&BASES[..]));
    let hosts = (parts, select(&PORTS[..])).prop_map(|((scheme, leading, labels, base), port)| {
        let leading = if leading { "*." } else { "" };
        let labels: Vec<&str> = labels.iter().map(String::as_str).chain([base]).collect();
        format!("{scheme}://{leading}{}{port}", labels.join("."))
    });
    let texts = prop_oneof![12 => hosts, 1 => select(&OTHERS[..]).prop_map(str::to_owned)];
    texts.prop_filter_map("the language refuses it", |text| {
        origin::read(&text).0.map(|pattern| pattern.text().to_owned())
    })
}

fn labels() -> impl Strategy<Value = String> {
    let globs = vec(select(&PIECES[..]), 2..=4).prop_map(|pieces| pieces.join("*"));
    prop_oneof![3 => select(&LABELS[..]).prop_map(str::to_owned), 2 => globs]
}

const LONGEST_LABEL: &str = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
const RUNS: [&str; 10] = ["a", "b", "ab", "ba", "aa", "-", "0", "_", "pr-1", LONGEST_LABEL];
const LABEL_RUNS: [&str; 9] =
    ["a", "b", "ab.a", "a.b.aa", "0.-._", "a-b.b.example", "b.a.b.a", "xn--4ca", LONGEST_LABEL];
const FILLED_PORTS: [&str; 14] = [
    "", "", ":1", ":80", ":443", ":8080", ":65535", ":59999", ":0", ":00080", ":65536", ":100000", ":", ":a",
];

/// An origin that the pattern admits, mostly: some ports are none, and some labels get too long.
fn fill(pattern: &str, choices: &[u8]) -> String {
    let mut choices = choices.iter().copied().cycle();
    let mut pick = |from: &[&'static str]| {
        let choice = usize::from(choices.next().unwrap_or_default()) % from.len();
        from.get(choice).copied().unwrap_or_default()
    };
    let (front, port) = match pattern.strip_suffix(":*") {
        Some(front) => (front, pick(&FILLED_PORTS)),
        None => (pattern, ""),
    };
    let mut origin = String::new();
    for piece in front.split_inclusive('*') {
        match piece.strip_suffix('*') {
            Some(literal) => {
                origin.push_str(literal);
                origin.push_str(pick(if literal.ends_with("://") { &LABEL_RUNS } else { &RUNS }));
            }
            None => origin.push_str(piece),
        }
    }
    origin + port
}

/// A change to an origin.
#[derive(Clone, Debug)]
enum Mutation {
    InFront(&'static str),
    Behind(&'static str),
    Insert(Index, &'static [u8]),
    Replace(Index, u8),
    /// The next byte.
    Nudge(Index),
    Delete(Index),
    Uppercase(Index),
    WithoutFirst,
    WithoutLast,
    /// Another scheme.
    Scheme(&'static str),
    /// Another port, or none.
    Port(&'static str),
    /// This between scheme and host.
    BeforeHost(&'static str),
    /// Labels in front of the host, until it has so many bytes.
    LongHost(usize),
    /// `x` in front of the first label, until it has so many bytes.
    LongLabel(usize),
}

const IN_FRONT: [&str; 5] = ["x", " ", "https://evil.test/", "null ", "."];
const BEHIND: [&str; 12] =
    [".", "/", "/a", "?", "#", " ", "\t", "\0", "a", ".evil.test", "@evil.test", ",https://a.example.com"];
const INSERTED: [&[u8]; 8] = [b"\0", b"\xff", b"\xc3\xa9", b"*", b".", b"..", b"/", b"\n"];
const SCHEMES: [&str; 6] = ["http", "https", "app", "HTTPS", "", "httpsx"];
const PORTS_AFTER: [&str; 11] =
    ["", ":", ":0", ":00080", ":80", ":443", ":65535", ":65536", ":8080", ":1", ":99999999999999999999"];
const BEFORE_HOST: [&str; 10] =
    [".", "user@", "user:pass@", "evil.test@", "a", "a.", "a..", "*.", "evil-", "%61."];

fn mutations() -> impl Strategy<Value = Vec<Mutation>> {
    prop_oneof![2 => vec(mutation(), 0), 3 => vec(mutation(), 1), 1 => vec(mutation(), 2)]
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let index = any::<Index>;
    prop_oneof![
        1 => select(&IN_FRONT[..]).prop_map(Mutation::InFront),
        2 => select(&BEHIND[..]).prop_map(Mutation::Behind),
        2 => (index(), select(&INSERTED[..])).prop_map(|(index, bytes)| Mutation::Insert(index, bytes)),
        1 => (index(), any::<u8>()).prop_map(|(index, byte)| Mutation::Replace(index, byte)),
        1 => (index(), select(&b"ab0-_.:/*"[..])).prop_map(|(index, byte)| Mutation::Replace(index, byte)),
        1 => index().prop_map(Mutation::Nudge),
        1 => index().prop_map(Mutation::Delete),
        1 => index().prop_map(Mutation::Uppercase),
        1 => Just(Mutation::WithoutFirst),
        1 => Just(Mutation::WithoutLast),
        1 => select(&SCHEMES[..]).prop_map(Mutation::Scheme),
        2 => select(&PORTS_AFTER[..]).prop_map(Mutation::Port),
        2 => select(&BEFORE_HOST[..]).prop_map(Mutation::BeforeHost),
        2 => select(&[252, 253, 254, 255, 260][..]).prop_map(Mutation::LongHost),
        2 => select(&[62, 63, 64, 65][..]).prop_map(Mutation::LongLabel),
    ]
}

impl Mutation {
    fn apply(&self, mut origin: Vec<u8>) -> Vec<u8> {
        let (host, port) = places(&origin);
        match self {
            Mutation::InFront(text) => replace(&mut origin, 0, 0, text.as_bytes()),
            Mutation::Behind(text) => origin.extend_from_slice(text.as_bytes()),
            Mutation::Insert(index, bytes) => {
                let at = index.index(origin.len() + 1);
                replace(&mut origin, at, at, bytes);
            }
            Mutation::Replace(index, byte) => {
                let at = index.index(origin.len().max(1));
                replace(&mut origin, at, at + 1, &[*byte]);
            }
            Mutation::Nudge(index) => {
                let at = index.index(origin.len().max(1));
                origin.iter_mut().skip(at).take(1).for_each(|byte| *byte = byte.wrapping_add(1));
            }
            Mutation::Delete(index) => {
                let at = index.index(origin.len().max(1));
                replace(&mut origin, at, at + 1, b"");
            }
            Mutation::Uppercase(index) => {
                let at = index.index(origin.len().max(1));
                origin.iter_mut().skip(at).take(1).for_each(u8::make_ascii_uppercase);
            }
            Mutation::WithoutFirst => replace(&mut origin, 0, 1, b""),
            Mutation::WithoutLast => drop(origin.pop()),
            Mutation::Scheme(scheme) => {
                replace(&mut origin, 0, host.saturating_sub(3), scheme.as_bytes());
            }
            Mutation::Port(text) => {
                let end = origin.len();
                replace(&mut origin, port, end, text.as_bytes());
            }
            Mutation::BeforeHost(text) => replace(&mut origin, host, host, text.as_bytes()),
            Mutation::LongHost(length) => {
                let missing = length.saturating_sub(port - host);
                let mut labels: Vec<u8> = b".ab-4567".iter().copied().cycle().take(missing).collect();
                labels.reverse();
                replace(&mut origin, host, host, &labels);
            }
            Mutation::LongLabel(length) => {
                let rest = origin.get(host..port).unwrap_or_default();
                let label = rest.iter().position(|byte| *byte == b'.').unwrap_or(rest.len());
                let missing = length.saturating_sub(label);
                replace(&mut origin, host, host, &vec![b'x'; missing]);
            }
        }
        origin
    }
}

/// Where the host begins, and where the port, with its colon, does.
fn places(origin: &[u8]) -> (usize, usize) {
    let host = origin.windows(3).position(|window| window == b"://").map_or(0, |at| at + 3);
    let rest = origin.get(host..).unwrap_or_default();
    let end = rest.iter().rposition(|byte| matches!(byte, b':' | b']'));
    match end {
        Some(at) if rest.get(at) == Some(&b':') => (host, host + at),
        _ => (host, origin.len()),
    }
}

fn replace(origin: &mut Vec<u8>, from: usize, to: usize, with: &[u8]) {
    let to = to.min(origin.len());
    origin.splice(from.min(to)..to, with.iter().copied());
}
