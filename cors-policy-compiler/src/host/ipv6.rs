//! IPv6 addresses, without their brackets.

use std::net::Ipv6Addr;
use std::ops::Range;

/// The pieces of the address that a browser reads in `text`.
///
/// The URL standard's [IPv6 parser](https://url.spec.whatwg.org/#concept-ipv6-parser). Its grammar is the
/// standard library's: one `::` at most, a dotted quad without leading zeros in place of the last two
/// pieces, no zone.
#[must_use]
pub fn parse(text: &str) -> Option<[u16; 8]> {
    text.parse::<Ipv6Addr>().ok().map(|address| address.segments())
}

/// The one spelling in which browsers send `address`.
///
/// The URL standard's [IPv6 serializer](https://url.spec.whatwg.org/#concept-ipv6-serializer): RFC 5952,
/// section 4, except that IPv4-mapped addresses are hexadecimal throughout, where [`Ipv6Addr`]'s `Display`
/// has a dotted quad.
#[must_use]
pub fn serialise(address: [u16; 8]) -> String {
    let compressed = longest_zero_run(address);
    if compressed.len() < 2 {
        return joined(&address);
    }
    let (before, rest) = address.split_at(compressed.start);
    let (_, after) = rest.split_at(compressed.len());
    format!("{}::{}", joined(before), joined(after))
}

/// The first of the longest runs of zero pieces.
fn longest_zero_run(address: [u16; 8]) -> Range<usize> {
    let mut longest = 0..0;
    let mut start = 0;
    for (index, piece) in (1..).zip(address) {
        if piece != 0 {
            start = index;
        } else if index - start > longest.len() {
            longest = start..index;
        }
    }
    longest
}

fn joined(pieces: &[u16]) -> String {
    pieces.iter().map(|piece| format!("{piece:x}")).collect::<Vec<_>>().join(":")
}
