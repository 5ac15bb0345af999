//! The search for what would help: problem by problem, each way tried by compiling and asking again.

use super::draft::Draft;
use super::edit::Edit;
use super::intent::Intent;
use super::rank;
use super::remedy::{Kind, Remedy, Withheld};
use super::security;
use super::story::Told;
use super::ways::{self, Ways};
use crate::load::{Diagnostic, Diagnostics, Severity};
use crate::policy::Policy;

/// What was found.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub(super) remedies: Vec<Remedy>,
    pub(super) withheld: Vec<Withheld>,
    pub(super) advice: Vec<String>,
}

/// The most problems that are solved one after the other.
const DEEPEST: usize = 10;
/// The most times that a changed policy is compiled and asked on the way to solutions.
const MOST_TRIALS: usize = 160;
/// Fewer where a policy takes long to compile: so many patterns are compiled in all.
const MOST_COMPILED: usize = 400_000;
/// The fewest.
const FEWEST_TRIALS: usize = 12;
/// The most solutions of one kind that are looked at closely.
const MOST_SOLUTIONS: usize = 4;
/// The most remedies of one kind.
const MOST_OF_A_KIND: usize = 2;

/// A policy and a request on the way to what works.
#[derive(Clone, Debug)]
pub(super) struct Attempt {
    pub(super) edits: Vec<Edit>,
    pub(super) draft: Draft,
    pub(super) policy: Policy,
    pub(super) intent: Intent,
    pub(super) told: Told,
}

struct Search<'s> {
    start: &'s Attempt,
    left: usize,
    solved: Vec<Attempt>,
    withheld: Vec<Withheld>,
    advice: Vec<String>,
}

/// Everything that would help.
pub(super) fn remedies(policy: &Policy, draft: &Draft, intent: &Intent, told: &Told) -> Found {
    if told.works() {
        return Found::default();
    }
    let start = Attempt {
        edits: Vec::new(),
        draft: draft.clone(),
        policy: policy.clone(),
        intent: intent.clone(),
        told: told.clone(),
    };
    let mut search = Search {
        start: &start,
        left: trials(draft),
        solved: Vec::new(),
        withheld: Vec::new(),
        advice: Vec::new(),
    };
    search.go_on(&start, 0);
    search.found()
}

fn trials(draft: &Draft) -> usize {
    let patterns = draft.rules.iter().map(|rule| rule.patterns().count()).sum::<usize>().max(1);
    (MOST_COMPILED / patterns).clamp(FEWEST_TRIALS, MOST_TRIALS)
}

impl Search<'_> {
    /// Solves the first problem in every way, and goes on with the next.
    fn go_on(&mut self, attempt: &Attempt, depth: usize) {
        let Some(problem) = attempt.told.problems.first() else {
            return self.solved.push(attempt.clone());
        };
        if depth == DEEPEST {
            return;
        }
        let Ways { steps, withheld, advice } = ways::out_of(problem, attempt);
        for withheld in withheld {
            self.withhold(withheld);
        }
        for advice in advice {
            if !self.advice.contains(&advice) {
                self.advice.push(advice);
            }
        }
        for edits in steps {
            if self.left == 0 {
                return;
            }
            self.left -= 1;
            match attempt.with(&edits) {
                Ok(next) if next.is_ahead_of(attempt) => self.go_on(&next, depth + 1),
                Ok(_) => {}
                Err(found) if is_out_of_reach(&found) => {}
                Err(found) => self.withhold(refused(edits, &found)),
            }
        }
    }

    fn withhold(&mut self, withheld: Withheld) {
        if !self.withheld.iter().any(|known| known.edits == withheld.edits) {
            self.withheld.push(withheld);
        }
    }

    fn found(mut self) -> Found {
        let mut solved = std::mem::take(&mut self.solved);
        solved.sort_by_cached_key(|attempt| rank::cost(attempt));
        let mut remedies: Vec<Remedy> = Vec::new();
        for kind in [Kind::Policy, Kind::Page, Kind::Both] {
            let of_kind = solved.extract_if(.., |attempt| Kind::of(&attempt.edits) == kind);
            remedies.extend(of_kind.take(MOST_SOLUTIONS).map(|attempt| self.minimal(attempt)));
        }
        let remedies = best(remedies);
        let has_policy = remedies.iter().any(|remedy| remedy.kind() != Kind::Page);
        Found {
            withheld: if has_policy { Vec::new() } else { self.withheld },
            advice: if remedies.is_empty() { self.advice } else { Vec::new() },
            remedies,
        }
    }

    /// The remedy without every edit that it can do without.
    fn minimal(&self, solved: Attempt) -> Remedy {
        let mut kept = solved;
        let mut place = 0;
        while place < kept.edits.len() && kept.edits.len() > 1 {
            let mut fewer = kept.edits.clone();
            fewer.remove(place);
            match self.start.with(&fewer) {
                Ok(smaller) if smaller.told.works() => {
                    kept = smaller;
                    place = 0;
                }
                _ => place += 1,
            }
        }
        security::remedy(self.start, kept)
    }
}

