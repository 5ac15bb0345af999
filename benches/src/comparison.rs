//! What can be measured in one interleaved run, printed, and judged.

use crate::measure::{Costs, Failure, Operation, Section, costs};
use crate::targets::Target;

/// Something to measure, print and judge.
pub trait Comparison {
    /// The name, unique in a program.
    fn name(&self) -> &'static str;

    /// What is measured.
    fn operations(&self) -> Vec<Operation>;

    /// Checks that what is compared does the same.
    ///
    /// # Errors
    ///
    /// How it differs.
    fn check(&self) -> Result<(), Failure> {
        Ok(())
    }

    /// Prints what was measured.
    ///
    /// # Errors
    ///
    /// An operation that could not be measured, and has to be.
    fn print(&self, costs: &Costs) -> Result<(), Failure>;

    /// What was measured beside what it may be.
    ///
    /// # Errors
    ///
    /// An operation that could not be measured, and has to be.
    fn targets(&self, costs: &Costs) -> Result<Vec<Target>, Failure> {
        let _ = costs;
        Ok(Vec::new())
    }

    /// The operations as a section.
    fn section(&self) -> Section {
        Section { name: self.name(), operations: self.operations() }
    }
}

/// Checks, measures, prints and judges. Where a target is missed, everything of that comparison is measured once more,
/// and the second run is what is printed and counts: other processes may have disturbed the first.
///
/// # Errors
///
/// What [`Comparison::check`] or a preparation says.
pub fn run(comparison: &dyn Comparison) -> Result<Vec<Target>, Failure> {
    comparison.check()?;
    let section = comparison.section();
    let mut measured = costs(&section);
    if comparison.targets(&measured)?.iter().any(Target::is_missed) {
        eprintln!("{}: a target is missed; measured again", comparison.name());
        measured = costs(&section);
    }
    comparison.print(&measured)?;
    comparison.targets(&measured)
}
