//! `docs/diagnostics.md`: the catalogue of mistakes, with the UI cases as examples.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{fs, io};

use cors_policy::{Ceiling, Diagnostics, Document, Policy, cors_ceiling};
use cors_policy_compiler::catalogue::{Explanation, GROUPS, Group};
use cors_policy_compiler::mistake::{Mistake, Severity};

const INTRODUCTION: &str = "\
# Diagnostics

Everything that cors-policy can say about a policy, by the name at the end of each message. The macro shows it as an
error or a warning of the compiler; policies from data get it as a list, by the same rules and with the same names
(`Policy::compile`). Everything that the text of a policy shows is reported at once; what only the compiled policy shows
(`unreachable_…`, `overlapping_origin`, `unmet_…`, `policy_too_large`) comes when nothing else denies it.

- An **error** marks what can never work, contradicts itself, lets everybody in, or exceeds a limit. Nothing silences it.
- A **lint** works, and hands something to strangers. It fires where `credentials` or `trusts_network` is `true`, and
  refuses the policy. `#[allow(name, reason = \"…\")]` in front of an origin silences it for that origin; in data,
  `{ \"pattern\": \"…\", \"allow\": [\"name\"], \"reason\": \"…\" }` in place of the origin does.
- A **warning** is redundant, without effect or surprising. Stable procedural macros cannot warn, so the macro calls a
  deprecated function of the warning's name: rustc shows it under the lint `deprecated`, as *use of deprecated function
  `POLICY::_::duplicate_origin`*, with the warning behind it. `#[allow(deprecated)]` on the static that holds the
  policy silences all warnings of that policy, `#![deny(deprecated)]` makes errors of them.

An *origin* is where a page comes from: scheme, host and port, as in `https://shop.example.com`. Browsers send it with
requests to other sites, and let the page's script read the response only if the response's headers name it, or say `*`
for everybody. CORS does not keep requests from arriving: it decides which page may read the answer. A *preflight* is the
question that the browser asks beforehand, with `OPTIONS`, if a request is one that no plain form could send; there, a no
keeps the request from being sent. *Credentials* are cookies, HTTP authentication and client certificates, which browsers
add by themselves. A *label* is what stands between two dots of a host name. *Loopback* is the machine itself: `localhost`,
`127.0.0.1`, `[::1]`. A *public suffix* is a name under which anyone can register names, such as `com` or `github.io`. A
*token* is a word of letters, digits and a few symbols, without spaces or commas, as HTTP wants for names.

This page is generated: `cargo run -p cors-policy-tests --bin diagnostics > docs/diagnostics.md`.
";

/// The ceiling above the documents that are examples.
pub static CEILING: Ceiling = cors_ceiling! {
    credentials: true,
    wildcard_origins: 1,
    methods: [PUT, DELETE],
    request_headers: ["content-type"],
    max_age: "10m",
    profiles: {
        standard: { methods: [PUT], request_headers: ["content-type"] },
    },
};

/// A longer policy is shown by its first and last lines.
const LONGEST_POLICY: usize = 24;

/// The folder of the UI cases.
#[must_use]
pub fn ui() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("ui")
}

/// The case that is refused for a mistake; where that is a document, its extension is `json`.
#[must_use]
pub fn refused(group: &Group, mistake: Mistake) -> PathBuf {
    ui().join(group.name).join(mistake.name()).with_extension("rs")
}

/// The same policy without the mistake.
#[must_use]
pub fn accepted(group: &Group, mistake: Mistake) -> PathBuf {
    ui().join(group.name).join("accepted").join(mistake.name()).with_extension("rs")
}

/// The whole page.
///
/// # Errors
///
/// A case that is missing, or not of the form.
pub fn page() -> io::Result<String> {
    let mut page = INTRODUCTION.to_owned();
    for group in GROUPS {
        let names = group.explanations.iter().map(|Explanation { mistake, .. }| {
            let name = mistake.name();
            format!("[`{name}`](#{name})")
        });
        let names = names.collect::<Vec<_>>().join(" · ");
        let _ = write!(page, "\n- **{}**: {names}", group.title);
    }
    page.push('\n');
    for group in GROUPS {
        let _ = write!(page, "\n## {}\n", group.title);
        if group.name == "ceilings" {
            let _ =
                write!(page, "\nThe documents here stand below this ceiling:\n\n```rust\n{CEILING:?}\n```\n");
        }
        for explanation in group.explanations {
            page.push_str(&section(group, explanation)?);
        }
    }
    Ok(page)
}

fn section(group: &Group, explanation: &Explanation) -> io::Result<String> {
    let Explanation { mistake, meaning, consequence, silence } = explanation;
    let mut section = format!("\n### `{}`\n\n{}", mistake.name(), capitalised(mistake.severity()));
    if let Some(standard) = mistake.standard() {
        let _ = write!(section, " · [{}]({})", standard.name, standard.url);
    }
    let Example { language, refused, says, accepted } = example(group, *mistake)?;
    let _ = write!(
        section,
        "\n\n{meaning}\n\n```{language}\n{refused}```\n\n```text\n{says}```\n\nWrite:\n\n```{language}\n{accepted}```\n\n{consequence}\n"
    );
    if let Some(silence) = silence {
        let _ = write!(section, "\n**When to silence it.** {silence}\n");
    }
    Ok(section)
}

