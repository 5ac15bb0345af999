//! What changes mean for security, in plain words, true for the policy at hand.

use cors_policy_browser::Origin;
use cors_policy_compiler::host::is_loopback;
use cors_policy_compiler::suffix::{self, List, registrable_domain};
use cors_policy_program::{Difference, nearest};

use super::draft::{Draft, RuleDraft};
use super::edit::{Edit, PageEdit, PolicyEdit};
use super::remedy::{Remedy, Widening};
use super::search::Attempt;
use crate::policy::Policy;

/// The most patterns of a rule that are named.
const MOST_NAMED: usize = 3;

/// What was solved, with what it means.
pub(super) fn remedy(start: &Attempt, solved: Attempt) -> Remedy {
    let Attempt { edits, draft, policy, intent, .. } = solved;
    let mut means = Means { start, draft: &draft, policy: &policy, changes_others: false };
    means.changes_others = edits.iter().any(|edit| means.is_shared(edit));
    let changes_others = means.changes_others;
    let security = without_repetition(edits.iter().flat_map(|edit| means.of(edit)), &draft);
    let widening = edits.iter().map(|edit| means.widening(edit)).max().unwrap_or(Widening::Nothing);
    let cautions = means.cautions(&edits);
    let before = start.draft.clone();
    Remedy { edits, before, draft, policy, intent, widening, changes_others, security, cautions }
}

/// The sentences, of which those about the same pages as the one before say "they".
fn without_repetition(sentences: impl Iterator<Item = String>, draft: &Draft) -> Vec<String> {
    let pages: Vec<String> = draft.rules.iter().map(|rule| format!("{} ", who(rule))).collect();
    let mut last: Option<&String> = None;
    let said = sentences.map(|sentence| {
        let about = pages.iter().find(|pages| sentence.starts_with(pages.as_str()));
        let is_same = about.is_some() && last == about;
        last = about;
        match about.and_then(|about| sentence.strip_prefix(about.as_str())).filter(|_| is_same) {
            Some(rest) => format!("they {rest}"),
            None => sentence,
        }
    });
    said.collect()
}

struct Means<'m> {
    start: &'m Attempt,
    /// As it is then.
    draft: &'m Draft,
    policy: &'m Policy,
    /// Whether sites beside the page's get more, too.
    changes_others: bool,
}

