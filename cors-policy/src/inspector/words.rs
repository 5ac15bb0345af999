//! The rules of a policy in words.

use std::fmt::{self, Write};

use crate::explain::in_words;
use crate::grant::Granted;
use crate::inspector::facts::shortened;
use crate::policy::{Policy, Rule};

/// The most bytes of a policy that are shown.
const LONGEST_POLICY: usize = 32 * 1024;
/// The most patterns of a rule, and names of a list, that are put into words.
const MOST: usize = 50;

/// The policy in the language; the rest is left out of one that is very long.
pub(super) fn text(policy: &Policy) -> String {
    let mut text = Bounded(String::new());
    match write!(text, "{policy:?}") {
        Ok(()) => text.0,
        Err(fmt::Error) => format!("{}\n…", text.0),
    }
}

/// Stops whoever writes when it is long enough.
struct Bounded(String);

impl Write for Bounded {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.0.len() + text.len() > LONGEST_POLICY {
            return Err(fmt::Error);
        }
        self.0.push_str(text);
        Ok(())
    }
}

/// Whom a rule admits: patterns and what they stand for, and how many are left out.
pub(super) fn admits(rule: Rule<'_>) -> (Vec<(String, String)>, usize) {
    let patterns = rule.origins().into_iter().flatten();
    let shown = patterns
        .take(MOST)
        .map(|pattern| (shortened(pattern, 300), shortened(&in_words(pattern), 600)))
        .collect();
    let total = rule.origins().map_or(0, Iterator::count);
    (shown, total.saturating_sub(MOST))
}

/// What a rule grants to whom it admits, in sentences.
pub(super) fn grants(rule: Rule<'_>) -> Vec<String> {
    let credentials = if rule.credentials() {
        "Requests carry the user's cookies and log-in, and pages read as that user."
    } else {
        "Pages read without the user's cookies and log-in."
    };
    let headers = rule.request_headers();
    let headers_sent = match (headers.is_any(), headers.names().count()) {
        (true, 0) => "Any header may be set but `authorization`.".to_owned(),
        (true, _) => "Any header may be set, `authorization` too.".to_owned(),
        (false, 0) => "No header may be set beyond the safelisted ones.".to_owned(),
        (false, _) => format!("These headers may be set: {}.", names(headers)),
    };
    let exposed = rule.expose_headers();
    let headers_read = match (exposed.is_any(), exposed.names().count()) {
        (true, _) => Some("Every header of a response can be read.".to_owned()),
        (false, 0) => None,
        (false, _) => Some(format!("These headers of a response can be read: {}.", names(exposed))),
    };
    let max_age = match rule.max_age() {
        Some(0) => "Browsers ask again before every such request.".to_owned(),
        Some(seconds) => format!("Browsers keep the permission for {seconds} seconds."),
        None => "Browsers keep the permission for 5 seconds, as no `max_age` is set.".to_owned(),
    };
    let sentences = [credentials.to_owned(), methods(rule.methods()), headers_sent, max_age];
    sentences.into_iter().chain(headers_read).collect()
}

fn methods(methods: Granted<'_>) -> String {
    match (methods.is_any(), methods.names().count()) {
        (true, _) => "Any method is allowed.".to_owned(),
        (false, 0) => "The methods are `GET`, `HEAD` and `POST`.".to_owned(),
        (false, _) => format!("The methods are `GET`, `HEAD`, `POST`, {}.", names(methods)),
    }
}

fn names(granted: Granted<'_>) -> String {
    let mut names: Vec<String> =
        granted.names().take(MOST).map(|name| format!("`{}`", shortened(name, 100))).collect();
    if granted.names().nth(MOST).is_some() {
        names.push("…".to_owned());
    }
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::{admits, grants, text};
    use crate::{Policy, cors_policy};

    #[test]
    fn rules() {
        static POLICY: Policy = cors_policy! {
            name: "shop",
            apps: {
                origins: ["https://app.example.com"], credentials: true, methods: [PUT],
                request_headers: ["x-a"], expose_headers: ["etag"], max_age: 0,
            },
            public: { origins: any, request_headers: any },
        };
        let said: Vec<String> = POLICY.rules().map(|rule| grants(rule).join(" ")).collect();
        assert_eq!(
            said,
            [
                "Requests carry the user's cookies and log-in, and pages read as that user. The methods are `GET`, \
                 `HEAD`, `POST`, `PUT`. These headers may be set: `x-a`. Browsers ask again before every such request. \
                 These headers of a response can be read: `etag`.",
                "Pages read without the user's cookies and log-in. The methods are `GET`, `HEAD` and `POST`. Any header \
                 may be set but `authorization`. Browsers keep the permission for 5 seconds, as no `max_age` is set.",
            ]
        );
        assert!(text(&POLICY).contains("    apps: {"));
    }

    #[test]
    fn long_policies_are_cut() {
        let origins: Vec<String> =
            (0..5000).map(|number| format!("https://app-{number}.example.com")).collect();
        let document = serde_json::from_value(serde_json::json!({ "origins": origins })).unwrap();
        let policy = Policy::compile(&document).unwrap().policy;
        let text = text(&policy);
        assert!(text.len() < 33 * 1024 && text.ends_with("\n…"));
        let (shown, left_out) = admits(policy.rules().next().unwrap());
        assert_eq!((shown.len(), left_out), (50, 4950));
    }
}
