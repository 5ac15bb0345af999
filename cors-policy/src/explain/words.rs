//! Patterns in words.

/// What a pattern of origins stands for, as part of a sentence.
///
/// ```
/// use cors_policy::explain::in_words;
///
/// assert_eq!(
///     in_words("https://*.shop.example.com"),
///     "every subdomain of shop.example.com, at any depth, but not shop.example.com itself",
/// );
/// ```
#[must_use]
pub fn in_words(pattern: &str) -> String {
    let (_, authority) = pattern.split_once("://").unwrap_or_default();
    let (host, any_port) = match authority.strip_suffix(":*") {
        Some(host) => (host, true),
        None => (authority, false),
    };
    let (name, subdomains) = match host.strip_prefix("*.") {
        Some(name) => (name, true),
        None => (host, false),
    };
    let inside = name.contains('*');
    let port = if any_port { ", on any port" } else { "" };
    match (subdomains, inside) {
        (false, false) if any_port => "this host, on any port".to_owned(),
        (false, false) => "this origin alone".to_owned(),
        (true, false) => format!("every subdomain of {name}, at any depth{port}, but not {name} itself"),
        (false, true) => format!("one or more of a-z, 0-9, `-` and `_` in place of each `*`{port}"),
        (true, true) => format!(
            "one or more of a-z, 0-9, `-` and `_` in place of each `*` in {name}, and every subdomain of that{port}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn patterns_are_put_into_words() {
        for (pattern, expected) in [
            ("https://a.test", "this origin alone"),
            ("http://localhost:*", "this host, on any port"),
            ("https://*.a.test", "every subdomain of a.test, at any depth, but not a.test itself"),
            (
                "https://*.a.test:*",
                "every subdomain of a.test, at any depth, on any port, but not a.test itself",
            ),
            ("https://pr-*.a.test", "one or more of a-z, 0-9, `-` and `_` in place of each `*`"),
            (
                "https://*.pr-*.a.test",
                "one or more of a-z, 0-9, `-` and `_` in place of each `*` in pr-*.a.test, and every subdomain of that",
            ),
        ] {
            assert_eq!(in_words(pattern), expected);
        }
    }
}
