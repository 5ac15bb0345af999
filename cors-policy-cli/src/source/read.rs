//! Reading files, within bounds.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::Source;
use crate::console::Console;
use crate::failure::Failure;

/// The largest file that is read: a policy of 100,000 origins has some 5 MB.
const LARGEST: u64 = 16 * 1024 * 1024;

/// The file.
pub(crate) fn read(path: &Path) -> Result<Source, Failure> {
    let shown = path.strip_prefix(".").ok().filter(|rest| !rest.as_os_str().is_empty()).unwrap_or(path);
    let name = shown.display().to_string();
    // A pipe or a device is read like a file, and bounded like one.
    let bytes = File::open(path).and_then(bounded);
    source(&name, bytes)
}

/// What stands on the standard input.
pub(crate) fn read_input(console: &mut Console<'_>) -> Result<Source, Failure> {
    source("<stdin>", bounded(&mut console.input))
}

fn bounded(file: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn source(name: &str, bytes: io::Result<Vec<u8>>) -> Result<Source, Failure> {
    let name = super::printable(name);
    let bytes = bytes.map_err(|error| Failure::failed(format!("`{name}` cannot be read: {error}")))?;
    if bytes.len() as u64 > LARGEST {
        let most = LARGEST / (1024 * 1024);
        return Err(Failure::failed(format!("`{name}` is larger than {most} MiB, the most that is read")));
    }
    if bytes.contains(&0) {
        return Err(Failure::failed(format!("`{name}` is not text: there is a zero byte in it")));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let place = error.utf8_error().valid_up_to();
        Failure::failed(format!("`{name}` is not UTF-8: the byte at {place} begins no character"))
    })?;
    Ok(Source::new(&name, text))
}
