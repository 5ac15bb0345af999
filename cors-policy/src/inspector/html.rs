//! HTML, written so that nothing of a request can become markup.

use std::fmt::{self, Display, Write};

use cors_policy_compiler::render::is_hidden;

/// Markup is what stands in this source; all else is text.
#[derive(Debug, Default)]
pub(super) struct Html(String);

impl Html {
    /// Markup. Only literals: what is known at run time is text.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Text, for content and for the values of attributes in double quotes.
    pub(super) fn text(&mut self, text: impl Display) -> &mut Self {
        // Writing into a string cannot fail.
        let _ = write!(Escaped(&mut self.0), "{text}");
        self
    }

    /// An element with nothing but text in it.
    pub(super) fn element(
        &mut self,
        start: &'static str,
        text: impl Display,
        end: &'static str,
    ) -> &mut Self {
        self.raw(start).text(text).raw(end)
    }

    /// A sentence: text in which what stands between backquotes is code.
    pub(super) fn prose(&mut self, text: &str) -> &mut Self {
        for (place, part) in text.split('`').enumerate() {
            match place % 2 {
                0 => self.text(part),
                _ => self.element("<code>", part, "</code>"),
            };
        }
        self
    }

    /// A sentence that begins in lower case and has no full stop.
    pub(super) fn sentence(&mut self, text: &str) -> &mut Self {
        self.prose(&capitalised(text)).raw(if text.ends_with(['.', '!', '?', '…']) { "" } else { "." })
    }

    pub(super) fn finish(self) -> String {
        self.0
    }
}

pub(super) fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(chars).collect()
}

struct Escaped<'h>(&'h mut String);

impl Write for Escaped<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for char in text.chars() {
            match char {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                '\n' => self.0.push('\n'),
                // A parser drops or replaces some of them, and some change the order in which the rest is shown.
                other if is_hidden(other) => {
                    write!(self.0, "\\u{{{:x}}}", u32::from(other))?;
                }
                other => self.0.push(other),
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Html;

    fn text(text: &str) -> String {
        let mut html = Html::default();
        html.text(text);
        html.finish()
    }

    #[test]
    fn text_is_no_markup() {
        assert_eq!(text("<script>\"&'</script>"), "&lt;script&gt;&quot;&amp;&#39;&lt;/script&gt;");
        assert_eq!(text("a\u{202e}b\0c\u{7f}\nd\u{85}é"), "a\\u{202e}b\\u{0}c\\u{7f}\nd\\u{85}é");
    }

    #[test]
    fn code_stands_between_backquotes() {
        let mut html = Html::default();
        html.prose("the method `<PUT>` is `odd");
        assert_eq!(html.finish(), "the method <code>&lt;PUT&gt;</code> is <code>odd</code>");
    }
}
