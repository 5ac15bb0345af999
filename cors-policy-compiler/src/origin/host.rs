//! Hosts: names, with or without wildcards, and addresses.

use std::borrow::Cow;

use cors_policy_program::LONGEST_LABEL;

use super::finding::{Finding, Findings};
use super::has_domains;
use super::scheme::canonical;
use crate::host::{ipv4, ipv6, lookalike, punycode};
use crate::mistake::Mistake;
use crate::suffix::{self, List};

/// The most bytes a host name has, its root dot not counted.
const LONGEST_NAME: usize = 253;

/// Reads a host; gives it as browsers write it, as far as that can be told.
pub(super) fn read(host: &str, scheme: &str, findings: &mut Findings<'_>) -> String {
    let is_domain = has_domains(scheme);
    if host.is_empty() || host == "." {
        let help = "write a host, such as `https://app.example.com`";
        findings.push(Finding::new(Mistake::MissingHost, "the host is missing after `://`", help));
        return String::new();
    }
    if host.bytes().any(|byte| matches!(byte, b'[' | b']' | b':')) {
        return address(host, scheme, findings);
    }
    let Some(name) = spelling(host, is_domain, findings) else { return host.to_owned() };
    if !labels(&name, findings) {
        return single_dots(&name);
    }
    if is_domain && (ipv4::ends_in_a_number(&name) || (name.contains('*') && is_address_pattern(&name))) {
        return number(&name, findings);
    }
    if name.contains('*') && run_together(&name) {
        return joined(&name, findings);
    }
    if name.contains('*') {
        wildcards(&name, scheme, findings);
    }
    if name.contains("xn--") {
        international(&name, findings);
    }
    name.into_owned()
}

/// The characters of a name; gives it in lower-case ASCII, or `None` where that cannot be told.
fn spelling<'h>(host: &'h str, is_domain: bool, findings: &mut Findings<'_>) -> Option<Cow<'h, str>> {
    let plain =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_');
    if host.bytes().all(|byte| plain(byte) || byte == b'*') {
        return Some(Cow::Borrowed(host));
    }
    let mut name = Cow::Borrowed(host);
    if !host.is_ascii() {
        let ascii = punycode::to_ascii(host);
        let is_lookalike = host
            .split(['.', '。', '．', '｡'])
            .any(|label| !label.is_ascii() && lookalike::lookalike(label).is_some());
        let help = match &ascii {
            Some(ascii) if is_lookalike => {
                findings.make_ambiguous();
                format!("type the name again, or write `{ascii}` if it is really this one")
            }
            _ => "write the ASCII (punycode) form of the name".to_owned(),
        };
        let message = format!("`{host}` is not ASCII");
        findings.push_at(host, Finding::new(Mistake::UnicodeHost, message, help));
        name = Cow::Owned(ascii?);
    }
    if name.contains('%') {
        let decoded = percent_decoded(&name);
        let message = format!("`{name}` is percent-encoded");
        findings.push_at(host, Finding::new(Mistake::PercentInHost, message, "write the decoded name"));
        let decoded = decoded?;
        if decoded.contains('*') && !name.contains('*') {
            findings.make_ambiguous();
        }
        name = Cow::Owned(decoded);
    }
    if is_domain && name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        name.to_mut().make_ascii_lowercase();
        let message = format!("the host `{host}` has capitals");
        findings.push_at(host, Finding::new(Mistake::UppercaseHost, message, "write the host in lower case"));
    }
    let allowed = |c: char| c == '*' || c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if let Some((place, character)) = name.char_indices().find(|(_, c)| !allowed(*c)) {
        let part = name.get(place..place + character.len_utf8()).unwrap_or_default();
        let message = format!("`{character}` does not belong in a host name");
        let help = "write a host name of letters, digits, `-`, `_` and dots";
        findings.push_at(part, Finding::new(Mistake::InvalidHostCharacter, message, help));
        return None;
    }
    Some(name)
}

