//! Every case of `cases/config.json` and `cases/more_config.json`, through both spellings.
//!
//! The judge is the cases: their verdicts come from the design, the Fetch and URL standards and other libraries.
//! [`REASONS`] says for which of our mistakes a case may be refused, so that none is refused by accident.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a panic is the report")]

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use cors_policy::{Diagnostics, Document, Policy, Severity};
use cors_policy_tests::cases::{self, ConfigCase, Expect, REASON};
use serde_json::Value;

/// The rules of the cases that are refused, and the mistakes that they stand for.
const REASONS: &[(&str, &[&str])] = &[
    ("origins-missing", &["missing_origins"]),
    ("origin-empty", &["empty_origin"]),
    ("origin-any-with-others", &["any_origin_with_others"]),
    ("origin-any-with-credentials", &["wildcard_with_credentials"]),
    ("origin-any-on-trusted-network", &["any_origin_on_trusted_network"]),
    ("origin-too-long", &["origin_too_long", "host_too_long"]),
    ("origin-null", &["null_origin"]),
    ("origin-whitespace", &["origin_whitespace"]),
    ("origin-list-in-string", &["several_origins_in_one"]),
    ("origin-scheme-missing", &["missing_scheme"]),
    // A host and a port without a scheme parse as a scheme and something behind it.
    ("origin-scheme-separator", &["scheme_separator", "missing_scheme"]),
    ("origin-scheme-invalid", &["invalid_scheme", "missing_scheme"]),
    ("origin-scheme-uppercase", &["uppercase_scheme"]),
    ("origin-scheme-underscore", &["invalid_scheme"]),
    ("origin-scheme-wildcard", &["wildcard_scheme"]),
    ("origin-scheme-length", &["scheme_too_long"]),
    ("origin-scheme-never-an-origin", &["never_an_origin"]),
    ("origin-scheme-file", &["file_origin"]),
    ("origin-opaque", &["opaque_origin"]),
    ("origin-userinfo", &["userinfo"]),
    ("origin-path", &["trailing_slash", "origin_path"]),
    ("origin-query", &["origin_query"]),
    ("origin-fragment", &["origin_fragment"]),
    ("origin-host-missing", &["missing_host"]),
    ("origin-regex", &["regex_origin"]),
    ("host-uppercase", &["uppercase_host"]),
    ("host-unicode", &["unicode_host"]),
    ("host-percent", &["percent_in_host"]),
    ("host-invalid-char", &["invalid_host_character"]),
    ("host-empty-label", &["empty_label"]),
    ("host-label-length", &["label_too_long"]),
    ("host-length", &["host_too_long"]),
    ("host-last-label-digit", &["ipv4_not_canonical"]),
    ("ipv4-not-canonical", &["ipv4_not_canonical"]),
    ("ipv4-in-brackets", &["ipv4_in_brackets"]),
    ("ipv6-not-canonical", &["ipv6_not_canonical"]),
    ("ipv6-v4-mapped", &["ipv6_not_canonical"]),
    ("ipv6-zone", &["ipv6_zone"]),
    ("ipv6-no-brackets", &["ipv6_without_brackets"]),
    ("ipv6-bracket", &["ipv6_bracket"]),
    ("ipv6-invalid", &["invalid_ipv6"]),
    ("port-default", &["default_port"]),
    ("origin-port-default-other-scheme", &["default_port"]),
    ("port-empty", &["empty_port"]),
    ("port-range", &["port_out_of_range"]),
    ("port-leading-zero", &["port_leading_zero"]),
    ("port-invalid", &["invalid_port"]),
    ("port-wildcard-form", &["partial_port_wildcard"]),
    ("port-any-with-credentials", &["any_port"]),
    ("wildcard-position", &["wildcard_position", "several_wildcards", "wildcard_in_address"]),
    ("wildcard-multiple", &["several_wildcards"]),
    ("wildcard-needs-http", &["wildcard_needs_http"]),
    ("ip-with-subdomain-wildcard", &["wildcard_in_address"]),
    ("public-suffix-with-credentials", &["open_pattern"]),
    ("public-suffix-below", &["open_pattern"]),
    ("public-suffix-exact", &["shared_host"]),
    ("shared-host", &["shared_host"]),
    ("insecure-with-credentials", &["insecure_origin"]),
    ("unused-escape-hatch", &["unused_allow"]),
    ("unknown-lint", &["unknown_lint"]),
    ("not-a-lint", &["not_a_lint"]),
    ("method-invalid", &["invalid_method"]),
    ("method-forbidden", &["forbidden_method"]),
    ("method-lowercase", &["lowercase_method"]),
    ("method-any-with-others", &["any_method_with_others"]),
    ("reqhdr-invalid", &["invalid_request_header"]),
    ("reqhdr-forbidden", &["forbidden_request_header"]),
    ("reqhdr-is-response-header", &["response_header_as_request_header"]),
    ("reqhdr-any-with-others", &["any_request_header_with_others"]),
    ("reqhdr-partial-wildcard", &["partial_header_wildcard"]),
    ("expose-invalid", &["invalid_exposed_header"]),
    ("expose-forbidden", &["unreadable_header"]),
    ("expose-is-request-header", &["request_header_exposed"]),
    ("expose-preflight-only", &["preflight_header_exposed"]),
    ("expose-any-with-others", &["any_exposed_with_others"]),
    ("expose-any-with-credentials", &["any_exposed_with_credentials"]),
    ("max-age-range", &["max_age_out_of_range"]),
    ("max-age-invalid", &["invalid_max_age"]),
    ("status-range", &["preflight_status_out_of_range"]),
];