impl Means<'_> {
    fn of(&self, edit: &Edit) -> Vec<String> {
        match edit {
            Edit::Policy(edit) => self.of_policy(edit),
            Edit::Page(edit) => of_page(edit).into_iter().collect(),
        }
    }

    fn of_policy(&self, edit: &PolicyEdit) -> Vec<String> {
        match edit {
            PolicyEdit::AddOrigin { origin, .. } => self.admitted(origin),
            PolicyEdit::AddRule { rule, .. } => {
                rule.patterns().next().map(|origin| self.admitted(origin)).unwrap_or_default()
            }
            PolicyEdit::AllowCredentials { rule } => self.rule(*rule).map_or_else(Vec::new, |rule| {
                vec![format!(
                    "{} can then read responses as the user who is logged in: cookies, HTTP authentication and client \
                     certificates travel. So does whoever can put a script into {}",
                    who(rule),
                    if rule.patterns().count() == 1 { "that page" } else { "one of these pages" },
                )]
            }),
            PolicyEdit::AddMethod { rule, method } => self.rule(*rule).map_or_else(Vec::new, |rule| {
                vec![format!("{} may then send {method}, {}", who(rule), with_session(rule))]
            }),
            PolicyEdit::AddRequestHeader { rule, header } => self.rule(*rule).map_or_else(Vec::new, |rule| {
                let token = if header == "authorization" { ", and with it whatever token a script there has" } else { "" };
                vec![format!("{} may then set the header `{header}`{token}", who(rule))]
            }),
            PolicyEdit::ExposeHeader { rule, header } => self.rule(*rule).map_or_else(Vec::new, |rule| {
                vec![format!(
                    "{} can then read the header `{header}` of responses that are readable there anyway",
                    who(rule)
                )]
            }),
        }
    }

    fn rule(&self, place: usize) -> Option<&RuleDraft> {
        self.draft.rules.get(place)
    }

    /// Whether an edit gives more to all sites of a rule, and the page's is not the only one.
    fn is_shared(&self, edit: &Edit) -> bool {
        let Edit::Policy(edit) = edit else { return false };
        let is_of_all = !matches!(edit, PolicyEdit::AddOrigin { .. } | PolicyEdit::AddRule { .. });
        let page = self.start.intent.page.origin.to_string();
        let rule = edit.rule().filter(|_| is_of_all).and_then(|rule| self.rule(rule));
        rule.is_some_and(|rule| rule.origins.is_none() || rule.patterns().any(|pattern| pattern != page))
    }

    /// What an origin has then that was not admitted, or had less.
    fn admitted(&self, origin: &str) -> Vec<String> {
        let Some(rule) = self.policy.decide(b"GET", &[("origin", origin)][..]).rule() else {
            return Vec::new();
        };
        let Some(rule) = self.rule(rule) else { return Vec::new() };
        let session = if rule.credentials {
            "as the user who is logged in: cookies, HTTP authentication and client certificates travel"
        } else if rule.trusts_network {
            "without the user's cookies, but from within the network, which the policy trusts"
        } else {
            "without the user's cookies"
        };
        let mut said = vec![format!("pages of `{origin}` can then read responses, {session}")];
        said.extend(granted(rule).map(|granted| format!("they may {granted}")));
        if let Some(before) = self.rule_before(origin) {
            let lost = lost(before, rule);
            let lost =
                if lost.is_empty() { String::new() } else { format!("; they lose {}", lost.join(", ")) };
            said.push(format!("they were admitted before, by another rule{lost}"));
        }
        if !self.changes_others {
            said.push("nothing changes for other sites".to_owned());
        }
        said
    }

    /// The rule that decided about an origin before.
    fn rule_before(&self, origin: &str) -> Option<&RuleDraft> {
        let rule = self.start.policy.decide(b"GET", &[("origin", origin)][..]).rule()?;
        self.start.draft.rules.get(rule)
    }

    fn widening(&self, edit: &Edit) -> Widening {
        let is_new = |origin: &str| {
            if self.start.policy.admits(origin.as_bytes()) {
                Widening::SameSites
            } else {
                Widening::MoreSites
            }
        };
        match edit {
            Edit::Page(_) | Edit::Policy(PolicyEdit::ExposeHeader { .. }) => Widening::Nothing,
            Edit::Policy(PolicyEdit::AddOrigin { origin, .. }) => is_new(origin),
            Edit::Policy(PolicyEdit::AddRule { rule, .. }) => {
                rule.patterns().map(is_new).max().unwrap_or(Widening::MoreSites)
            }
            Edit::Policy(_) => Widening::SameSites,
        }
    }

    /// What to make sure of before origins are admitted, and what the compiler warns of.
    fn cautions(&self, edits: &[Edit]) -> Vec<String> {
        let mut cautions = Vec::new();
        for edit in edits {
            let origin = match edit {
                Edit::Policy(PolicyEdit::AddOrigin { origin, .. }) => Some(origin.as_str()),
                Edit::Policy(PolicyEdit::AddRule { rule, .. }) => rule.patterns().next(),
                _ => None,
            };
            cautions.extend(origin.into_iter().flat_map(|origin| self.of_origin(origin)));
            if let Edit::Policy(PolicyEdit::AllowCredentials { rule }) = edit {
                cautions.extend(self.of_silenced(*rule));
            }
        }
        if edits.iter().any(|edit| matches!(edit, Edit::Policy(_))) {
            cautions.extend(self.warnings());
        }
        cautions
    }

    /// Entries whose lints are silenced for a reason that was given without credentials.
    fn of_silenced(&self, rule: usize) -> Vec<String> {
        let entries = self.start.draft.rules.get(rule).and_then(|rule| rule.origins.as_ref());
        let silenced = entries.into_iter().flatten().filter(|entry| !entry.allow.is_empty());
        let said = silenced.take(MOST_NAMED).map(|entry| {
            format!(
                "`{}` stands there by `allow({})`, for a reason that was given without credentials: make sure that it \
                 holds with them",
                entry.pattern,
                entry.allow.join(", ")
            )
        });
        said.collect()
    }

    fn of_origin(&self, origin: &str) -> Vec<String> {
        let mut cautions = Vec::new();
        let known = self.start.draft.rules.iter().flat_map(RuleDraft::patterns);
        let miss = nearest(origin.as_bytes(), known);
        // A rule for any origin knows none of those that it admits.
        let is_known = self.rule_before(origin).is_some_and(|rule| rule.origins.is_some());
        if let Some(miss) = miss.filter(|_| !is_known) {
            let near = miss.entry();
            cautions.extend(match miss.difference() {
                Difference::Lookalike => Some(format!(
                    "`{origin}` looks like `{near}`, which is admitted, and is another host: names like this are what \
                     attackers register. Admit it only if it is yours"
                )),
                Difference::Spelling => Some(format!(
                    "`{origin}` is spelt nearly like `{near}`, which is admitted: make sure that it is yours, and no slip"
                )),
                Difference::TrailingDot => Some(format!(
                    "`{origin}` is `{near}` with a dot at its end: a link to the page without the dot is the better cure"
                )),
                _ => None,
            });
        }
        let Origin::Tuple { scheme, host, .. } = Origin::parse(origin) else { return cautions };
        if scheme == "http" && !is_loopback(&host) {
            cautions.push(format!(
                "`{origin}` is not https: whoever controls the network between it and a visitor can put a script into \
                 its pages"
            ));
        }
        let (private, public) =
            (suffix::public_suffix(&host, List::Whole), suffix::public_suffix(&host, List::Icann));
        if matches!(scheme.as_str(), "http" | "https") && private != public {
            cautions
                .push(format!("strangers have names below `{private}`: make sure that `{host}` is yours"));
        }
        if let Some(power) = self.power(origin).filter(|_| cautions.is_empty() && !is_loopback(&host))
            && self.is_stranger(&host)
        {
            cautions.push(format!(
                "`{origin}` belongs to no site that the policy lists: whoever owns it then {power}. Admit it only if you \
                 trust its owner with that"
            ));
        }
        cautions
    }

    /// What the owner of an origin can do then and could not, beyond what everybody can.
    fn power(&self, origin: &str) -> Option<&'static str> {
        let rule = self.policy.decide(b"GET", &[("origin", origin)][..]).rule();
        let power = |rule: &RuleDraft| match (rule.credentials, rule.trusts_network) {
            (true, _) => Some("acts as each user who visits it"),
            (false, true) => Some("reads, through each visitor, what only the network may see"),
            (false, false) => None,
        };
        let now = rule.and_then(|rule| self.rule(rule)).and_then(power);
        now.filter(|now| self.rule_before(origin).and_then(power) != Some(now))
    }

    /// Whether a host is of another site than all that are listed.
    fn is_stranger(&self, host: &str) -> bool {
        let site = site(host);
        let mut known = self.start.draft.rules.iter().flat_map(RuleDraft::patterns).filter_map(host_of);
        !known.any(|known| self::site(known) == site)
    }

    /// What the compiler warns of, and did not before.
    fn warnings(&self) -> Vec<String> {
        let warnings = |draft: &Draft| draft.compile().map(|compiled| compiled.warnings).unwrap_or_default();
        let before: Vec<String> =
            warnings(&self.start.draft).iter().map(|found| found.message.clone()).collect();
        let new = warnings(self.draft).into_iter().filter(|found| !before.contains(&found.message));
        let new = new.map(|found| match &found.note {
            Some(note) => format!("{}: {note}", found.message),
            None => found.message,
        });
        new.collect()
    }
}

