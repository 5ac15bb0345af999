//! What a browser did, beside what it should have done.

use cors_policy_tests::judge::{Credentials, judge};
use cors_policy_tests::meaning::Meaning;
use cors_policy_tests::message::members;

use crate::case::{Case, Expected, Outcome};
use crate::model;
use crate::seen::{Exchange, Seen};
use crate::site::Site;

/// Something that is not as expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Disagreement {
    pub(crate) case: String,
    /// What it is about: `outcome`, `requests`, `answers` or `vary`.
    pub(crate) about: &'static str,
    pub(crate) expected: String,
    pub(crate) got: String,
}

/// Compares a case with what came of it.
pub(crate) fn compare(site: Site, case: &Case, outcomes: &[Outcome], log: &[Exchange]) -> Vec<Disagreement> {
    let by_model = case.expected.is_none();
    let expected = case.expected.clone().unwrap_or_else(|| model::expect(site, case));
    let seen: Vec<Seen> = log.iter().map(Seen::from).collect();
    let requests = seen.iter().map(|seen| if by_model { seen.full() } else { seen.short() });
    let got = Expected { outcomes: outcomes.to_vec(), requests: requests.collect() };
    let mut found: Vec<Disagreement> = outcome_disagreements(case, &expected, &got).collect();
    if expected.requests != got.requests {
        found.push(disagreement(case, "requests", &expected.requests.join("; "), &got.requests.join("; ")));
    }
    found.extend(answer_disagreements(case, log));
    found.extend(vary_disagreements(case, log));
    for disagreement in &mut found {
        disagreement.expected = site.named(&disagreement.expected);
        disagreement.got = site.named(&disagreement.got);
    }
    found
}

/// Whether the matrix would notice what is wrong with a case's server: the model, which knows of no fault, must
/// disagree.
pub(crate) fn notices(site: Site, case: &Case, outcomes: &[Outcome], log: &[Exchange]) -> bool {
    let innocent = Case { expected: None, ..case.clone() };
    !compare(site, &innocent, outcomes, log).is_empty()
}

fn outcome_disagreements(
    case: &Case,
    expected: &Expected,
    got: &Expected,
) -> impl Iterator<Item = Disagreement> {
    let count = expected.outcomes.len().max(got.outcomes.len());
    (0..count).filter_map(move |place| {
        let (expected, got) = (expected.outcomes.get(place), got.outcomes.get(place));
        let same = expected.zip(got).is_some_and(|(expected, got)| expected.is_met_by(got));
        let text = |outcome: Option<&Outcome>| outcome.map_or_else(|| "nothing".to_owned(), Outcome::text);
        (!same).then(|| disagreement(case, "outcome", &text(expected), &text(got)))
    })
}

/// What the judge of CORS makes of each answer, beside what the policy grants.
fn answer_disagreements<'a>(
    case: &'a Case,
    log: &'a [Exchange],
) -> impl Iterator<Item = Disagreement> + use<'a> {
    right_answers(case, log).flat_map(move |(policy, exchange)| {
        [Credentials::Include, Credentials::Omit].into_iter().filter_map(move |mode| {
            let granted = policy.grants(&exchange.request, mode);
            let judged = judge(&exchange.request, mode, &exchange.response);
            let text = |kind| format!("{kind:?} with {mode:?}: {}", Seen::from(exchange).full());
            (granted != judged).then(|| disagreement(case, "answers", &text(granted), &text(judged)))
        })
    })
}

/// What answers say about caches, beside what they depend on.
fn vary_disagreements<'a>(
    case: &'a Case,
    log: &'a [Exchange],
) -> impl Iterator<Item = Disagreement> + use<'a> {
    right_answers(case, log).filter_map(move |(policy, exchange)| {
        let varied = members(&exchange.response.headers, "vary");
        let mut varied: Vec<String> =
            varied.iter().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        varied.sort();
        let expected = policy.vary(&exchange.request);
        (varied != expected).then(|| disagreement(case, "vary", &expected.join(", "), &varied.join(", ")))
    })
}

/// The answers of servers that do nothing wrong, with the policies that gave them.
fn right_answers<'a>(
    case: &'a Case,
    log: &'a [Exchange],
) -> impl Iterator<Item = (&'a Meaning, &'a Exchange)> {
    log.iter().filter_map(|exchange| {
        let resource = case.resource(&exchange.resource)?;
        resource.fault.is_none().then_some((&resource.policy, exchange))
    })
}

fn disagreement(case: &Case, about: &'static str, expected: &str, got: &str) -> Disagreement {
    let (expected, got) = (expected.to_owned(), got.to_owned());
    Disagreement { case: case.name.clone(), about, expected, got }
}

impl Outcome {
    fn is_met_by(&self, got: &Outcome) -> bool {
        fn met<T: PartialEq>(expected: Option<&T>, got: Option<&T>) -> bool {
            expected.is_none() || expected == got
        }
        self.result == got.result
            && met(self.status.as_ref(), got.status.as_ref())
            && met(self.kind.as_ref(), got.kind.as_ref())
            && met(self.body.as_ref(), got.body.as_ref())
            && met(self.headers.as_ref(), got.headers.as_ref())
    }

    fn text(&self) -> String {
        let Outcome { result, status, kind, body, headers } = self;
        let status = status.map(|status| format!(" {status}")).unwrap_or_default();
        let kind = kind.as_ref().map(|kind| format!(" {kind}")).unwrap_or_default();
        let body = body.as_ref().map(|body| format!(" {body:?}")).unwrap_or_default();
        let headers = headers.as_ref().map(|names| format!(" [{}]", names.join(" "))).unwrap_or_default();
        format!("{result}{status}{kind}{body}{headers}")
    }
}
