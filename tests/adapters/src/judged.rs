//! Requests and responses as the judges of `cors-policy-tests` have them.

use std::collections::BTreeSet;

use cors_policy::Policy;
use cors_policy_tests::layers::{CORS_HEADERS, from_map, through_bytes};
use cors_policy_tests::message::{Headers, Request, Response};

use crate::client::{Message, Reply};

/// A policy from data.
///
/// # Panics
///
/// With the mistakes, if there are any.
#[must_use]
#[expect(clippy::panic, reason = "a panic is the report")]
pub fn compiled(document: &str) -> Policy {
    let document = serde_json::from_str(document).unwrap_or_else(|error| panic!("{error}: {document}"));
    Policy::compile(&document).unwrap_or_else(|mistakes| panic!("{mistakes}")).policy
}

impl From<&Message> for Request {
    fn from(message: &Message) -> Self {
        let headers = message.headers.iter().map(|(name, value)| (name, value)).collect();
        Request { method: message.method.clone(), headers }
    }
}

impl From<&Reply> for Response {
    fn from(reply: &Reply) -> Self {
        Response { status: reply.status, headers: from_map(&reply.headers) }
    }
}

/// What is wrong with the CORS headers and `Vary` of a reply. `vary` is what the application has put there.
#[must_use]
pub fn problems(policy: &Policy, message: &Message, reply: &Reply, vary: &[&str]) -> Vec<String> {
    let expected = through_bytes(policy, &message.into(), Headers::default());
    let came = Response::from(reply);
    let mut problems = Vec::new();
    if cors_lines(&came) != cors_lines(&expected) || doubled(&came) {
        problems.push(format!("{:?} in place of {:?}", cors_lines(&came), cors_lines(&expected)));
    }
    let mut names: Vec<String> = cors_policy_tests::message::members(&expected.headers, "vary")
        .iter()
        .map(|name| lower(name))
        .collect();
    names.extend(vary.iter().map(|name| (*name).to_owned()));
    names.sort_unstable();
    if reply.vary() != names {
        problems.push(format!("`Vary` has {:?}, not {names:?}", reply.vary()));
    }
    problems
}

fn lower(name: &[u8]) -> String {
    String::from_utf8_lossy(name).to_ascii_lowercase()
}

fn cors_lines(response: &Response) -> BTreeSet<(String, String)> {
    let lines = response.headers.iter().filter(|(name, _)| CORS_HEADERS.contains(name));
    lines.map(|(name, value)| (name.to_owned(), value.escape_ascii().to_string())).collect()
}

fn doubled(response: &Response) -> bool {
    CORS_HEADERS.into_iter().any(|name| response.headers.lines(name).count() > 1)
}

/// Whether any header of the reply lets a page that sent `origin` do something.
#[must_use]
pub fn admits(reply: &Reply) -> bool {
    CORS_HEADERS.into_iter().any(|name| reply.headers.contains_key(name))
}
