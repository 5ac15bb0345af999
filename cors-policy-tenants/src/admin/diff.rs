//! What changes between two versions, in the terms of the language.

use clap::Subcommand;
use cors_policy::{Granted, Policy, Rule};
use serde::Serialize;
use serde_json::json;

use super::arguments::{Reading, compiled, newest_of};
use super::console::Console;
use super::duration::exactly;
use super::failure::Failure;
use super::loss;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// What one version of a tenant's policy allows and another does not. Changes nothing
    ///
    /// Compares what the versions mean: a list in another order is no change.
    Diff {
        /// The tenant
        slug: String,
        /// The version to begin with
        from: u32,
        /// The version to end with; without it the newest
        to: Option<u32>,
        #[command(flatten)]
        reading: Reading,
    },
}

impl Command {
    pub(super) async fn run(self, console: &mut Console<'_>) -> Result<(), Failure> {
        let Command::Diff { slug, from, to, reading } = self;
        let store = reading.open().await?;
        let to = match to {
            Some(to) => to,
            None => newest_of(&store, &slug).await?,
        };
        let before = compiled(&store, &slug, from, console.ceiling).await?;
        let after = compiled(&store, &slug, to, console.ceiling).await?;
        store.close().await;
        let diff = Diff {
            rules: changes(&before, &after),
            order: order(&before, &after),
            preflight_status: differing(before.preflight_status(), after.preflight_status()),
            warnings: loss::warnings((from, &before), (to, &after)),
        };
        if reading.form.json {
            return console.json(&json!({ "slug": slug, "from": from, "to": to, "diff": diff }));
        }
        console.line(&format!("{slug}: version {from} -> {to}"))?;
        diff.lines().iter().try_for_each(|line| console.line(line))
    }
}

/// What changes from a version to another. Of pairs, the first is before.
#[derive(Debug, Serialize)]
struct Diff<'p> {
    rules: Vec<RuleChange>,
    order: Option<(Vec<&'p str>, Vec<&'p str>)>,
    preflight_status: Option<(u16, u16)>,
    warnings: Vec<String>,
}

impl Diff<'_> {
    fn lines(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.rules.iter().flat_map(RuleChange::lines).collect();
        let order = self.order.as_ref();
        lines.extend(
            order.map(|(from, to)| format!("~ order of rules  {} -> {}", from.join(", "), to.join(", "))),
        );
        let status = self.preflight_status;
        lines.extend(status.map(|(from, to)| format!("~ preflight_status  {from} -> {to}")));
        if lines.is_empty() {
            lines.push("nothing changes".to_owned());
        }
        lines.extend(self.warnings.iter().map(|warning| format!("warning: {warning}")));
        lines
    }
}

/// What changes in a rule.
#[derive(Debug, Serialize)]
struct RuleChange {
    /// Its name; none where it is the only one.
    rule: Option<String>,
    /// Whether it is there before, and after.
    #[serde(flatten)]
    there: There,
    origins: Names,
    credentials: Option<(bool, bool)>,
    methods: Names,
    request_headers: Names,
    expose_headers: Names,
    max_age: Option<(Option<u32>, Option<u32>)>,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct There {
    before: bool,
    after: bool,
}

/// Names that come and go.
#[derive(Debug, Default, Serialize)]
struct Names {
    added: Vec<Name>,
    removed: Vec<Name>,
}

#[derive(Debug, Serialize)]
struct Name {
    name: String,
    /// Of an origin: what admits it all the same, in the version that does not name it.
    #[serde(skip_serializing_if = "Option::is_none")]
    admitted_by: Option<String>,
}

/// The changes of rules, by name, in the order of the version after, and those that are gone at the end.
fn changes(before: &Policy, after: &Policy) -> Vec<RuleChange> {
    let pairs = after.rules().map(|rule| (named(before, rule.name()), Some(rule)));
    let is_gone = |rule: &Rule<'_>| named(after, rule.name()).is_none();
    let gone = before.rules().filter(is_gone).map(|rule| (Some(rule), None));
    let changes = pairs.chain(gone).map(|(from, to)| RuleChange::new((before, from), (after, to)));
    changes.filter(RuleChange::is_any).collect()
}

fn named<'p>(policy: &'p Policy, name: Option<&str>) -> Option<Rule<'p>> {
    policy.rules().find(|rule| rule.name() == name)
}

/// The names of rules that both have, where their order is another one: the first that admits an origin decides.
fn order<'p>(before: &'p Policy, after: &'p Policy) -> Option<(Vec<&'p str>, Vec<&'p str>)> {
    let common = |policy: &'p Policy, other: &Policy| -> Vec<&'p str> {
        let names = policy.rules().filter_map(Rule::name);
        names.filter(|name| named(other, Some(name)).is_some()).collect()
    };
    let (from, to) = (common(before, after), common(after, before));
    (from != to).then_some((from, to))
}

