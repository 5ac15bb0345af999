//! Tokens and lists of tokens ([RFC 9110, section 5.6](https://www.rfc-editor.org/rfc/rfc9110#section-5.6)).

use cors_policy_program::is_token;

/// The longest `Access-Control-Request-Headers` that is looked at. Browsers send the names of the headers that a
/// script sets: some hundred bytes.
const LONGEST_LIST: usize = 4096;

/// Whether an `Access-Control-Request-Method` may be sent back as it came.
pub(crate) fn is_echoable_token(line: &[u8]) -> bool {
    line.len() <= LONGEST_LIST && is_token(line)
}

/// The members of a comma-separated list, without the empty ones.
pub(crate) fn members(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|byte| *byte == b',').map(<[u8]>::trim_ascii).filter(|member| !member.is_empty())
}

/// Whether an `Access-Control-Request-Headers` may be sent back as it came.
pub(crate) fn is_echoable_list(line: &[u8], authorization: bool) -> bool {
    line.len() <= LONGEST_LIST
        && members(line).next().is_some()
        && members(line)
            .all(|name| is_token(name) && (authorization || !name.eq_ignore_ascii_case(b"authorization")))
}
