//! From tokens to a [`Source`]: the first stage of `cors_policy!`, and of whatever else reads policies in Rust sources.
//!
//! Users of cors-policy never name this crate. Its API follows the version of `cors-policy` it is pinned to.

mod attributes;

use std::collections::HashMap;

use cors_policy_compiler::cfg::Atom;
use cors_policy_compiler::diagnostic::Diagnostic;
use cors_policy_compiler::mistake::Mistake;
use cors_policy_compiler::source::{self, Entry, Field, Shape, Source, Spelling, Text, Value};
use proc_macro2::{Literal, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseBuffer, ParseStream, Parser};
use syn::{Ident, Lit, LitStr, Token, braced, bracketed, parenthesized, token};

/// What is written: the two have the same grammar, and other words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grammar {
    /// That of `cors_policy!`.
    Policy,
    /// That of `cors_ceiling!`.
    Ceiling,
}

impl Grammar {
    fn example(self) -> &'static str {
        match self {
            Grammar::Policy => "write `cors_policy! { origins: [\"https://app.example.com\"] }`",
            Grammar::Ceiling => "write `cors_ceiling! { methods: [PUT] }`",
        }
    }

    /// The module of `language` that has the names of fields.
    fn fields(self) -> &'static str {
        match self {
            Grammar::Policy => "fields",
            Grammar::Ceiling => "ceiling",
        }
    }
}

/// A policy or a ceiling as tokens gave it.
#[derive(Debug)]
pub struct Input {
    /// The path of the crate `cors-policy`, as its macro passed it.
    pub krate: TokenStream,
    /// The fields, with numbers for spans.
    pub source: Source,
    /// The place of each span of the source.
    pub spans: Vec<Span>,
    /// Where each condition stands first: its name and its value.
    pub conditions: HashMap<Atom, (Span, Span)>,
    /// The words, in order, and between them the places where another one can stand: for editors.
    pub words: Vec<Word>,
}

/// A word of a policy or ceiling, or a place for one.
#[derive(Clone, Debug)]
pub struct Word {
    /// The module of `cors_policy::language` that has the documentation of it.
    pub module: &'static str,
    /// What is written; `None` where a list ends, and another word can stand.
    pub written: Option<Ident>,
}

/// Reads `$crate { fields }`. What is malformed is reported and left out, so that the rest can be checked.
#[must_use]
pub fn read(input: TokenStream, grammar: Grammar) -> (Input, Vec<Diagnostic>) {
    let mut reader = Reader {
        spans: vec![Span::call_site()],
        conditions: HashMap::new(),
        diagnostics: Vec::new(),
        words: Vec::new(),
        grammar,
        values: "lists",
    };
    let mut parsed = (TokenStream::new(), Vec::new());
    let parse = |input: ParseStream<'_>| {
        let krate: TokenTree = input.parse()?;
        let (_, content) = in_braces(input)?;
        // The whole policy, as well as one token can stand for it: the place of the call is that of this macro.
        reader.spans = vec![content.span()];
        parsed = (krate.into(), reader.fields(&content));
        Ok(())
    };
    if let Err(error) = parse.parse2(input) {
        reader.error(error.span(), error.to_string(), grammar.example());
    }
    let (krate, fields) = parsed;
    let source = Source { spelling: Spelling::Rust, fields, span: source::Span(0) };
    let Reader { spans, conditions, diagnostics, words, .. } = reader;
    (Input { krate, source, spans, conditions, words }, diagnostics)
}

struct Reader {
    spans: Vec<Span>,
    conditions: HashMap<Atom, (Span, Span)>,
    diagnostics: Vec<Diagnostic>,
    words: Vec<Word>,
    grammar: Grammar,
    /// The module of `language` that has the words of the field at hand.
    values: &'static str,
}

/// What a part of the grammar gives: `Err` has been reported.
type Read<T> = Result<T, Reported>;

struct Reported;

impl Reader {
    fn span(&mut self, span: Span) -> source::Span {
        let number = u32::try_from(self.spans.len()).unwrap_or_default();
        self.spans.push(span);
        source::Span(number)
    }

    fn tell_word(&mut self, module: &'static str, word: &Ident) {
        self.words.push(Word { module, written: Some(word.clone()) });
    }

    /// A place at which another word can stand.
    fn tell_end(&mut self, module: &'static str) {
        self.words.push(Word { module, written: None });
    }

