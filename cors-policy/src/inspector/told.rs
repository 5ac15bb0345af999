//! A story, reduced to what is shown of it: texts of bounded length.

use cors_policy_browser::{Engine, Purpose};

use crate::explain::{self, Intent, Problem, Spelling};
use crate::inspector::facts::{Facts, shortened};
use crate::inspector::intended::intent;
use crate::policy::Policy;

/// The most bytes of a text.
const LONGEST: usize = 4000;
/// The most items of a list.
const MOST: usize = 40;

/// What becomes of a request in a browser, and what would help.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) verdict: &'static str,
    /// Whether the policy is written as data.
    pub(super) is_from_data: bool,
    /// The reason first, then what would fail after it.
    pub(super) problems: Vec<Reason>,
    pub(super) messages: Vec<Message>,
    pub(super) readable: Vec<String>,
    pub(super) hidden: Vec<String>,
    pub(super) console: Vec<(Engine, String)>,
    pub(super) remedies: Vec<Remedy>,
    pub(super) withheld: Vec<Withheld>,
    pub(super) advice: Vec<String>,
}

/// Something in the way.
#[derive(Debug)]
pub(super) struct Reason {
    pub(super) code: &'static str,
    pub(super) text: String,
    pub(super) section: String,
    pub(super) url: String,
}

/// A request and its answer.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) is_preflight: bool,
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) sends_credentials: bool,
    pub(super) causes: Vec<String>,
    pub(super) status: u16,
    pub(super) response_headers: Vec<(String, String)>,
    pub(super) calls_application: bool,
}

/// A change by which it works.
#[derive(Debug)]
pub(super) struct Remedy {
    pub(super) kind: &'static str,
    pub(super) widening: &'static str,
    pub(super) widening_in_words: &'static str,
    pub(super) steps: Vec<Step>,
    pub(super) security: Vec<String>,
    pub(super) cautions: Vec<String>,
}

/// A part of a change.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) summary: String,
    /// The text to write, in the spelling of the macro.
    pub(super) rust: String,
    /// In that of data.
    pub(super) data: String,
}

/// A change by which it would work, and that should not be made.
#[derive(Debug)]
pub(super) struct Withheld {
    pub(super) why: String,
    pub(super) instead: Option<String>,
    pub(super) mistake: Option<&'static str>,
}

impl Told {
    /// What the log knows of a request, told as the browser has it. `None` where no page can have sent it so, and where
    /// there is no request.
    pub(super) fn of_facts(facts: &Facts) -> Option<Self> {
        let intent = intent(&facts.policy, facts.asked.as_ref()?)?;
        Some(Told::of(&facts.policy, &intent))
    }

    pub(super) fn of(policy: &Policy, intent: &Intent) -> Self {
        let story = policy.story(intent);
        let problems = story.problems().iter().take(MOST).map(reason);
        let messages = story.messages().iter().take(MOST).map(message);
        let remedies = story.remedies().iter().take(MOST).map(remedy);
        let withheld = different(story.withheld()).map(withheld);
        let console = story.console().iter().map(|(engine, line)| (*engine, text(line)));
        Told {
            verdict: story.verdict().name(),
            is_from_data: policy.is_from_data(),
            problems: problems.collect(),
            messages: messages.collect(),
            readable: texts(story.readable()),
            hidden: texts(story.hidden()),
            console: console.collect(),
            remedies: remedies.collect(),
            withheld: withheld.collect(),
            advice: texts(story.advice()),
        }
    }
}

fn text(text: &str) -> String {
    shortened(text, LONGEST)
}

fn texts(items: &[String]) -> Vec<String> {
    items.iter().take(MOST).map(|item| text(item)).collect()
}

fn fields(headers: &[(String, String)]) -> Vec<(String, String)> {
    headers.iter().take(MOST).map(|(name, value)| (text(name), text(value))).collect()
}

/// The first of those that are for the same reason.
fn different(withheld: &[explain::Withheld]) -> impl Iterator<Item = &explain::Withheld> {
    let is_first = |(place, one): &(usize, &explain::Withheld)| {
        withheld.iter().take(*place).all(|before| before.why != one.why)
    };
    withheld.iter().take(MOST).enumerate().filter(is_first).map(|(_, withheld)| withheld)
}

fn reason(problem: &Problem) -> Reason {
    let section = problem.section();
    Reason {
        code: problem.code(),
        text: text(&problem.to_string()),
        section: section.to_string(),
        url: section.url.to_owned(),
    }
}

fn message(message: &explain::Message) -> Message {
    Message {
        is_preflight: message.purpose == Purpose::Preflight,
        method: text(&message.method),
        url: text(&message.url),
        headers: fields(&message.headers),
        sends_credentials: message.sends_credentials,
        causes: texts(&message.causes),
        status: message.status,
        response_headers: fields(&message.response_headers),
        calls_application: message.calls_application,
    }
}

fn remedy(remedy: &explain::Remedy) -> Remedy {
    let steps = remedy.steps(Spelling::Rust).into_iter().zip(remedy.steps(Spelling::Data)).take(MOST);
    let steps = steps.map(|(rust, data)| Step {
        summary: text(&rust.summary),
        rust: text(&rust.text),
        data: text(&data.text),
    });
    Remedy {
        kind: remedy.kind().name(),
        widening: remedy.widening().name(),
        widening_in_words: remedy.for_whom(),
        steps: steps.collect(),
        security: texts(remedy.security()),
        cautions: texts(remedy.cautions()),
    }
}

fn withheld(withheld: &explain::Withheld) -> Withheld {
    Withheld {
        why: text(&withheld.why),
        instead: withheld.instead.as_deref().map(text),
        mistake: withheld.mistake,
    }
}
