//! What the measurements are judged by.

use crate::table;

/// By how much a measurement may miss its target before the run fails. In three runs on two cores, with compilers at work
/// beside them, half of the ratios were within 9 % of each other, and nine of ten within 28 %, which is 14 % to either side.
pub const MARGIN: f64 = 0.15;

/// The most that something may take, and what it took.
#[derive(Clone, Debug)]
pub struct Target {
    /// What is measured, and against what.
    pub name: String,
    /// The most it may be.
    pub most: f64,
    /// What was measured.
    pub measured: f64,
}

impl Target {
    /// Whether it is missed by more than the [`MARGIN`]. What could not be measured is missed.
    #[must_use]
    pub fn is_missed(&self) -> bool {
        self.measured.is_nan() || self.measured > self.most * (1.0 + MARGIN)
    }

    fn verdict(&self) -> &'static str {
        if self.measured <= self.most {
            "met"
        } else if self.is_missed() {
            "**missed**"
        } else {
            "within the margin"
        }
    }
}

/// Prints the table of targets.
pub fn print(targets: &[Target]) {
    println!("A run fails where one is missed by more than {:.0} %.\n", MARGIN * 100.0);
    table::head(&["target", "at most", "measured", "room", "verdict"]);
    for target in targets {
        let Target { name, most, measured } = target;
        let room = (1.0 - measured / most) * 100.0;
        let cells = [name.clone(), format!("{most}"), format!("{measured:.2}"), format!("{room:.0} %")];
        table::row(&[&cells[..], &[target.verdict().to_owned()]].concat());
    }
}
