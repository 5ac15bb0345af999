//! Servers that are wrong: what must fail, fails. Were browsers not to look, or were the matrix not to notice, it
//! would show here.

use super::policies::Policies;
use crate::case::{Call, Case, Initiator, Outcome};
use crate::fault::Fault;
use crate::reply::{Content, Reply};
use crate::site::Page;

pub(crate) fn cases(policies: &Policies) -> Vec<Case> {
    let mut cases = answers(policies);
    cases.extend(preflights(policies));
    cases.extend(initiators(policies));
    cases.extend(too_open(policies));
    cases
}

fn case(policies: &Policies, fault: Fault, what: &str) -> Case {
    Case::new(format!("control: {fault:?}, {what}"), &policies.list, Reply::text()).faulty(fault)
}

fn failed() -> Vec<Outcome> {
    vec![Outcome::failed()]
}

/// Answers that do not pass the CORS check.
fn answers(policies: &Policies) -> Vec<Case> {
    let get = || Call::fetch("GET");
    let refused = [
        (Fault::Silent, "GET", get()),
        (Fault::Star, "GET with credentials", get().include()),
        (Fault::TrailingSlash, "GET", get()),
        (Fault::UpperCase, "GET", get()),
        (Fault::List, "GET", get()),
        (Fault::TwoLines, "GET", get()),
        (Fault::Null, "GET", get()),
        (Fault::WrongTrue, "GET with credentials", get().include()),
        (Fault::NoCredentials, "GET with credentials", get().include()),
    ];
    let mut cases: Vec<Case> = refused
        .into_iter()
        .map(|(fault, what, call)| {
            let cookie = call.credentials == crate::case::Credentials::Include;
            let request = if cookie { "GET data +cookie" } else { "GET data" };
            case(policies, fault, what).step(Page::App, call).expecting(failed(), &[request])
        })
        .collect();
    let missing = Case::new("control: SilentErrors, 404", &policies.list, Reply::status(404));
    cases.push(missing.faulty(Fault::SilentErrors).step(Page::App, get()).expecting(failed(), &["GET data"]));
    let readable = Outcome {
        headers: Some(["cache-control", "content-length", "content-type"].map(str::to_owned).into()),
        ..Outcome::read("data of a user")
    };
    cases.push(
        case(policies, Fault::StarExposed, "GET with credentials")
            .step(Page::App, get().include())
            .expecting(vec![readable], &["GET data +cookie"]),
    );
    cases
}

/// Preflights that fail keep the request away.
fn preflights(policies: &Policies) -> Vec<Case> {
    let put = || Call::fetch("PUT").include();
    let faults = [
        Fault::Silent,
        Fault::Star,
        Fault::WrongTrue,
        Fault::LowerMethods,
        Fault::StarLists,
        Fault::BrokenList,
        Fault::PreflightStatus(301),
        Fault::PreflightStatus(404),
        Fault::PreflightStatus(405),
        Fault::PreflightStatus(500),
        Fault::PreflightRedirected,
    ];
    let kept_away = faults.into_iter().map(|fault| {
        case(policies, fault, "PUT").step(Page::App, put()).expecting(failed(), &["preflight of PUT data"])
    });
    let half = case(policies, Fault::SilentActual, "PUT")
        .step(Page::App, put())
        .expecting(failed(), &["preflight of PUT data", "PUT data +cookie"]);
    kept_away.chain([half]).collect()
}

fn initiators(policies: &Policies) -> Vec<Case> {
    let contents = [
        (Initiator::Xhr, Content::Text),
        (Initiator::Events, Content::Events),
        (Initiator::Module, Content::Script),
        (Initiator::Script, Content::Script),
        (Initiator::Font, Content::Font),
        (Initiator::Image, Content::Image),
        (Initiator::Style, Content::Style),
    ];
    let case = |(initiator, content): (Initiator, Content)| {
        Case::new(format!("control: Silent, {initiator:?}"), &policies.list, Reply::new(content))
            .faulty(Fault::Silent)
            .step(Page::App, Call::new(initiator))
            .expecting(failed(), &["GET data"])
    };
    contents.into_iter().map(case).collect()
}

/// What strangers can read where a server reflects, which policies cannot say.
fn too_open(policies: &Policies) -> Vec<Case> {
    let get = || Call::fetch("GET").include();
    let user = || vec![Outcome::read("data of a user")];
    vec![
        case(policies, Fault::Reflected, "a page that is not named")
            .step(Page::Preview, get())
            .expecting(user(), &["GET data +cookie"]),
        case(policies, Fault::Reflected, "a sandboxed page")
            .step(Page::Sandbox, get())
            .expecting(vec![Outcome::read("data")], &["GET data"]),
        case(policies, Fault::Null, "a sandboxed page")
            .step(Page::Sandbox, get())
            .expecting(vec![Outcome::read("data")], &["GET data"]),
        case(policies, Fault::Star, "a page that is not named")
            .step(Page::Far, Call::fetch("GET"))
            .expecting(vec![Outcome::read("data")], &["GET data"]),
    ]
}