fn percent_decoded(host: &str) -> Option<String> {
    let mut parts = host.split('%');
    let mut decoded = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        decoded.push(u8::from_str_radix(digits, 16).ok()?);
        decoded.extend_from_slice(rest.as_bytes());
    }
    punycode::to_ascii(std::str::from_utf8(&decoded).ok()?)
}

/// The lengths of a name and its labels; whether they are good enough to go on.
fn labels(name: &str, findings: &mut Findings<'_>) -> bool {
    let without_root = name.strip_suffix('.').unwrap_or(name);
    if without_root.split('.').any(str::is_empty) {
        let message = format!("there is a dot too many in `{name}`");
        let help = if name.starts_with('.') {
            // In proxy settings, a leading dot stands for all subdomains.
            findings.make_ambiguous();
            "write the name without the dot in front, or `*.` for its subdomains"
        } else {
            "write single dots"
        };
        findings.push_at(name, Finding::new(Mistake::EmptyLabel, message, help));
        return false;
    }
    let long = without_root.split('.').find(|label| label.len() > LONGEST_LABEL);
    if let Some(label) = long {
        let message = format!("a label of this host has {} bytes", label.len());
        let help = format!("shorten the label to {LONGEST_LABEL} bytes");
        findings.push_at(label, Finding::new(Mistake::LabelTooLong, message, help));
    }
    if without_root.len() > LONGEST_NAME {
        let message = format!("this host name has {} bytes", without_root.len());
        let help = format!("shorten the name to {LONGEST_NAME} bytes");
        findings.push_at(name, Finding::new(Mistake::HostTooLong, message, help));
    }
    let valid = long.is_none() && without_root.len() <= LONGEST_NAME;
    if without_root.len() != name.len() && valid && !ipv4::ends_in_a_number(name) {
        let dot = name.get(without_root.len()..).unwrap_or_default();
        let message = format!("`{name}` will not match `{without_root}`");
        let help = "list the name that your pages use, usually the one without the dot";
        let finding = Finding::new(Mistake::TrailingDot, message, help)
            .meant(findings.with(name, without_root))
            .reservation(", unless your pages are really opened with the dot");
        findings.push_at(dot, finding);
    }
    valid
}

fn single_dots(name: &str) -> String {
    name.split('.').filter(|label| !label.is_empty()).collect::<Vec<_>>().join(".")
}

/// Whether the name is an IPv4 address with wildcards in it.
fn is_address_pattern(name: &str) -> bool {
    if name.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        return false;
    }
    let is_part = |label: &str| label.bytes().all(|byte| byte.is_ascii_digit() || byte == b'*');
    let is_number = |label: &&str| label.bytes().all(|byte| byte.is_ascii_digit());
    let numbers = name.split('.').filter(is_number).count();
    matches!(name.split('.').count(), 3 | 4) && numbers > 0 && name.split('.').all(is_part)
}

/// A host whose last label is a number: browsers take it for an IPv4 address, or refuse it.
fn number(host: &str, findings: &mut Findings<'_>) -> String {
    if host.contains('*') {
        let message = format!("there is a wildcard in the address `{host}`");
        findings.push_at(host, Finding::new(Mistake::WildcardInAddress, message, "list each address"));
        return host.to_owned();
    }
    let canonical = ipv4::parse(host).map(|address| address.to_string());
    if canonical.as_deref() == Some(host) {
        return host.to_owned();
    }
    let message = format!("`{host}` is not an IPv4 address as browsers send it");
    let finding = |help: String| Finding::new(Mistake::Ipv4NotCanonical, message, help);
    let example = "write four decimal numbers from 0 to 255, such as `192.0.2.7`".to_owned();
    match (&canonical, decimal(host)) {
        (Some(octal), Some(decimal)) if *octal != decimal => {
            findings.make_ambiguous();
            let help =
                format!("write `{decimal}` if the zeros only fill up, or `{octal}`, as browsers read it");
            findings.push_at(host, finding(help).note("browsers read a number with a leading zero as octal"));
        }
        (Some(canonical), None)
            if matches!(host.trim_end_matches('.').split('.').count(), 2 | 3) && is_decimal(host) =>
        {
            // `192.168.1` is 192.168.0.1 to a browser, and hardly to its author.
            findings.make_ambiguous();
            let help = format!("write all four numbers; browsers read this as `{canonical}`");
            findings.push_at(host, finding(help));
        }
        _ => findings.push_at(host, finding(example)),
    }
    canonical.unwrap_or_else(|| host.to_owned())
}

