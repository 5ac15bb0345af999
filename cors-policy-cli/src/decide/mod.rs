//! `cors-policy decide`.

mod answer;
mod lines;
mod request;

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

use clap::Args;

use crate::Exit;
use crate::arguments::{EXITS, Format};
use crate::check::is_input;
use crate::console::Console;
use crate::failure::Failure;
use crate::policy::{Chosen, Compiled};
use answer::Answer;
use lines::{Line, Lines};

/// Decides requests by a policy: one JSON object per line in, one per line out
///
/// A request is `{"method": "GET", "headers": [["Origin", "https://app.example.com"]]}`.
#[derive(Debug, Args)]
#[command(after_help = EXITS)]
pub(crate) struct Decide {
    #[command(flatten)]
    chosen: Chosen,
    /// Reads requests from this file; `-` is the standard input
    #[arg(long, value_name = "FILE", default_value = "-")]
    requests: PathBuf,
}

impl Decide {
    pub(crate) fn run(&self, format: Option<Format>, console: &mut Console<'_>) -> Result<Exit, Failure> {
        if self.chosen.is_input() && is_input(&self.requests) {
            let text = "the standard input can be the policy or the requests; name a file for one of them";
            return Err(Failure::usage(text));
        }
        let policy = self.chosen.compile(console)?;
        if is_input(&self.requests) {
            let input = std::mem::replace(&mut console.input, Box::new(std::io::empty()));
            return answer(input, &policy, format, console);
        }
        let name = crate::source::printable(&self.requests.display().to_string());
        let file = File::open(&self.requests)
            .map_err(|error| Failure::failed(format!("`{name}` cannot be read: {error}")))?;
        answer(BufReader::new(file), &policy, format, console)
    }
}

/// Answers line by line. Answers leave before more is waited for, so that a program can ask and read in turns.
fn answer(
    input: impl BufRead,
    compiled: &Compiled,
    format: Option<Format>,
    console: &mut Console<'_>,
) -> Result<Exit, Failure> {
    let mut lines = Lines::new(input);
    let mut exit = Exit::Fine;
    let mut number = 0;
    while let Some(line) =
        lines.next().map_err(|error| Failure::failed(format!("requests cannot be read: {error}")))?
    {
        number += 1;
        let answer = match line {
            Line::Blank => continue,
            Line::TooLong => {
                Answer::malformed(number, format!("the line is longer than {} bytes", lines::LONGEST))
            }
            Line::Text(line) => match request::read(&line) {
                Ok(request) => Answer::of(number, &request, &compiled.policy),
                Err(message) => Answer::malformed(number, message),
            },
        };
        if answer.is_malformed() {
            exit = Exit::Findings;
        }
        match format {
            Some(Format::Human) => writeln!(console.output, "{answer}")?,
            Some(Format::Json) | None => console.json(&answer)?,
        }
        if lines.would_wait() {
            console.output.flush()?;
        }
    }
    Ok(exit)
}
