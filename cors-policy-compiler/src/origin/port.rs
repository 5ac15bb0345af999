//! Ports.

use super::finding::{Finding, Findings};
use super::scheme::default_port;
use crate::host::ipv6;
use crate::mistake::Mistake;

/// Splits `host[:port]`. The colons of an IPv6 address belong to the host, also where its brackets are missing.
pub(super) fn split(authority: &str) -> (&str, Option<&str>) {
    if !authority.contains(':') {
        return (authority, None);
    }
    if let Some((host, port)) = authority.rsplit_once(':')
        && ipv6::parse(host).is_some()
        && port.bytes().all(|byte| byte.is_ascii_digit())
    {
        return (host, Some(port));
    }
    if ipv6::parse(authority).is_some() {
        return (authority, None);
    }
    let brackets_the_port = !authority.starts_with('[') && authority.contains(":[");
    if authority.contains(['[', ']']) && !brackets_the_port {
        // An address in brackets, or something that is meant as one.
        return match authority.rsplit_once("]:") {
            Some((inside, port)) => (authority.get(..=inside.len()).unwrap_or(authority), Some(port)),
            None => (authority, None),
        };
    }
    authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)))
}

/// Reads a port; gives it as browsers write it, `None` for the default.
pub(super) fn read(port: &str, scheme: &str, findings: &mut Findings<'_>) -> Option<String> {
    if port == "*" {
        return Some(port.to_owned());
    }
    if port.is_empty() {
        findings.push(Finding::new(
            Mistake::EmptyPort,
            "the port is missing after `:`",
            "write a port, or remove the colon",
        ));
        return None;
    }
    if port.contains('*') {
        let message = format!("`*` cannot stand for a part of a port: `{port}`");
        let help = "write `:*` for any port, or list the ports";
        findings.push_at(port, Finding::new(Mistake::PartialPortWildcard, message, help));
        return Some(port.to_owned());
    }
    if !port.bytes().all(|byte| byte.is_ascii_digit()) {
        let help = "write one decimal number, or `:*` for any port; list an origin for each port";
        let message = format!("`{port}` is not a port number");
        let ports = port.split([',', ' ', '|', ';']).filter(|port| !port.is_empty());
        let each: Option<Vec<String>> = ports.map(|one| findings.with(port, one)).collect();
        let finding = Finding::new(Mistake::InvalidPort, message, help).meant(each.unwrap_or_default());
        findings.push_at(port, finding);
        return Some(port.to_owned());
    }
    let digits = port.trim_start_matches('0');
    let Some(number) = digits.parse::<u16>().ok().filter(|number| *number > 0) else {
        let message = format!("there is no port `{port}`");
        findings
            .push_at(port, Finding::new(Mistake::PortOutOfRange, message, "write a port from 1 to 65535"));
        return Some(port.to_owned());
    };
    if digits != port {
        let message = format!("the port `{port}` has leading zeros");
        findings.push_at(port, Finding::new(Mistake::PortLeadingZero, message, format!("write `:{digits}`")));
    }
    if default_port(scheme) == Some(number) {
        let message = format!("`:{port}` is the default port of {scheme}");
        findings.push_at(port, Finding::new(Mistake::DefaultPort, message, format!("remove `:{port}`")));
        return None;
    }
    Some(digits.to_owned())
}
