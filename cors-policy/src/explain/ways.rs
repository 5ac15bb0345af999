//! The ways out of a problem.

use cors_policy_browser::{CredentialsMode, Initiator, Mode, Origin, Reason, RedirectMode, Url};

use super::admission;
use super::edit::{Edit, PageEdit, PolicyEdit, without_credentials};
use super::needs::{Needs, refusal_of_header};
use super::problem::{Problem, upper_case};
use super::remedy::Withheld;
use super::search::Attempt;
use crate::handshake::UpgradeRefusal;

/// Ways out of a problem: edits that belong together, changes that must not be made, and what cannot be written down.
#[derive(Default)]
pub(super) struct Ways {
    pub(super) steps: Vec<Vec<Edit>>,
    pub(super) withheld: Vec<Withheld>,
    pub(super) advice: Vec<String>,
}

impl Ways {
    pub(super) fn policy(mut self, edits: impl IntoIterator<Item = PolicyEdit>) -> Self {
        self.steps.push(edits.into_iter().map(Edit::Policy).collect());
        self
    }

    pub(super) fn page(mut self, edits: impl IntoIterator<Item = PageEdit>) -> Self {
        self.steps.push(edits.into_iter().map(Edit::Page).collect());
        self
    }

    pub(super) fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice.push(advice.into());
        self
    }
}

/// The ways out of a problem.
pub(super) fn out_of(problem: &Problem, attempt: &Attempt) -> Ways {
    let needs = Needs::of(attempt);
    match problem {
        Problem::Blocked(failure) => of_reason(&failure.reason, attempt, &needs),
        Problem::Handshake(refusal) => of_refusal(*refusal, attempt, &needs),
        Problem::Opaque => Ways::default().page([PageEdit::Mode(Mode::Cors)]),
        Problem::Hidden { header, readable } => of_hidden(header, *readable, &needs),
        Problem::Dropped { header } => Ways::default().page([PageEdit::WithoutHeader(header.clone())]),
    }
}

fn of_reason(reason: &Reason, attempt: &Attempt, needs: &Needs) -> Ways {
    match reason {
        Reason::AcaoMissing { .. } | Reason::AcaoMismatch { .. } | Reason::StatusNotOk { .. } => {
            admission::ways(attempt, needs)
        }
        Reason::AcaoWildcardWithCredentials { .. } | Reason::AcacNotTrue { .. } => {
            of_credentials(attempt, needs)
        }
        Reason::MethodNotAllowed { method, .. } => of_method(method, attempt, needs),
        Reason::AuthorizationNotListed { .. } | Reason::HeaderNotAllowed { .. } => of_headers(attempt, needs),
        other => of_page(other, attempt),
    }
}

/// Credentials in the rule that decides, or in one in front of it for this page alone; or none in the request.
fn of_credentials(attempt: &Attempt, needs: &Needs) -> Ways {
    let allow = needs.rule.map(|rule| PolicyEdit::AllowCredentials { rule });
    let ways = allow.into_iter().fold(Ways::default(), |ways, edit| ways.policy([edit]));
    let ways = admission::over_https(admission::in_front(ways, attempt, needs), attempt);
    match without_credentials(attempt.intent.request.initiator) {
        Some(edit) => ways.page([edit]),
        None => ways,
    }
}

fn of_refusal(refusal: UpgradeRefusal, attempt: &Attempt, needs: &Needs) -> Ways {
    match refusal {
        UpgradeRefusal::OriginNotAdmitted => admission::ways(attempt, needs),
        UpgradeRefusal::CredentialsNotAllowed => of_credentials(attempt, needs),
        _ => admission::without_origin(attempt),
    }
}

fn of_method(method: &str, attempt: &Attempt, needs: &Needs) -> Ways {
    // What browsers send as it is written is nearly always a slip.
    if let Some(upper) = upper_case(method) {
        return in_rule(Ways::default().page([PageEdit::Method(upper)]), method, needs);
    }
    admission::in_front(in_rule(Ways::default(), method, needs), attempt, needs)
}

fn in_rule(ways: Ways, method: &str, needs: &Needs) -> Ways {
    match needs.rule {
        Some(rule) => ways.policy([PolicyEdit::AddMethod { rule, method: method.to_owned() }]),
        None => ways,
    }
}

