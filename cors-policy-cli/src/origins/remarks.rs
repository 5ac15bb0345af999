//! What follows from a rule, in plain words.

use cors_policy::{Policy, Rule};

/// What there is to remark about a rule.
pub(super) fn of(policy: &Policy, place: usize, rule: Rule<'_>) -> Vec<String> {
    let mut remarks = Vec::new();
    let patterns: Vec<&str> = rule.origins().into_iter().flatten().collect();
    if rule.origins().is_none() {
        remarks.push(if policy.rules().count() > 1 && place > 0 {
            "any site that no rule above admits may read responses, without credentials".to_owned()
        } else {
            "any site may read responses, without credentials".to_owned()
        });
    }
    if rule.credentials() {
        remarks.push(
            "pages of these origins read as the user who is logged in; so does whoever can put a script into one of them"
                .to_owned(),
        );
    }
    let wild =
        patterns.iter().filter(|pattern| pattern.contains("://") && host(pattern).contains('*')).count();
    if wild > 0 {
        remarks.push(format!(
            "{wild} of {} patterns {} names that are made later; whoever can make one is admitted",
            patterns.len(),
            if wild == 1 { "admits" } else { "admit" },
        ));
    }
    let open =
        patterns.iter().filter(|pattern| pattern.starts_with("http://") && !is_loopback(host(pattern)));
    if open.clone().next().is_some() {
        remarks.push(format!(
            "http: whoever can change what is on the way to a user can be {} of these origins",
            if open.count() == 1 { "one" } else { "some" },
        ));
    }
    let headers = rule.request_headers();
    if headers.is_any() && !headers.names().any(|name| name.eq_ignore_ascii_case("authorization")) {
        remarks.push("`any` request header does not cover `authorization`".to_owned());
    }
    let asks = rule.methods().is_any()
        || rule.methods().names().next().is_some()
        || headers.is_any()
        || headers.names().next().is_some();
    match rule.max_age() {
        None if asks => remarks
            .push("browsers keep the answer to a preflight for 5 seconds, as no `max_age` is set".to_owned()),
        _ => {}
    }
    if !asks {
        remarks.push("requests that need a preflight for their method or headers are not sent".to_owned());
    }
    remarks
}

fn host(pattern: &str) -> &str {
    let (_, authority) = pattern.split_once("://").unwrap_or_default();
    authority.strip_suffix(":*").unwrap_or(authority)
}

fn is_loopback(host: &str) -> bool {
    let name = host.split(':').next().unwrap_or_default();
    name == "localhost"
        || name.ends_with(".localhost")
        || name.starts_with("127.")
        || host.starts_with("[::1]")
}