/// Rules of the cases that are accepted, and the warning that each of these cases gets.
const WARNINGS: &[(&str, &str)] = &[
    ("origin-duplicate", "duplicate_origin"),
    ("origin-subsumed", "covered_origin"),
    ("host-trailing-dot", "trailing_dot"),
    ("host-punycode-invalid", "invalid_punycode"),
    ("loopback-ok", "loopback_with_credentials"),
    ("unused-escape-hatch-by-list", "outdated_allow"),
    ("method-safelisted", "safelisted_method"),
    ("method-normalised", "normalised_method"),
    ("method-options", "options_method"),
    ("reqhdr-duplicate", "duplicate_request_header"),
    ("expose-safelisted", "safelisted_exposed_header"),
    ("expose-duplicate", "duplicate_exposed_header"),
    ("max-age-capped", "capped_max_age"),
];

fn all_cases() -> Vec<ConfigCase> {
    let cases = cases::config().unwrap();
    let mut ids: Vec<&str> = cases.iter().map(|case| case.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), cases.len(), "every case has an id of its own");
    assert!(cases.len() > 188, "both files are read");
    cases
}

fn compile(case: &ConfigCase) -> Result<cors_policy::Compiled, Diagnostics> {
    let text = serde_json::to_string(&case.fields()).unwrap();
    let document: Document = serde_json::from_str(&text).unwrap();
    Policy::compile(&document)
}

/// The verdict, and everything that was found.
fn data_verdict(case: &ConfigCase) -> (Expect, Diagnostics) {
    match compile(case) {
        Ok(compiled) => (Expect::Accept, compiled.warnings),
        Err(diagnostics) => (Expect::Reject, diagnostics),
    }
}

/// The names of what was found, of denying mistakes or of warnings, in a fixed order.
fn names(diagnostics: &Diagnostics, denying: bool) -> Vec<String> {
    let wanted = diagnostics.iter().filter(|found| (found.severity != Severity::Warning) == denying);
    let mut names: Vec<String> = wanted.map(|found| found.rule.to_owned()).collect();
    names.sort_unstable();
    names
}

#[track_caller]
fn assert_none(what: &str, mismatches: &[String]) {
    assert!(mismatches.is_empty(), "{} {what}:\n\n{}", mismatches.len(), mismatches.join("\n"));
}

#[test]
fn data_is_accepted_and_refused_as_the_cases_say() {
    let mut mismatches = Vec::new();
    for case in all_cases() {
        let (verdict, diagnostics) = data_verdict(&case);
        if verdict != case.expect {
            let ConfigCase { id, rule, input, expect, .. } = &case;
            mismatches.push(format!("{id} {rule} {input}: expected {expect:?}, found\n{diagnostics}\n"));
        }
    }
    assert_none("cases have another verdict", &mismatches);
}