/// What the page shows of a mistake.
struct Example {
    language: &'static str,
    refused: String,
    says: String,
    accepted: String,
}

fn example(group: &Group, mistake: Mistake) -> io::Result<Example> {
    let [refused, accepted] = [refused(group, mistake), accepted(group, mistake)];
    if is_document(group, mistake) {
        let document = refused.with_extension("json");
        let found = below(&document)?.err().unwrap_or_default();
        let lines = found.iter().map(|found| format!("{}: {found}", found.severity));
        let says = lines.flat_map(|text| text.lines().map(|line| format!("{line}\n")).collect::<Vec<_>>());
        return Ok(Example {
            language: "json",
            refused: fs::read_to_string(document)?,
            says: says.filter(|line| !line.contains(SEE)).collect(),
            accepted: fs::read_to_string(accepted.with_extension("json"))?,
        });
    }
    let case = fs::read_to_string(&refused)?;
    Ok(Example {
        language: "rust",
        refused: policy(&case)?,
        says: said(&fs::read_to_string(refused.with_extension("stderr"))?, &case, mistake.severity()),
        accepted: policy(&fs::read_to_string(accepted)?)?,
    })
}

/// What becomes of an example that is a document, below the ceiling of the examples.
///
/// # Errors
///
/// A file that is no document.
pub fn below(document: &Path) -> io::Result<Result<Policy, Diagnostics>> {
    let document: Document = serde_json::from_str(&fs::read_to_string(document)?)?;
    Ok(match Policy::compile_below(&document, &CEILING) {
        Ok(compiled) if compiled.warnings.is_empty() => Ok(compiled.policy),
        Ok(compiled) => Err(compiled.warnings),
        Err(found) => Err(found),
    })
}

/// Whether the example of a mistake is a document.
#[must_use]
pub fn is_document(group: &Group, mistake: Mistake) -> bool {
    refused(group, mistake).with_extension("json").exists()
}

const SEE: &str = "= note: see docs/diagnostics.md";

fn capitalised(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "Error",
        Severity::Lint => "Lint",
        Severity::Warning => "Warning",
    }
}

/// The fields of the policy or ceiling in a case.
fn policy(case: &str) -> io::Result<String> {
    let fields = begins(case)
        .and_then(|(_, rest)| rest.split_once("\n};\n"))
        .map(|(fields, _)| fields)
        .ok_or_else(|| io::Error::other(format!("a case has another form:\n{case}")))?;
    let lines: Vec<&str> = fields.lines().map(|line| line.strip_prefix("    ").unwrap_or(line)).collect();
    let half = LONGEST_POLICY / 4;
    Ok(match (lines.get(..half), lines.get(lines.len().saturating_sub(half)..)) {
        (Some(first), Some(last)) if lines.len() > LONGEST_POLICY => {
            format!("{}\n// …\n{}\n", first.join("\n"), last.join("\n"))
        }
        _ => lines.join("\n") + "\n",
    })
}

/// A case in front of the fields of its policy or ceiling, and from there on.
fn begins(case: &str) -> Option<(&str, &str)> {
    case.split_once("cors_policy! {\n").or_else(|| case.split_once("cors_ceiling! {\n"))
}

/// What the compiler says, without the place, which the reader sees. Other places are counted from the first line
/// that is shown.
fn said(stderr: &str, case: &str, severity: Severity) -> String {
    let hidden = begins(case).map_or(0, |(before, _)| before.lines().count());
    let is_shown = |line: &&str| !line.contains(SEE);
    let lines = stderr.lines().take_while(|line| !line.trim_start().starts_with("-->")).filter(is_shown);
    let mut said = String::new();
    for line in lines {
        let deprecated =
            line.split_once("use of deprecated function ").and_then(|(_, rest)| rest.split_once(": "));
        let line = match deprecated {
            Some((_, message)) if severity == Severity::Warning => format!("warning: {message}"),
            _ => line.replacen("         ", "  ", 1),
        };
        said.push_str(&moved(&line, hidden).unwrap_or(line));
        said.push('\n');
    }
    said
}

/// The line with `line 5, column 5` counted from another line and column.
fn moved(text: &str, hidden: usize) -> Option<String> {
    const INDENT: usize = 4;
    let (before, place) = text.rsplit_once(": line ")?;
    let (line, column) = place.split_once(", column ")?;
    let (line, column): (usize, usize) = (line.parse().ok()?, column.parse().ok()?);
    Some(format!("{before}: line {}, column {}", line.checked_sub(hidden)?, column.checked_sub(INDENT)?))
}
