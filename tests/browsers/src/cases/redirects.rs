//! Chains of redirects.

use cors_policy_tests::meaning::Meaning;

use super::policies::Policies;
use crate::case::{Call, Case, DATA, Initiator};
use crate::reply::{Content, Reply};
use crate::site::{Host, Page};

const MOVED: &str = "moved";

pub(crate) fn cases(policies: &Policies) -> Vec<Case> {
    let mut cases = statuses(policies);
    cases.extend(to_another_origin(policies));
    cases.extend(of_initiators(policies));
    cases.extend(own_origin(policies));
    cases
}

/// A case whose first resource redirects to the second.
fn chain(name: &str, status: u16, from: (Host, &Meaning), to: (Host, &Meaning), content: Content) -> Case {
    let name = format!("redirect {status}, {name}");
    let case = Case { resources: Vec::new(), ..Case::new(name, from.1, Reply::text()) };
    case.having(MOVED, from.0, from.1, Reply::redirect(status, to.0, DATA)).having(
        DATA,
        to.0,
        to.1,
        Reply::new(content),
    )
}

/// On the same server: every method, with what becomes of it.
fn statuses(policies: &Policies) -> Vec<Case> {
    let calls = [
        ("GET", Call::fetch("GET").include()),
        ("POST", Call::fetch("POST").sending("text").include()),
        ("PUT", Call::xhr("PUT").sending("text").include()),
    ];
    let from = (Host::Api, &policies.list);
    let mut cases = Vec::new();
    for status in [301, 302, 303, 307, 308] {
        for (name, call) in &calls {
            let case = chain(name, status, from, from, Content::Text);
            cases.push(case.step_to(Page::App, call.clone(), MOVED));
        }
    }
    let refused = chain("GET of a page that is refused", 302, from, from, Content::Text);
    cases.push(refused.step_to(Page::Far, Call::fetch("GET"), MOVED));
    cases
}

/// To a second server, which sees the origin `null`.
fn to_another_origin(policies: &Policies) -> Vec<Case> {
    let Policies { list, public, open, tokens, .. } = policies;
    let get = || Call::fetch("GET");
    let chains = [
        ("list to list", list, list, get().omit()),
        ("list to public", list, public, get().omit()),
        ("list to public, with credentials", list, public, get().include()),
        ("list to list, PUT", list, list, Call::fetch("PUT")),
        ("list to public, PUT", list, public, Call::fetch("PUT")),
        ("list to open, PUT", list, open, Call::fetch("PUT")),
        ("list to open, with a token", list, open, get().with("x-token", "1")),
        ("tokens to open, authorization", tokens, open, get().with("authorization", "Bearer 1")),
        ("tokens to tokens, authorization", tokens, tokens, get().with("authorization", "Bearer 1")),
        ("public to list", public, list, get()),
        ("public to public", public, public, get()),
    ];
    let case = |(name, from, to, call): (&str, &Meaning, &Meaning, Call)| {
        chain(name, 307, (Host::Api, from), (Host::Cdn, to), Content::Text).step_to(Page::App, call, MOVED)
    };
    chains.into_iter().map(case).collect()
}

fn of_initiators(policies: &Policies) -> Vec<Case> {
    let Policies { list, public, .. } = policies;
    let initiators = [
        (Initiator::Events, Content::Events),
        (Initiator::Module, Content::Script),
        (Initiator::Font, Content::Font),
        (Initiator::Image, Content::Image),
        (Initiator::Xhr, Content::Text),
    ];
    let mut cases = Vec::new();
    for (initiator, content) in initiators {
        for (name, to) in [("list", (Host::Api, list)), ("another origin's list", (Host::Cdn, list))] {
            let name = format!("{initiator:?} to {name}");
            let case = chain(&name, 302, (Host::Api, list), to, content);
            cases.push(case.step_to(Page::App, Call::new(initiator), MOVED));
        }
        let name = format!("{initiator:?} to another origin's public");
        let case = chain(&name, 302, (Host::Api, list), (Host::Cdn, public), content);
        cases.push(case.step_to(Page::App, Call::new(initiator), MOVED));
    }
    cases
}

/// From the API's own page to another origin, and back: what has been CORS once stays CORS.
fn own_origin(policies: &Policies) -> Vec<Case> {
    let Policies { list, public, own, .. } = policies;
    let out = [("own page to a list that names it", own), ("own page to a list without it", list)];
    let out = out.map(|(name, to)| {
        chain(name, 302, (Host::Api, list), (Host::Cdn, to), Content::Text).step_to(
            Page::Api,
            Call::fetch("GET").include(),
            MOVED,
        )
    });
    let back = [("own page, out and back to a list", list), ("own page, out and back to public", public)];
    let back = back.map(|(name, to)| {
        chain(name, 302, (Host::Cdn, own), (Host::Api, to), Content::Text).step_to(
            Page::Api,
            Call::fetch("GET").omit(),
            MOVED,
        )
    });
    out.into_iter().chain(back).collect()
}
