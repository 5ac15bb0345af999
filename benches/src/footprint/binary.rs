//! Bytes that a policy adds to a stripped release binary.

use super::package::{Package, Profile};
use super::verdict::Verdicts;
use super::{Outcome, policy};
use crate::{Kind, patterns};

/// A program that answers with whatever origin it was given.
const WITHOUT: &str = "response.insert(http::header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);";
/// A program that answers by a policy.
const WITH: &str = "request.insert(http::header::ORIGIN, origin);
            POLICY.evaluate(&http::Method::GET, &request).apply(&mut response);";

/// Bytes that the code of cors-policy may take, with what it calls of `http` and of the standard library.
const CODE: u64 = 48_000;
/// Bytes of headers, tables and padding of a policy, whatever its size.
const FIXED: u64 = 4_096;

/// Prints the table.
///
/// # Errors
///
/// If a package cannot be built.
pub fn measure(verdicts: &mut Verdicts) -> Outcome<()> {
    println!("## Stripped release binary\n");
    println!(
        "Over a program that answers without a policy. A policy is its program and the text of its patterns.\n"
    );
    println!("| origins | kind | bytes of patterns | binary | over `http` alone | target | verdict |");
    println!("| ---: | --- | ---: | ---: | ---: | ---: | --- |");
    let package = Package::new(&["http.workspace = true", "cors-policy.workspace = true"])?;
    let size = |main: &str| -> Outcome<u64> {
        package.build(Profile::Release, main, &[])?;
        Ok(package.binary_size(Profile::Release)?)
    };
    let without = size(&main("", WITHOUT))?;
    println!("| none | – | – | {without} | – | – | – |");
    for kind in [Kind::Exact, Kind::Subdomains] {
        for count in [1, 1_000, 10_000] {
            let patterns = patterns(kind, count);
            let bytes: u64 = patterns.iter().map(|pattern| pattern.len() as u64).sum();
            let call = policy("cors_policy::cors_policy!", &patterns);
            let binary = size(&main(&format!("static POLICY: cors_policy::Policy = {call};"), WITH))?;
            // The text, a byte between patterns, and a program of 0.8 of it.
            let target = CODE + if count == 1 { 0 } else { FIXED + bytes * 18 / 10 + count as u64 };
            let added = binary.saturating_sub(without);
            let what = format!("binary with {count} {}", kind.name());
            let verdict = verdicts.bytes(&what, added, target);
            println!("| {count} | {} | {bytes} | {binary} | {added} | {target} | {verdict} |", kind.name());
        }
    }
    Ok(())
}

fn main(policy: &str, answer: &str) -> String {
    format!(
        "{policy}

fn main() {{
    let (mut request, mut response) = (http::HeaderMap::new(), http::HeaderMap::new());
    request.insert(http::header::HOST, http::HeaderValue::from_static(\"api.example.com\"));
    for argument in std::env::args() {{
        if let Ok(origin) = http::HeaderValue::from_str(&argument) {{
            {answer}
        }}
    }}
    println!(\"{{request:?}} {{response:?}}\");
}}
"
    )
}
