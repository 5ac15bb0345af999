//! Did you mean …?

/// Names that other CORS libraries give our fields, with underscores and capitals left out.
const FOREIGN: [(&str, &str); 18] = [
    ("origin", "origins"),
    ("alloworigin", "origins"),
    ("alloworigins", "origins"),
    ("allowedorigin", "origins"),
    ("allowedorigins", "origins"),
    ("allowmethods", "methods"),
    ("allowedmethods", "methods"),
    ("allowheaders", "request_headers"),
    ("allowedheaders", "request_headers"),
    ("headers", "request_headers"),
    ("exposedheaders", "expose_headers"),
    ("expose", "expose_headers"),
    ("allowcredentials", "credentials"),
    ("supportscredentials", "credentials"),
    ("withcredentials", "credentials"),
    ("maxageseconds", "max_age"),
    ("optionssuccessstatus", "preflight_status"),
    ("preflightmaxage", "max_age"),
];

/// The field that another library calls so.
pub(crate) fn foreign_field(key: &str) -> Option<&'static str> {
    let plain: String =
        key.chars().filter(|c| !matches!(c, '_' | '-')).map(|c| c.to_ascii_lowercase()).collect();
    FOREIGN.iter().find(|(foreign, _)| *foreign == plain).map(|(_, ours)| *ours)
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
fn distance(a: &str, b: &str) -> usize {
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