#[test]
fn refused_cases_are_refused_for_their_own_reason() {
    let reasons: BTreeMap<&str, &[&str]> = REASONS.iter().copied().collect();
    let mut mismatches = Vec::new();
    for case in all_cases().iter().filter(|case| case.expect == Expect::Reject) {
        let Some(wanted) = reasons.get(case.rule.as_str()) else {
            panic!("the rule `{}` of case {} is not in the table", case.rule, case.id)
        };
        let found = names(&data_verdict(case).1, true);
        if !found.iter().any(|name| wanted.contains(&name.as_str())) {
            let ConfigCase { id, rule, input, .. } = case;
            mismatches.push(format!("{id} {rule} {input}: expected {wanted:?}, found {found:?}"));
        }
    }
    assert_none("cases are refused for another reason", &mismatches);
}

#[test]
fn accepted_cases_get_the_warning_that_their_rule_asks_for() {
    let warnings: BTreeMap<&str, &str> = WARNINGS.iter().copied().collect();
    let mut mismatches = Vec::new();
    for case in all_cases().iter().filter(|case| case.expect == Expect::Accept) {
        let found = names(&data_verdict(case).1, false);
        let wanted = warnings.get(case.rule.as_str());
        if wanted.is_some_and(|wanted| !found.iter().any(|name| name == wanted)) {
            let ConfigCase { id, rule, input, .. } = case;
            mismatches.push(format!("{id} {rule} {input}: expected {wanted:?}, found {found:?}"));
        }
    }
    assert_none("cases lack their warning", &mismatches);
}

/// What a case says to write instead of its entry: the origin in backticks behind `write`, unless it is a template.
fn suggestion(help: &str) -> Option<&str> {
    let (text, _) = help.strip_prefix("write `")?.split_once('`')?;
    let (_, host) = text.split_once("://")?;
    (!host.is_empty() && text != "scheme://host[:port]").then_some(text)
}

/// Whoever writes what the help says is not told of another error.
#[test]
fn suggested_origins_have_no_errors() {
    let mut mismatches = Vec::new();
    let mut suggestions = 0;
    let all = all_cases();
    let is_single = |case: &&ConfigCase| case.field == "origins" && case.input.is_string();
    for case in all.iter().filter(is_single).filter(|case| case.context.allow.is_none()) {
        for text in data_verdict(case).1.iter().filter_map(|found| suggestion(found.help.as_deref()?)) {
            suggestions += 1;
            let mended = ConfigCase { input: text.into(), ..case.clone() };
            let errors = data_verdict(&mended).1;
            if errors.iter().any(|found| found.severity == Severity::Error) {
                mismatches.push(format!("{} {}: write `{text}`: {errors}", case.id, case.input));
            }
        }
    }
    assert!(suggestions > 100, "{suggestions} suggestions");
    assert_none("suggestions are refused", &mismatches);
}

/// A policy in the macro spelling, as an item.
fn item(case: &ConfigCase) -> String {
    let mut item = format!("pub static {}: Policy = cors_policy! {{\n", case.id);
    for (field, value) in case.fields() {
        let value = macro_value(&value, field == "methods");
        writeln!(item, "    {field}: {value},").unwrap();
    }
    item.push_str("};\n");
    item
}

/// A value as tokens; `words` says whether names are written as identifiers where they can be.
fn macro_value(value: &Value, words: bool) -> String {
    match value {
        Value::String(text) if text == "*" => "any".to_owned(),
        Value::String(text) if words && is_identifier(text) => text.clone(),
        Value::String(text) => format!("{text:?}"),
        Value::Array(members) => {
            let members: Vec<String> = members.iter().map(|member| macro_value(member, words)).collect();
            format!("[{}]", members.join(", "))
        }
        Value::Object(entry) => {
            let lints: Vec<&str> =
                entry["allow"].as_array().unwrap().iter().map(|lint| lint.as_str().unwrap()).collect();
            format!(
                "#[allow({}, reason = {REASON:?})] {}",
                lints.join(", "),
                macro_value(&entry["pattern"], words)
            )
        }
        other => other.to_string(),
    }
}

