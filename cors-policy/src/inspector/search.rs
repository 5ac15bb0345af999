//! Which requests a text is about: words, or a line that was copied from a browser's console.

use crate::inspector::facts::{Asked, Facts};
use crate::inspector::log::Entry;

/// A text that is looked for.
#[derive(Debug)]
pub(super) struct Search {
    words: Vec<String>,
    /// Addresses in the text: host and path, and the whole without a path's slash.
    addresses: Vec<Address>,
}

#[derive(Debug)]
struct Address {
    /// As an origin: scheme, host and port. `None` if it has a path.
    origin: Option<String>,
    host: String,
    path: String,
}

impl Search {
    pub(super) fn of(text: &str) -> Self {
        let words = text.split_whitespace().map(|word| word.trim_matches(is_around).to_lowercase());
        let words: Vec<String> = words.filter(|word| !word.is_empty()).collect();
        let addresses = words.iter().filter_map(|word| Address::of(word)).collect();
        Search { words, addresses }
    }

    /// A line of a console names the page's origin and the address of the request, in words that browsers change from
    /// version to version: where there are addresses, they decide, and otherwise every word must occur.
    pub(super) fn finds(&self, entry: &Entry) -> bool {
        let asked = entry.facts.asked.as_ref();
        if let Some(asked) = asked.filter(|_| !self.addresses.is_empty()) {
            return self.addresses.iter().all(|address| address.is_of(asked));
        }
        let text = text(entry);
        self.words.iter().all(|word| text.contains(word.as_str()))
    }
}

/// What stands around an address or a name in a sentence.
fn is_around(char: char) -> bool {
    matches!(char, '\'' | '"' | '`' | '‘' | '’' | '“' | '”' | '(' | ')' | '<' | '>' | ',' | '.' | ';' | ':')
}

impl Address {
    fn of(word: &str) -> Option<Self> {
        let (scheme, rest) = word.split_once("://")?;
        let rest = rest.split(['?', '#']).next().unwrap_or_default();
        let (host, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
        let origin = path.is_empty().then(|| format!("{scheme}://{host}"));
        Some(Address { origin, host: host.to_owned(), path: path.to_owned() })
    }

    fn is_of(&self, asked: &Asked) -> bool {
        let is_page = self.origin.is_some() && self.origin == asked.origin.as_deref().map(str::to_lowercase);
        let has_host = asked.host.as_deref().is_some_and(|host| host.eq_ignore_ascii_case(&self.host));
        // A script's file and line, which consoles put in front, is of the page, not of the request.
        let is_script = asked.origin.as_deref().is_some_and(|origin| {
            origin.split_once("://").is_some_and(|(_, host)| host.eq_ignore_ascii_case(&self.host))
                && !has_host
        });
        let is_path = self.path.is_empty() || asked.path.to_lowercase() == self.path;
        is_page || is_script || has_host && is_path
    }
}

/// Everything about an entry, in lower case.
fn text(entry: &Entry) -> String {
    let Facts { policy, asked, .. } = entry.facts.as_ref();
    let mut text = vec![policy.name().to_owned()];
    if let Some(asked) = asked {
        text.extend([asked.method.clone(), asked.intended_method().to_owned(), asked.path.clone()]);
        text.extend(asked.origin.iter().chain(&asked.host).chain(&asked.request_headers).cloned());
    }
    for finding in &entry.findings {
        text.extend([finding.kind.to_owned(), finding.code.to_owned(), finding.text.to_string()]);
    }
    if let Some(told) = entry.told() {
        text.extend(told.console.iter().map(|(_, line)| line.clone()));
        text.extend(told.problems.iter().map(|reason| reason.text.clone()));
    }
    text.join("\n").to_lowercase()
}
