//! What is in the way of a page.

use std::fmt;

use cors_policy_browser::filter::{self, Exposed};
use cors_policy_browser::guard::is_forbidden;
use cors_policy_browser::method;
use cors_policy_browser::{
    Exchange, FailedStep, Failure, Headers, Mode, Purpose, Reason, Section, Tainting, Verdict,
};

use super::intent::Intent;
use super::server;
use crate::handshake::UpgradeRefusal;
use crate::policy::Policy;

/// Something that is in the way of what a page means to do. It displays as what is expected and what there is, lower
/// case, without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The browser blocks the request or its response.
    Blocked(Failure),
    /// The server refuses the handshake of a connection.
    Handshake(UpgradeRefusal),
    /// The request goes out, and script has nothing of the response, as the mode is `no-cors`.
    Opaque,
    /// Script cannot read a header of the response that it wants to read.
    Hidden {
        /// The header in lower case.
        header: String,
        /// Whether some policy or page could have it: not where no script reads it, whoever asks.
        readable: bool,
    },
    /// The browser leaves a header out of the request that script sets.
    Dropped {
        /// The header in lower case.
        header: String,
    },
}

impl Problem {
    /// Its name in kebab-case, which stays the same: of a failure that of its reason, such as `acao-missing`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Problem::Blocked(failure) => failure.reason.code(),
            Problem::Handshake(UpgradeRefusal::OriginMissing) => "handshake-origin-missing",
            Problem::Handshake(UpgradeRefusal::OriginMissingWithCredentials) => {
                "handshake-origin-missing-with-credentials"
            }
            Problem::Handshake(UpgradeRefusal::SeveralOrigins) => "handshake-several-origins",
            Problem::Handshake(UpgradeRefusal::NullOrigin) => "handshake-null-origin",
            Problem::Handshake(UpgradeRefusal::NotAnOrigin) => "handshake-not-an-origin",
            Problem::Handshake(UpgradeRefusal::OriginNotAdmitted) => "handshake-origin-not-admitted",
            Problem::Handshake(UpgradeRefusal::CredentialsNotAllowed) => "handshake-credentials-not-allowed",
            Problem::Opaque => "response-opaque",
            Problem::Hidden { .. } => "header-hidden",
            Problem::Dropped { .. } => "header-dropped",
        }
    }

    /// The step of the fetch: `api`, `connection`, `tainting`, `preflight`, `network`, `response`, `redirect`, `use`.
    #[must_use]
    pub fn step(&self) -> &'static str {
        match self {
            Problem::Blocked(failure) => failure.step.code(),
            Problem::Handshake(_) => FailedStep::Network.code(),
            Problem::Dropped { .. } => FailedStep::Api.code(),
            Problem::Opaque | Problem::Hidden { .. } => FailedStep::Use.code(),
        }
    }

    /// The section of a standard that has it so.
    #[must_use]
    pub fn section(&self) -> Section {
        match self {
            Problem::Blocked(failure) => failure.section(),
            Problem::Handshake(_) => Section {
                number: "",
                title: "RFC 6455, 10.2 Origin Considerations",
                url: "https://www.rfc-editor.org/rfc/rfc6455#section-10.2",
            },
            Problem::Opaque => Section {
                number: "2.2.6",
                title: "Responses",
                url: "https://fetch.spec.whatwg.org/#concept-filtered-response-opaque",
            },
            Problem::Hidden { .. } => Section {
                number: "2.2.6",
                title: "Responses",
                url: "https://fetch.spec.whatwg.org/#concept-filtered-response-cors",
            },
            Problem::Dropped { .. } => Section {
                number: "2.2.2",
                title: "Headers",
                url: "https://fetch.spec.whatwg.org/#forbidden-request-header",
            },
        }
    }

    /// Whether script has no response, or the connection is not opened.
    pub(super) fn blocks(&self) -> bool {
        matches!(self, Problem::Blocked(_) | Problem::Handshake(_))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Blocked(failure) => write!(f, "{}", failure.reason),
            Problem::Handshake(refusal) => write!(f, "the server refuses the handshake: {refusal}"),
            Problem::Opaque => f.write_str(
                "the mode is `no-cors`: the request goes out, and script sees neither status nor headers nor body",
            ),
            Problem::Hidden { header, readable: true } => {
                write!(f, "script cannot read the header `{header}` of the response, which does not expose it")
            }
            Problem::Hidden { header, readable: false } => {
                write!(f, "script cannot read the header `{header}` of the response, whatever the server says")
            }
            Problem::Dropped { header } => {
                write!(f, "the browser leaves out the header `{header}`, which scripts cannot set")?;
                // What is no name of the browser's alone is kept out by the mode, which has no preflight.
                f.write_str(if is_of_browser(header) { "" } else { " so in the mode `no-cors`" })
            }
        }
    }
}

