//! Tables in Markdown.

use crate::measure::Cost;

/// Prints the head of a table; all columns but the first are numbers.
pub fn head(columns: &[&str]) {
    row(&columns.iter().map(ToString::to_string).collect::<Vec<_>>());
    let rules = (0..columns.len()).map(|column| if column == 0 { "---" } else { "---:" });
    row(&rules.map(str::to_owned).collect::<Vec<_>>());
}

/// Prints a row.
pub fn row(cells: &[String]) {
    println!("| {} |", cells.join(" | "));
}

/// A time in nanoseconds.
#[must_use]
pub fn nanoseconds(cost: &Cost) -> String {
    let time = cost.nanoseconds();
    if time < 100.0 { format!("{time:.1}") } else { format!("{time:.0}") }
}

/// A number of instructions; a dash where none were counted.
#[must_use]
pub fn instructions(cost: &Cost) -> String {
    or_dash(cost.instructions)
}

/// What there is, or a dash.
pub fn or_dash<T: ToString>(value: Option<T>) -> String {
    value.map_or("–".to_owned(), |value| value.to_string())
}
