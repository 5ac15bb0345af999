//! The report for people.

use std::io::{self, Write};

use super::finding::Severity;
use super::judge::shown;
use super::report::{Outcome, Report, Request, Told};
use crate::source::printable;

/// The report as a page. `verbose` shows every header line.
pub(super) fn write(report: &Report<'_>, paint: Paint, verbose: bool, out: &mut dyn Write) -> io::Result<()> {
    verdict(report, paint, out)?;
    for told in &report.findings {
        finding(told, paint, out)?;
    }
    if let Some(text) = report.policy_text {
        writeln!(out, "\na policy for it:")?;
        text.lines().try_for_each(|line| writeln!(out, "  {line}"))?;
        report.policy_warnings.iter().try_for_each(|warning| writeln!(out, "  - {warning}"))?;
    }
    if !report.policy_refused.is_empty() {
        writeln!(out, "\nno policy for it compiles:")?;
        report.policy_refused.iter().try_for_each(|why| writeln!(out, "  {why}"))?;
    }
    if !report.requests.is_empty() {
        writeln!(out, "\nwhat was sent:")?;
    }
    report.requests.iter().try_for_each(|request| sent(request, verbose, out))
}

fn verdict(report: &Report<'_>, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let word = match report.verdict {
        Outcome::Allowed => paint.good("allowed"),
        Outcome::Blocked => paint.bad("blocked"),
        Outcome::NotSent => paint.good("not sent"),
        Outcome::Unreachable => paint.bad("unreachable"),
    };
    let Report { method, url, origin, credentials, .. } = report;
    writeln!(out, "{word}: {method} {url} from {origin}, credentials {credentials}")?;
    if report.same_origin {
        writeln!(out, "  the page is of the same origin: CORS has no part in it")?;
    }
    if let Some(status) = report.status {
        writeln!(out, "  the page gets status {status}")?;
    }
    if let Some(reason) = &report.reason {
        writeln!(out, "  {} ({})", printable(&reason.message), reason.standard)?;
    }
    for (name, message) in [("Chrome", &report.chrome), ("Firefox", &report.firefox)] {
        if let Some(message) = message {
            writeln!(out, "  {name}: {}", printable(message))?;
        }
    }
    for cause in &report.preflight {
        writeln!(out, "  a preflight comes first, because of {}", printable(cause))?;
    }
    if report.withheld {
        let note = "the request itself was not sent, as it may change something; `--send` sends it";
        writeln!(out, "  {note}")?;
    }
    Ok(())
}

fn finding(told: &Told<'_>, paint: Paint, out: &mut dyn Write) -> io::Result<()> {
    let head = format!("{}[{}]", told.severity.name(), told.code);
    let head = if told.severity == Severity::Warning { paint.mild(&head) } else { paint.bad(&head) };
    writeln!(out, "\n{head}: {}", told.title)?;
    writeln!(out, "  seen    {}", printable(told.seen))?;
    for evidence in told.evidence {
        let mut lines = evidence.lines.iter();
        if let Some(line) = lines.next() {
            writeln!(out, "          {}: {}", evidence.request, printable(line))?;
        }
        lines.try_for_each(|line| writeln!(out, "             {line}"))?;
    }
    writeln!(out, "  cause   {} ({})", told.cause, told.layer.name())?;
    writeln!(out, "  do      {}", told.fix)?;
    if let Some(policy) = told.policy {
        writeln!(out, "  policy  {policy}")?;
    }
    Ok(())
}

fn sent(request: &Request<'_>, verbose: bool, out: &mut dyn Write) -> io::Result<()> {
    let Request { number, method, url, purpose, .. } = request;
    let what = request.experiment.unwrap_or(purpose);
    let came = match (&request.response, request.failure) {
        (Some(response), _) => response.status.to_string(),
        (None, Some(failure)) => printable(&failure.message),
        (None, None) => "nothing".to_owned(),
    };
    writeln!(out, "  {number:>2}  {method} {url} ({what}): {came}")?;
    if !verbose {
        return Ok(());
    }
    for (name, value) in &request.headers {
        writeln!(out, "        > {name}: {}", shown(value.as_bytes()))?;
    }
    for name in request.sent_credentials {
        writeln!(out, "        > {name}: (as given)")?;
    }
    for (name, value) in request.response.iter().flat_map(|response| &response.headers) {
        writeln!(out, "        < {name}: {}", shown(value.as_bytes()))?;
    }
    Ok(())
}

/// Colours, or none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint(pub(super) bool);

impl Paint {
    fn with(self, code: &str, text: &str) -> String {
        if self.0 { format!("\u{1b}[1m\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    fn good(self, text: &str) -> String {
        self.with("92", text)
    }

    fn bad(self, text: &str) -> String {
        self.with("91", text)
    }

    fn mild(self, text: &str) -> String {
        self.with("93", text)
    }
}
