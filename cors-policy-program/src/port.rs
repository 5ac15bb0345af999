//! Ports: of an origin, and `:*`.

/// Whether a pattern ends behind its literal: with its line, or with the `:*` that an origin whose port was taken off
/// needs, and that one without a port may have.
#[inline]
pub(crate) fn ends_there(behind: &[u8], had_port: bool) -> bool {
    match behind {
        [] | [b'\n', ..] => !had_port,
        _ => behind.starts_with(b":*"),
    }
}

/// What stands in front of the port of an origin, and of its colon; `None` if it has no port from 1 to 65535 without
/// leading zeros.
#[inline]
pub(crate) fn without_port(origin: &[u8]) -> Option<&[u8]> {
    let digits = origin.iter().rev().take(6).position(|byte| *byte == b':')?;
    let (bare, port) = origin.split_at_checked(origin.len().checked_sub(digits + 1)?)?;
    let (_, port) = port.split_first()?;
    let is_plain = port.iter().all(u8::is_ascii_digit) && port.first().is_some_and(|digit| *digit != b'0');
    let number = port.iter().fold(0_u32, |number, digit| number * 10 + u32::from(digit.wrapping_sub(b'0')));
    if is_plain && u16::try_from(number).is_ok() { Some(bare) } else { None }
}
