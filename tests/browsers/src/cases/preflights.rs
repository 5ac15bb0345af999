//! Which preflights browsers remember.

use super::policies::Policies;
use crate::case::{Call, Case, Outcome};
use crate::fault::Fault;
use crate::reply::Reply;
use crate::site::Page;

pub(crate) fn cases(policies: &Policies) -> Vec<Case> {
    let Policies { list, open, echo, uncached, undated, rules, .. } = policies;
    let put = || Call::fetch("PUT");
    let twice = |name: &str, policy, call: Call| {
        Case::new(format!("preflights: {name}"), policy, Reply::text())
            .step(Page::App, call.clone())
            .step(Page::App, call)
    };
    let mut cases = vec![
        twice("remembered for ten minutes", list, put()),
        twice("remembered with credentials", list, put().include()),
        twice("of a header, remembered", list, Call::xhr("GET").with("x-token", "1").include()),
        twice("never remembered", uncached, put()),
        twice("remembered for five seconds by default", undated, put().include()),
        twice("wildcards remembered", open, put().with("x-token", "1")),
        twice("echoed lists remembered", echo, put().with("x-token", "1").include()),
        twice("refused twice", list, Call::fetch("PATCH")),
        twice("of a rule, remembered", rules, put()),
    ];
    cases.push(twice("of another page", list, put()).step(Page::Other, put()).step(Page::Far, put()));
    cases.push(
        Case::new("preflights: without credentials, then with", list, Reply::text())
            .step(Page::App, put().omit())
            .step(Page::App, put().include()),
    );
    cases.push(
        Case::new("preflights: with credentials, then without", list, Reply::text())
            .step(Page::App, put().include())
            .step(Page::App, put().omit()),
    );
    cases.extend(known_to_the_standard(policies));
    cases
}

/// What the model does not know.
fn known_to_the_standard(policies: &Policies) -> Vec<Case> {
    let (list, read) = (&policies.list, || Outcome::read("data"));
    let whole_list = Case::new("preflights: one brings the whole list", list, Reply::text())
        .step(Page::App, Call::fetch("PUT"))
        .step(Page::App, Call::fetch("DELETE").with("x-token", "1"))
        .expecting(vec![read(), read()], &["preflight of PUT data", "PUT data", "DELETE data"]);
    let forgotten = Case::new("preflights: forgotten after a refusal", list, Reply::text())
        .faulty(Fault::SilentActual)
        .step(Page::App, Call::fetch("PUT"))
        .step(Page::App, Call::fetch("PUT"))
        .expecting(
            vec![Outcome::failed(), Outcome::failed()],
            &["preflight of PUT data", "PUT data", "preflight of PUT data", "PUT data"],
        );
    let put = |case: Case| case.step(Page::App, Call::fetch("PUT"));
    let brief = Case::new("preflights: forgotten after a second", &policies.brief, Reply::text());
    let brief = put(put(brief)).after(2500).expecting(
        vec![read(), read()],
        &["preflight of PUT data", "PUT data", "preflight of PUT data", "PUT data"],
    );
    vec![whole_list, forgotten, brief]
}
