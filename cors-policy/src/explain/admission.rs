//! Ways in for an origin that is not admitted, and reasons against.

use cors_policy_browser::{Origin, Url};
use cors_policy_compiler::host::is_loopback;
use cors_policy_compiler::suffix;

use super::draft::{Draft, Entry, Listed, RuleDraft};
use super::edit::{Edit, PageEdit, PolicyEdit};
use super::needs::Needs;
use super::remedy::Withheld;
use super::search::Attempt;
use super::ways::{Ways, origin_of, over_tls};

/// The most rules that are tried.
const MOST_RULES: usize = 4;

/// The ways in for the page's origin.
pub(super) fn ways(attempt: &Attempt, needs: &Needs) -> Ways {
    let Some(origin) = origin_of(attempt) else { return without_origin(attempt) };
    let mut ways = Ways::default();
    match objection(&attempt.intent.page.origin) {
        Some((why, instead)) => {
            let rules = attempt.draft.rules.iter().enumerate().filter(|(_, rule)| rule.origins.is_some());
            for (rule, _) in rules {
                let edit = Edit::Policy(PolicyEdit::AddOrigin { rule, origin: origin.clone() });
                let (edits, why, instead) = (vec![edit], why.clone(), Some(instead.clone()));
                ways.withheld.push(Withheld { edits, why, instead, mistake: None });
            }
            ways.withheld.push(Withheld {
                edits: vec![Edit::Policy(new_rule(attempt, needs, &origin))],
                why,
                instead: Some(instead),
                mistake: None,
            });
        }
        None => ways = into_rules(ways, attempt, needs, &origin, attempt.draft.rules.len()),
    }
    over_https(ways, attempt)
}

/// The same page over TLS.
pub(super) fn over_https(ways: Ways, attempt: &Attempt) -> Ways {
    match served_over_https(attempt) {
        Some(url) => ways.page([PageEdit::ServedAt(url)]),
        None => ways,
    }
}

/// The ways in by a rule in front of the one that decides now.
pub(super) fn in_front(ways: Ways, attempt: &Attempt, needs: &Needs) -> Ways {
    match origin_of(attempt) {
        Some(origin) if objection(&attempt.intent.page.origin).is_none() => {
            into_rules(ways, attempt, needs, &origin, needs.rule.unwrap_or_default())
        }
        _ => ways,
    }
}

/// Into one of the first rules up to `end`, or into a new one.
fn into_rules(mut ways: Ways, attempt: &Attempt, needs: &Needs, origin: &str, end: usize) -> Ways {
    let rules = attempt.draft.rules.iter().enumerate().take(end);
    let mut rules: Vec<(usize, &RuleDraft)> = rules.filter(|(_, rule)| rule.origins.is_some()).collect();
    rules.sort_by_key(|(place, rule)| (needs.distance(rule), *place));
    for (rule, _) in rules.into_iter().take(MOST_RULES) {
        ways = ways.policy([PolicyEdit::AddOrigin { rule, origin: origin.to_owned() }]);
    }
    ways.policy([new_rule(attempt, needs, origin)])
}

/// A rule for this origin alone, with what the rule that decides now gives it, and what the request needs.
fn new_rule(attempt: &Attempt, needs: &Needs, origin: &str) -> PolicyEdit {
    let Draft { rules, .. } = &attempt.draft;
    let decides = needs.rule.and_then(|rule| rules.get(rule)).cloned().unwrap_or_default();
    let credentials = needs.credentials || decides.credentials;
    let with = |listed: &Listed, needed: &[String]| {
        let mut listed = listed.clone();
        let is_new =
            |name: &&String| !listed.names.contains(name) && (!listed.any || *name == "authorization");
        let new: Vec<String> = needed.iter().filter(is_new).cloned().collect();
        listed.names.extend(new);
        listed
    };
    let exposed = if decides.expose_headers.any && credentials {
        Listed::these(needs.reads.clone())
    } else {
        with(&decides.expose_headers, &needs.reads)
    };
    let name = (!rules.is_empty()).then(|| attempt.draft.free_name(&name_for(&attempt.intent.page.origin)));
    let rule = RuleDraft {
        name,
        origins: Some(vec![Entry::plain(origin)]),
        credentials,
        methods: with(&decides.methods, &needs.methods),
        request_headers: with(&decides.request_headers, &needs.headers),
        expose_headers: exposed,
        max_age: decides.max_age,
        ..RuleDraft::default()
    };
    PolicyEdit::AddRule { place: needs.rule.unwrap_or(rules.len()), rule: Box::new(rule) }
}

/// The most bytes of the name of a new rule.
const LONGEST_NAME: usize = 60;

/// A name by whom the rule is for.
fn name_for(origin: &Origin) -> String {
    let host = origin.host().unwrap_or("page");
    let words = host.split(|character: char| !character.is_ascii_alphanumeric());
    let mut name = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_").to_ascii_lowercase();
    name.truncate(LONGEST_NAME);
    let is_word = name.starts_with(|first: char| first.is_ascii_alphabetic());
    if is_word { format!("page_{name}") } else { format!("page_at_{name}") }
}

/// Pages that have no origin that could be named.
pub(super) fn without_origin(attempt: &Attempt) -> Ways {
    let mut ways = Ways::default();
    for rule in 0..attempt.draft.rules.len() {
        let edit = Edit::Policy(PolicyEdit::AddOrigin { rule, origin: "null".to_owned() });
        ways.withheld.push(Withheld {
            edits: vec![edit],
            why: "any page can send the origin `null`, from a sandboxed frame or a `data:` URL".to_owned(),
            instead: Some("give the page an origin of its own, and admit that".to_owned()),
            mistake: Some("null_origin"),
        });
    }
    ways.advise(
        "give the page an origin of its own: serve it over http or https instead of opening a file, add \
         `allow-same-origin` to the sandbox, or do without the redirect or `data:` URL that made it `null`",
    )
}

/// Why an origin must not be admitted although it could be written, and what is right instead.
fn objection(origin: &Origin) -> Option<(String, String)> {
    let host = origin.host().filter(|_| matches!(origin.scheme(), Some("http" | "https")))?;
    let host = host.strip_suffix('.').unwrap_or(host);
    let instead = || "serve the page from a domain of your own, and admit that origin".to_owned();
    if suffix::is_public_suffix(host) {
        let why = format!(
            "`{host}` is a public suffix: strangers have names below it, and it belongs to none of those who use it"
        );
        return Some((why, instead()));
    }
    let shared = suffix::shared_host(host)?;
    Some((format!("strangers share `{shared}`, and browsers do not tell their pages apart"), instead()))
}

/// Where the page would be over TLS.
fn served_over_https(attempt: &Attempt) -> Option<Url> {
    let page = &attempt.intent.page;
    let Origin::Tuple { scheme, host, .. } = &page.origin else { return None };
    if scheme != "http" || is_loopback(host) {
        return None;
    }
    let url = page.url.clone().or_else(|| Url::parse(&page.origin.to_string()).ok())?;
    over_tls(&url)
}