fn is_decimal(host: &str) -> bool {
    host.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// Four numbers with their leading zeros left out.
fn decimal(host: &str) -> Option<String> {
    let numbers: Option<Vec<u8>> = host.split('.').map(|part| part.parse().ok()).collect();
    let numbers = numbers.filter(|numbers| numbers.len() == 4)?;
    Some(numbers.iter().map(u8::to_string).collect::<Vec<_>>().join("."))
}

/// A host with brackets or colons: an IPv6 address, or meant as one.
fn address(host: &str, scheme: &str, findings: &mut Findings<'_>) -> String {
    let help = "write an IPv6 address in brackets, such as `http://[::1]`";
    if host.contains('*') {
        let message = format!("there is a wildcard in the address `{host}`");
        findings.push_at(host, Finding::new(Mistake::WildcardInAddress, message, "list each address"));
        return host.to_owned();
    }
    if !host.contains(['[', ']']) {
        let message = format!("the IPv6 address `{host}` stands without brackets");
        let help = "put the address in brackets";
        findings.push_at(host, Finding::new(Mistake::Ipv6WithoutBrackets, message, help));
        return ipv6::parse(host)
            .map_or(host.to_owned(), |address| format!("[{}]", ipv6::serialise(address)));
    }
    let inside = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let Some(inside) = inside.filter(|inside| !inside.contains(['[', ']'])) else {
        let (message, meant) = unclosed(host);
        let meant = meant.map(|authority| format!("{scheme}://{authority}"));
        findings.push_at(host, Finding::new(Mistake::Ipv6Bracket, message, help).meant(meant));
        return host.to_owned();
    };
    if let Some(address) = ipv4::parse(inside).filter(|_| !inside.contains(':')) {
        if decimal(inside).is_some_and(|decimal| decimal != address.to_string()) {
            findings.make_ambiguous();
        }
        let message = format!("`{inside}` is an IPv4 address in brackets");
        findings.push_at(
            host,
            Finding::new(Mistake::Ipv4InBrackets, message, "write the address without brackets"),
        );
        return address.to_string();
    }
    let (digits, zone) = inside.split_once('%').map_or((inside, None), |(digits, zone)| (digits, Some(zone)));
    let Some(address) = ipv6::parse(digits) else {
        let message = format!("`{inside}` is not an IPv6 address");
        let help = "write eight groups, or one `::` for those that are zero, such as `[2001:db8::7]`";
        findings.push_at(host, Finding::new(Mistake::InvalidIpv6, message, help));
        return host.to_owned();
    };
    let canonical = format!("[{}]", ipv6::serialise(address));
    if let Some(zone) = zone {
        let message = format!("the zone `%{zone}` cannot be part of an origin");
        findings.push_at(zone, Finding::new(Mistake::Ipv6Zone, message, format!("remove `%{zone}`")));
    } else if canonical != host {
        let message = format!("`{host}` is not in the form that browsers send");
        findings.push_at(host, Finding::new(Mistake::Ipv6NotCanonical, message, "write it as browsers do"));
    }
    canonical
}

/// What is wrong with brackets, and the address and port that were probably meant.
fn unclosed(host: &str) -> (String, Option<String>) {
    let Some(inside) = host.strip_prefix('[').filter(|inside| !inside.contains(['[', ']'])) else {
        return (format!("brackets do not stand around the whole of `{host}`"), None);
    };
    let is_port = |port: &&str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let with_port =
        inside.rsplit_once(':').filter(|(address, port)| is_port(port) && ipv6::parse(address).is_some());
    let meant = match with_port {
        Some((address, port)) => format!("[{address}]:{port}"),
        None => format!("[{inside}]"),
    };
    (format!("`{host}` has no closing bracket"), Some(meant))
}

fn run_together(name: &str) -> bool {
    name.contains("**") || name.starts_with("*.*.")
}

/// Wildcards that run into each other: gives the name with one in their place.
fn joined(name: &str, findings: &mut Findings<'_>) -> String {
    let mut joined = name.to_owned();
    while joined.contains("**") {
        joined = joined.replace("**", "*");
    }
    while joined.starts_with("*.*.") {
        joined = joined.split_off(2);
    }
    let message = format!("the wildcards in `{name}` run into each other");
    let help = "write one `*` in their place, in front of a domain of your own";
    findings.push_at(name, Finding::new(Mistake::SeveralWildcards, message, help));
    joined
}

/// Wildcards in labels, and what is left for them.
fn wildcards(name: &str, scheme: &str, findings: &mut Findings<'_>) {
    let base = name.strip_prefix("*.").filter(|base| !base.is_empty() && !base.contains('*'));
    if let Some(base) = base {
        if base.trim_end_matches('.').len() > LONGEST_NAME - 2 {
            let message = format!("`{name}` leaves no room for a subdomain");
            let help = format!("shorten the name after `*.` to {} bytes", LONGEST_NAME - 2);
            findings.push_at(name, Finding::new(Mistake::HostTooLong, message, help));
        }
        return;
    }
    if !has_domains(&canonical(scheme)) {
        return;
    }
    let Some(open) = suffix::openness(name, List::Icann) else { return };
    let finding = Finding::new(
        Mistake::WildcardPosition,
        format!("anyone can register a name that `{name}` admits"),
        "put the `*` inside a label in front of your own domain: `https://*.example.com` for every subdomain, \
         `https://pr-*.example.com` for some",
    )
    .note(match (open.suffix.as_str(), name.split_once('*')) {
        ("", _) => "nothing at the end of this host is fixed".to_owned(),
        (suffix, Some(("", rest))) if !rest.contains('*') => {
            format!("names under `{suffix}` are for sale to everyone, `evil{rest}` included")
        }
        (suffix, _) => format!("names under `{suffix}` are for sale to everyone"),
    });
    let glued = name.strip_prefix('*').filter(|rest| rest.contains('.') && !rest.starts_with(['.', '-']));
    let meant = glued.and_then(|rest| findings.with(name, &format!("*.{rest}")));
    let finding = match glued {
        Some(rest) => {
            finding.meant(meant).reservation(format!(", and `{scheme}://{rest}` if you mean that page too"))
        }
        None => finding,
    };
    findings.push_at(name, finding);
}

/// Labels in punycode: whether they decode, and whether a reader would take them for others.
fn international(name: &str, findings: &mut Findings<'_>) {
    for label in name.split('.').filter(|label| !label.contains('*')) {
        let Some(encoded) = label.strip_prefix("xn--") else { continue };
        let decoded = punycode::decode(encoded).filter(|decoded| !decoded.contains(char::is_control));
        let Some(decoded) = decoded else {
            let message = format!("`{label}` is not valid punycode");
            let help = "write the name in its own letters, and the compiler says its ASCII form";
            findings.push_at(label, Finding::new(Mistake::InvalidPunycode, message, help));
            continue;
        };
        if let Some(reason) = lookalike::lookalike(&decoded) {
            let message = format!("`{label}` reads as `{decoded}`, which could pass for another name");
            let finding =
                Finding::new(Mistake::LookalikeHost, message, "make sure that this is the name you mean");
            findings.push_at(label, finding.note(format!("the name {reason}")));
        }
    }
}
