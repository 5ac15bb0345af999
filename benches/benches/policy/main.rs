//! Times of single operations, by the number and kind of origins of the policy, and on input that was made to hurt.
//!
//! `cargo bench -p cors-policy-benches`; `… -- admits/exact` for a part of it.

mod hostile;
mod operations;
mod subject;

use std::time::Duration;

use criterion::Criterion;

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(600))
        .sample_size(30)
        .configure_from_args();
    let subjects = subject::all();
    operations::measure(&mut criterion, &subjects);
    if let Some(subject) = subjects.iter().find(|subject| subject.is_mixed() && subject.count == 1_000) {
        hostile::measure(&mut criterion, subject);
    }
    criterion.final_summary();
}