/// Everything in the way, what comes first in front.
pub(super) fn of(policy: &Policy, intent: &Intent, exchange: &Exchange) -> Vec<Problem> {
    if let Some(refusal) = refused_handshake(policy, intent, exchange) {
        return vec![Problem::Handshake(refusal)];
    }
    let mut problems: Vec<Problem> = Vec::new();
    let mut refused = false;
    for failure in exchange.failures() {
        let problem = Problem::Blocked(failure.clone());
        // Where no header says yes, everything that a header would have to say fails, too.
        let follows = refused && failure.reason.is_about_cors();
        if !follows && !problems.iter().any(|known| is_same(known, failure)) {
            problems.push(problem);
        }
        refused |= is_refusal(&failure.reason);
    }
    if !problems.iter().any(|problem| matches!(problem, Problem::Blocked(failure) if hides_all(failure))) {
        problems.extend(unread(intent, exchange));
    }
    problems.extend(exchange.dropped.iter().map(|header| Problem::Dropped { header: header.clone() }));
    problems
}

/// Whether only the browser sets the header. Those that override methods it leaves out for their value.
fn is_of_browser(header: &str) -> bool {
    is_forbidden(header, b"TRACE")
}

fn is_same(known: &Problem, failure: &Failure) -> bool {
    matches!(known, Problem::Blocked(known) if known.reason == failure.reason)
}

/// Whether the origin is not admitted.
pub(super) fn is_refusal(reason: &Reason) -> bool {
    matches!(reason, Reason::AcaoMissing { .. } | Reason::AcaoMismatch { .. } | Reason::StatusNotOk { .. })
}

/// Whether the response, which there is to look ahead at best, says nothing of headers.
fn hides_all(failure: &Failure) -> bool {
    is_refusal(&failure.reason) || failure.step < FailedStep::Preflight
}

fn refused_handshake(policy: &Policy, intent: &Intent, exchange: &Exchange) -> Option<UpgradeRefusal> {
    let sent = exchange.sent().find(|(purpose, ..)| *purpose == Purpose::Actual);
    let (_, _, sent) = sent.filter(|_| intent.is_handshake())?;
    server::handshake(policy, &sent.request).err()
}

/// What of the response script wants to read and cannot.
fn unread(intent: &Intent, exchange: &Exchange) -> Vec<Problem> {
    let last = exchange.hops.last();
    let response = last.and_then(|hop| hop.actual.as_ref()?.response.as_ref());
    let (Some(hop), Some(response)) = (last, response) else { return Vec::new() };
    if hop.tainting == Tainting::Opaque && intent.is_by_script() && exchange.verdict.is_allowed() {
        return vec![Problem::Opaque];
    }
    let hidden = intent.reads.iter().filter_map(|header| {
        let reads = can_read(intent, hop.tainting, &response.headers, header);
        let readable = !filter::is_forbidden(header) && !is_unreadable(intent);
        (!reads).then(|| Problem::Hidden { header: header.clone(), readable })
    });
    hidden.collect()
}

/// Whether script has no access to the response's headers, whatever its origin is: only `fetch()` and
/// `XMLHttpRequest` give them.
fn is_unreadable(intent: &Intent) -> bool {
    !intent.is_by_script() || intent.is_handshake() || intent.request.mode == Mode::Navigate
}

fn can_read(intent: &Intent, tainting: Tainting, headers: &Headers, name: &str) -> bool {
    match tainting {
        _ if is_unreadable(intent) => false,
        Tainting::Basic => !filter::is_forbidden(name),
        Tainting::Cors => Exposed::new(headers, intent.request.credentials).has(name),
        Tainting::Opaque => false,
    }
}

/// What script can read of a response that it has, and what it cannot.
pub(super) fn read(intent: &Intent, exchange: &Exchange) -> (Vec<String>, Vec<String>) {
    match &exchange.verdict {
        Verdict::Allowed { readable, hidden, .. } if is_unreadable(intent) => {
            (Vec::new(), readable.iter().chain(hidden).cloned().collect())
        }
        Verdict::Allowed { readable, hidden, .. } => (readable.clone(), hidden.clone()),
        Verdict::Blocked(_) => (Vec::new(), Vec::new()),
    }
}

/// The method in upper case, where browsers do not write it so by themselves.
pub(super) fn upper_case(sent: &str) -> Option<String> {
    let upper = sent.to_ascii_uppercase();
    (upper != sent && method::normalize(sent) == sent).then_some(upper)
}
