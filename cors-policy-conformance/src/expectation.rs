//! What the policy says of a request, beside what came.

use cors_policy::{Action, Header, Operation, Policy, Value};
use http::HeaderMap;
use http::header::VARY;

use crate::client::Answer;
use crate::requests::{Oddity, Request, excerpt};

/// The statuses of a server that refuses what is malformed or too large.
const REFUSALS: [u16; 4] = [400, 413, 414, 431];

/// What must come.
#[derive(Clone, Debug)]
pub(crate) struct Expectation {
    /// The status of a preflight's answer.
    pub(crate) status: Option<u16>,
    /// Each CORS header, with the value that it has.
    pub(crate) headers: Vec<(Header, Option<Vec<u8>>)>,
    /// What `Vary` has to name.
    pub(crate) vary: Vec<&'static str>,
}

/// A difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mismatch {
    Status { expected: u16, came: u16 },
    Body(usize),
    Header { header: Header, expected: Option<Vec<u8>>, came: Vec<Vec<u8>> },
    Vary { missing: Vec<&'static str>, came: Vec<Vec<u8>> },
}

impl Expectation {
    pub(crate) fn of(policy: &Policy, request: &Request) -> Self {
        let verdict = policy.decide(request.method.as_bytes(), &request.headers[..]);
        let mut headers = Vec::new();
        let mut vary = Vec::new();
        for operation in policy.operations(verdict) {
            match operation {
                Operation::Set(header, value) => headers.push((header, Some(written(value, request)))),
                Operation::Strip(header) => headers.push((header, None)),
                Operation::MergeVary(field) => vary.push(field.name()),
            }
        }
        let status = match verdict.action() {
            Action::Answer(status) => Some(status),
            Action::Continue => None,
        };
        Expectation { status, headers, vary }
    }

    /// Whether anything in a response shows that the policy was there.
    pub(crate) fn is_visible(&self) -> bool {
        !self.vary.is_empty() || self.headers.iter().any(|(_, value)| value.is_some())
    }

    pub(crate) fn mismatches(&self, request: &Request, answer: &Answer) -> Vec<Mismatch> {
        if is_refused_by_the_server(request, answer) {
            return Vec::new();
        }
        let mut mismatches = Vec::new();
        if let Some(expected) = self.status {
            if answer.status != expected {
                mismatches.push(Mismatch::Status { expected, came: answer.status });
            }
            if answer.body > 0 {
                mismatches.push(Mismatch::Body(answer.body));
            }
        }
        for (header, expected) in &self.headers {
            let came = lines(&answer.headers, header.name());
            let same = came.iter().map(Vec::as_slice).eq(expected.iter().map(Vec::as_slice));
            if !same {
                mismatches.push(Mismatch::Header { header: *header, expected: expected.clone(), came });
            }
        }
        let missing: Vec<&'static str> =
            self.vary.iter().copied().filter(|name| !varies(&answer.headers, name)).collect();
        if !missing.is_empty() {
            mismatches.push(Mismatch::Vary { missing, came: lines(&answer.headers, VARY.as_str()) });
        }
        mismatches
    }
}

/// Such an answer is made before any application sees the request, and opens nothing.
fn is_refused_by_the_server(request: &Request, answer: &Answer) -> bool {
    request.oddity != Oddity::None && REFUSALS.contains(&answer.status) && !has_cors(&answer.headers)
}

pub(crate) fn has_cors(headers: &HeaderMap) -> bool {
    Header::ALL.into_iter().any(|header| headers.contains_key(header.name()))
}

/// Whether `Vary` names a field, or everything.
pub(crate) fn varies(headers: &HeaderMap, field: &str) -> bool {
    let lines = headers.get_all(VARY).iter();
    let mut names =
        lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b',')).map(<[u8]>::trim_ascii);
    names.any(|name| name == b"*" || name.eq_ignore_ascii_case(field.as_bytes()))
}

fn lines(headers: &HeaderMap, name: &str) -> Vec<Vec<u8>> {
    headers.get_all(name).iter().map(|value| value.as_bytes().to_vec()).collect()
}

fn written(value: Value<'_>, request: &Request) -> Vec<u8> {
    match value {
        Value::Static(text) => text.as_bytes().to_vec(),
        Value::Echo(field) => {
            let line = request.headers.iter().find(|(line, _)| *line == field.name());
            line.map(|(_, value)| value.clone()).unwrap_or_default()
        }
    }
}

impl Mismatch {
    pub(crate) fn expected(&self) -> String {
        match self {
            Mismatch::Status { expected, .. } => format!("status {expected}"),
            Mismatch::Body(_) => "no body".to_owned(),
            Mismatch::Header { header, expected: Some(value), .. } => {
                format!("{}: {}", header.name(), excerpt(value))
            }
            Mismatch::Header { header, expected: None, .. } => format!("no {}", header.name()),
            Mismatch::Vary { missing, .. } => format!("vary: {}", missing.join(", ")),
        }
    }

    pub(crate) fn came(&self) -> String {
        match self {
            Mismatch::Status { came, .. } => format!("status {came}"),
            Mismatch::Body(bytes) => format!("a body of {bytes} bytes"),
            Mismatch::Header { header, came, .. } => print_lines(header.name(), came),
            Mismatch::Vary { came, .. } => print_lines("vary", came),
        }
    }
}

fn print_lines(name: &str, lines: &[Vec<u8>]) -> String {
    if lines.is_empty() {
        return format!("no {name}");
    }
    let lines: Vec<String> = lines.iter().map(|line| format!("{name}: {}", excerpt(line))).collect();
    lines.join(", and ")
}
