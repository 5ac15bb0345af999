//! What becomes of what a page means to do.

use std::time::Duration;

use cors_policy_browser::{
    Browser, Engine, Exchange, Headers, HttpRequest, HttpResponse, Initiator, Preflight, Purpose, Url,
};
use cors_policy_compiler::render::is_hidden;

use super::draft::Draft;
use super::intent::Intent;
use super::problem::{self, Problem};
use super::remedy::{Remedy, Withheld};
use super::search::{self, Found};
use super::server::{self, Answer};
use crate::load::Diagnostics;
use crate::policy::Policy;

/// What becomes of what a page means to do, message by message: the verdict, the reason, and what would help.
///
/// It displays as a tale, with changes in the spelling of the macro; [`Story::told`] has the other one. It serialises
/// to an object with stable fields.
#[derive(Clone, Debug)]
pub struct Story {
    pub(super) policy: String,
    pub(super) intent: Intent,
    pub(super) told: Told,
    pub(super) found: Found,
}

/// Whether a page has what it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It has.
    Works,
    /// The request goes out and comes back, but a header is hidden or dropped, or nothing of the response can be read.
    Incomplete,
    /// The browser blocks it, or the server refuses the connection.
    Blocked,
}

impl Verdict {
    /// Its name in lower case, which stays the same.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Verdict::Works => "works",
            Verdict::Incomplete => "incomplete",
            Verdict::Blocked => "blocked",
        }
    }
}

/// A request that is sent, and what the server answers.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// Whether it is a preflight.
    pub purpose: Purpose,
    /// The method.
    pub method: String,
    /// The URL.
    pub url: String,
    /// The header lines, as far as the standards say what they are; what is not printable is escaped.
    pub headers: Vec<(String, String)>,
    /// Whether cookies and other credentials go with it.
    pub sends_credentials: bool,
    /// What makes the browser ask with a preflight first.
    pub causes: Vec<String>,
    /// The status of the answer.
    pub status: u16,
    /// The header lines of the answer.
    pub response_headers: Vec<(String, String)>,
    /// What the policy says of the request.
    pub explanation: String,
    /// Whether the application is called.
    pub calls_application: bool,
}

/// A request told to its end, before anything is said of remedies.
#[derive(Clone, Debug)]
pub(super) struct Told {
    pub(super) exchange: Exchange,
    pub(super) messages: Vec<Message>,
    pub(super) problems: Vec<Problem>,
    pub(super) readable: Vec<String>,
    pub(super) hidden: Vec<String>,
    pub(super) console: Vec<(Engine, String)>,
}

impl Policy {
    /// What becomes of what a page means to do, where this policy stands in front of the server, and what would help.
    ///
    /// Nothing is sent: a model of the browser asks the policy's own matcher. What would help is compiled and asked
    /// again before it is proposed, so that this takes as long as some dozen compilations.
    ///
    /// ```
    /// use cors_policy::explain::{Intent, Spelling};
    /// use cors_policy::explain::browser::{Page, Request, Url};
    /// use cors_policy::{Policy, cors_policy};
    ///
    /// static POLICY: Policy = cors_policy! { origins: ["https://app.example.com"], methods: [PUT] };
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let page = Page::at(&Url::parse("https://app.example.com/cart")?);
    /// let request = Request::fetch(&Url::parse("https://api.example.com/cart")?).method("PATCH");
    /// let story = POLICY.story(&Intent::new(page, request));
    /// assert!(!story.works());
    /// assert_eq!(story.reason().unwrap().code(), "method-not-allowed");
    ///
    /// let remedy = &story.remedies()[0];
    /// assert_eq!(remedy.steps(Spelling::Rust)[0].text, "methods: [PUT, PATCH]");
    /// assert!(remedy.policy().story(remedy.intent()).works());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn story(&self, intent: &Intent) -> Story {
        Story::of(self, &Draft::of(self), intent)
    }
}

impl Draft {
    /// What becomes of what a page means to do, where this policy stands in front of the server. See
    /// [`Policy::story`]; a document can say more than its compiled policy, so that this knows more of what must not be.
    ///
    /// # Errors
    ///
    /// What refuses the draft.
    pub fn story(&self, intent: &Intent) -> Result<Story, Diagnostics> {
        // A policy that admits nobody is none in the language.
        let policy = if self.rules.is_empty() { Policy::nobody() } else { self.compile()?.policy };
        Ok(Story::of(&policy, self, intent))
    }
}

impl Story {
    fn of(policy: &Policy, draft: &Draft, intent: &Intent) -> Self {
        let told = Told::of(policy, intent);
        let found = search::remedies(policy, draft, intent, &told);
        Story { policy: policy.name().to_owned(), intent: intent.clone(), told, found }
    }

    /// The same, with another name for the policy.
    #[must_use]
    pub fn called(mut self, policy: impl Into<String>) -> Self {
        self.policy = policy.into();
        self
    }

    /// Whether the page has what it asks for.
    #[must_use]
    pub fn works(&self) -> bool {
        self.told.works()
    }