/// The name that one owner has, or a host that is none.
fn site(host: &str) -> String {
    registrable_domain(host).unwrap_or(host).to_owned()
}

/// The host of a pattern, wildcards included.
fn host_of(pattern: &str) -> Option<&str> {
    let (_, rest) = pattern.split_once("://")?;
    Some(match rest.rsplit_once(':') {
        Some((host, _)) if !rest.ends_with(']') => host,
        _ => rest,
    })
}

/// What pages of a rule may do beyond what every page may.
fn granted(rule: &RuleDraft) -> Option<String> {
    let mut may = Vec::new();
    match (rule.methods.any, rule.methods.names.as_slice()) {
        (true, _) => may.push("send every method".to_owned()),
        (false, []) => {}
        (false, names) => may.push(format!("send {} beside GET, HEAD and POST", shortened(names))),
    }
    match (rule.request_headers.any, rule.request_headers.names.as_slice()) {
        (true, []) => may.push("set every header but `authorization`".to_owned()),
        (true, _) => may.push("set every header".to_owned()),
        (false, []) => {}
        (false, names) => may.push(format!("set {}", shortened(names))),
    }
    match (rule.expose_headers.any, rule.expose_headers.names.as_slice()) {
        (true, _) => may.push("read every header".to_owned()),
        (false, []) => {}
        (false, names) => may.push(format!("read {}", shortened(names))),
    }
    (!may.is_empty()).then(|| may.join("; "))
}

