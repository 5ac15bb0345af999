//! Examples of origins that a pattern admits, and of origins that look like them. The compiled policy is asked about each.

use cors_policy::{Difference, Policy};
use cors_policy_program::nearest;
use serde::Serialize;

/// An origin that a rule does not admit, and nearly does.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Neighbour {
    pub(super) origin: String,
    /// The place of the rule that admits it; none where the policy refuses it.
    pub(super) rule: Option<usize>,
    /// What is in the way.
    pub(super) reason: &'static str,
}

fn decided(policy: &Policy, origin: &str) -> Option<usize> {
    policy.decide(b"GET", &[("origin", origin)][..]).rule()
}

/// Origins that the rule at this place admits, by this pattern.
pub(super) fn admitted(policy: &Policy, place: usize, pattern: &str, most: usize) -> Vec<String> {
    let decides = |origin: &String| decided(policy, origin) == Some(place);
    instances(pattern).into_iter().filter(decides).take(most).collect()
}

/// Origins that look like those of this pattern, and that the rule at this place does not admit.
pub(super) fn neighbours(policy: &Policy, place: usize, pattern: &str, most: usize) -> Vec<Neighbour> {
    let Some(model) = instances(pattern).into_iter().next() else { return Vec::new() };
    let mut found = Vec::new();
    for origin in near(pattern, &model) {
        let rule = decided(policy, &origin);
        if rule != Some(place) && found.len() < most {
            found.push(Neighbour { reason: reason(pattern, &origin), rule, origin });
        }
    }
    found
}

fn reason(pattern: &str, origin: &str) -> &'static str {
    let nearest = nearest(origin.as_bytes(), std::iter::once(pattern));
    match nearest.map(|miss| miss.difference()) {
        Some(Difference::Scheme) => "another scheme",
        Some(Difference::Port) => "another port",
        Some(Difference::TrailingDot) => "a dot at the end",
        Some(Difference::Apex) => "the name itself",
        Some(Difference::Subdomain) => "a subdomain",
        Some(Difference::Spelling) => "another spelling",
        Some(Difference::Lookalike) => "another host, which can be somebody else's",
        Some(_) => "not as browsers send it",
        None => "another host",
    }
}

/// The parts of a pattern.
struct Parts<'p> {
    scheme: &'p str,
    host: &'p str,
    /// With its colon; empty for the default.
    port: &'p str,
}

fn parts(pattern: &str) -> Parts<'_> {
    let (scheme, authority) = pattern.split_once("://").unwrap_or(("https", pattern));
    // The colons of an IPv6 address stand in brackets.
    let behind = authority.rfind(']').map_or(0, |end| end + 1);
    let colon = authority.get(behind..).and_then(|rest| rest.find(':')).map(|at| behind + at);
    let (host, port) = colon.map_or((authority, ""), |at| authority.split_at(at));
    Parts { scheme, host, port }
}

fn instances(pattern: &str) -> Vec<String> {
    let Parts { scheme, host, port } = parts(pattern);
    let hosts = match host.strip_prefix("*.") {
        Some(name) => vec![format!("eu.{name}"), format!("a.b.{name}"), format!("x-1.{name}")],
        None => vec![host.to_owned()],
    };
    let words: &[&str] =
        if hosts.iter().any(|host| host.contains('*')) { &["1", "x-7", "a_b"] } else { &[""] };
    let ports: &[&str] = if port == ":*" { &["", ":3000", ":65535"] } else { &[port] };
    let count = hosts.len().max(words.len()).max(ports.len());
    // The kinds of variety in step: each example shows another one of each.
    let of = |index: usize| {
        let host = hosts.get(index % hosts.len())?;
        let (word, port) = (words.get(index % words.len())?, ports.get(index % ports.len())?);
        Some(format!("{scheme}://{}{port}", host.replace('*', word)))
    };
    (0..count).filter_map(of).collect()
}

fn near(pattern: &str, model: &str) -> Vec<String> {
    let Parts { scheme, host, port } = parts(model);
    let other = if scheme == "https" { "http" } else { "https" };
    let mut near = Vec::new();
    if let Some(name) = parts(pattern).host.strip_prefix("*.").filter(|name| !name.contains('*')) {
        near.push(format!("{scheme}://{name}{port}"));
        near.push(format!("{scheme}://evil{name}{port}"));
    }
    let is_name = host.contains(|letter: char| letter.is_ascii_alphabetic()) && !host.starts_with('[');
    near.push(format!("{other}://{host}{port}"));
    if is_name {
        near.push(format!("{scheme}://{host}.evil.test{port}"));
        near.push(format!("{scheme}://evil-{host}{port}"));
        near.push(format!("{scheme}://www.{host}{port}"));
    }
    near.push(format!("{scheme}://{host}:8443"));
    if is_name {
        near.push(format!("{scheme}://{host}.{port}"));
    }
    near.retain(|origin| origin != model);
    near
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_have_instances() {
        assert_eq!(instances("https://a.test"), ["https://a.test"]);
        assert_eq!(instances("http://[::1]:8080"), ["http://[::1]:8080"]);
        assert_eq!(
            instances("https://*.a.test"),
            ["https://eu.a.test", "https://a.b.a.test", "https://x-1.a.test"]
        );
        assert_eq!(
            instances("http://localhost:*"),
            ["http://localhost", "http://localhost:3000", "http://localhost:65535"]
        );
        assert_eq!(instances("http://[::1]:*"), ["http://[::1]", "http://[::1]:3000", "http://[::1]:65535"]);
        assert_eq!(
            instances("https://pr-*.a.test"),
            ["https://pr-1.a.test", "https://pr-x-7.a.test", "https://pr-a_b.a.test"]
        );
    }

    #[test]
    fn neighbours_differ() {
        assert_eq!(
            near("https://a.test", "https://a.test"),
            [
                "http://a.test",
                "https://a.test.evil.test",
                "https://evil-a.test",
                "https://www.a.test",
                "https://a.test:8443",
                "https://a.test.",
            ]
        );
        assert_eq!(near("http://[::1]:*", "http://[::1]"), ["https://[::1]", "http://[::1]:8443"]);
    }
}
