//! Requests and responses, as far as CORS looks at them: nothing but names and values.

use std::fmt;

/// Header lines in order. Names are compared without case.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, Vec<u8>)>);

/// Values as text, with escapes.
impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.iter().map(|(name, value)| format!("{name}: {}", value.escape_ascii())))
            .finish()
    }
}

impl Headers {
    /// Every line, its name in lower case.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_slice()))
    }

    /// The values of a field, a line each.
    pub fn lines(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        self.iter().filter(move |(line, _)| line.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// Whether the field is there at all.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.lines(name).next().is_some()
    }

    /// The lines of a field without the white space around them, joined by a comma and a space, as the Fetch
    /// standard *gets* a header.
    #[must_use]
    pub fn combined(&self, name: &str) -> Option<Vec<u8>> {
        let lines: Vec<&[u8]> = self.lines(name).map(trim).collect();
        (!lines.is_empty()).then(|| lines.join(&b", "[..]))
    }

    /// Adds a line.
    pub fn append(&mut self, name: &str, value: &[u8]) {
        self.0.push((name.to_ascii_lowercase(), value.to_vec()));
    }

    /// Removes every line of a field.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(line, _)| !line.eq_ignore_ascii_case(name));
    }

    /// Puts one line in place of all.
    pub fn set(&mut self, name: &str, value: &[u8]) {
        self.remove(name);
        self.append(name, value);
    }

    /// The same lines in the order of their names; lines of one name keep theirs.
    #[must_use]
    pub fn sorted(mut self) -> Self {
        self.0.sort_by(|one, other| one.0.cmp(&other.0));
        self
    }
}

impl<N: AsRef<str>, V: AsRef<[u8]>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(lines: I) -> Self {
        let mut headers = Headers::default();
        for (name, value) in lines {
            headers.append(name.as_ref(), value.as_ref());
        }
        headers
    }
}

/// A request as it arrives at the server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The method, case kept.
    pub method: String,
    /// The header lines.
    pub headers: Headers,
}

/// A response as it arrives at the browser.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The header lines.
    pub headers: Headers,
}

/// The members of a comma-separated list over all lines of a field, without the empty ones.
#[must_use]
pub fn members(headers: &Headers, name: &str) -> Vec<Vec<u8>> {
    let members = headers.lines(name).flat_map(|line| line.split(|byte| *byte == b',')).map(trim);
    members.filter(|member| !member.is_empty()).map(<[u8]>::to_vec).collect()
}

/// The bytes between the spaces and tabs around them.
fn trim(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}
