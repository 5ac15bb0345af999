//! Hosts: names, with or without wildcards, and addresses.

use cors_policy_program::LONGEST_LABEL;

use super::Finding;
use crate::host::{ipv4, ipv6, lookalike, punycode};
use crate::mistake::Mistake;
use crate::suffix::{self, List};

/// The most bytes a host name has, its root dot not counted.
const LONGEST_NAME: usize = 253;

/// Reads a host; gives it as browsers write it, as far as that can be told.
pub(super) fn read(host: &str, scheme: &str, findings: &mut Vec<Finding>) -> String {
    let is_domain = matches!(scheme, "http" | "https");
    if host.is_empty() || host == "." {
        let help = "write a host, such as `https://app.example.com`";
        findings.push(Finding::new(Mistake::MissingHost, "the host is missing after `://`", help));
        return String::new();
    }
    if host.contains(['[', ']', ':']) {
        return address(host, findings);
    }
    let Some(name) = spelling(host, is_domain, findings) else { return host.to_owned() };
    if !labels(&name, findings) {
        return name;
    }
    if is_domain && ipv4::ends_in_a_number(&name) {
        return number(&name, findings);
    }
    if name.contains('*') && run_together(&name) {
        return separated(&name, scheme, findings);
    }
    if name.contains('*') {
        wildcards(&name, findings);
    }
    if name.contains("xn--") {
        international(&name, findings);
    }
    name
}

