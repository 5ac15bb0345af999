//! What a browser did, beside what it should have done.

use cors_policy_browser::Profile;
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

/// Compares a case with what came of it: with what was written down for it, with the model of the engine over what the
/// policies mean, and its answers with what the policies mean.
pub(crate) fn compare(
    site: Site,
    case: &Case,
    profile: Profile,
    outcomes: &[Outcome],
    log: &[Exchange],
) -> Vec<Disagreement> {
    let mut found = by_model(site, case, profile, outcomes, log);
    if let Some(expected) = case.expected.as_ref().filter(|_| case.is_cached()) {
        found.extend(against(case, expected, outcomes, log, Seen::short));
    }
    found.extend(answer_disagreements(case, log));
    found.extend(vary_disagreements(case, log));
    name_all(site, &mut found);
    found
}

/// What the model of an engine says otherwise. It has no HTTP cache.
pub(crate) fn by_model(
    site: Site,
    case: &Case,
    profile: Profile,
    outcomes: &[Outcome],
    log: &[Exchange],
) -> Vec<Disagreement> {
    if case.is_cached() && case.expected.is_some() {
        return Vec::new();
    }
    let mut found = against(case, &model::expect(site, case, profile), outcomes, log, Seen::full);
    name_all(site, &mut found);
    found
}

/// What was written down of a case, and the model by the standard says otherwise.
pub(crate) fn against_the_standard(site: Site, case: &Case) -> Vec<Disagreement> {
    let Some(expected) = case.expected.as_ref().filter(|_| !case.is_cached()) else { return Vec::new() };
    let (outcomes, log) = model::run(site, case, Profile::STANDARD);
    let mut found = against(case, expected, &outcomes, &log, Seen::short);
    name_all(site, &mut found);
    found
}

fn against(
    case: &Case,
    expected: &Expected,
    outcomes: &[Outcome],
    log: &[Exchange],
    text: fn(&Seen) -> String,
) -> Vec<Disagreement> {
    let requests = log.iter().map(|exchange| text(&Seen::from(exchange))).collect();
    let got = Expected { outcomes: outcomes.to_vec(), requests };
    let mut found: Vec<Disagreement> = outcome_disagreements(case, expected, &got).collect();
    if expected.requests != got.requests {
        found.push(disagreement(case, "requests", &expected.requests.join("; "), &got.requests.join("; ")));
    }
    found
}

/// With the names of pages and servers in place of their origins.
fn name_all(site: Site, found: &mut [Disagreement]) {
    for disagreement in found {
        disagreement.expected = site.named(&disagreement.expected);
        disagreement.got = site.named(&disagreement.got);
    }
}

/// Whether the matrix would notice what is wrong with a case's server: the model with a server that does nothing wrong
/// must disagree.
pub(crate) fn notices(
    site: Site,
    case: &Case,
    profile: Profile,
    outcomes: &[Outcome],
    log: &[Exchange],
) -> bool {
    let mut innocent = Case { expected: None, ..case.clone() };
    for resource in &mut innocent.resources {
        resource.fault = None;
    }
    !by_model(site, &innocent, profile, outcomes, log).is_empty()
        || !answer_disagreements(&innocent, log).collect::<Vec<_>>().is_empty()
        || !vary_disagreements(&innocent, log).collect::<Vec<_>>().is_empty()
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