/// What pages of one rule have and those of another have not.
fn lost(before: &RuleDraft, now: &RuleDraft) -> Vec<String> {
    let mut lost = Vec::new();
    for (had, has, what) in [
        (&before.methods, &now.methods, "methods"),
        (&before.request_headers, &now.request_headers, "request headers"),
        (&before.expose_headers, &now.expose_headers, "response headers"),
    ] {
        if had.any && !has.any {
            lost.push(format!("the {what} that `any` covered"));
        }
        let missing = had.names.iter().filter(|name| !has.any && !has.names.contains(name));
        lost.extend(missing.map(|name| format!("`{name}`")));
    }
    if before.credentials && !now.credentials {
        lost.push("cookies".to_owned());
    }
    lost
}

fn shortened(names: &[String]) -> String {
    const MOST: usize = 6;
    let shown: Vec<&str> = names.iter().take(MOST).map(String::as_str).collect();
    match names.len().saturating_sub(MOST) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The pages that a rule admits.
fn who(rule: &RuleDraft) -> String {
    let Some(origins) = &rule.origins else { return "pages of every site".to_owned() };
    let named: Vec<String> =
        origins.iter().take(MOST_NAMED).map(|entry| format!("`{}`", entry.pattern)).collect();
    let wild = rule.patterns().filter_map(host_of).any(|host| host.contains('*'));
    let wild = if wild { ", names that are made later included," } else { "" };
    match origins.len().saturating_sub(MOST_NAMED) {
        0 => format!("pages of {}{wild}", listed(&named)),
        more => format!("pages of {} and {more} more origins of the rule{wild}", named.join(", ")),
    }
}

fn listed(names: &[String]) -> String {
    match names {
        [] => "nobody".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

fn with_session(rule: &RuleDraft) -> &'static str {
    if rule.credentials { "as the user who is logged in" } else { "without the user's cookies" }
}

fn of_page(edit: &PageEdit) -> Option<String> {
    Some(match edit {
        PageEdit::Credentials(_) | PageEdit::CrossOrigin(_) => {
            "the request then goes out without the user's cookies, and the API must not need them".to_owned()
        }
        PageEdit::Url(url) if url.scheme() == "https" => {
            "the API must be served over https there, which keeps what it says from the network".to_owned()
        }
        PageEdit::ServedAt(_) => {
            "the page must be served over https, so that nobody on the network can change it".to_owned()
        }
        PageEdit::WithoutHeader(name) => format!("the server then does without the header `{name}`"),
        PageEdit::WithoutReading(name) => {
            format!("script does without the header `{name}`: what it needs of it belongs into the body")
        }
        PageEdit::WithoutBody => "the server then gets no body".to_owned(),
        PageEdit::Method(_) | PageEdit::Mode(_) | PageEdit::Url(_) => return None,
    })
}
