//! A story as text.

use std::fmt::{self, Write};

use cors_policy_browser::{Engine, Initiator, Mode, Purpose};
use cors_policy_compiler::source::Spelling;

use super::edit::Edit;
use super::intent::Intent;
use super::remedy::{Kind, Remedy, Withheld};
use super::steps::Step;
use super::story::{Message, Story, Verdict, visible};

/// A story as text, with changes in one spelling of the language: see [`Story::told`].
#[derive(Clone, Copy, Debug)]
pub struct Tale<'s> {
    story: &'s Story,
    spelling: Spelling,
}

impl Story {
    /// The story as text, with changes in this spelling.
    #[must_use]
    pub fn told(&self, spelling: Spelling) -> Tale<'_> {
        Tale { story: self, spelling }
    }
}

/// The tale, with changes in the spelling of the macro.
impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.told(Spelling::Rust).fmt(f)
    }
}

impl fmt::Display for Tale<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.tell(&mut text)?;
        f.write_str(&visible(&text))
    }
}

impl Tale<'_> {
    fn tell(&self, f: &mut String) -> fmt::Result {
        let story = self.story;
        writeln!(f, "{}", Wish(story.intent()))?;
        let mut number = 0;
        for message in story.messages() {
            number += 1;
            write!(f, "\n{number}. {}", Exchanged(message))?;
        }
        if number == 0 {
            writeln!(f, "\nThe browser sends nothing.")?;
        }
        let is_unsent = !story.messages().iter().any(|message| message.purpose == Purpose::Actual);
        if number > 0 && is_unsent {
            writeln!(f, "\nThe request itself is never sent.")?;
        }
        self.verdict(f)?;
        self.help(f)
    }

    fn verdict(&self, f: &mut String) -> fmt::Result {
        let story = self.story;
        let Some(reason) = story.reason() else {
            return writeln!(f, "\nIt works{}", Had(story));
        };
        let verdict = match story.verdict() {
            Verdict::Blocked => "Blocked",
            Verdict::Works | Verdict::Incomplete => "Not all of it works",
        };
        writeln!(f, "\n{verdict}: {reason} ({})", reason.section())?;
        let further = story.problems().get(1..).unwrap_or_default();
        if !further.is_empty() {
            writeln!(f, "After that, this would be in the way:")?;
        }
        further.iter().try_for_each(|problem| writeln!(f, "  - {problem} ({})", problem.section()))?;
        for (engine, message) in story.console() {
            let name = match engine {
                Engine::Chromium => "Chrome",
                Engine::Firefox => "Firefox",
                Engine::WebKit => continue,
            };
            writeln!(f, "{name} says: {message}")?;
        }
        Ok(())
    }

    fn help(&self, f: &mut String) -> fmt::Result {
        let story = self.story;
        for (place, remedy) in story.remedies().iter().enumerate() {
            let title = match (place, remedy.kind()) {
                (0, Kind::Policy) => "The smallest change of the policy",
                (_, Kind::Policy) => "Or another change of the policy",
                (0, Kind::Page) => "What to change in the page",
                (_, Kind::Page) => "Or in the page",
                (0, Kind::Both) => "What to change in the page and in the policy",
                (_, Kind::Both) => "Or in both",
            };
            writeln!(f, "\n{title}:")?;
            self.remedy(f, remedy)?;
        }
        if story.remedies().is_empty() && !story.works() {
            writeln!(f, "\nNo change of the policy should make this work.")?;
        }
        for advice in story.advice() {
            writeln!(f, "  - {advice}")?;
        }
        let mut told: Vec<&str> = Vec::new();
        for withheld in story.withheld() {
            if !told.contains(&withheld.why.as_str()) {
                told.push(&withheld.why);
                write!(f, "{}", NotProposed(withheld))?;
            }
        }
        Ok(())
    }

    fn remedy(&self, f: &mut String, remedy: &Remedy) -> fmt::Result {
        for Step { summary, text } in remedy.steps(self.spelling) {
            writeln!(f, "  {summary}")?;
            writeln!(f, "      {text}")?;
        }
        if remedy.kind() != Kind::Page {
            writeln!(f, "  for whom: {}", remedy.for_whom())?;
        }
        remedy.security().iter().try_for_each(|said| writeln!(f, "  - {said}"))?;
        remedy.cautions().iter().try_for_each(|caution| writeln!(f, "  ! {caution}"))
    }
}

/// What a page means to do, in one sentence.
struct Wish<'s>(&'s Intent);