/// The characters of a name; gives it in lower-case ASCII, or `None` where that cannot be told.
fn spelling(host: &str, is_domain: bool, findings: &mut Vec<Finding>) -> Option<String> {
    let plain =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_');
    if host.bytes().all(|byte| plain(byte) || byte == b'*') {
        return Some(host.to_owned());
    }
    let mut name = host.to_owned();
    if !host.is_ascii() {
        let ascii = punycode::to_ascii(host);
        let help = match &ascii {
            Some(ascii) => format!("write the ASCII form `{ascii}`"),
            None => "write the ASCII (punycode) form of the name".to_owned(),
        };
        findings.push(Finding::new(Mistake::UnicodeHost, format!("`{host}` is not ASCII"), help));
        name = ascii?;
    }
    if name.contains('%') {
        let decoded = percent_decoded(&name);
        let help =
            decoded.as_ref().map_or("write the decoded name".to_owned(), |name| format!("write `{name}`"));
        findings.push(Finding::new(Mistake::PercentInHost, format!("`{name}` is percent-encoded"), help));
        name = decoded?;
    }
    if is_domain && name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        name.make_ascii_lowercase();
        findings.push(Finding::new(
            Mistake::UppercaseHost,
            format!("the host `{host}` has capitals"),
            format!("write `{name}`"),
        ));
    }
    let allowed = |c: char| c == '*' || c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if let Some(character) = name.chars().find(|c| !allowed(*c)) {
        findings.push(Finding::new(
            Mistake::InvalidHostCharacter,
            format!("`{character}` cannot occur in a host name"),
            "a host name has letters, digits, `-`, `_` and dots",
        ));
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
fn labels(name: &str, findings: &mut Vec<Finding>) -> bool {
    let before = findings.len();
    let without_root = name.strip_suffix('.').unwrap_or(name);
    if without_root.split('.').any(str::is_empty) {
        let help = "remove the superfluous dot";
        findings.push(Finding::new(
            Mistake::EmptyLabel,
            format!("there is an empty label in `{name}`"),
            help,
        ));
        return false;
    }
    if without_root.split('.').any(|label| label.len() > LONGEST_LABEL) {
        let help = "shorten the label to 63 bytes";
        findings.push(Finding::new(Mistake::LabelTooLong, "a label of this host is too long", help));
    }
    if without_root.len() > LONGEST_NAME {
        let message = format!("this host name has {} bytes", without_root.len());
        findings.push(Finding::new(Mistake::HostTooLong, message, "shorten the name to 253 bytes"));
    }
    let valid = findings.len() == before;
    if without_root.len() != name.len() && valid && !ipv4::ends_in_a_number(name) {
        findings.push(Finding::new(
            Mistake::TrailingDot,
            format!("`{name}` will not match `{without_root}`"),
            "list the name that your pages use, mostly the one without the dot",
        ));
    }
    valid
}

/// A host whose last label is a number: browsers take it for an IPv4 address, or refuse it.
fn number(host: &str, findings: &mut Vec<Finding>) -> String {
    if host.contains('*') {
        let message = format!("a wildcard in the address `{host}`");
        findings.push(Finding::new(Mistake::WildcardInAddress, message, "list each address"));
        return host.to_owned();
    }
    let canonical = ipv4::parse(host).map(|address| address.to_string());
    if canonical.as_deref() == Some(host) {
        return host.to_owned();
    }
    let help = match &canonical {
        Some(address) => format!("write `{address}`"),
        None => "write four decimal numbers from 0 to 255, such as `192.0.2.7`".to_owned(),
    };
    let message = format!("`{host}` is not an IPv4 address as browsers send it");
    findings.push(Finding::new(Mistake::Ipv4NotCanonical, message, help));
    canonical.unwrap_or_else(|| host.to_owned())
}

/// A host with brackets or colons: an IPv6 address, or meant as one.
fn address(host: &str, findings: &mut Vec<Finding>) -> String {
    let help = "write an IPv6 address in brackets, such as `http://[::1]`";
    if host.starts_with("*.") || host.contains('*') {
        let message = format!("a wildcard in the address `{host}`");
        findings.push(Finding::new(Mistake::WildcardInAddress, message, "list each address"));
        return host.to_owned();
    }
    if !host.contains(['[', ']']) {
        findings.push(Finding::new(
            Mistake::Ipv6WithoutBrackets,
            format!("the IPv6 address `{host}` stands without brackets"),
            format!("write `[{host}]`"),
        ));
        return ipv6::parse(host)
            .map_or(host.to_owned(), |address| format!("[{}]", ipv6::serialise(address)));
    }
    let inside = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let Some(inside) = inside.filter(|inside| !inside.contains(['[', ']'])) else {
        let message = format!("brackets do not stand around the whole of `{host}`");
        findings.push(Finding::new(Mistake::Ipv6Bracket, message, help));
        return host.to_owned();
    };
    if let Some(address) = ipv4::parse(inside).filter(|_| !inside.contains(':')) {
        let message = format!("`{inside}` is an IPv4 address in brackets");
        findings.push(Finding::new(Mistake::Ipv4InBrackets, message, format!("write `{address}`")));
        return address.to_string();
    }
    let (digits, zone) = inside.split_once('%').map_or((inside, None), |(digits, zone)| (digits, Some(zone)));
    let Some(address) = ipv6::parse(digits) else {
        let message = format!("`{inside}` is not an IPv6 address");
        findings.push(Finding::new(Mistake::InvalidIpv6, message, help));
        return host.to_owned();
    };
    let canonical = format!("[{}]", ipv6::serialise(address));
    if let Some(zone) = zone {
        let message = format!("the zone `%{zone}` cannot be part of an origin");
        findings.push(Finding::new(Mistake::Ipv6Zone, message, format!("remove `%{zone}`")));
    } else if canonical != host {
        let message = format!("`{host}` is not in the form that browsers send");
        findings.push(Finding::new(Mistake::Ipv6NotCanonical, message, format!("write `{canonical}`")));
    }
    canonical
}

fn run_together(name: &str) -> bool {
    name.contains("**") || name.starts_with("*.*.")
}

/// Wildcards that run into each other: gives the name with one in front of what is literal behind them.
fn separated(name: &str, scheme: &str, findings: &mut Vec<Finding>) -> String {
    let literal =
        name.rsplit_once('*').and_then(|(_, behind)| behind.split_once('.')).map(|(_, literal)| literal);
    let canonical = format!("*.{}", literal.filter(|literal| !literal.is_empty()).unwrap_or("example.com"));
    findings.push(
        Finding::new(
            Mistake::SeveralWildcards,
            format!("the wildcards in `{name}` run into each other"),
            format!("write `{scheme}://{canonical}`"),
        )
        .note("one leading `*.` already stands for every depth of subdomain"),
    );
    canonical
}

/// Wildcards in labels, and what is left for them.
fn wildcards(name: &str, findings: &mut Vec<Finding>) {
    let base = name.strip_prefix("*.").filter(|base| !base.is_empty() && !base.contains('*'));
    if let Some(base) = base {
        if base.trim_end_matches('.').len() > LONGEST_NAME - 2 {
            let message = format!("`{name}` leaves no room for a subdomain");
            findings.push(Finding::new(Mistake::HostTooLong, message, "shorten the name to 251 bytes"));
        }
        return;
    }
    if let Some(open) = suffix::openness(name, List::Icann) {
        let finding = Finding::new(
            Mistake::WildcardPosition,
            format!("anyone can register a name that `{name}` admits"),
            "put the `*` inside a label in front of your own domain: `https://*.example.com` for every subdomain, \
             `https://pr-*.example.com` for some",
        );
        findings.push(if open.suffix.is_empty() {
            finding.note("nothing in this host is fixed")
        } else {
            finding.note(format!("names under `{}` are for sale to everyone", open.suffix))
        });
    }
}

/// Labels in punycode: whether they decode, and whether a reader would take them for others.
fn international(name: &str, findings: &mut Vec<Finding>) {
    for label in name.split('.').filter(|label| !label.contains('*')) {
        let Some(encoded) = label.strip_prefix("xn--") else { continue };
        let decoded = punycode::decode(encoded).filter(|decoded| !decoded.contains(char::is_control));
        let Some(decoded) = decoded else {
            findings.push(
                Finding::new(
                    Mistake::InvalidPunycode,
                    format!("`{label}` does not decode"),
                    "check the name for a typing error",
                )
                .note("no registry gives out such a name (RFC 3492)"),
            );
            continue;
        };
        if let Some(reason) = lookalike::lookalike(&decoded) {
            findings.push(
                Finding::new(
                    Mistake::LookalikeHost,
                    format!("`{label}` reads as `{decoded}`, which could pass for another name"),
                    "make sure that this is the name you mean",
                )
                .note(format!("the name {reason}")),
            );
        }
    }
}