    fn error(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) -> Reported {
        let span = self.span(span);
        self.diagnostics.push(Diagnostic::new(Mistake::Syntax, span, message).help(help));
        Reported
    }

    /// Members with commas between them. One that is malformed is skipped up to the next comma.
    fn separated<T>(
        &mut self,
        input: ParseStream<'_>,
        mut member: impl FnMut(&mut Self, ParseStream<'_>) -> Read<T>,
    ) -> Vec<T> {
        let mut members = Vec::new();
        while !input.is_empty() {
            match member(self, input) {
                Ok(member) => members.push(member),
                Err(Reported) => skip_to_comma(input),
            }
            if !input.is_empty() && input.parse::<Token![,]>().is_err() {
                self.error(input.span(), "a comma is missing here", "write `,` in front of it");
                if !input.peek(Ident::peek_any) && !input.peek(Lit) && !input.peek(Token![#]) {
                    skip_to_comma(input);
                    let _ = input.parse::<Token![,]>();
                }
            }
        }
        members
    }

    fn fields(&mut self, input: ParseStream<'_>) -> Vec<Field> {
        let fields = self.separated(input, Self::field);
        self.tell_end(self.grammar.fields());
        fields
    }

    fn field(&mut self, input: ParseStream<'_>) -> Read<Field> {
        let attributes = self.attributes(input)?;
        let (key, place) = self.key(input)?;
        self.values = match key.text.as_str() {
            "methods" => "methods",
            "lints" => "lints",
            _ => "lists",
        };
        if input.parse::<Token![:]>().is_err() {
            let help = format!("write `{}: value`", key.text);
            let message = format!("`:` is missing after `{}`", key.text);
            // The end of the input is no place: it would be that of the whole macro.
            let reported = self.error(if input.is_empty() { place } else { input.span() }, message, help);
            let has_value =
                input.parse::<Token![=]>().is_ok() || input.peek(token::Bracket) || input.peek(token::Brace);
            if !has_value {
                return Err(reported);
            }
        }
        let value = self.value_or_malformed(input);
        Ok(Field { key, value, attributes, conditional: false })
    }

    /// The name of a field or rule, and its place.
    fn key(&mut self, input: ParseStream<'_>) -> Read<(Text, Span)> {
        if let Ok(quoted) = input.parse::<LitStr>() {
            let (text, place) = (quoted.value(), quoted.span());
            self.error(place, "the name of a field stands without quotes", format!("write `{text}`"));
            return Ok((Text { text, span: self.span(place) }, place));
        }
        let Ok(key) = input.call(Ident::parse_any) else {
            return Err(self.error(input.span(), "a field begins with its name", "write `name: value`"));
        };
        // The name of a rule or of a profile.
        let is_own = input.peek(token::Brace) || (input.peek(Token![:]) && input.peek2(token::Brace));
        if !is_own || (self.grammar == Grammar::Ceiling && key == "profiles") {
            self.tell_word(self.grammar.fields(), &key);
        }
        Ok((Text { text: key.unraw().to_string(), span: self.span(key.span()) }, key.span()))
    }

    fn entry(&mut self, input: ParseStream<'_>) -> Read<Entry> {
        let attributes = self.attributes(input)?;
        let value = self.value_or_malformed(input);
        Ok(Entry { value, attributes, conditional: false })
    }

    /// A value, also where it is malformed, so that it is not missed as well.
    fn value_or_malformed(&mut self, input: ParseStream<'_>) -> Value {
        self.value(input).unwrap_or_else(|Reported| {
            self.tell_end(self.values);
            skip_to_comma(input);
            Value { shape: Shape::Malformed, span: source::Span(0) }
        })
    }

    fn value(&mut self, input: ParseStream<'_>) -> Read<Value> {
        if input.peek(token::Bracket) {
            let (brackets, content) = inside(|| in_brackets(input))?;
            let span = self.span(brackets.span.join());
            let entries = self.separated(&content, Self::entry);
            self.tell_end(self.values);
            return Ok(Value { shape: Shape::List(entries), span });
        }
        if input.peek(token::Brace) {
            let (braces, content) = inside(|| in_braces(input))?;
            let span = self.span(braces.span.join());
            let fields = self.fields(&content);
            return Ok(Value { shape: Shape::Map(fields), span });
        }
        if let Some((literal, _)) = input.cursor().literal()
            && let Some(text) = plain(&literal)
        {
            let span = self.span(literal.span());
            return inside(|| input.parse::<Literal>()).map(|_| Value { shape: Shape::Text(text), span });
        }
        if let Ok(literal) = input.parse::<Lit>() {
            let span = self.span(literal.span());
            return Ok(Value { shape: shape(&literal), span });
        }
        if let Ok(word) = input.call(Ident::parse_any) {
            return self.word(&word, input);
        }
        if input.peek(Token![-]) {
            return self.negative(input);
        }
        let help =
            if input.peek(Token![*]) { "write `any`" } else { "write a string, a number, a name or a list" };
        Err(self.error(input.span(), "a value is missing here", help))
    }

    /// An identifier, unless it is the beginning of something else.
    fn word(&mut self, word: &Ident, input: ParseStream<'_>) -> Read<Value> {
        if input.peek(Token![!]) {
            let message =
                format!("`{word}!` cannot stand in a policy, which is checked before macros inside it run");
            return Err(self.error(word.span(), message, "write the text itself in quotes"));
        }
        if input.peek(Token![:]) && !input.peek(Token![::]) {
            let message = format!("`{word}:` does not stand in quotes");
            return Err(self.error(
                word.span(),
                message,
                "put origins in quotes; outside them `//` begins a comment",
            ));
        }
        if input.peek(Token![-]) {
            let message = format!("`{word}-…` is not an identifier");
            return Err(self.error(word.span(), message, "put names with a hyphen in quotes"));
        }
        self.tell_word(self.values, word);
        let span = self.span(word.span());
        Ok(Value { shape: Shape::Word(word.unraw().to_string()), span })
    }

    fn negative(&mut self, input: ParseStream<'_>) -> Read<Value> {
        let minus = inside(|| input.parse::<Token![-]>())?;
        let Ok(Lit::Int(number)) = input.parse::<Lit>() else {
            return Err(self.error(input.span(), "a number is missing after `-`", "write a number"));
        };
        let span = self.span(minus.span);
        let shape = number.base10_parse::<i64>().map_or(TOO_LARGE, |number| Shape::Integer(-number));
        Ok(Value { shape, span })
    }
}

const TOO_LARGE: Shape = Shape::Other("a number that is too large");

/// The text of a string without escapes. `Lit` reads each character twice, which takes longer than anything else done
/// to the tokens of a long list.
fn plain(literal: &Literal) -> Option<String> {
    let text = literal.to_string();
    let text = text.strip_prefix('"')?.strip_suffix('"')?;
    // A line break of two characters counts as one.
    (!text.contains('\\') && !text.contains('\r')).then(|| text.to_owned())
}

fn shape(literal: &Lit) -> Shape {
    match literal {
        Lit::Str(text) => Shape::Text(text.value()),
        Lit::Bool(boolean) => Shape::Boolean(boolean.value),
        Lit::Int(number) if !number.suffix().is_empty() => Shape::Other("a number with a suffix"),
        Lit::Int(number) => number.base10_parse().map_or(TOO_LARGE, Shape::Integer),
        Lit::Float(_) => Shape::Other("a number with a fraction"),
        Lit::Char(_) => Shape::Other("a character"),
        _ => Shape::Other("bytes"),
    }
}

/// For what a `peek` has already seen, so that it cannot fail.
fn inside<T>(parse: impl FnOnce() -> syn::Result<T>) -> Read<T> {
    parse().map_err(|_| Reported)
}

fn in_braces(input: ParseStream<'_>) -> syn::Result<(token::Brace, ParseBuffer<'_>)> {
    let content;
    let braces = braced!(content in input);
    Ok((braces, content))
}

fn in_brackets(input: ParseStream<'_>) -> syn::Result<(token::Bracket, ParseBuffer<'_>)> {
    let content;
    let brackets = bracketed!(content in input);
    Ok((brackets, content))
}

fn in_parentheses(input: ParseStream<'_>) -> syn::Result<ParseBuffer<'_>> {
    let content;
    parenthesized!(content in input);
    Ok(content)
}

fn skip_to_comma(input: ParseStream<'_>) {
    while !input.is_empty() && !input.peek(Token![,]) && input.parse::<TokenTree>().is_ok() {}
}

fn skip_all(input: ParseStream<'_>) {
    while !input.is_empty() && input.parse::<TokenTree>().is_ok() {}
}
