//! MIME Sniffing, 4.4 Parsing a MIME type: as far as CORS looks at it.

use crate::headers::{is_token, normalized};

/// The [essence](https://mimesniff.spec.whatwg.org/#mime-type-essence) in lower case, `type/subtype`. `None` is a
/// failure to parse. Parameters cannot fail.
#[must_use]
pub fn essence(value: &[u8]) -> Option<String> {
    let value = normalized(value);
    let slash = value.iter().position(|byte| *byte == b'/')?;
    let (kind, rest) = (value.get(..slash)?, value.get(slash.checked_add(1)?..)?);
    let subtype = normalized_end(rest.split(|byte| *byte == b';').next().unwrap_or_default());
    let parses = is_token(kind) && is_token(subtype);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).to_ascii_lowercase();
    parses.then(|| format!("{}/{}", text(kind), text(subtype)))
}

/// White space after the subtype is dropped; before it, it fails.
fn normalized_end(mut bytes: &[u8]) -> &[u8] {
    while let [rest @ .., b' ' | b'\t' | b'\r' | b'\n'] = bytes {
        bytes = rest;
    }
    bytes
}

/// [JavaScript MIME type](https://mimesniff.spec.whatwg.org/#javascript-mime-type), by its essence.
#[must_use]
pub fn is_javascript(essence: &str) -> bool {
    let Some((kind, subtype)) = essence.split_once('/') else { return false };
    match kind {
        "application" => matches!(subtype, "ecmascript" | "javascript" | "x-ecmascript" | "x-javascript"),
        "text" => {
            const VERSIONS: [&str; 6] = ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5"];
            let plain = ["ecmascript", "javascript", "jscript", "livescript", "x-ecmascript", "x-javascript"];
            let version = subtype.strip_prefix("javascript");
            plain.contains(&subtype) || version.is_some_and(|version| VERSIONS.contains(&version))
        }
        _ => false,
    }
}
