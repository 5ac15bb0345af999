//! The words of the grammar: labels, the parts of a host name between its dots, and tokens.

/// The most bytes a label has ([RFC 1035, section 2.3.4](https://www.rfc-editor.org/rfc/rfc1035#section-2.3.4)).
pub const LONGEST_LABEL: usize = 63;

/// The longest origin in which no label can be too long: `http://` and one label.
const SURELY_SHORT: usize = 7 + LONGEST_LABEL;

const LABEL_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::indexing_slicing, reason = "a constant: out of bounds would not compile")]
        #[expect(clippy::cast_possible_truncation, reason = "below 256")]
        {
            table[byte] = matches!(byte as u8, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
        }
        byte += 1;
    }
    table
};

/// Whether a `*` in a pattern's host can stand for this byte: `[a-z0-9_-]`.
///
/// `_` is outside the grammar that the Fetch standard gives for `Origin`, but browsers and DNS carry it.
#[must_use]
#[inline]
pub const fn is_label_byte(byte: u8) -> bool {
    #[expect(clippy::indexing_slicing, reason = "256 entries, indexed by a byte")]
    LABEL_BYTES[byte as usize]
}

/// Whether the bytes are a token: the name of a method or of a header
/// ([RFC 9110, section 5.6.2](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2)).
#[must_use]
pub fn is_token(bytes: &[u8]) -> bool {
    let is_token_byte = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !bytes.is_empty() && bytes.iter().all(is_token_byte)
}

/// What is left of the bytes without the label bytes at their end, of which there must be one.
#[inline]
pub(crate) fn skip_label(bytes: &[u8]) -> Option<&[u8]> {
    let mut left = bytes;
    // Four at once: one branch instead of four, and their look-ups do not wait for each other.
    while let Some((before, last)) = left.split_last_chunk::<4>()
        && last.iter().fold(true, |all, byte| all & is_label_byte(*byte))
    {
        left = before;
    }
    while let Some((last, before)) = left.split_last()
        && is_label_byte(*last)
    {
        left = before;
    }
    if left.len() < bytes.len() { Some(left) } else { None }
}

/// Whether two slices of the same length are equal. Most are short: words that may overlap beat a call.
#[inline(always)]
#[expect(clippy::inline_always, reason = "a call and its spills cost a third of a look-up")]
pub(crate) fn equal(a: &[u8], b: &[u8]) -> bool {
    if let (Some(first), Some(last)) = (a.first_chunk::<16>(), a.last_chunk::<16>()) {
        return match a.len() {
            ..=32 => Some(first) == b.first_chunk() && Some(last) == b.last_chunk(),
            33..=64 => a.first_chunk::<32>() == b.first_chunk() && a.last_chunk::<32>() == b.last_chunk(),
            _ => a == b,
        };
    }
    if let (Some(first), Some(last)) = (a.first_chunk::<8>(), a.last_chunk::<8>()) {
        return Some(first) == b.first_chunk() && Some(last) == b.last_chunk();
    }
    match (a.first_chunk::<4>(), a.last_chunk::<4>()) {
        (Some(first), Some(last)) => Some(first) == b.first_chunk() && Some(last) == b.last_chunk(),
        _ => a == b,
    }
}

/// Whether no label of the origin's host is longer than [`LONGEST_LABEL`].
#[inline]
pub(crate) fn labels_fit(origin: &[u8]) -> bool {
    origin.len() <= SURELY_SHORT || long_labels_fit(origin)
}

#[cold]
fn long_labels_fit(origin: &[u8]) -> bool {
    let mut parts = origin.split(|&byte| matches!(byte, b'.' | b':' | b'/'));
    let _scheme = parts.next();
    parts.all(|label| label.len() <= LONGEST_LABEL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_label_bytes_are_skipped_whole() {
        for other in (0..=u8::MAX).filter(|byte| !is_label_byte(*byte)) {
            for before in 0..20 {
                for run in 0..20 {
                    let mut bytes = [b'x'; 40];
                    bytes[..before].fill(other);
                    let left = skip_label(&bytes[..before + run]).map(<[u8]>::len);
                    assert_eq!(left, (run > 0).then_some(before), "{other} {before} {run}");
                }
            }
        }
    }
}
