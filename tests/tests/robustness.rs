//! No request and no document, whatever bytes it is made of, makes the matcher or the compiler panic, and no
//! request makes the matcher work without bound.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a panic is the report")]

use std::cell::RefCell;
use std::collections::HashMap;
use std::hint::black_box;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use cors_policy::{
    Action, Ceiling, Document, Explanation, Field, Header, Kind, Operation, Outcome, Policy, RequestFields,
    Verdict, cors_ceiling, cors_policy,
};
use http::header::{HeaderName, VARY};
use http::{HeaderMap, HeaderValue, Method};
use serde_json::{Value, json};

/// Policies of every shape.
fn policies() -> Vec<(&'static str, Policy)> {
    static PUBLIC: Policy =
        cors_policy! { origins: any, methods: any, request_headers: any, expose_headers: any };
    static TOKENS: Policy =
        cors_policy! { origins: any, methods: [PUT], request_headers: [any, "authorization"], max_age: "1h" };
    static ONE: Policy = cors_policy! {
        origins: ["https://app.example.com"], credentials: true, request_headers: ["x-a"], preflight_status: 200,
    };
    static WILD: Policy = cors_policy! {
        origins: ["https://*.example.com", "https://pr-*.example.org", "http://localhost:*"],
        methods: [PUT, DELETE], request_headers: ["content-type", "x-b"], expose_headers: ["etag"], max_age: "2h",
    };
    static ECHO: Policy = cors_policy! {
        origins: ["https://app.example.com", "https://*.app.example.com"],
        credentials: true, methods: any, request_headers: any,
    };
    static RULES: Policy = cors_policy! {
        apps: { origins: ["https://app.example.com"], credentials: true, request_headers: [any, "authorization"] },
        others: { origins: ["https://*.example.com"], methods: [PATCH], max_age: 60 },
        rest: { origins: any },
    };
    let loaded =
        json!({"origins": ["https://a.example.com", "https://*.example.com:8080"], "methods": ["PUT"]});
    vec![
        ("PUBLIC", PUBLIC.clone()),
        ("TOKENS", TOKENS.clone()),
        ("ONE", ONE.clone()),
        ("WILD", WILD.clone()),
        ("ECHO", ECHO.clone()),
        ("RULES", RULES.clone()),
        ("varying", PUBLIC.clone().varying()),
        ("loaded", Policy::compile(&document(&loaded)).unwrap().policy),
    ]
}

fn document(value: &Value) -> Document {
    serde_json::from_str(&value.to_string()).unwrap()
}

/// Marsaglia's xorshift: the same numbers in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 32).unwrap()
    }

    fn below(&mut self, end: usize) -> usize {
        self.next() % end
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    /// The text, perhaps with some bytes changed, put in or taken out.
    fn mutated(&mut self, text: &[u8]) -> Vec<u8> {
        let mut bytes = text.to_vec();
        for _ in 0..[0, 0, 0, 1, 2, 5][self.below(6)] {
            let at = self.below(bytes.len() + 1);
            let end = (at + self.below(2)).min(bytes.len());
            let put_in: Vec<u8> = (0..self.below(3)).map(|_| self.byte()).collect();
            bytes.splice(at..end, put_in);
        }
        bytes
    }
}

