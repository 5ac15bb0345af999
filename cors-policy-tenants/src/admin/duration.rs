//! Lengths of time, as people write them.

use std::time::Duration;

const UNITS: [(&str, u64); 4] = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)];

/// `30s`, `10m`, `2h` or `7d`.
pub(super) fn parse(text: &str) -> Result<Duration, String> {
    let read = || {
        let (number, seconds) =
            UNITS.iter().find_map(|(unit, seconds)| Some((text.strip_suffix(unit)?, seconds)))?;
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        number.parse::<u64>().ok()?.checked_mul(*seconds).filter(|seconds| u32::try_from(*seconds).is_ok())
    };
    let wrong = || "write a number and its unit: 30s, 10m, 2h or 7d".to_owned();
    read().map(Duration::from_secs).ok_or_else(wrong)
}

/// How long ago, in the largest unit that fits: `12s`, `3m`, `5h`, `40d`.
pub(super) fn roughly(time: Duration) -> String {
    let seconds = time.as_secs();
    let (unit, size) = UNITS.into_iter().find(|(_, size)| seconds >= *size).unwrap_or(("s", 1));
    format!("{}{unit}", seconds / size)
}

/// Seconds as they stand in a policy: `2h`, `90s`, `1h 30m`.
pub(super) fn exactly(seconds: u32) -> String {
    let mut left = u64::from(seconds);
    let mut parts = Vec::new();
    for (unit, size) in UNITS.into_iter().skip(1) {
        if left >= size {
            parts.push(format!("{}{unit}", left / size));
            left %= size;
        }
    }
    if parts.is_empty() { "0s".to_owned() } else { parts.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths() {
        let seconds = |text| parse(text).map(|time| time.as_secs()).ok();
        assert_eq!(
            ["30s", "10m", "2h", "7d", "0s"].map(seconds),
            [Some(30), Some(600), Some(7200), Some(604_800), Some(0)]
        );
        for wrong in ["", "7", "d", "-1s", "+1s", "1.5h", "7 d", "99999999999d", "18446744073709551615s"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
        let rough = |seconds| roughly(Duration::from_secs(seconds));
        assert_eq!([0, 59, 60, 7199, 86_400].map(rough), ["0s", "59s", "1m", "1h", "1d"]);
        assert_eq!(
            [0, 90, 600, 5400, 7200, 86_400].map(exactly),
            ["0s", "1m 30s", "10m", "1h 30m", "2h", "24h"]
        );
    }
}
