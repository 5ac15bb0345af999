//! Durations: `"2h"`, `"10m"`, `"600s"`, `"1h 30m"`.

/// The number of seconds, or `None` for what is no duration.
///
/// Parts are whole numbers with a unit, the larger units first, each unit once.
pub(super) fn seconds(text: &str) -> Option<i64> {
    const UNITS: [(char, i64); 4] = [('d', 86_400), ('h', 3_600), ('m', 60), ('s', 1)];
    let mut units = UNITS.iter();
    let mut total: i64 = 0;
    let mut rest = text.trim();
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let (number, behind) = rest.split_at_checked(digits)?;
        let mut characters = behind.chars();
        let unit = characters.next()?;
        let (_, factor) = units.find(|(name, _)| *name == unit)?;
        total = total.checked_add(number.parse::<i64>().ok()?.checked_mul(*factor)?)?;
        rest = characters.as_str().trim_start();
    }
    Some(total)
}

/// The duration that was probably meant by one number and the name of a unit, or by a number of seconds in quotes.
pub(super) fn meant(text: &str) -> Option<String> {
    const NAMES: [(char, &[&str]); 4] = [
        ('d', &["day", "days"]),
        ('h', &["hour", "hours", "hr", "hrs"]),
        ('m', &["min", "mins", "minute", "minutes"]),
        ('s', &["", "sec", "secs", "second", "seconds"]),
    ];
    let text = text.trim().to_ascii_lowercase();
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, name) = text.split_at_checked(end)?;
    let is_unit = |(unit, names): &&(char, &[&str])| {
        let name = name.trim();
        names.contains(&name) || (name.len() == 1 && name.starts_with(*unit))
    };
    let (unit, _) = NAMES.iter().find(is_unit)?;
    let meant = format!("{number}{unit}");
    seconds(&meant).filter(|seconds| *seconds <= 86_400).map(|_| meant)
}

#[cfg(test)]
mod tests {
    use super::{meant, seconds};

    #[test]
    fn names_of_units_are_understood() {
        for (text, expected) in [
            ("2 hours", Some("2h")),
            ("600", Some("600s")),
            (" 10 Min ", Some("10m")),
            ("1 d", Some("1d")),
            ("-1s", None),
            ("1.5h", None),
            ("two hours", None),
            ("h", None),
            ("", None),
        ] {
            assert_eq!(meant(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn durations() {
        for (text, expected) in [
            ("2h", Some(7200)),
            ("10m", Some(600)),
            ("600s", Some(600)),
            ("0s", Some(0)),
            ("1h 30m", Some(5400)),
            ("1h30m5s", Some(5405)),
            ("1d", Some(86_400)),
            ("", None),
            ("600", None),
            ("h", None),
            ("30m 1h", None),
            ("1h 1h", None),
            ("-1s", None),
            ("1.5h", None),
            ("1 h", None),
            ("2 hours", None),
            ("99999999999999999999s", None),
            ("9223372036854775807h", None),
        ] {
            assert_eq!(seconds(text), expected, "{text:?}");
        }
    }
}