type Line = (&'static str, Vec<u8>);

const ORIGINS: [&[u8]; 13] = [
    b"https://app.example.com",
    b"https://a.b.example.com",
    b"https://a.example.com:8080",
    b"https://pr-7.example.org",
    b"https://a.app.example.com",
    b"http://localhost:5173",
    b"http://localhost:65536",
    b"https://app.example.com.evil.test",
    b"https://APP.example.com/",
    b"null",
    b"",
    b"\xff\xfe://\xc3\x28",
    b"https://app.example.com, https://a.example.com",
];
const METHODS: [&[u8]; 9] = [b"GET", b"OPTIONS", b"PUT", b"PATCH", b"put", b"PURGE", b"", b"P T", b"*"];
const LISTS: [&[u8]; 9] = [
    b"x-a",
    b"content-type,x-b",
    b"authorization",
    b" , ,x-a , X-B,",
    b"*",
    b"x-a;q=1",
    b"",
    b",,,,",
    b"x-\xff",
];
const SITES: [&[u8]; 3] = [b"same-origin", b"cross-site", b"none"];

fn random_request(random: &mut Random) -> (Vec<u8>, Vec<Line>) {
    let fields: [(&'static str, &[&[u8]]); 6] = [
        ("origin", &ORIGINS),
        ("access-control-request-method", &METHODS),
        ("access-control-request-headers", &LISTS),
        ("cookie", &LISTS),
        ("authorization", &METHODS),
        ("sec-fetch-site", &SITES),
    ];
    let mut lines = Vec::new();
    for (name, values) in fields {
        for _ in 0..[0, 1, 1, 1, 2][random.below(5)] {
            let value = random.pick(values);
            lines.push((name, random.mutated(value)));
        }
    }
    let method = random.pick(&METHODS[..5]);
    (random.mutated(method), lines)
}

/// `Access-Control-Allow-Origin`, where it is the same for everybody: then also for who has no origin.
fn constant(policy: &Policy) -> Option<Vec<u8>> {
    let nobody: &[(&str, &str)] = &[];
    policy.operations(policy.decide(b"GET", nobody)).find_map(|operation| match operation {
        Operation::Set(Header::AllowOrigin, cors_policy::Value::Static(value)) => {
            Some(value.as_bytes().to_vec())
        }
        _ => None,
    })
}

/// Everything that must hold of a decision, whatever the request.
fn check_core(name: &str, policy: &Policy, method: &[u8], lines: &[Line]) -> Verdict {
    let verdict = policy.decide(method, lines);
    let operations: Vec<Operation<'_>> = policy.operations(verdict).collect();
    let context = format!("{name}: {} {lines:?}: {verdict:?}", method.escape_ascii());
    assert_eq!(verdict.outcome() == Outcome::Admitted, verdict.rule().is_some(), "{context}");
    assert_eq!(verdict.kind() == Kind::Preflight, verdict.action() != Action::Continue, "{context}");
    if verdict.kind() == Kind::Preflight && verdict.outcome() != Outcome::Admitted {
        assert_eq!(verdict.action(), Action::Answer(403), "{context}");
    }
    let (of_cors, vary) = operations.split_at(Header::ALL.len());
    let headers = of_cors.iter().filter_map(|operation| match operation {
        Operation::Set(header, _) | Operation::Strip(header) => Some(*header),
        Operation::MergeVary(_) => None,
    });
    assert!(headers.eq(Header::ALL), "{context}: {operations:?}");
    assert!(vary.iter().all(|operation| matches!(operation, Operation::MergeVary(_))), "{context}");
    if constant(policy).is_none() || verdict.kind() == Kind::Preflight {
        let sets = of_cors.iter().any(|operation| matches!(operation, Operation::Set(..)));
        assert_eq!(sets, verdict.rule().is_some(), "{context}: {operations:?}");
        assert_eq!(vary.first(), Some(&Operation::MergeVary(Field::Origin)), "{context}");
    }
    check_explanation(policy, &policy.explain(method, lines), verdict, &context);
    verdict
}

/// An explanation is short and printable, and says why exactly where a browser refuses something: under a constant
/// `*` it lets every page read, whatever the policy made of the origin.
fn check_explanation(policy: &Policy, explanation: &Explanation, verdict: Verdict, context: &str) {
    assert_eq!(explanation.verdict(), verdict, "{context}");
    let text = explanation.to_string();
    assert!(!text.is_empty() && text.len() < 2048, "{context}: {} bytes", text.len());
    assert!(!text.contains(char::is_control), "{context}: {text:?}");
    let refused = !explanation.rejections().is_empty();
    let is_open = constant(policy).as_deref() == Some(b"*");
    match (verdict.outcome(), verdict.kind()) {
        (Outcome::Refused, Kind::Actual) => assert_eq!(refused, !is_open, "{context}"),
        (Outcome::Refused, Kind::Preflight) => assert!(refused, "{context}"),
        (Outcome::Admitted, Kind::Preflight) => {}
        _ => assert!(!refused, "{context}"),
    }
}

/// The request as the crate `http` has it; `None` where it refuses some value.
fn as_map(method: &[u8], lines: &[Line]) -> Option<(Method, HeaderMap)> {
    let mut headers = HeaderMap::new();
    for (name, value) in lines {
        headers.append(HeaderName::from_static(name), HeaderValue::from_bytes(value).ok()?);
    }
    Some((Method::from_bytes(method).ok()?, headers))
}

/// What an inner layer may have left.
fn random_response(random: &mut Random) -> HeaderMap {
    let varies = ["accept-encoding", "Origin, *", "ORIGIN", "*", "origin,access-control-request-method", ""];
    let mut response = HeaderMap::new();
    for _ in 0..random.below(3) {
        response.append(VARY, HeaderValue::from_static(random.pick(&varies)));
    }
    for header in Header::ALL {
        for _ in 0..random.below(3) {
            response.append(header.name(), HeaderValue::from_static("left over"));
        }
    }
    response.append("set-cookie", HeaderValue::from_static("a=b"));
    response.append("set-cookie", HeaderValue::from_static("c=d"));
    response
}

fn check_layer(
    name: &str,
    policy: &Policy,
    (method, headers): &(Method, HeaderMap),
    mut response: HeaderMap,
) -> Verdict {
    let decision = policy.evaluate(method, headers);
    let verdict = policy.decide(method.as_str().as_bytes(), headers);
    let context = format!("{name}: {method} {headers:?}");
    assert_eq!(decision.verdict(), verdict, "{context}");
    let explanation = policy.explain(method.as_str().as_bytes(), headers);
    assert_eq!(decision.rejection(method, headers), explanation.into_rejection(), "{context}");
    decision.apply(&mut response);
    for header in Header::ALL {
        let lines: Vec<&HeaderValue> = response.get_all(header.name()).iter().collect();
        let wanted = decision.headers().find(|(name, _)| name.as_str() == header.name());
        let wanted: Vec<&HeaderValue> = wanted.iter().map(|(_, value)| value).collect();
        assert_eq!(lines, wanted, "{context}");
    }
    assert_eq!(response.get_all("set-cookie").iter().count(), 2, "{context}");
    let once = response.clone();
    decision.apply(&mut response);
    assert_eq!(response, once, "{context}");
    verdict
}

#[test]
fn no_request_makes_the_matcher_panic() {
    let mut random = Random(0x0c05_0c05_0c05_0c05);
    let policies = policies();
    let mut seen: HashMap<(Kind, Outcome), usize> = HashMap::new();
    let mut in_maps = 0;
    for _ in 0..4000 {
        let (method, lines) = random_request(&mut random);
        let map = as_map(&method, &lines);
        let response = random_response(&mut random);
        for (name, policy) in &policies {
            let verdict = check_core(name, policy, &method, &lines);
            *seen.entry((verdict.kind(), verdict.outcome())).or_default() += 1;
            if let Some(map) = &map {
                in_maps += 1;
                assert_eq!(check_layer(name, policy, map, response.clone()), verdict);
            }
        }
    }
    assert!(seen.len() == 6 && seen.values().all(|count| *count >= 200), "{seen:?}");
    assert!(in_maps > 4000, "{in_maps}");
}

#[test]
fn no_bytes_make_the_matcher_panic() {
    let mut random = Random(0x1234_5678_9abc_def1);
    let policies = policies();
    let names = [
        "origin",
        "access-control-request-method",
        "access-control-request-headers",
        "cookie",
        "sec-fetch-site",
    ];
    for _ in 0..4000 {
        let mut bytes = |most: usize| -> Vec<u8> {
            let length = random.below(most);
            (0..length).map(|_| random.byte()).collect()
        };
        let method = if bytes(4).is_empty() { bytes(8) } else { b"OPTIONS".to_vec() };
        let lines: Vec<Line> = names.iter().map(|name| (*name, bytes(40))).collect();
        for (name, policy) in &policies {
            let verdict = check_core(name, policy, &method, &lines);
            assert_ne!(verdict.outcome(), Outcome::NotCors, "{name}");
            black_box(policy.admits(&lines[0].1));
        }
    }
}

/// A request that counts the lines that are handed over.
struct Watched {
    lines: Vec<Line>,
    handed: RefCell<HashMap<Field, usize>>,
}

impl Watched {
    fn new(lines: Vec<Line>) -> Self {
        Watched { lines, handed: RefCell::default() }
    }

    fn take(&self) -> HashMap<Field, usize> {
        self.handed.take()
    }
}

impl RequestFields for Watched {
    fn each_line(&self, field: Field, visit: &mut dyn FnMut(&[u8]) -> ControlFlow<()>) -> ControlFlow<()> {
        let lines = self.lines.iter().filter(|(name, _)| *name == field.name());
        lines.map(|(_, value)| value).try_for_each(|value| {
            *self.handed.borrow_mut().entry(field).or_default() += 1;
            visit(value)
        })
    }
}

/// A thousand lines of each of these.
fn thousands(lines: &[(&'static str, &str)]) -> Watched {
    let each = |(name, value): &(&'static str, &str)| vec![(*name, value.as_bytes().to_vec()); 1000];
    Watched::new(lines.iter().flat_map(each).collect())
}

const APP: (&str, &str) = ("origin", "https://app.example.com");
const ASKS_METHOD: (&str, &str) = ("access-control-request-method", "PURGE");
const ASKS_HEADERS: (&str, &str) = ("access-control-request-headers", "x-a, x-b");

/// The most lines of a field that one decision may be handed: one to see that it is there, and two to see that
/// it is alone.
const MOST_LINES: usize = 3;

fn assert_few(name: &str, handed: &HashMap<Field, usize>) {
    assert!(handed.values().all(|lines| *lines <= MOST_LINES), "{name}: {handed:?}");
}

#[test]
fn lines_are_read_until_they_decide() {
    let rest = [("cookie", "a=b"), ("authorization", "Bearer 7"), ("sec-fetch-site", "same-origin")];
    let everything = thousands(&[&[APP, ASKS_METHOD, ASKS_HEADERS], &rest[..]].concat());
    let mut without_origins = thousands(&[&[ASKS_METHOD, ASKS_HEADERS], &rest[..]].concat());
    for (name, policy) in policies() {
        for method in [b"GET".as_slice(), b"OPTIONS"] {
            assert_ne!(policy.decide(method, &everything).outcome(), Outcome::Admitted, "{name}");
            let handed = everything.take();
            assert_eq!(handed.get(&Field::Origin), Some(&2), "{name}");
            assert_few(name, &handed);
            assert_eq!(policy.decide(method, &without_origins).outcome(), Outcome::NotCors, "{name}");
            assert_few(name, &without_origins.take());
        }
        without_origins.lines.push((APP.0, APP.1.into()));
        let verdict = policy.decide(b"OPTIONS", &without_origins);
        assert_eq!(verdict.kind(), Kind::Preflight);
        assert_few(name, &without_origins.take());
        without_origins.lines.pop();
    }
}

/// What a list asks for is looked at only where it is echoed.
#[test]
fn static_lists_leave_what_was_asked_unread() {
    let request = Watched::new(vec![
        (APP.0, APP.1.into()),
        (ASKS_METHOD.0, ASKS_METHOD.1.into()),
        (ASKS_HEADERS.0, ASKS_HEADERS.1.into()),
    ]);
    for (name, policy) in policies() {
        let verdict = policy.decide(b"OPTIONS", &request);
        let handed = request.take();
        let echoes = |header| {
            let mut operations = policy.operations(verdict);
            operations.any(|operation| {
                matches!(operation, Operation::Set(set, value)
                    if set == header && !matches!(value, cors_policy::Value::Static(_)))
            })
        };
        let read = usize::from(echoes(Header::AllowHeaders));
        assert_eq!(handed.get(&Field::AccessControlRequestHeaders).copied().unwrap_or(0), read, "{name}");
        let read = 1 + usize::from(echoes(Header::AllowMethods));
        assert_eq!(handed.get(&Field::AccessControlRequestMethod).copied(), Some(read), "{name}");
    }
}

/// An explanation reads 64 KiB of the lists, on however many lines.
#[test]
fn explanations_read_the_beginning_of_lists() {
    let line = "x-a,x-b,".repeat(32);
    let lines = (64 << 10) / line.len();
    let mut request = thousands(&[("access-control-request-headers", line.as_str())]);
    request.lines.push((APP.0, APP.1.into()));
    request.lines.push((ASKS_METHOD.0, "PUT".into()));
    let mut most = 0;
    for (name, policy) in policies() {
        let explanation = policy.explain(b"OPTIONS", &request);
        let read = request.take().get(&Field::AccessControlRequestHeaders).copied().unwrap_or_default();
        assert!(read <= lines + 2 * MOST_LINES, "{name}: {read} lines");
        check_explanation(&policy, &explanation, policy.decide(b"OPTIONS", &request), name);
        request.take();
        most = most.max(read);
    }
    assert!(most >= lines, "some policy reads as far as it may");
    let several = thousands(&[APP, ASKS_METHOD]);
    for (name, policy) in policies() {
        black_box(policy.explain(b"GET", &several));
        let read = several.take()[&Field::Origin];
        assert!(read <= 2 * MOST_LINES, "{name}: {read} lines");
    }
}

/// Where the reading ends inside a name, there is no telling whether the name is allowed.
#[test]
fn explanations_do_not_take_a_cut_name_for_a_name() {
    let value = json!({"origins": ["https://app.example.com"], "request_headers": ["x-quite-a-long-name"]});
    let policy = Policy::compile(&document(&value)).unwrap().policy;
    let asked = "x-quite-a-long-name,".repeat(10_000);
    let request = [APP, ("access-control-request-method", "GET"), (ASKS_HEADERS.0, &asked)];
    let explanation = policy.explain(b"OPTIONS", &request[..]);
    assert!(explanation.rejections().is_empty(), "{explanation}");
}

/// Long values are refused by their length. Reading them would take minutes here.
#[test]
fn long_values_are_not_read() {
    let long = |unit: &str, length: usize| unit.repeat(length / unit.len()).into_bytes();
    let values = [
        ("origin", long("a", 64 << 10), b"GET".as_slice()),
        ("origin", [b"https://".as_slice(), &long("a.", 64 << 10), b".example.com"].concat(), b"GET"),
        ("origin", [b"https://a.example.com:".as_slice(), &long("8", 64 << 10)].concat(), b"GET"),
        ("access-control-request-headers", long("x-a,", 1 << 20), b"OPTIONS"),
        ("access-control-request-headers", long(",", 1 << 20), b"OPTIONS"),
        ("access-control-request-method", long("P", 1 << 20), b"OPTIONS"),
        ("cookie", long("a=b; ", 1 << 20), b"GET"),
        ("sec-fetch-site", long("same-origin", 1 << 20), b"GET"),
    ];
    for (name, value, method) in values {
        let mut lines = vec![(APP.0, APP.1.into()), (ASKS_METHOD.0, ASKS_METHOD.1.into())];
        lines.retain(|(other, _)| *other != name);
        lines.push((name, value));
        let (_, headers) = as_map(method, &lines).unwrap();
        for (policy_name, policy) in policies() {
            let start = Instant::now();
            for _ in 0..1000 {
                black_box(policy.decide(black_box(method), &headers));
            }
            let taken = start.elapsed();
            assert!(taken < Duration::from_secs(1), "{policy_name}: {name} took {taken:?}");
        }
    }
}

/// Long values, many lines, and bytes that are no text, through every call.
#[test]
fn huge_requests_are_answered_and_explained() {
    let long =
        |unit: &[u8], length: usize| -> Vec<u8> { unit.iter().copied().cycle().take(length).collect() };
    let preflight = |name: &'static str, values: Vec<Vec<u8>>| -> Vec<Line> {
        let fixed = [APP, ASKS_METHOD].into_iter().filter(move |(fixed, _)| *fixed != name);
        let fixed = fixed.map(|(name, value)| (name, value.into()));
        fixed.chain(values.into_iter().map(|value| (name, value))).collect()
    };
    let requests = [
        preflight("origin", vec![long(b"a.", 64 << 10)]),
        preflight("origin", vec![long(b"\xff", 64 << 10)]),
        preflight("origin", vec![long(b"https://a.example.com ", 64 << 10); 2]),
        preflight("access-control-request-headers", vec![long(b"x-a, ", 1 << 20)]),
        preflight("access-control-request-headers", vec![long(b"\xfe,\xc3\x28,", 1 << 20)]),
        preflight("access-control-request-headers", vec![b"x-a, x-b".to_vec(); 1000]),
        preflight("access-control-request-headers", vec![Vec::new(); 1000]),
        preflight("access-control-request-method", vec![long(b"PUT", 1 << 20)]),
        preflight("access-control-request-method", vec![b"PUT".to_vec(); 1000]),
    ];
    let mut random = Random(0x0fed_cba9_8765_4321);
    let start = Instant::now();
    for lines in &requests {
        for (name, policy) in policies() {
            for method in [b"GET".as_slice(), b"OPTIONS"] {
                let context =
                    format!("{name}, {} lines of {} bytes", lines.len(), lines[lines.len() - 1].1.len());
                let verdict = policy.decide(method, &lines[..]);
                check_explanation(&policy, &policy.explain(method, &lines[..]), verdict, &context);
                let (method, headers) = as_map(method, lines).unwrap();
                let decision = policy.evaluate(&method, &headers);
                assert_eq!(decision.verdict(), verdict, "{context}");
                decision.apply(&mut random_response(&mut random));
                black_box(decision.rejection(&method, &headers));
            }
        }
    }
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

/// A policy's verdicts of each kind.
fn verdicts(policy: &Policy) -> Vec<Verdict> {
    let origins = [None, Some(APP.1), Some("https://a.example.com"), Some("https://evil.test")];
    let mut verdicts = Vec::new();
    for origin in origins {
        let mut lines: Vec<(&str, &str)> = origin.map(|origin| ("origin", origin)).into_iter().collect();
        verdicts.push(policy.decide(b"GET", &lines[..]));
        verdicts.push(policy.decide(b"OPTIONS", &lines[..]));
        lines.extend([ASKS_METHOD, ASKS_HEADERS]);
        verdicts.push(policy.decide(b"OPTIONS", &lines[..]));
    }
    verdicts
}

/// Each policy with each verdict of every other one that means something else.
fn for_each_foreign_verdict(mut check: impl FnMut(&str, &Policy, &Policy, Verdict)) {
    let mut policies = policies();
    policies.retain(|(name, _)| *name != "varying");
    for (name, policy) in &policies {
        for (other_name, other) in policies.iter().filter(|(other, _)| other != name) {
            for verdict in verdicts(other) {
                check(&format!("{name} with a verdict of {other_name}: {verdict:?}"), policy, other, verdict);
            }
        }
    }
}

#[test]
fn verdicts_of_another_policy_set_nothing() {
    for_each_foreign_verdict(|context, policy, other, verdict| {
        let operations: Vec<Operation<'_>> = policy.operations(verdict).collect();
        let stripped = operations.iter().take(Header::ALL.len()).map(|operation| match operation {
            Operation::Strip(header) => Some(*header),
            _ => None,
        });
        assert!(stripped.eq(Header::ALL.map(Some)), "{context}: {operations:?}");
        let kept = other.operations(verdict).skip(Header::ALL.len());
        assert!(kept.into_iter().all(|vary| operations.contains(&vary)), "{context}: {operations:?}");
    });
}

/// A response that is stripped must not be taken, from a cache, for one to somebody who is admitted.
#[test]
fn verdicts_of_another_policy_vary_as_a_refusal_does() {
    for_each_foreign_verdict(|context, policy, _, verdict| {
        let vary = Operation::MergeVary(Field::Origin);
        assert!(policy.operations(verdict).any(|operation| operation == vary), "{context}");
    });
}

/// The same verdict, from an equal policy, is no foreign one.
#[test]
fn verdicts_of_an_equal_policy_are_understood() {
    let value = json!({"origins": ["https://app.example.com", "https://*.example.com"], "methods": ["PUT"]});
    let (one, other) =
        (Policy::compile(&document(&value)).unwrap(), Policy::compile(&document(&value)).unwrap());
    for verdict in verdicts(&one.policy) {
        let (own, others) = (one.policy.operations(verdict), other.policy.operations(verdict));
        assert!(own.eq(others), "{verdict:?}");
    }
}

#[test]
fn varying_policies_always_vary() {
    for (name, policy) in policies() {
        let varying = policy.clone().varying();
        for (plain, verdict) in verdicts(&policy).into_iter().zip(verdicts(&varying)) {
            assert_eq!(plain.outcome(), verdict.outcome(), "{name}");
            let before: Vec<Operation<'_>> = policy.operations(plain).collect();
            let after: Vec<Operation<'_>> = varying.operations(verdict).collect();
            let headers = Header::ALL.len();
            assert_eq!(before[..headers], after[..headers], "{name}");
            assert_eq!(after[headers], Operation::MergeVary(Field::Origin), "{name}");
            if before.len() > headers {
                assert_eq!(before, after, "{name}");
            }
        }
    }
}

const PATTERNS: [&str; 24] = [
    "https://app.example.com",
    "https://*.example.com",
    "https://*.a*b.*.example.com:*",
    "https://pr-*.example.com",
    "http://localhost:*",
    "http://[::1]:8080",
    "http://127.0.0.1",
    "app://id",
    "null",
    "*",
    "",
    "https://",
    "://",
    "https://*",
    "https://*.com",
    "https://xn--bcher-kva.example",
    "https://b\u{fc}cher.example",
    "https://xn--\u{1f4a9}.example",
    "https://[::ffff:1.2.3.4%25eth0]:0",
    "https://0x7f.1:65536",
    "https://user:pass@example.com:443/path?query#fragment",
    "\u{feff}https://example.com",
    "https://a..b.-example.com.",
    "^https://.*\\.example\\.com$",
];
const KEYS: [&str; 14] = [
    "origins",
    "credentials",
    "methods",
    "request_headers",
    "expose_headers",
    "max_age",
    "preflight_status",
    "trusts_network",
    "name",
    "admits",
    "refuses",
    "apps",
    "rest",
    "allowed_origins",
];

static CEILING: Ceiling = cors_ceiling! {
    schemes: ["https", "http"],
    credentials: true,
    any_origin: true,
    methods: any,
    max_age: "1h",
    profiles: { standard: { methods: [PUT], max_age: "10m" } },
};

fn random_value(random: &mut Random, depth: usize) -> Value {
    let texts =
        ["PUT", "content-type", "2h", "1h 30m", "*", "any", "authorization", "\0", "99999999999999999999h"];
    match random.below(if depth == 0 { 6 } else { 9 }) {
        0 => json!(random.below(2) == 0),
        1 => json!([0, -1, 204, 7200, i64::MAX, i64::MIN][random.below(6)]),
        2 => [json!(null), json!(1.5), json!(u64::MAX)][random.below(3)].clone(),
        3 => json!(random.pick(&texts)),
        4 | 5 => {
            let pattern = random.pick(&PATTERNS).as_bytes();
            json!(String::from_utf8_lossy(&random.mutated(pattern)))
        }
        6 | 7 => (0..random.below(5)).map(|_| random_value(random, depth - 1)).collect(),
        _ => random_document(random, depth - 1),
    }
}

fn random_document(random: &mut Random, depth: usize) -> Value {
    let mut fields = serde_json::Map::new();
    for _ in 0..random.below(6) {
        let key = random.pick(&KEYS).to_owned();
        let value = match (key.as_str(), random.below(4)) {
            ("apps" | "rest", 1..) if depth > 0 => random_document(random, depth - 1),
            ("origins", 1..) => (0..=random.below(6)).map(|_| json!(random.pick(&PATTERNS[..8]))).collect(),
            ("credentials", 1..) => json!(true),
            ("max_age", 1..) => json!("2h"),
            _ => random_value(random, depth),
        };
        fields.insert(key, value);
    }
    Value::Object(fields)
}

/// The document with fields that there are below ceilings only.
fn for_below(mut value: Value, random: &mut Random) -> Value {
    let Some(fields) = value.as_object_mut() else { return value };
    for (key, likely) in [("profile", json!("standard")), ("v", json!(1))] {
        match random.below(8) {
            0..4 => continue,
            4..7 => fields.insert(key.to_owned(), likely),
            _ => fields.insert(key.to_owned(), random_value(random, 2)),
        };
    }
    value
}

#[test]
fn no_document_makes_the_compiler_panic() {
    let mut random = Random(0x5eed_5eed_5eed_5eed);
    let mut fields = Random(0xbe10_be10_be10_be10);
    let (mut compiled, mut refused, mut below) = (0, 0, 0);
    for _ in 0..8000 {
        let value = random_document(&mut random, 3);
        match Policy::compile(&document(&value)) {
            Ok(ok) => {
                compiled += 1;
                check_core("loaded", &ok.policy, b"GET", &[(APP.0, APP.1.into())]);
            }
            Err(diagnostics) => {
                refused += 1;
                assert!(!diagnostics.is_empty(), "{value}");
            }
        }
        let value = for_below(value, &mut fields);
        match Policy::compile_below(&document(&value), &CEILING) {
            Ok(_) => below += 1,
            Err(diagnostics) => assert!(!diagnostics.is_empty(), "{value}"),
        }
    }
    assert!(compiled >= 100 && refused >= 1000, "{compiled} compiled, {refused} refused");
    assert!(below >= 10, "{below} compiled below the ceiling");
}

/// Documents come from databases as well, and their diagnostics end up in logs.
#[test]
fn diagnostics_escape_control_characters() {
    let control = "a\u{1b}[31m\nb";
    for value in [
        json!({"origins": [format!("https://{control}.example.com")]}),
        json!({"origins": "*", "methods": [control]}),
        json!({"origins": "*", "request_headers": [control]}),
        json!({"origins": "*", "expose_headers": [control]}),
        json!({"origins": "*", "max_age": control}),
        json!({"origins": "*", control: true}),
        json!({control: {"origins": ["https://example.com/"]}}),
    ] {
        for diagnostic in &Policy::compile(&document(&value)).unwrap_err() {
            let notes = [&diagnostic.help, &diagnostic.note].into_iter().flatten().count();
            let printed = diagnostic.to_string();
            let lines: Vec<&str> = printed.split('\n').collect();
            let excerpt = if diagnostic.excerpt.is_some() { 2 } else { 0 };
            assert_eq!(lines.len(), 2 + excerpt + notes, "{printed:?} of {value}");
            assert!(!lines.concat().contains(char::is_control), "{printed:?} of {value}");
        }
    }
}
