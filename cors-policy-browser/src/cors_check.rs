//! 4.10 CORS check.

use crate::headers::Headers;
use crate::reason::Reason;
use crate::request::CredentialsMode;

/// The [CORS check](https://fetch.spec.whatwg.org/#concept-cors-check) of a response to a request whose origin
/// serialises to `origin`.
///
/// # Errors
///
/// Why it fails.
pub fn cors_check(origin: &[u8], credentials: CredentialsMode, response: &Headers) -> Result<(), Reason> {
    // Steps 1 and 2: several lines are one value with commas in it.
    let Some(got) = response.get("access-control-allow-origin") else {
        return Err(Reason::AcaoMissing { expected: origin.to_vec() });
    };
    let include = credentials == CredentialsMode::Include;
    // Step 3.
    if got == b"*" {
        if include {
            return Err(Reason::AcaoWildcardWithCredentials { expected: origin.to_vec() });
        }
        return Ok(());
    }
    // Step 4: byte for byte.
    if got != origin {
        let lines = response.lines("access-control-allow-origin").count();
        return Err(Reason::AcaoMismatch { expected: origin.to_vec(), got, lines });
    }
    // Step 5.
    if !include {
        return Ok(());
    }
    // Steps 6 and 7: `true` in lower case, once.
    match response.get("access-control-allow-credentials") {
        Some(value) if value == b"true" => Ok(()),
        got => Err(Reason::AcacNotTrue { got }),
    }
}
