//! Label bytes, many at once: the loops over windows become a few vector instructions each.

use crate::word;

const BYTES: usize = 16;

type Window = [u8; BYTES];

/// Lanes that count, and behind them as many that do not.
const COUNTED: [u8; 2 * BYTES] = {
    let mut lanes = [0; 2 * BYTES];
    let (counted, _) = lanes.split_at_mut(BYTES);
    counted.copy_from_slice(&[u8::MAX; BYTES]);
    lanes
};

/// Whether the first `length` bytes, in front of one more, are label bytes, and there are any.
#[inline]
pub(crate) fn begins_with_label(bytes: &[u8], length: usize) -> bool {
    begins_with::<false>(bytes, length)
}

/// Whether the first `length` bytes, in front of a dot, are labels with dots between them.
#[inline]
pub(crate) fn begins_with_labels(bytes: &[u8], length: usize) -> bool {
    bytes.first() != Some(&b'.') && begins_with::<true>(bytes, length)
}

#[inline(always)]
#[expect(clippy::inline_always, reason = "a call and its spills cost a third of a look-up")]
fn begins_with<const DOTS: bool>(bytes: &[u8], length: usize) -> bool {
    let pair = |at: usize| {
        let window = bytes.get(at..)?;
        Some((window.first_chunk()?, window.get(1..)?.first_chunk()?))
    };
    match length {
        0 => false,
        1..=4 => few_are_labels::<DOTS>(bytes, length),
        // The windows may overlap.
        BYTES..=32 => match (pair(0), pair(length - BYTES)) {
            (Some(first), Some(last)) => are_labels::<DOTS>(first, last),
            _ => false,
        },
        _ => few_or_many::<DOTS>(bytes, length),
    }
}

/// The same for a length that takes fewer windows than two, or more.
#[inline(never)]
fn few_or_many<const DOTS: bool>(bytes: &[u8], length: usize) -> bool {
    let (mut rest, mut left) = (bytes, length);
    while left > BYTES
        && let Some((window, behind)) = rest.split_first_chunk()
        && let Some(next) = rest.get(1..).and_then(<[u8]>::first_chunk)
    {
        if !are_labels::<DOTS>((window, next), (window, next)) {
            return false;
        }
        (rest, left) = (behind, left - BYTES);
    }
    let Some(counted) = COUNTED.get(BYTES.saturating_sub(left)..).and_then(<[u8]>::first_chunk) else {
        return false;
    };
    match (rest.first_chunk(), rest.get(1..).and_then(<[u8]>::first_chunk)) {
        (Some(window), Some(next)) => counted_are_labels::<DOTS>(window, next, counted),
        _ => few_are_labels::<DOTS>(rest, left),
    }
}

/// The same byte for byte, where a window would not fit or would not pay.
#[inline]
fn few_are_labels<const DOTS: bool>(bytes: &[u8], length: usize) -> bool {
    let mut pairs = bytes.windows(2).take(length);
    pairs.all(|pair| matches!(pair, [byte, next] if word::is_label_byte(*byte) || (DOTS && *byte == b'.' && *next != b'.')))
}

/// Whether the bytes of two windows are label bytes, or dots in front of another byte. Each window comes with the one
/// that begins a byte behind it.
// Not inlined: where it is, it is not always turned into vector instructions.
#[inline(never)]
fn are_labels<const DOTS: bool>(
    (first, first_next): (&Window, &Window),
    (last, last_next): (&Window, &Window),
) -> bool {
    let lanes = first.iter().zip(first_next).zip(last.iter().zip(last_next));
    lanes.fold(true, |all, ((first, first_next), (last, last_next))| {
        all & is_in_label::<DOTS>(*first, *first_next) & is_in_label::<DOTS>(*last, *last_next)
    })
}

/// The same for the bytes of one window that count.
#[inline(never)]
#[expect(clippy::needless_bitwise_bool, reason = "a branch for each lane would be no vector")]
fn counted_are_labels<const DOTS: bool>(window: &Window, next: &Window, counted: &Window) -> bool {
    let lanes = window.iter().zip(next).zip(counted);
    lanes.fold(true, |all, ((byte, next), counted)| {
        all & (is_in_label::<DOTS>(*byte, *next) | (*counted == 0))
    })
}

#[inline]
#[expect(clippy::needless_bitwise_bool, reason = "a branch for each lane would be no vector")]
const fn is_in_label<const DOTS: bool>(byte: u8, next: u8) -> bool {
    let is_label_byte =
        (byte.wrapping_sub(b'a') < 26) | (byte.wrapping_sub(b'0') < 10) | (byte == b'-') | (byte == b'_');
    is_label_byte | (DOTS & (byte == b'.') & (next != b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::prelude::v1::*;

    #[test]
    fn every_byte_is_read_at_every_place() {
        for length in (0..36).chain([47, 48, 49, 64, 65]) {
            for behind in [1, 15, 16, 17] {
                let mut bytes = vec![b'x'; length + behind];
                bytes[length..].fill(b'.');
                assert_eq!(begins_with_label(&bytes, length), length > 0);
                assert_eq!(begins_with_labels(&bytes, length), length > 0);
                for at in 0..length {
                    for other in (b'*'..=b'}').chain([0, b'\n', 0x80, 0xff]) {
                        bytes[at] = other;
                        let is_label_byte = word::is_label_byte(other);
                        let is_inner_dot = other == b'.' && at > 0 && at + 1 < length;
                        assert_eq!(begins_with_label(&bytes, length), is_label_byte, "{other} {at} {length}");
                        let labels = begins_with_labels(&bytes, length);
                        assert_eq!(labels, is_label_byte || is_inner_dot, "{other} {at} {length}");
                    }
                    bytes[at] = b'x';
                }
                for at in 1..length {
                    bytes[at - 1..=at].fill(b'.');
                    assert!(!begins_with_labels(&bytes, length), "{at} {length}");
                    bytes[at - 1..=at].fill(b'x');
                }
            }
        }
    }

    #[test]
    fn lengths_that_are_wrong_are_no_labels_and_no_panic() {
        for length in 0..80 {
            for bytes in 0..80 {
                let _ = begins_with_label(&[b'x'; 80][..bytes], length);
                let _ = begins_with_labels(&[b'x'; 80][..bytes], length);
            }
        }
    }
}
