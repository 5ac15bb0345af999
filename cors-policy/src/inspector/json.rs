//! JSON, written by hand: the run time has no other use for a library that does it.

use std::fmt::{self, Display, Write};

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    Number(u64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(&'static str, Json)>),
}

impl Json {
    pub(super) fn list<T>(items: impl IntoIterator<Item = T>, json: impl FnMut(T) -> Json) -> Json {
        Json::List(items.into_iter().map(json).collect())
    }

    pub(super) fn texts<T: AsRef<str>>(items: impl IntoIterator<Item = T>) -> Json {
        Json::list(items, |item| Json::from(item.as_ref()))
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Json::Text(text.to_owned())
    }
}

impl From<bool> for Json {
    fn from(bool: bool) -> Self {
        Json::Bool(bool)
    }
}

impl From<u64> for Json {
    fn from(number: u64) -> Self {
        Json::Number(number)
    }
}

impl From<u16> for Json {
    fn from(number: u16) -> Self {
        Json::Number(number.into())
    }
}

impl<T: Into<Json>> From<Option<T>> for Json {
    fn from(option: Option<T>) -> Self {
        option.map_or(Json::Null, Into::into)
    }
}

impl Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Bool(bool) => bool.fmt(f),
            Json::Number(number) => number.fmt(f),
            Json::Text(text) => quoted(f, text),
            Json::List(items) => {
                f.write_char('[')?;
                for (place, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if place == 0 { "" } else { "," })?;
                }
                f.write_char(']')
            }
            Json::Object(fields) => {
                f.write_char('{')?;
                for (place, (name, value)) in fields.iter().enumerate() {
                    write!(f, "{}\"{name}\":{value}", if place == 0 { "" } else { "," })?;
                }
                f.write_char('}')
            }
        }
    }
}

/// [RFC 8259, section 7](https://www.rfc-editor.org/rfc/rfc8259#section-7); `<` too, for whoever puts it into a page.
fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for char in text.chars() {
        match char {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '<' | '\u{0}'..='\u{1f}' | '\u{7f}' | '\u{2028}' | '\u{2029}' => {
                write!(f, "\\u{:04x}", u32::from(char))?;
            }
            other => f.write_char(other)?,
        }
    }
    f.write_char('"')
}

#[cfg(test)]
mod tests {
    use super::Json;

    #[test]
    fn what_is_written_is_what_is_read() {
        let text: String = (0..0x3000).filter_map(char::from_u32).collect();
        let json = Json::Object(vec![
            ("text", Json::from(text.as_str())),
            ("list", Json::list([1_u64, u64::MAX], Json::from)),
            ("none", Json::from(None::<bool>)),
            ("some", Json::from(Some(true))),
            ("empty", Json::Object(Vec::new())),
            ("texts", Json::texts(["a", "😀"])),
        ]);
        let read: serde_json::Value = serde_json::from_str(&json.to_string()).unwrap();
        let expected = serde_json::json!({
            "text": text, "list": [1, u64::MAX], "none": null, "some": true, "empty": {}, "texts": ["a", "😀"],
        });
        assert_eq!(read, expected);
        assert!(!Json::from("</script>").to_string().contains('<'));
    }
}