impl RuleChange {
    fn new((before, from): (&Policy, Option<Rule<'_>>), (after, to): (&Policy, Option<Rule<'_>>)) -> Self {
        let is_credentialed = |rule: Option<Rule<'_>>| rule.is_some_and(Rule::credentials);
        let max_age = |rule: Option<Rule<'_>>| rule.and_then(Rule::max_age);
        let list = |granted: fn(Rule<'_>) -> List| Names::between(from.map(granted), to.map(granted));
        RuleChange {
            rule: from.or(to).and_then(Rule::name).map(str::to_owned),
            there: There { before: from.is_some(), after: to.is_some() },
            origins: Names::between(from.map(origins), to.map(origins)).marked(before, after),
            credentials: differing(is_credentialed(from), is_credentialed(to)),
            methods: list(|rule| List::of(rule.methods())),
            request_headers: list(|rule| List::of(rule.request_headers())),
            expose_headers: list(|rule| List::of(rule.expose_headers())),
            max_age: differing(max_age(from), max_age(to)),
        }
    }

    fn is_any(&self) -> bool {
        let lists = [&self.origins, &self.methods, &self.request_headers, &self.expose_headers];
        self.there.before != self.there.after
            || self.credentials.is_some()
            || self.max_age.is_some()
            || lists.iter().any(|names| !names.added.is_empty() || !names.removed.is_empty())
    }

    fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        let name = self.rule.as_ref().map_or("the only rule".to_owned(), |name| format!("rule {name}"));
        match (self.there, &self.rule) {
            (There { before: false, .. }, _) => lines.push(format!("{name}, which is new")),
            (There { after: false, .. }, _) => lines.push(format!("{name}, which is gone")),
            (There { .. }, Some(_)) => lines.push(name),
            (There { .. }, None) => {}
        }
        lines.extend(self.origins.lines("origins"));
        lines.extend(self.credentials.map(|(from, to)| format!("~ credentials  {from} -> {to}")));
        lines.extend(self.methods.lines("methods"));
        lines.extend(self.request_headers.lines("request_headers"));
        lines.extend(self.expose_headers.lines("expose_headers"));
        let age = |seconds: Option<u32>| seconds.map_or_else(|| "none".to_owned(), exactly);
        lines.extend(self.max_age.map(|(from, to)| format!("~ max_age  {} -> {}", age(from), age(to))));
        lines
    }
}

fn differing<T: PartialEq>(from: T, to: T) -> Option<(T, T)> {
    (from != to).then_some((from, to))
}

/// A list of a rule.
#[derive(Debug, Default)]
pub(super) struct List {
    any: bool,
    names: Vec<String>,
}

impl List {
    pub(super) fn of(granted: Granted<'_>) -> Self {
        List { any: granted.is_any(), names: granted.names().map(str::to_owned).collect() }
    }

    /// Whether this list has something that another does not cover.
    pub(super) fn exceeds(&self, other: &List) -> bool {
        (self.any && !other.any) || self.names.iter().any(|name| !other.covers(name))
    }

    /// Whether the list covers the name. `any` does not cover `authorization`.
    fn covers(&self, name: &str) -> bool {
        (self.any && name != "authorization") || self.names.iter().any(|own| own == name)
    }

    /// What this list has beyond another, which has some names already.
    fn beyond(&self, other: &List, has: impl Fn(&String) -> bool) -> Vec<Name> {
        let any = (self.any && !other.any).then(|| "any".to_owned());
        let names = self.names.iter().filter(|name| !has(name)).cloned();
        any.into_iter().chain(names).map(|name| Name { name, admitted_by: None }).collect()
    }
}

fn origins(rule: Rule<'_>) -> List {
    match rule.origins() {
        Some(patterns) => List { any: false, names: patterns.map(str::to_owned).collect() },
        None => List { any: true, names: Vec::new() },
    }
}

impl Names {
    /// Of a rule that is not there, everything is missing.
    fn between(from: Option<List>, to: Option<List>) -> Self {
        let (from, to) = (from.unwrap_or_default(), to.unwrap_or_default());
        // Where `any` goes, what stays is worth saying; where it comes, nothing is lost.
        Names {
            added: to.beyond(&from, |name| from.names.contains(name)),
            removed: from.beyond(&to, |name| to.covers(name)),
        }
    }

    /// Says of origins what else admits them.
    fn marked(mut self, before: &Policy, after: &Policy) -> Self {
        for (names, policy) in [(&mut self.added, before), (&mut self.removed, after)] {
            for name in names.iter_mut().filter(|name| !name.name.contains('*') && name.name != "any") {
                name.admitted_by = admitting(policy, &name.name);
            }
        }
        self
    }

    fn lines(&self, field: &str) -> Vec<String> {
        let line = |sign: &str, name: &Name, how: &str| {
            let admitted = name.admitted_by.as_ref().map(|by| format!("  ({how} admitted by {by})"));
            format!("{sign} {field}  {}{}", name.name, admitted.unwrap_or_default())
        };
        let removed = self.removed.iter().map(|name| line("-", name, "still"));
        let added = self.added.iter().map(|name| line("+", name, "already"));
        removed.chain(added).collect()
    }
}

/// The pattern and the rule that admit an origin.
fn admitting(policy: &Policy, origin: &str) -> Option<String> {
    if !policy.admits(origin.as_bytes()) {
        return None;
    }
    let explained = policy.explain(b"GET", &[("origin", origin)][..]);
    let entry = explained.entry().unwrap_or("any");
    Some(match explained.rule() {
        Some(rule) => format!("{entry} in rule {rule}"),
        None => entry.to_owned(),
    })
}
