//! Targets, and whether they are met.

use std::time::Duration;

/// What a measurement may exceed its target by before it counts as missed: times vary from run to run.
pub const TIME_MARGIN: f64 = 0.25;

/// What was measured against targets so far.
#[derive(Debug, Default)]
pub struct Verdicts {
    missed: Vec<String>,
}

impl Verdicts {
    /// A time against its target, in words for the table.
    pub fn time(&mut self, what: &str, measured: Duration, target: Duration) -> &'static str {
        let (measured, target) = (measured.as_secs_f64(), target.as_secs_f64());
        if measured <= target {
            return "met";
        }
        if measured <= target * (1.0 + TIME_MARGIN) {
            return "within the margin";
        }
        self.missed.push(format!("{what}: {measured:.4} s instead of {target:.4} s"));
        "**missed**"
    }

    /// Bytes against their target, which has no margin.
    pub fn bytes(&mut self, what: &str, measured: u64, target: u64) -> &'static str {
        if measured <= target {
            return "met";
        }
        self.missed.push(format!("{what}: {measured} bytes instead of {target}"));
        "**missed**"
    }

    /// The targets that were missed.
    #[must_use]
    pub fn missed(&self) -> &[String] {
        &self.missed
    }
}

/// Milliseconds, as tables show them.
#[must_use]
pub fn milliseconds(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1e3;
    if milliseconds < 10.0 { format!("{milliseconds:.2}") } else { format!("{milliseconds:.0}") }
}
