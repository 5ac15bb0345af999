//! What else sends requests than `fetch` and `XMLHttpRequest`.

use super::policies::Policies;
use crate::case::{Call, Case, Initiator};
use crate::reply::{Content, Reply};
use crate::site::Page;

pub(crate) fn cases(policies: &Policies) -> Vec<Case> {
    let mut cases = readers(policies);
    cases.extend(embedded(policies));
    cases.extend(sockets(policies));
    cases
}

fn content(initiator: Initiator) -> Content {
    match initiator {
        Initiator::Fetch | Initiator::Xhr => Content::Text,
        Initiator::Events => Content::Events,
        Initiator::Module | Initiator::Script => Content::Script,
        Initiator::Font => Content::Font,
        Initiator::Image => Content::Image,
        Initiator::Style => Content::Style,
        Initiator::Socket => Content::Socket { guarded: false },
    }
}

/// Elements and interfaces that use CORS.
fn readers(policies: &Policies) -> Vec<Case> {
    let Policies { list, public, constant, .. } = policies;
    let places = [
        ("list", list, Page::App),
        ("list", list, Page::Far),
        ("public", public, Page::Far),
        ("public", public, Page::Sandbox),
        ("list", list, Page::Stranger),
        ("constant", constant, Page::Preview),
    ];
    let initiators =
        [Initiator::Events, Initiator::Module, Initiator::Script, Initiator::Image, Initiator::Style];
    let mut cases = Vec::new();
    for (name, policy, page) in places {
        let font = Case::new(format!("{name}, {page:?}: font"), policy, Reply::new(Content::Font));
        cases.push(font.step(page, Call::new(Initiator::Font)));
        for initiator in initiators {
            let reply = Reply::new(content(initiator));
            let name = format!("{name}, {page:?}: {initiator:?}");
            let call = Call::new(initiator);
            let credentials = Case::new(format!("{name} with credentials"), policy, reply);
            cases.push(credentials.step(page, call.clone().include()));
            cases.push(Case::new(name, policy, reply).step(page, call));
        }
    }
    let missing = Reply { status: 404, ..Reply::new(Content::Events) };
    cases.push(
        Case::new("list, App: events that are missing", list, missing)
            .step(Page::App, Call::new(Initiator::Events)),
    );
    cases
}

/// What pages may embed without reading it: CORS keeps nobody from that.
fn embedded(policies: &Policies) -> Vec<Case> {
    let initiators = [Initiator::Fetch, Initiator::Image, Initiator::Script, Initiator::Style];
    let mut cases = Vec::new();
    for (name, policy) in [("list", &policies.list), ("public", &policies.public)] {
        for page in [Page::App, Page::Far, Page::Stranger, Page::Sandbox] {
            for initiator in initiators {
                let name = format!("{name}, {page:?}: {initiator:?} without CORS");
                let call = Call::new(initiator).no_cors().include();
                cases.push(Case::new(name, policy, Reply::new(content(initiator))).step(page, call));
            }
            let call = Call::fetch("POST").sending("text").no_cors().include();
            let name = format!("{name}, {page:?}: POST without CORS");
            cases.push(Case::new(name, policy, Reply::text()).step(page, call));
        }
    }
    cases
}

/// Browsers open sockets whatever CORS says, with cookies: the server has to look at the origin.
fn sockets(policies: &Policies) -> Vec<Case> {
    let pages = [Page::App, Page::Far, Page::Sandbox, Page::OtherPort];
    let named =
        [("list", &policies.list), ("plain list", &policies.plain_list), ("public", &policies.public)];
    let case = |(name, policy), page: Page, guarded: bool| {
        let who = if guarded { "for admitted origins" } else { "for everybody" };
        let reply = Reply::new(Content::Socket { guarded });
        Case::new(format!("{name}, {page:?}: socket {who}"), policy, reply)
            .step(page, Call::new(Initiator::Socket))
    };
    let guarded = named.into_iter().flat_map(|named| pages.map(|page| case(named, page, true)));
    let unguarded = pages.map(|page| case(("list", &policies.list), page, false));
    guarded.chain(unguarded).collect()
}
