//! 2.2.2 Headers: header lists, and how the standard reads them.

use std::fmt;

/// A [header list](https://fetch.spec.whatwg.org/#concept-header-list): names and values in order. Names are
/// compared without case and keep the case that they were given; values are bytes.
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
    /// An empty list.
    #[must_use]
    pub fn new() -> Self {
        Headers::default()
    }

    /// Every line in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_slice()))
    }

    /// The values of a field, a line each.
    pub fn lines(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        self.iter().filter(move |(line, _)| line.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// [Contains](https://fetch.spec.whatwg.org/#header-list-contains).
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.lines(name).next().is_some()
    }

    /// [Get](https://fetch.spec.whatwg.org/#concept-header-list-get): the lines of a field without the spaces and
    /// tabs around them, joined by a comma and a space. `None` where there is no line.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Vec<u8>> {
        let lines: Vec<&[u8]> = self.lines(name).map(trimmed).collect();
        (!lines.is_empty()).then(|| lines.join(&b", "[..]))
    }

    /// [Append](https://fetch.spec.whatwg.org/#concept-header-list-append): adds a line.
    pub fn append(&mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) {
        self.0.push((name.into(), value.into()));
    }

    /// [Set](https://fetch.spec.whatwg.org/#concept-header-list-set): one line in place of all.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<Vec<u8>>) {
        let name = name.into();
        self.remove(&name);
        self.append(name, value);
    }

    /// [Combine](https://fetch.spec.whatwg.org/#concept-header-list-combine): adds the value to the first line, behind
    /// a comma and a space, or adds a line.
    pub fn combine(&mut self, name: &str, value: &[u8]) {
        match self.0.iter_mut().find(|(line, _)| line.eq_ignore_ascii_case(name)) {
            Some((_, combined)) => {
                combined.extend_from_slice(b", ");
                combined.extend_from_slice(value);
            }
            None => self.append(name, value),
        }
    }

    /// [Delete](https://fetch.spec.whatwg.org/#concept-header-list-delete): removes every line of a field.
    pub fn remove(&mut self, name: &str) {
        self.0.retain(|(line, _)| !line.eq_ignore_ascii_case(name));
    }

    /// Whether there is no line.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The names of the fields in lower case, each once, in the order of their first lines.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for (name, _) in self.iter() {
            let name = name.to_ascii_lowercase();
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    /// [Extract header list values](https://fetch.spec.whatwg.org/#extract-header-list-values) of a field that is
    /// `#token` in each line: `None` where the field is absent.
    ///
    /// # Errors
    ///
    /// One bad token fails the whole field.
    pub fn tokens(&self, name: &str) -> Result<Option<Vec<String>>, BadToken> {
        if !self.has(name) {
            return Ok(None);
        }
        let members = self.lines(name).flat_map(|line| line.split(|byte| *byte == b',')).map(trimmed);
        let members = members.filter(|member| !member.is_empty());
        let tokens = members.map(|member| token(member).ok_or_else(|| BadToken(member.to_vec())));
        tokens.collect::<Result<_, _>>().map(Some)
    }
}

impl<N: Into<String>, V: Into<Vec<u8>>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(lines: I) -> Self {
        Headers(lines.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// The member of a list that is no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadToken(
    /// The member, without the white space around it.
    pub Vec<u8>,
);

fn token(bytes: &[u8]) -> Option<String> {
    is_token(bytes).then(|| String::from_utf8_lossy(bytes).into_owned())
}

/// A token by RFC 9110, section 5.6.2: what methods and names of headers are made of.
#[must_use]
pub fn is_token(bytes: &[u8]) -> bool {
    let is_tchar = |byte: &u8| match byte {
        b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|'
        | b'~' => true,
        other => other.is_ascii_alphanumeric(),
    };
    !bytes.is_empty() && bytes.iter().all(is_tchar)
}

/// The bytes between the spaces and tabs around them.
#[must_use]
pub fn trimmed(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = bytes {
        bytes = rest;
    }
    bytes
}

/// [Normalize](https://fetch.spec.whatwg.org/#concept-header-value-normalize): the bytes between the HTTP white space
/// (space, tab, line ends) around them.
#[must_use]
pub fn normalized(mut bytes: &[u8]) -> &[u8] {
    while let [b' ' | b'\t' | b'\r' | b'\n', rest @ ..] | [rest @ .., b' ' | b'\t' | b'\r' | b'\n'] = bytes {
        bytes = rest;
    }
    bytes
}

/// A [header value](https://fetch.spec.whatwg.org/#header-value): no white space around it, and neither NUL nor line
/// ends within.
#[must_use]
pub fn is_value(bytes: &[u8]) -> bool {
    normalized(bytes).len() == bytes.len() && !bytes.iter().any(|byte| matches!(byte, 0 | b'\r' | b'\n'))
}
