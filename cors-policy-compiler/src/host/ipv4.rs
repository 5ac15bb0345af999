//! IPv4 addresses in the spellings that browsers rewrite.
//!
//! `0x7f.1` and `2130706433` are `127.0.0.1` to a browser, and only the last is ever sent. The canonical
//! text of an address is [`Ipv4Addr`]'s `Display`, as in the URL standard's
//! [IPv4 serializer](https://url.spec.whatwg.org/#concept-ipv4-serializer).

use std::net::Ipv4Addr;

/// Whether a browser takes `host` for an IPv4 address, well-formed or not.
///
/// The URL standard's [ends in a number checker](https://url.spec.whatwg.org/#ends-in-a-number-checker):
/// the last label, before an optional root dot, is all decimal digits or a hexadecimal number.
#[must_use]
pub fn ends_in_a_number(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host);
    let last = name.rsplit_once('.').map_or(name, |(_, last)| last);
    last.as_bytes().first().is_some_and(u8::is_ascii_digit)
        && (last.bytes().all(|byte| byte.is_ascii_digit()) || number(last).is_some())
}

/// The address that a browser reads in `host`, or `None` where it refuses the URL.
///
/// The URL standard's [IPv4 parser](https://url.spec.whatwg.org/#concept-ipv4-parser): one to four decimal,
/// octal (`0177`) or hexadecimal (`0x7f`) numbers, the last of which fills the bytes that are left.
#[must_use]
pub fn parse(host: &str) -> Option<Ipv4Addr> {
    let host = host.strip_suffix('.').unwrap_or(host);
    let (leading, last) = host.rsplit_once('.').map_or((None, host), |(leading, last)| (Some(leading), last));

    let mut address: u64 = 0;
    let mut bits_left: u32 = 32;
    for part in leading.into_iter().flat_map(|leading| leading.split('.')) {
        let byte = number(part).filter(|&byte| byte <= 0xff && bits_left > 8)?;
        address = address << 8 | byte;
        bits_left -= 8;
    }
    let rest = number(last).filter(|&rest| rest >> bits_left == 0)?;
    u32::try_from(address << bits_left | rest).ok().map(Ipv4Addr::from_bits)
}

/// The [IPv4 number parser](https://url.spec.whatwg.org/#ipv4-number-parser), saturating: nothing above
/// 32 bits is ever an address.
fn number(part: &str) -> Option<u64> {
    let (radix, digits) = match part.as_bytes() {
        [] => return None,
        [b'0', b'x' | b'X', digits @ ..] => (16, digits),
        [b'0', digits @ ..] if !digits.is_empty() => (8, digits),
        digits => (10, digits),
    };
    digits.iter().try_fold(0_u64, |number, &byte| {
        let digit = char::from(byte).to_digit(radix)?;
        Some(number.saturating_mul(radix.into()).saturating_add(digit.into()))
    })
}
