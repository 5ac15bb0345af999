//! Did you mean …?

/// A name that another library has for something.
struct Foreign {
    /// The name, without underscores, hyphens and capitals.
    key: &'static str,
    /// Who calls it so.
    library: &'static str,
    /// Our field, or what to do.
    ours: Ours,
}

/// What we have in place of something foreign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ours {
    /// A field.
    Field(&'static str),
    /// A field, with `any` as its value.
    Any(&'static str),
    /// Nothing, because of this.
    Nothing(&'static str),
}

const fn field(key: &'static str, library: &'static str, ours: &'static str) -> Foreign {
    Foreign { key, library, ours: Ours::Field(ours) }
}

const fn any(key: &'static str, library: &'static str, ours: &'static str) -> Foreign {
    Foreign { key, library, ours: Ours::Any(ours) }
}

const fn nothing(key: &'static str, library: &'static str, help: &'static str) -> Foreign {
    Foreign { key, library, ours: Ours::Nothing(help) }
}

const FOREIGN: [Foreign; 37] = [
    field("origin", "Express", "origins"),
    field("alloworigin", "tower-http", "origins"),
    field("alloworigins", "FastAPI", "origins"),
    field("alloworiginregex", "FastAPI", "origins"),
    field("allowedorigin", "actix-cors", "origins"),
    field("allowedoriginfn", "actix-cors", "origins"),
    field("allowedorigins", "Spring", "origins"),
    field("allowedoriginpatterns", "Spring", "origins"),
    any("allowanyorigin", "actix-cors", "origins"),
    any("allowallorigins", "Django", "origins"),
    field("accesscontrolalloworigin", "the response", "origins"),
    field("allowmethods", "tower-http", "methods"),
    field("allowedmethods", "actix-cors", "methods"),
    any("allowanymethod", "actix-cors", "methods"),
    field("accesscontrolallowmethods", "the response", "methods"),
    field("allowheaders", "tower-http", "request_headers"),
    field("allowedheader", "actix-cors", "request_headers"),
    field("allowedheaders", "Express", "request_headers"),
    any("allowanyheader", "actix-cors", "request_headers"),
    field("accesscontrolallowheaders", "the response", "request_headers"),
    field("headers", "other libraries", "request_headers"),
    field("exposeheaders", "tower-http", "expose_headers"),
    field("exposedheaders", "Express", "expose_headers"),
    any("exposeanyheader", "actix-cors", "expose_headers"),
    field("accesscontrolexposeheaders", "the response", "expose_headers"),
    field("allowcredentials", "tower-http", "credentials"),
    field("supportscredentials", "actix-cors", "credentials"),
    field("withcredentials", "XMLHttpRequest", "credentials"),
    field("accesscontrolallowcredentials", "the response", "credentials"),
    field("maxage", "Express", "max_age"),
    field("accesscontrolmaxage", "the response", "max_age"),
    field("optionssuccessstatus", "Express", "preflight_status"),
    nothing("preflightcontinue", "Express", "remove it; other OPTIONS requests always reach the application"),
    nothing("vary", "tower-http", "remove it; `Vary` is derived from the policy, and is always right"),
    nothing(
        "disablevaryheader",
        "actix-cors",
        "remove it; without `Vary` caches mix up the answers to two sites",
    ),
    nothing("sendwildcard", "actix-cors", "remove it; where every origin is admitted, the answer is `*`"),
    nothing(
        "allowprivatenetwork",
        "tower-http",
        "remove it; browsers ask the user now, and no header takes part",
    ),
];

/// Who else has a name like this, and what we have in its place.
pub(crate) fn foreign(key: &str) -> Option<(&'static str, Ours)> {
    let plain: String =
        key.chars().filter(|c| !matches!(c, '_' | '-')).map(|c| c.to_ascii_lowercase()).collect();
    // Django and others begin every setting with the word.
    let plain = plain.strip_prefix("cors").unwrap_or(&plain);
    FOREIGN.iter().find(|foreign| foreign.key == plain).map(|foreign| (foreign.library, foreign.ours))
}

/// The candidate within a small edit distance of `name`, if there is one.
pub(crate) fn nearest<'c>(name: &str, candidates: impl Iterator<Item = &'c str>) -> Option<&'c str> {
    let most = 1 + name.len() / 4;
    candidates
        .map(|candidate| (distance(&name.to_ascii_lowercase(), &candidate.to_ascii_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance in characters, for names of at most 64.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    if a.len() > 64 || b.len() > 64 {
        return usize::MAX;
    }
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        let mut next = vec![left];
        for (to, above) in b.iter().zip(row.iter().skip(1)) {
            left = (diagonal + usize::from(from != *to)).min(above + 1).min(left + 1);
            diagonal = *above;
            next.push(left);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

/// `a`, `b` and `c`.
pub(crate) fn listed<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_levenshtein() {
        for (a, b, expected) in [("", "", 0), ("a", "", 1), ("kitten", "sitting", 3), ("PATCH", "PATHC", 2)] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
            assert_eq!(distance(b, a), expected, "{b} {a}");
        }
    }

    #[test]
    fn far_names_are_not_suggested() {
        let fields = || ["origins", "credentials", "methods"].into_iter();
        assert_eq!(nearest("orgins", fields()), Some("origins"));
        assert_eq!(nearest("Methods", fields()), Some("methods"));
        assert_eq!(nearest("banana", fields()), None);
    }
}
