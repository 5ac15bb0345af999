//! A run: every case in one browser.

use std::env;
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use cors_policy_browser::Profile;
use serde_json::{Value, json};

use crate::case::{Case, Outcome, Step};
use crate::cases;
use crate::compare::{Disagreement, against_the_standard, by_model, compare, notices};
use crate::differences::{self, Judged};
use crate::engine::{Browser, Engine};
use crate::model;
use crate::report;
use crate::server::{Bound, Server, path};
use crate::site::{Frame, Host, Page, Site};

/// How many cases run at a time.
const AT_ONCE: usize = 4;

/// One browser at a time: what they time out on is time.
static ALONE: Mutex<()> = Mutex::new(());

/// Runs every case, and panics where a browser does not do what the policy means.
pub(crate) fn run(engine: Engine) {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let started = Instant::now();
    let mut browser = match engine.start() {
        Ok(browser) => browser,
        Err(reason) => return skip(engine, &reason),
    };
    let bound = Bound::new();
    let cases = cases::all(bound.site);
    let server = bound.serve(&cases);
    let version = browser.session.version();
    let outcomes = drive(&mut browser, &server, &cases);
    drop(browser);
    let judged = judge(engine, &server, &cases, &outcomes);
    say(&report::summary(&version, &cases, &judged, started.elapsed()));
    assert!(judged.holds(), "\n{}", report::failures(engine, &judged));
}

fn judge(engine: Engine, server: &Server, cases: &[Case], outcomes: &[Vec<Outcome>]) -> Judged {
    let (site, profile) = (server.site, engine.profile());
    let mut disagreements = Vec::new();
    let mut unnoticed = Vec::new();
    let mut gone = Vec::new();
    for (case, outcomes) in cases.iter().zip(outcomes) {
        let log = server.log(&case.name);
        let by_profile = !by_model(site, case, profile, outcomes, &log).is_empty();
        let by_standard = !by_model(site, case, Profile::STANDARD, outcomes, &log).is_empty();
        if by_profile && !by_standard {
            gone.push(format!("`{}`", case.name));
        }
        let profile = if by_standard { profile } else { Profile::STANDARD };
        disagreements.extend(compare(site, case, profile, outcomes, &log));
        if case.is_faulty() && !notices(site, case, profile, outcomes, &log) {
            unnoticed.push(case.name.clone());
        }
    }
    let mut judged = differences::tell_apart(engine, disagreements, unnoticed);
    judged.gone.extend(gone);
    judged.known.extend(differences::shown(site, engine, cases));
    judged
}

/// Without a browser: what was written down of each case, and what the policies mean, is what the model makes of it.
pub(crate) fn judge_the_model() {
    let site = Site { pages: 1, other_pages: 2, api: 3, cdn: 4 };
    let cases = cases::all(site);
    let written = cases.iter().filter(|case| case.expected.is_some() && !case.is_cached()).count();
    assert!(cases.len() > 500 && written > 30, "{} cases, {written} of them written down", cases.len());
    let found: Vec<Disagreement> = cases.iter().flat_map(|case| against_the_standard(site, case)).collect();
    assert!(found.is_empty(), "{found:#?}");
    let departures: Vec<String> = cases.iter().flat_map(|case| model::departures(site, case)).collect();
    assert!(departures.is_empty(), "{departures:#?}");
    for engine in [Engine::Chromium, Engine::Firefox] {
        let silent: Vec<&str> = differences::shown(site, engine, &cases)
            .into_iter()
            .filter_map(|(what, cases)| (cases == 0).then_some(what))
            .collect();
        assert!(silent.is_empty(), "{engine:?}: no case shows {silent:?}");
    }
}

/// Hands the cases to the browser, tab by tab. The outcomes are in the order of the cases.
fn drive(browser: &mut Browser, server: &Server, cases: &[Case]) -> Vec<Vec<Outcome>> {
    let site = server.site;
    for host in [Host::Api, Host::Cdn] {
        browser.session.open(&format!("{}/cookie", site.host(host))).unwrap();
    }
    let mut outcomes = vec![Vec::new(); cases.len()];
    for tab in [Page::App, Page::Stranger] {
        let chosen: Vec<usize> = (0..cases.len())
            .filter(|&place| cases.get(place).is_some_and(|case| case.tab() == tab))
            .collect();
        let scripts = chosen.iter().filter_map(|&place| Some(script(site, place, cases.get(place)?)));
        let pages = Page::ALL.into_iter().filter(|page| page.top() == tab).map(|page| site.frame(page));
        let (scripts, pages): (Vec<Value>, Vec<Frame>) = (scripts.collect(), pages.collect());
        browser.session.open(&site.top(tab)).unwrap();
        let work = json!({ "pages": pages, "cases": scripts, "atOnce": AT_ONCE });
        let reports = browser.session.evaluate(&format!("run({work})")).unwrap();
        let reports: Vec<Vec<Outcome>> = serde_json::from_str(&reports).unwrap();
        assert_eq!(reports.len(), chosen.len());
        for (place, report) in chosen.into_iter().zip(reports) {
            *outcomes.get_mut(place).unwrap() = report;
        }
    }
    outcomes
}

/// A case as the runner takes it.
fn script(site: Site, place: usize, case: &Case) -> Value {
    let step = |Step { page, call, resource, after }: &Step| {
        let host = case.resource(resource).unwrap().host;
        let url = format!("{}{}", site.host(host), path(place, resource));
        json!({ "page": page, "url": url, "call": call, "after": after })
    };
    json!({ "id": place, "steps": case.steps.iter().map(step).collect::<Vec<_>>() })
}

/// Passes without a browser, but not where one is required.
fn skip(engine: Engine, reason: &str) {
    let engine = engine.name();
    let required = env::var("CORS_POLICY_BROWSERS").is_ok_and(|value| value == "required");
    assert!(!required, "{engine} is required: {reason}");
    say(&format!("\nskipped: the matrix in {engine}: {reason}\n"));
}

/// Past the test harness, which keeps what tests print.
fn say(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}
