//! Origins that a policy admits, and their neighbours.

use cors_policy::{Policy, Rule};

/// Of how many patterns of a rule origins are made. A policy may have thousands.
const PATTERNS: usize = 12;
/// Of how many rules the neighbours of an origin are tried.
const NEIGHBOURHOODS: usize = 4;

/// Origins that stand for the rules of a policy, the first of each rule first.
pub(crate) fn representatives(policy: &Policy) -> Vec<String> {
    let mut found: Vec<String> = policy.rules().flat_map(of_rule).collect();
    found.retain(|origin| policy.admits(origin.as_bytes()));
    without_repetition(found)
}

/// Origins that look like those that the policy admits. Some of them it may admit, too.
pub(crate) fn neighbours(policy: &Policy, representatives: &[String]) -> Vec<String> {
    let models = policy.rules().take(NEIGHBOURHOODS).filter_map(|rule| of_rule(rule).into_iter().next());
    let mut found: Vec<String> = models.flat_map(|model| near(&model)).collect();
    found.retain(|origin| !representatives.contains(origin));
    without_repetition(found)
}

fn of_rule(rule: Rule<'_>) -> Vec<String> {
    match rule.origins() {
        None => vec!["https://anybody.example".to_owned()],
        Some(patterns) => patterns.take(PATTERNS).flat_map(instances).collect(),
    }
}

/// Origins that a pattern admits.
fn instances(pattern: &str) -> Vec<String> {
    let (scheme, authority) = pattern.split_once("://").unwrap_or(("https", pattern));
    let (host, ports) = match authority.strip_suffix(":*") {
        Some(host) => (host, ["", ":8443"]),
        None => (authority, ["", ""]),
    };
    let (host, below) = match host.strip_prefix("*.") {
        Some(host) => (host, ["one.", "two.one."]),
        None => (host, ["", ""]),
    };
    let host = host.replace('*', "x-1");
    let spelled = below.into_iter().zip(ports);
    without_repetition(spelled.map(|(below, port)| format!("{scheme}://{below}{host}{port}")).collect())
}

fn near(origin: &str) -> Vec<String> {
    let (scheme, authority) = origin.split_once("://").unwrap_or(("https", origin));
    let (other_scheme, default_port) = match scheme {
        "https" => ("http", 443),
        _ => ("https", 80),
    };
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    vec![
        format!("{other_scheme}://{authority}"),
        format!("{scheme}://{host}:8444"),
        format!("{scheme}://{host}:{default_port}"),
        format!("{scheme}://{host}"),
        format!("{scheme}://{authority}.evil.test"),
        format!("{scheme}://evil{authority}"),
        format!("{scheme}://below.{authority}"),
        format!("{scheme}://{host}."),
        format!("{origin}/"),
        origin.to_ascii_uppercase(),
        format!("{origin}, {origin}"),
        format!("https://evil.test/{origin}"),
        authority.to_owned(),
    ]
}

fn without_repetition(origins: Vec<String>) -> Vec<String> {
    let mut unique = Vec::with_capacity(origins.len());
    for origin in origins {
        if !unique.contains(&origin) {
            unique.push(origin);
        }
    }
    unique
}

#[cfg(test)]
mod tests {
    use cors_policy::{Policy, cors_policy};

    use super::{instances, near, neighbours, representatives};

    static POLICY: Policy = cors_policy! {
        apps: { origins: ["https://app.example.com", "https://pr-*.preview.example.com"] },
        below: { origins: ["https://*.app.example.com"] },
        local: { origins: ["http://localhost:*"] },
        all: { origins: any },
    };

    #[test]
    fn patterns_are_instantiated() {
        assert_eq!(instances("https://a.test"), ["https://a.test"]);
        assert_eq!(instances("https://*.a.test"), ["https://one.a.test", "https://two.one.a.test"]);
        assert_eq!(instances("http://localhost:*"), ["http://localhost", "http://localhost:8443"]);
        assert_eq!(instances("https://*.a.test:*"), ["https://one.a.test", "https://two.one.a.test:8443"]);
    }

    /// None of a rule's origins gets lost because the policy does not admit it.
    #[test]
    fn every_pattern_is_represented() {
        let representatives = representatives(&POLICY);
        assert_eq!(representatives.len(), 7, "{representatives:?}");
    }

    #[test]
    fn neighbours_are_not_admitted() {
        for origin in near("https://app.example.com") {
            let rule = POLICY.decide(b"GET", &[("origin", &origin)][..]).rule();
            assert!(rule >= Some(1) || origin == "https://app.example.com", "{origin}");
        }
        assert!(neighbours(&POLICY, &[]).contains(&"https://app.example.com.evil.test".to_owned()));
    }
}
