//! Hosts as browsers serialise them.
//!
//! An `Origin` header carries a host in the form of the URL standard, sections
//! [Host parsing](https://url.spec.whatwg.org/#host-parsing) and
//! [Host serializing](https://url.spec.whatwg.org/#host-serializing): names in lower-case ASCII with
//! `xn--` for everything else, addresses in one spelling each. A host in any other form matches nothing,
//! so the functions here tell that form from the rest, and give it where a diagnostic can.

pub mod ipv4;
pub mod ipv6;
pub mod lookalike;
pub mod punycode;
mod script;

#[cfg(test)]
mod tests;

use std::net::Ipv4Addr;

/// Whether `byte` can stand in a name as browsers write it: `[a-z0-9._-]`.
///
/// The URL standard's *forbidden domain code points* leave more than that, none of it in use. The underscore
/// is: RFC 1123, section 2.1, has no place for it in a host name, DNS and browsers do.
#[must_use]
pub fn is_host_byte(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-')
}

/// Whether `host`, or every host that it matches as a pattern, is this machine's own.
///
/// These are `127.0.0.0/8` and `[::1]` in their canonical spelling, and `localhost` and all names under it
/// (RFC 6761, section 6.3), with or without a root dot. The unspecified addresses are not: they are where
/// a server listens, and what they reach depends on the system.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host);
    name.strip_suffix("localhost").is_some_and(|sub| sub.is_empty() || (sub.len() > 1 && sub.ends_with('.')))
        || host == "[::1]"
        || (host.starts_with("127.") && host.parse::<Ipv4Addr>().is_ok())
}
