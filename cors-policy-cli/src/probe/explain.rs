//! `--explain`: the causes in words.

use serde::Serialize;

use super::catalogue::{self, Cause};
use crate::Exit;
use crate::arguments::Format;
use crate::console::Console;
use crate::failure::Failure;
use crate::source::printable;

#[derive(Serialize)]
struct Explained<'e> {
    stage: &'e str,
    #[serde(flatten)]
    cause: &'e Cause,
}

/// One cause, or `all`.
pub(super) fn explain(
    code: &str,
    format: Option<Format>,
    console: &mut Console<'_>,
) -> Result<Exit, Failure> {
    let wanted = |cause: &Cause| code == "all" || code == cause.code;
    let causes: Vec<_> = catalogue::all().filter(|(_, cause)| wanted(cause)).collect();
    if causes.is_empty() {
        let text = format!("there is no cause with the name `{}`; `--explain all` has all", printable(code));
        return Err(Failure::usage(text));
    }
    for (place, (stage, cause)) in causes.into_iter().enumerate() {
        if format == Some(Format::Json) {
            console.json(&Explained { stage, cause })?;
            continue;
        }
        let Cause { code, layer, title, chrome, firefox, why, fix } = cause;
        let gap = if place == 0 { "" } else { "\n" };
        writeln!(console.output, "{gap}{code}: {title} ({})", layer.name())?;
        writeln!(
            console.output,
            "  Chrome   {chrome}\n  Firefox  {firefox}\n  cause    {why}\n  do       {fix}"
        )?;
    }
    Ok(Exit::Fine)
}
