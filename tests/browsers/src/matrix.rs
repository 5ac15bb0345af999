//! A run: every case in one browser.

use std::env;
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use serde_json::{Value, json};

use crate::case::{Case, Outcome, Step};
use crate::cases;
use crate::compare::{compare, notices};
use crate::differences::{self, Judged};
use crate::engine::{Browser, Engine};
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
    let mut disagreements = Vec::new();
    let mut unnoticed = Vec::new();
    for (case, outcomes) in cases.iter().zip(outcomes) {
        let log = server.log(&case.name);
        disagreements.extend(compare(server.site, case, outcomes, &log));
        if case.is_faulty() && !notices(server.site, case, outcomes, &log) {
            unnoticed.push(case.name.clone());
        }
    }
    differences::tell_apart(engine, disagreements, unnoticed)
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