impl fmt::Display for Wish<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Intent { page, request, reads, .. } = self.0;
        let how = match (request.initiator, request.mode) {
            (Initiator::Fetch, Mode::NoCors) => "`fetch()` in the mode `no-cors`".to_owned(),
            (Initiator::Fetch, _) => "`fetch()`".to_owned(),
            (Initiator::Xhr, _) => "`XMLHttpRequest`".to_owned(),
            (Initiator::WebSocket, _) => "`WebSocket`".to_owned(),
            (Initiator::WebTransport, _) => "`WebTransport`".to_owned(),
            (Initiator::EventSource, _) => "`EventSource`".to_owned(),
            (Initiator::Beacon, _) => "`sendBeacon()`".to_owned(),
            (Initiator::Navigation, _) => "a link".to_owned(),
            (Initiator::Form, _) => "a form".to_owned(),
            (other, mode) => format!("`{}` in the mode `{}`", other.name(), mode.name()),
        };
        let origin = &page.origin;
        write!(
            f,
            "A page of `{origin}` means to send {} {} by {how}",
            request.method.escape_debug(),
            request.url
        )?;
        match reads.as_slice() {
            [] => f.write_str("."),
            reads => write!(f, ", and to read {}.", reads.join(", ")),
        }
    }
}

/// A request with its answer.
struct Exchanged<'s>(&'s Message);

impl fmt::Display for Exchanged<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = self.0;
        match message.purpose {
            Purpose::Preflight => {
                writeln!(
                    f,
                    "The browser asks first (a preflight), because of {}:",
                    message.causes.join("; ")
                )?;
            }
            Purpose::Actual => writeln!(f, "The browser sends the request:")?,
        }
        writeln!(f, "     {} {}", message.method, message.url)?;
        lines(f, &message.headers)?;
        if message.sends_credentials {
            writeln!(f, "     with the user's cookies")?;
        }
        let who =
            if message.calls_application { "The application is called; the response" } else { "The answer" };
        writeln!(f, "   {who} has the status {}: {}", message.status, message.explanation)?;
        lines(f, &message.response_headers)
    }
}

/// Header lines that have nothing to do with CORS.
const ASIDE: [&str; 7] = [
    "accept",
    "content-length",
    "referer",
    "sec-fetch-dest",
    "sec-fetch-mode",
    "sec-fetch-site",
    "sec-fetch-storage-access",
];

fn lines(f: &mut fmt::Formatter<'_>, headers: &[(String, String)]) -> fmt::Result {
    for (name, value) in headers {
        let name = name.to_ascii_lowercase();
        if !ASIDE.contains(&name.as_str()) {
            writeln!(f, "     {name}: {value}")?;
        }
    }
    Ok(())
}

/// What a page has that has what it asked for.
struct Had<'s>(&'s Story);

impl fmt::Display for Had<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Intent { page, request, .. } = self.0.intent();
        let own = page.origin.is_same_origin(&cors_policy_browser::Origin::of(&request.url));
        match (request.initiator, request.mode) {
            (Initiator::WebSocket | Initiator::WebTransport, _) => f.write_str(": the connection is open"),
            (Initiator::Navigation | Initiator::Form, _) => f.write_str(
                ": the browser shows the response; the page that it came from reads nothing of it, and no policy has a say",
            ),
            _ if own => f.write_str(": the page is of the server's own origin, and the policy has no say"),
            (_, Mode::NoCors) => f.write_str(
                ": the browser uses the response, and script reads nothing of it; the policy has no say",
            ),
            (Initiator::Fetch | Initiator::Xhr, _) => {
                write!(f, ": script reads the status, the body, and the headers {}", self.0.readable().join(", "))
            }
            _ => f.write_str(": the browser uses the response"),
        }
    }
}

/// A change that is not proposed.
struct NotProposed<'s>(&'s Withheld);

impl fmt::Display for NotProposed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Withheld { edits, why, instead, .. } = self.0;
        let edits: Vec<String> = edits.iter().map(in_words).collect();
        writeln!(f, "\nNot proposed: to {}", edits.join(", and to "))?;
        writeln!(f, "  {why}")?;
        instead.iter().try_for_each(|instead| writeln!(f, "  instead: {instead}"))
    }
}

fn in_words(edit: &Edit) -> String {
    use super::edit::PolicyEdit;
    match edit {
        Edit::Policy(PolicyEdit::AddOrigin { origin, .. }) => format!("admit `{origin}`"),
        Edit::Policy(PolicyEdit::AddRule { rule, .. }) => {
            let origins: Vec<&str> = rule.patterns().collect();
            format!("add a rule for `{}`", origins.join("`, `"))
        }
        Edit::Policy(PolicyEdit::AllowCredentials { .. }) => "turn credentials on".to_owned(),
        Edit::Policy(PolicyEdit::AddMethod { method, .. }) => format!("allow the method {method}"),
        Edit::Policy(PolicyEdit::AddRequestHeader { header, .. }) => {
            format!("allow the request header `{header}`")
        }
        Edit::Policy(PolicyEdit::ExposeHeader { header, .. }) => {
            format!("expose the response header `{header}`")
        }
        Edit::Page(edit) => format!("change the page ({})", edit.name().replace('_', " ")),
    }
}
