//! `cors-policy probe`: sends what a browser would send to a live server, judges the answers by the model of a browser,
//! and names the causes.

mod catalogue;
mod client;
mod explain;
mod finding;
mod human;
mod intent;
mod judge;
mod proposal;
mod report;
mod run;
mod stranger;

use clap::Args;
use cors_policy_browser::Origin;

use crate::Exit;
use crate::arguments::Format;
use crate::console::Console;
use crate::failure::Failure;
use client::{Client, Means};
use finding::{Finding, Severity};
use human::Paint;
use intent::Asked;
use report::{Facts, Outcome, Report};
use run::Experiments;

const EXITS: &str = "\
Exit status:
  0  a browser lets the page have the response, and nothing was found beside warnings
  1  errors or dangers were found; with `--deny-warnings`, warnings too
  2  the arguments make no sense
  3  the server could not be reached";

/// Asks a live server what a page's browser would ask, and names what is wrong
///
/// It sends a preflight where a browser does, follows what a browser follows, and then tries a few requests without
/// side effects that show whom the server admits. It sends no credentials unless they are given.
#[derive(Debug, Args)]
#[command(after_help = EXITS)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option by itself")]
pub(crate) struct Probe {
    #[command(flatten)]
    asked: Asked,
    #[command(flatten)]
    means: Means,
    /// Sends the request itself where its method may change something; otherwise only its preflight is sent
    #[arg(long)]
    send: bool,
    /// Sends only what the browser sends, and tries nothing beside it
    #[arg(long)]
    no_extra: bool,
    /// Ends with status 1 for warnings, too
    #[arg(long)]
    deny_warnings: bool,
    /// Shows every header line that was sent and received
    #[arg(long)]
    verbose: bool,
    /// Explains a cause, or `all`, and sends nothing
    #[arg(long, value_name = "CODE")]
    explain: Option<String>,
}

impl Probe {
    pub(crate) fn run(&self, format: Option<Format>, console: &mut Console<'_>) -> Result<Exit, Failure> {
        if let Some(code) = &self.explain {
            return explain::explain(code, format, console);
        }
        let intent = self.asked.intent()?;
        let mut client = Client::new(&self.means, Origin::of(&intent.request.url))?;
        let sent = run::fetch(&intent, &mut client, self.send);
        let experiments =
            if self.no_extra { Experiments::default() } else { run::experiment(&intent, &sent, &mut client) };
        let findings = judge::judge(&intent, &sent.exchange, &experiments, &client.log);
        let proposal = proposal::of(&intent);
        let report = Report::new(&Facts {
            intent: &intent,
            exchange: &sent.exchange,
            log: &client.log,
            findings: &findings,
            proposal: proposal.as_ref(),
            is_withheld: sent.is_withheld,
        });
        let exit = self.exit(report.verdict, &findings);
        match format {
            Some(Format::Json) => console.json(&report)?,
            Some(Format::Human) | None => {
                let paint = Paint(console.output_colours);
                human::write(&report, paint, self.verbose, &mut console.output)?;
            }
        }
        Ok(exit)
    }

    fn exit(&self, outcome: Outcome, findings: &[Finding]) -> Exit {
        let is_bad = |finding: &Finding| self.deny_warnings || finding.severity != Severity::Warning;
        match outcome {
            Outcome::Unreachable => Exit::Failed,
            Outcome::Blocked => Exit::Findings,
            Outcome::Allowed | Outcome::NotSent if findings.iter().any(is_bad) => Exit::Findings,
            Outcome::Allowed | Outcome::NotSent => Exit::Fine,
        }
    }
}
