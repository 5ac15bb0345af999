//! What a run says.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use crate::case::Case;
use crate::compare::Disagreement;
use crate::differences::Judged;
use crate::engine::Engine;

/// How many cases there were, by initiator, and what differed.
pub(crate) fn summary(browser: &str, cases: &[Case], judged: &Judged, time: Duration) -> String {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for case in cases {
        *counts.entry(format!("{:?}", case.initiator())).or_default() += 1;
    }
    let counts: Vec<String> =
        counts.iter().map(|(initiator, count)| format!("{initiator} {count}")).collect();
    let mut text = format!("\n{browser}: {} combinations in {:.1} s\n", cases.len(), time.as_secs_f64());
    let _ = writeln!(text, "  {}", counts.join(", "));
    let faulty = cases.iter().filter(|case| case.is_faulty()).count();
    let _ = writeln!(text, "  servers that are wrong on purpose: {faulty}");
    let _ = writeln!(text, "  disagreements: {}", judged.disagreements.len());
    for (what, cases) in &judged.known {
        let _ = writeln!(text, "  differs from the standard, in {cases} cases: {what}");
    }
    for gone in &judged.gone {
        let _ = writeln!(text, "  does not differ any more in {gone}");
    }
    text
}

/// What a run fails for.
pub(crate) fn failures(engine: Engine, judged: &Judged) -> String {
    let engine = engine.name();
    let mut text = String::new();
    for Disagreement { case, about, expected, got } in &judged.disagreements {
        let _ = writeln!(text, "{engine} | {case} | {about}");
        let _ = writeln!(text, "    expected: {expected}");
        let _ = writeln!(text, "    got:      {got}");
    }
    for case in &judged.unnoticed {
        let _ = writeln!(text, "{engine} | {case} | nothing shows what its server does wrong");
    }
    text
}
