//! Lines of any number, and of a bounded length.

use std::io::{self, BufRead};

/// The most bytes of a line. Servers take some 64 KiB of headers.
pub(super) const LONGEST: usize = 1024 * 1024;

/// What stands in a line.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Nothing but spaces.
    Blank,
    /// Without the line break.
    Text(Vec<u8>),
    /// More than is read. The rest of it was skipped.
    TooLong,
}

pub(super) struct Lines<R> {
    input: R,
    /// Whether nothing is left of what was read last.
    is_drained: bool,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(input: R) -> Self {
        Lines { input, is_drained: true }
    }

    /// Whether the next line is not there yet.
    pub(super) fn would_wait(&self) -> bool {
        self.is_drained
    }

    /// The next line; `None` behind the last.
    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        let mut line = Vec::new();
        let mut is_too_long = false;
        let mut is_end = true;
        loop {
            let buffer = match self.input.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if buffer.is_empty() {
                self.is_drained = true;
                break;
            }
            is_end = false;
            let end = buffer.iter().position(|byte| *byte == b'\n');
            let part = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
            let fits = line.len() + part.len() <= LONGEST;
            is_too_long |= !fits;
            if fits && !is_too_long {
                line.extend_from_slice(part);
            }
            let read = end.map_or(buffer.len(), |end| end + 1);
            self.is_drained = read == buffer.len();
            self.input.consume(read);
            if end.is_some() {
                break;
            }
        }
        Ok(match (is_end, is_too_long) {
            (true, _) => None,
            (_, true) => Some(Line::TooLong),
            _ if line.iter().all(u8::is_ascii_whitespace) => Some(Line::Blank),
            _ => Some(Line::Text(line)),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    fn read(text: &[u8], capacity: usize) -> Vec<Line> {
        let mut lines = Lines::new(BufReader::with_capacity(capacity, text));
        std::iter::from_fn(|| lines.next().unwrap()).collect()
    }

    #[test]
    fn lines_are_told_apart() {
        let text = |text: &str| Line::Text(text.as_bytes().to_owned());
        for capacity in [1, 2, 3, 100] {
            assert_eq!(read(b"", capacity), []);
            assert_eq!(read(b"a\n\n  \r\nbc", capacity), [text("a"), Line::Blank, Line::Blank, text("bc")]);
        }
    }

    #[test]
    fn a_long_line_is_skipped_and_not_kept() {
        let mut input = vec![b'a'; LONGEST];
        input.push(b'\n');
        assert!(matches!(read(&input, 1000).as_slice(), [Line::Text(line)] if line.len() == LONGEST));
        input.insert(0, b'a');
        input.extend(b"b\n");
        assert_eq!(read(&input, 1000), [Line::TooLong, Line::Text(b"b".to_vec())]);
    }
}