impl Attempt {
    /// Whether something has come of it: other problems, or a page that can be admitted where the last could not.
    fn is_ahead_of(&self, before: &Attempt) -> bool {
        self.told.problems != before.told.problems || self.intent.page != before.intent.page
    }

    /// The same with more edits.
    ///
    /// # Errors
    ///
    /// What refuses the changed policy.
    pub(super) fn with(&self, edits: &[Edit]) -> Result<Attempt, Diagnostics> {
        let mut draft = self.draft.clone();
        let mut intent = self.intent.clone();
        for edit in edits {
            edit.apply(&mut draft, &mut intent);
        }
        let policy = if draft == self.draft { self.policy.clone() } else { draft.compile()?.policy };
        let told = Told::of(&policy, &intent);
        let edits = self.edits.iter().chain(edits).cloned().collect();
        Ok(Attempt { edits, draft, policy, intent, told })
    }
}

/// Whether all that is wrong is the place: rules would stand behind others that decide already.
fn is_out_of_reach(found: &Diagnostics) -> bool {
    found.denying().all(|found| matches!(found.rule, "unreachable_rule" | "unreachable_origin"))
}

/// Changes that the compiler refuses.
fn refused(edits: Vec<Edit>, found: &Diagnostics) -> Withheld {
    let is_lint = |found: &&Diagnostic| found.severity == Severity::Lint;
    let first = found.denying().find(is_lint).or_else(|| found.denying().next());
    Withheld {
        edits,
        why: first.map_or_else(|| "the policy would not compile".to_owned(), in_a_sentence),
        instead: first.and_then(instead),
        mistake: first.map(|first| first.rule),
    }
}

fn in_a_sentence(found: &Diagnostic) -> String {
    match &found.note {
        Some(note) => format!("{}: {note}", found.message),
        None => found.message.clone(),
    }
}

/// The compiler's help is about the text; what is right is mostly elsewhere.
fn instead(found: &Diagnostic) -> Option<String> {
    match found.rule {
        "insecure_origin" => Some("serve the page over https, and admit that origin".to_owned()),
        "open_pattern" | "shared_host" => {
            Some("serve the page from a domain of your own, and admit that origin".to_owned())
        }
        _ => found.help.clone(),
    }
}

/// The best of each kind; of changes to both only where neither alone helps.
fn best(mut remedies: Vec<Remedy>) -> Vec<Remedy> {
    remedies.sort_by_cached_key(|remedy| rank::cost(remedy));
    let count = |of: Kind| remedies.iter().filter(|remedy| remedy.kind() == of).count();
    let wants_both = count(Kind::Policy) == 0 && count(Kind::Page) == 0;
    let mut kept: Vec<Remedy> = Vec::new();
    for remedy in remedies {
        let kind = remedy.kind();
        let mut same = kept.iter().filter(|known| known.kind() == kind).peekable();
        let is_other =
            kind == Kind::Page || same.peek().is_none_or(|first| rank::is_narrower(&remedy, first));
        let is_other = is_other && !kept.iter().any(|known| known.edits == remedy.edits);
        if is_other && same.count() < MOST_OF_A_KIND && (kind != Kind::Both || wants_both) {
            kept.push(remedy);
        }
    }
    kept
}