fn is_identifier(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether the macro has a spelling for the case: a lint's name is an identifier there.
fn has_macro_spelling(case: &ConfigCase) -> bool {
    case.context.allow.iter().flatten().all(|lint| is_identifier(lint))
}

/// A source file of policies, and the lines of each.
struct Source {
    text: String,
    lines: BTreeMap<String, RangeInclusive<u64>>,
}

impl Source {
    fn of(cases: &[&ConfigCase], item: impl Fn(&ConfigCase) -> String, rest: &str) -> Self {
        let mut source = Source {
            text: "#![allow(dead_code)]\n\nuse cors_policy::{Policy, cors_policy};\n\n".to_owned(),
            lines: BTreeMap::new(),
        };
        for case in cases {
            let first = source.next_line();
            source.text.push_str(&item(case));
            source.lines.insert(case.id.clone(), first..=source.next_line() - 1);
        }
        source.text.push_str(rest);
        source
    }

    fn next_line(&self) -> u64 {
        u64::try_from(self.text.lines().count()).unwrap() + 1
    }

    fn case_at(&self, line: u64) -> Option<&str> {
        self.lines.iter().find(|(_, lines)| lines.contains(&line)).map(|(id, _)| id.as_str())
    }
}

/// A package of its own that depends on the crate `cors-policy`, so that a compiler sees what a user writes.
static PACKAGE: LazyLock<PathBuf> = LazyLock::new(|| {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("config-cases");
    fs::create_dir_all(package.join("src/bin")).unwrap();
    let manifest = format!(
        "[package]\nname = \"config-cases\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [workspace]\n\n[dependencies]\ncors-policy = {{ path = '{}' }}\n",
        workspace.join("cors-policy").display()
    );
    fs::write(package.join("Cargo.toml"), manifest).unwrap();
    fs::copy(workspace.join("Cargo.lock"), package.join("Cargo.lock")).unwrap();
    package
});

/// Builds one source file of the package.
fn build(bin: &str, source: &Source) -> Output {
    let file = PACKAGE.join("src/bin").join(bin).with_extension("rs");
    fs::write(file, &source.text).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--offline", "--message-format=json", "--bin", bin]);
    cargo.arg("--target-dir").arg(PACKAGE.join("target"));
    // Warnings are what is looked at, so they must stay warnings.
    cargo.current_dir(&*PACKAGE).env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    cargo.output().unwrap()
}

/// What the compiler said about a file of the package.
struct Message {
    level: String,
    /// The stable name at the end of the text.
    name: String,
    code: Option<String>,
    text: String,
    line: Option<u64>,
}

fn messages(bin: &str, output: &Output) -> Vec<Message> {
    let lines = std::str::from_utf8(&output.stdout).unwrap().lines();
    let values = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
    let ours = |value: &Value| {
        value["reason"] == "compiler-message" && value.pointer("/target/name") == Some(&bin.into())
    };
    values.filter(ours).map(|value| message(&value)).collect()
}

fn message(value: &Value) -> Message {
    let message = &value["message"];
    let text = message["message"].as_str().unwrap();
    let primary = message["spans"].as_array().unwrap().iter().find(|span| span["is_primary"] == true);
    let name = text.rsplit_once("\n  = note: see docs/diagnostics.md#").map(|(_, name)| name);
    Message {
        level: message["level"].as_str().unwrap().to_owned(),
        name: name.unwrap_or_default().to_owned(),
        code: message.pointer("/code/code").and_then(Value::as_str).map(str::to_owned),
        text: text.to_owned(),
        line: primary.map(|span| span["line_start"].as_u64().unwrap()),
    }
}

/// The stable names by case, in a fixed order. Every message must be one of ours.
fn names_by_case(source: &Source, messages: &[Message]) -> BTreeMap<String, Vec<String>> {
    let mut names: BTreeMap<String, Vec<String>> =
        source.lines.keys().map(|id| (id.clone(), Vec::new())).collect();
    for Message { name, text, line, .. } in messages {
        let case = line.and_then(|line| source.case_at(line));
        let Some(case) = case.filter(|_| !name.is_empty()) else {
            panic!("a message that is none of the macro's, at line {line:?}: {text}")
        };
        names.get_mut(case).unwrap().push(name.clone());
    }
    for names in names.values_mut() {
        names.sort_unstable();
    }
    names
}

/// What data and macro say of each case, where that differs.
fn differences(
    cases: &[&ConfigCase],
    by_macro: &BTreeMap<String, Vec<String>>,
    denying: bool,
) -> Vec<String> {
    let differing = cases.iter().filter_map(|case| {
        let by_data = names(&data_verdict(case).1, denying);
        let by_macro = &by_macro[&case.id];
        (by_data != *by_macro)
            .then(|| format!("{} {}: data {by_data:?}, macro {by_macro:?}", case.id, case.input))
    });
    differing.collect()
}

/// The cases that data accepts, or those that it refuses, as far as the macro has a spelling for them.
fn cases_by_data(all: &[ConfigCase], verdict: Expect) -> Vec<&ConfigCase> {
    all.iter().filter(|case| has_macro_spelling(case) && data_verdict(case).0 == verdict).collect()
}

/// A program that prints the policies, a `Debug` each.
fn print_all(cases: &[&ConfigCase]) -> String {
    let prints: Vec<String> =
        cases.iter().map(|case| format!("    println!(\"{{:?}}\", {});", case.id)).collect();
    format!("\nfn main() {{\n{}\n}}\n", prints.join("\n"))
}

/// What the program prints.
fn printed(bin: &str) -> String {
    let program = PACKAGE.join("target/debug").join(bin);
    String::from_utf8(Command::new(program).output().unwrap().stdout).unwrap()
}

/// What it must print, by data.
fn shown(cases: &[&ConfigCase]) -> String {
    let policies: Vec<String> =
        cases.iter().map(|case| format!("{:?}\n", compile(case).unwrap().policy)).collect();
    policies.concat()
}

/// The errors of a build, each with the case that it is in.
fn errors(bin: &str, source: &Source, output: &Output) -> Vec<String> {
    let errors = messages(bin, output).into_iter().filter(|message| message.level == "error");
    let case = |line: Option<u64>| line.and_then(|line| source.case_at(line));
    errors.map(|Message { line, text, .. }| format!("{:?} at line {line:?}: {text}", case(line))).collect()
}

/// One build of everything that data accepts: it compiles with the same warnings to the same policies.
#[test]
fn the_macro_accepts_what_data_accepts() {
    const BIN: &str = "accepted";
    let all = all_cases();
    let cases = cases_by_data(&all, Expect::Accept);
    let source = Source::of(&cases, item, &print_all(&cases));
    let output = build(BIN, &source);
    assert_none("errors where data is accepted", &errors(BIN, &source, &output));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let warnings = messages(BIN, &output).into_iter().filter(|message| message.level == "warning");
    let (ours, others): (Vec<_>, Vec<_>) =
        warnings.partition(|warning| warning.code.as_deref() == Some("deprecated"));
    let others: Vec<String> =
        others.into_iter().filter(|other| other.line.is_some()).map(|other| other.text).collect();
    assert_none("warnings that are none of the macro's", &others);
    assert_none("cases differ in warnings", &differences(&cases, &names_by_case(&source, &ours), false));

    assert_eq!(printed(BIN), shown(&cases), "the policies differ");
}

/// `Debug` prints each policy in the language: a build of what it prints gives policies that print the same.
#[test]
fn debug_prints_the_language() {
    const BIN: &str = "printed";
    let all = all_cases();
    let mut cases = cases_by_data(&all, Expect::Accept);
    // An `allow` is not kept.
    cases.retain(|case| case.context.allow.is_none());
    let item = |case: &ConfigCase| {
        format!("pub static {}: Policy = {:?};\n", case.id, compile(case).unwrap().policy)
    };
    let source = Source::of(&cases, item, &print_all(&cases));
    let output = build(BIN, &source);
    assert_none("errors in what `Debug` prints", &errors(BIN, &source, &output));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(printed(BIN), shown(&cases), "the policies differ");
}

/// One build of everything that data refuses: each case has the same errors, on its own lines, and there is no
/// other error.
#[test]
fn the_macro_refuses_what_data_refuses() {
    const BIN: &str = "rejected";
    let all = all_cases();
    let cases = cases_by_data(&all, Expect::Reject);
    let source = Source::of(&cases, item, "\nfn main() {}\n");
    let output = build(BIN, &source);
    assert!(!output.status.success(), "something must be refused");
    let is_total = |message: &Message| message.line.is_none() && message.text.starts_with("aborting due to");
    let errors: Vec<Message> = messages(BIN, &output)
        .into_iter()
        .filter(|message| message.level == "error" && !is_total(message))
        .collect();
    let coded: Vec<String> =
        errors.iter().filter(|error| error.code.is_some()).map(|error| error.text.clone()).collect();
    assert_none("errors that `compile_error!` did not make", &coded);
    assert_none("cases differ in errors", &differences(&cases, &names_by_case(&source, &errors), true));
}