    /// Whether the page has what it asks for, and if not, how far it comes.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match self.reason() {
            None => Verdict::Works,
            Some(problem) if problem.blocks() => Verdict::Blocked,
            Some(_) => Verdict::Incomplete,
        }
    }

    /// What is in the way first.
    #[must_use]
    pub fn reason(&self) -> Option<&Problem> {
        self.told.problems.first()
    }

    /// Everything in the way: the reason, and what would fail after it.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.told.problems
    }

    /// Every request that is sent, in order, with its answer.
    #[must_use]
    pub fn messages(&self) -> &[Message] {
        &self.told.messages
    }

    /// The names of the response headers that script can read: of those that the application is asked for, and those
    /// that the policy adds.
    #[must_use]
    pub fn readable(&self) -> &[String] {
        &self.told.readable
    }

    /// The names of the response headers that script cannot read.
    #[must_use]
    pub fn hidden(&self) -> &[String] {
        &self.told.hidden
    }

    /// What each engine says in its console.
    #[must_use]
    pub fn console(&self) -> &[(Engine, String)] {
        &self.told.console
    }

    /// What would help, the best first. Each of them, applied, makes it work, and no edit of it can be left out.
    #[must_use]
    pub fn remedies(&self) -> &[Remedy] {
        &self.found.remedies
    }

    /// Changes that would help and should not be made, and why.
    #[must_use]
    pub fn withheld(&self) -> &[Withheld] {
        &self.found.withheld
    }

    /// What to do where no change of the policy or of the request can be written down.
    #[must_use]
    pub fn advice(&self) -> &[String] {
        &self.found.advice
    }

    /// What the page means to do.
    #[must_use]
    pub fn intent(&self) -> &Intent {
        &self.intent
    }

    /// The name of the policy.
    #[must_use]
    pub fn policy_name(&self) -> &str {
        &self.policy
    }

    /// The exchange as the model of the browser has it. It looks ahead: what is not by the browser is not sent.
    #[must_use]
    pub fn exchange(&self) -> &Exchange {
        &self.told.exchange
    }
}

impl Told {
    pub(super) fn of(policy: &Policy, intent: &Intent) -> Self {
        let mut answers: Vec<Answer> = Vec::new();
        let mut server = |request: &HttpRequest| -> HttpResponse {
            let answer = server::answer(policy, intent, request);
            let response = answer.response.clone();
            answers.push(answer);
            response
        };
        let mut browser = Browser::new(intent.profile).looking_ahead();
        let exchange = browser.run(&intent.page, &intent.request, Duration::ZERO, &mut server);
        let problems = problem::of(policy, intent, &exchange);
        let (readable, hidden) = problem::read(intent, &exchange);
        let engines = [Engine::Chromium, Engine::Firefox, Engine::WebKit];
        let said = |engine| match problems.first() {
            Some(Problem::Handshake(_)) => Some(refused_handshake(intent, engine)),
            _ => exchange.console(&intent.page, &intent.request, engine),
        };
        let console =
            engines.into_iter().filter_map(|engine| Some((engine, visible(&said(engine)?)))).collect();
        Told { messages: messages(&exchange, answers), problems, readable, hidden, console, exchange }
    }

    pub(super) fn works(&self) -> bool {
        self.problems.is_empty()
    }
}

/// The gist of what an engine says of a connection that the server refuses.
fn refused_handshake(intent: &Intent, engine: Engine) -> String {
    let url = named(&intent.request.url);
    match (intent.request.initiator, engine) {
        (Initiator::WebTransport, _) => {
            format!("Failed to establish a connection to {}: status 403", intent.request.url)
        }
        (_, Engine::Chromium) => format!(
            "WebSocket connection to '{url}' failed: Error during WebSocket handshake: Unexpected response code: 403"
        ),
        (_, Engine::Firefox) => format!("Firefox can’t establish a connection to the server at {url}."),
        (_, Engine::WebKit) => {
            format!("WebSocket connection to '{url}' failed: Unexpected response code: 403")
        }
    }
}

/// The URL as `WebSocket` has it, which takes `http` for `ws`; WebTransport is https alone.
fn named(url: &Url) -> String {
    let text = url.as_str();
    match text.strip_prefix("http") {
        Some(rest) => format!("ws{rest}"),
        None => text.to_owned(),
    }
}

/// Each request with its answer. The server was asked in the same order.
fn messages(exchange: &Exchange, answers: Vec<Answer>) -> Vec<Message> {
    let sent = exchange.sent().zip(answers).filter(|((_, _, sent), _)| sent.by_browser);
    let messages = sent.map(|((purpose, hop, sent), answer)| {
        let hop = exchange.hops.get(hop);
        let causes = hop.filter(|hop| purpose == Purpose::Preflight && hop.preflight != Preflight::NotNeeded);
        Message {
            purpose,
            method: sent.request.method.clone(),
            url: sent.request.url.to_string(),
            headers: printable(&sent.request.headers),
            sends_credentials: sent.request.sends_credentials,
            causes: causes
                .map(|hop| hop.causes.iter().map(ToString::to_string).collect())
                .unwrap_or_default(),
            status: answer.response.status,
            response_headers: printable(&answer.response.headers),
            explanation: answer.explanation,
            calls_application: answer.calls_application,
        }
    });
    messages.collect()
}

/// The lines, fit to be shown to others.
pub(super) fn printable(headers: &Headers) -> Vec<(String, String)> {
    let lines = headers.iter().map(|(name, value)| {
        let value = match name.to_ascii_lowercase().as_str() {
            "authorization" | "proxy-authorization" => without_token(value),
            "cookie" => "…".to_owned(),
            _ => shown(value),
        };
        (name.to_owned(), value)
    });
    lines.collect()
}

/// The scheme of authentication alone: stories are pasted into reports.
fn without_token(value: &[u8]) -> String {
    let text = shown(value);
    text.split_once(' ').map_or_else(|| "…".to_owned(), |(scheme, _)| format!("{scheme} …"))
}

/// The text with escapes for what a terminal could take for a command. Lines stay lines.
pub(super) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_hidden(character) && character != '\n' {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// The most characters of a value that are repeated.
const LONGEST_SHOWN: usize = 1024;

/// Text where it is printable, escapes where it is not.
pub(super) fn shown(value: &[u8]) -> String {
    let text = match std::str::from_utf8(value) {
        Ok(text) if !text.chars().any(is_hidden) => text.to_owned(),
        _ => value.escape_ascii().to_string(),
    };
    match text.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