/// Every header that is missing in one step: one by one, each would be a problem of its own.
fn of_headers(attempt: &Attempt, needs: &Needs) -> Ways {
    let Some(rule) = needs.rule else { return Ways::default() };
    let missing = attempt.told.problems.iter().filter_map(|problem| match problem {
        Problem::Blocked(failure) => match &failure.reason {
            Reason::AuthorizationNotListed { .. } => Some("authorization"),
            Reason::HeaderNotAllowed { name, .. } => Some(name.as_str()),
            _ => None,
        },
        _ => None,
    });
    let (mut edits, mut withheld) = (Vec::new(), Vec::new());
    let covers_all = attempt.draft.rules.get(rule).is_some_and(|rule| rule.request_headers.any);
    let mut too_long = false;
    for header in missing.map(str::to_owned) {
        let edit = Edit::Policy(PolicyEdit::AddRequestHeader { rule, header: header.clone() });
        match refusal_of_header(&header) {
            Some(_) if covers_all => too_long = true,
            Some((why, mistake)) => {
                edits.push(Edit::Page(PageEdit::WithoutHeader(header)));
                withheld.push(Withheld { edits: vec![edit], why, instead: None, mistake: Some(mistake) });
            }
            None if covers_all && header != "authorization" => too_long = true,
            None => edits.push(edit),
        }
    }
    let mut ways = Ways { withheld, ..Ways::default() };
    if too_long {
        return ways.advise(
            "the request has more names of headers than the 4 KiB that are repeated where any is allowed: send fewer",
        );
    }
    let is_policy = edits.iter().any(|edit| matches!(edit, Edit::Policy(_)));
    ways.steps.push(edits);
    if is_policy { admission::in_front(ways, attempt, needs) } else { ways }
}

fn of_hidden(header: &str, readable: bool, needs: &Needs) -> Ways {
    let ways = Ways::default();
    let without = PageEdit::WithoutReading(header.to_owned());
    match needs.rule {
        Some(rule) if readable => ways.policy([PolicyEdit::ExposeHeader { rule, header: header.to_owned() }]),
        _ => ways.page([without]),
    }
}

/// What the page or its request has to be.
fn of_page(reason: &Reason, attempt: &Attempt) -> Ways {
    let ways = Ways::default();
    let request = &attempt.intent.request;
    match reason {
        Reason::SameOriginMode { .. } if request.initiator == Initiator::Worker => {
            ways.advise("serve the script of the worker from the page's own origin: there is no CORS for it")
        }
        Reason::MethodNotNoCors { .. } | Reason::SameOriginMode { .. } => ways.page([PageEdit::Mode(Mode::Cors)]),
        Reason::NoCorsRedirectMode if request.redirect != RedirectMode::Follow => {
            ways.page([PageEdit::Mode(Mode::Cors)])
        }
        Reason::BodyNotAllowed { .. } => {
            ways.page([PageEdit::WithoutBody]).page([PageEdit::Method("POST".to_owned())])
        }
        Reason::HeaderInvalid { name, .. } => ways.page([PageEdit::WithoutHeader(name.clone())]),
        Reason::UrlCredentials { .. } => match without_user(&request.url) {
            Some(url) => ways.page([PageEdit::Url(url)]),
            None => ways.advise("write the URL without user name and password"),
        },
        Reason::MixedContent { .. } => match over_tls(&request.url) {
            Some(url) => ways.page([PageEdit::Url(url)]),
            None => ways.advise("serve the API over https"),
        },
        Reason::BlockedPort { port } => ways.advise(format!(
            "serve the API on another port: browsers connect to port {port} for nobody, as other protocols are spoken there"
        )),
        Reason::MethodForbidden { method } => {
            ways.advise(format!("use another method than {method}, which no script may send"))
        }
        Reason::MethodNotToken { .. } => ways.advise("a method is one word, such as PUT"),
        Reason::SchemeNotHttp { scheme } => ways.advise(format!(
            "ask for an http or https URL: `{scheme}` has no responses with headers that could admit a page"
        )),
        _ => ways.advise("this is neither the policy's nor the request's: see what the server and the network do"),
    }
}

fn without_user(url: &Url) -> Option<Url> {
    let mut url = url.clone();
    url.set_username("").ok()?;
    url.set_password(None).ok()?;
    Some(url)
}

/// The same URL over TLS, on the port that goes with that.
pub(super) fn over_tls(url: &Url) -> Option<Url> {
    let secure = match url.scheme() {
        "http" => "https",
        "ws" => "wss",
        _ => return None,
    };
    let mut url = url.clone();
    url.set_scheme(secure).ok()?;
    Some(url)
}

/// Whether the request carries credentials across origins.
pub(super) fn carries_credentials(attempt: &Attempt) -> bool {
    attempt.intent.request.credentials == CredentialsMode::Include
}

/// The page's origin, where it has one.
pub(super) fn origin_of(attempt: &Attempt) -> Option<String> {
    match &attempt.intent.page.origin {
        Origin::Opaque => None,
        origin @ Origin::Tuple { .. } => Some(origin.to_string()),
    }
}
