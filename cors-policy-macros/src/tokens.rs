//! From tokens to a [`Source`].

use std::collections::HashMap;

use cors_policy_compiler::cfg::{Atom, Cfg};
use cors_policy_compiler::diagnostic::Diagnostic;
use cors_policy_compiler::mistake::Mistake;
use cors_policy_compiler::source::{
    self, Allow, Attribute, AttributeKind, Entry, Field, Shape, Source, Spelling, Text, Value,
};
use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseBuffer, ParseStream, Parser};
use syn::{Ident, Lit, LitStr, Token, braced, bracketed, parenthesized, token};

/// A policy as tokens gave it.
pub(crate) struct Input {
    /// The path of the crate `cors-policy`, as its macro passed it.
    pub(crate) krate: TokenStream,
    pub(crate) source: Source,
    /// The place of each span of the source.
    pub(crate) spans: Vec<Span>,
    /// Where each condition stands first.
    pub(crate) conditions: HashMap<Atom, Span>,
}

/// Reads `$crate { fields }`. What is malformed is reported and left out, so that the rest can be checked.
pub(crate) fn read(input: TokenStream) -> (Input, Vec<Diagnostic>) {
    let mut reader = Reader { spans: vec![Span::call_site()], ..Reader::default() };
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
        reader.error(
            error.span(),
            error.to_string(),
            "write `cors_policy! { origins: [\"https://app.example.com\"] }`",
        );
    }
    let (krate, fields) = parsed;
    let source = Source { spelling: Spelling::Rust, fields, span: source::Span(0) };
    let Reader { spans, conditions, diagnostics } = reader;
    (Input { krate, source, spans, conditions }, diagnostics)
}

#[derive(Default)]
struct Reader {
    spans: Vec<Span>,
    conditions: HashMap<Atom, Span>,
    diagnostics: Vec<Diagnostic>,
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
        self.separated(input, |reader, input| {
            let attributes = reader.attributes(input)?;
            let Ok(key) = input.call(Ident::parse_any) else {
                return Err(reader.error(
                    input.span(),
                    "a field begins with its name",
                    "write `name: value`",
                ));
            };
            let key = Text { text: key.unraw().to_string(), span: reader.span(key.span()) };
            if input.parse::<Token![:]>().is_err() {
                let help = format!("write `{}: value`", key.text);
                let message = format!("`:` is missing behind `{}`", key.text);
                let reported = reader.error(input.span(), message, help);
                if input.parse::<Token![=]>().is_err() {
                    return Err(reported);
                }
            }
            let value = reader.value_or_malformed(input);
            Ok(Field { key, value, attributes, conditional: false })
        })
    }

    fn entry(&mut self, input: ParseStream<'_>) -> Read<Entry> {
        let attributes = self.attributes(input)?;
        let value = self.value_or_malformed(input);
        Ok(Entry { value, attributes, conditional: false })
    }

    /// A value, also where it is malformed, so that it is not missed as well.
    fn value_or_malformed(&mut self, input: ParseStream<'_>) -> Value {
        self.value(input).unwrap_or_else(|Reported| {
            skip_to_comma(input);
            Value { shape: Shape::Malformed, span: source::Span(0) }
        })
    }

    fn value(&mut self, input: ParseStream<'_>) -> Read<Value> {
        if input.peek(token::Bracket) {
            let (brackets, content) = inside(|| in_brackets(input))?;
            let span = self.span(brackets.span.join());
            let entries = self.separated(&content, Self::entry);
            return Ok(Value { shape: Shape::List(entries), span });
        }
        if input.peek(token::Brace) {
            let (braces, content) = inside(|| in_braces(input))?;
            let span = self.span(braces.span.join());
            let fields = self.fields(&content);
            return Ok(Value { shape: Shape::Map(fields), span });
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
        let span = self.span(word.span());
        Ok(Value { shape: Shape::Word(word.unraw().to_string()), span })
    }

    fn negative(&mut self, input: ParseStream<'_>) -> Read<Value> {
        let minus = inside(|| input.parse::<Token![-]>())?;
        let Ok(Lit::Int(number)) = input.parse::<Lit>() else {
            return Err(self.error(input.span(), "a number is missing behind `-`", "write a number"));
        };
        let span = self.span(minus.span);
        let shape = number.base10_parse::<i64>().map_or(TOO_LARGE, |number| Shape::Integer(-number));
        Ok(Value { shape, span })
    }

    fn attributes(&mut self, input: ParseStream<'_>) -> Read<Vec<Attribute>> {
        let mut attributes = Vec::new();
        while input.peek(Token![#]) {
            inside(|| input.parse::<Token![#]>())?;
            if !input.peek(token::Bracket) {
                return Err(self.error(input.span(), "an attribute stands in brackets", "write `#[…]`"));
            }
            let (_, content) = inside(|| in_brackets(input))?;
            attributes.extend(self.attribute(&content));
        }
        Ok(attributes)
    }

    /// What stands in `#[…]`; `None` where it means nothing, or has been reported.
    fn attribute(&mut self, input: ParseStream<'_>) -> Option<Attribute> {
        let Ok(name) = input.call(Ident::parse_any) else {
            self.error(
                input.span(),
                "an attribute begins with its name",
                "write `#[allow(…)]` or `#[cfg(…)]`",
            );
            skip_all(input);
            return None;
        };
        let span = self.span(name.span());
        let kind = match name.to_string().as_str() {
            "allow" => {
                self.arguments(input, |reader, input| Ok(reader.allow(input))).map(AttributeKind::Allow)
            }
            "cfg" => self.arguments(input, Self::predicate).map(AttributeKind::Cfg),
            "doc" => {
                skip_all(input);
                return None;
            }
            other => {
                let message = format!("`{other}` is not an attribute of the policy language");
                let help = "the attributes are `#[allow(lint, reason = \"…\")]` and `#[cfg(…)]`";
                self.diagnostics.push(Diagnostic::new(Mistake::UnknownAttribute, span, message).help(help));
                skip_all(input);
                return None;
            }
        };
        Some(Attribute { kind: kind.ok()?, span })
    }

    fn arguments<T>(
        &mut self,
        input: ParseStream<'_>,
        read: fn(&mut Self, ParseStream<'_>) -> Read<T>,
    ) -> Read<T> {
        if !input.peek(token::Paren) {
            return Err(self.error(
                input.span(),
                "this attribute takes arguments",
                "write them in parentheses",
            ));
        }
        let content = inside(|| in_parentheses(input))?;
        let arguments = read(self, &content);
        if arguments.is_err() {
            skip_all(&content);
        }
        let _ = content.parse::<Token![,]>();
        let arguments = arguments.and_then(|arguments| self.nothing_left(&content).map(|()| arguments));
        self.nothing_left(input)?;
        arguments
    }

    /// What is left unread would change the meaning of what was read.
    fn nothing_left(&mut self, input: ParseStream<'_>) -> Read<()> {
        if input.is_empty() {
            return Ok(());
        }
        let help = "write `#[allow(lint, reason = \"…\")]`, or one predicate in `#[cfg(…)]`";
        let reported = self.error(input.span(), "this does not belong into the attribute", help);
        skip_all(input);
        Err(reported)
    }

    fn allow(&mut self, input: ParseStream<'_>) -> Allow {
        let mut allow = Allow::default();
        let arguments = self.separated(input, |reader, input| {
            let Ok(name) = input.call(Ident::parse_any) else {
                let help = "write `#[allow(insecure_origin, reason = \"…\")]`";
                return Err(reader.error(input.span(), "the name of a lint is missing here", help));
            };
            let span = reader.span(name.span());
            if name != "reason" || !input.peek(Token![=]) {
                let mut text = name.to_string();
                // `clippy::all` is a lint of somebody else.
                while input.parse::<Token![::]>().is_ok() {
                    text.push_str("::");
                    text.push_str(
                        &input.call(Ident::parse_any).map(|name| name.to_string()).unwrap_or_default(),
                    );
                }
                return Ok(Some(Text { text, span }));
            }
            inside(|| input.parse::<Token![=]>())?;
            match input.parse::<LitStr>() {
                Ok(reason) => {
                    let span = reader.span(reason.span());
                    allow.reason = Some(Text { text: reason.value(), span });
                    Ok(None)
                }
                Err(_) => Err(reader.error(input.span(), "a reason is a string", "write it in quotes")),
            }
        });
        allow.lints = arguments.into_iter().flatten().collect();
        allow
    }

    fn predicate(&mut self, input: ParseStream<'_>) -> Read<Cfg> {
        let help = "write a predicate as in `#[cfg(debug_assertions)]` or `#[cfg(feature = \"dev\")]`";
        let Ok(name) = input.call(Ident::parse_any) else {
            return Err(self.error(input.span(), "this is not a `cfg` predicate", help));
        };
        if input.peek(token::Paren) {
            let content = inside(|| in_parentheses(input))?;
            let mut parts = self.separated(&content, Self::predicate);
            return match (name.to_string().as_str(), parts.len()) {
                ("all", _) => Ok(Cfg::All(parts)),
                ("any", _) => Ok(Cfg::Any(parts)),
                ("not", 1) => Ok(Cfg::Not(Box::new(parts.remove(0)))),
                _ => Err(self.error(name.span(), format!("`{name}(…)` is not a `cfg` predicate"), help)),
            };
        }
        if input.peek(Token![=]) {
            inside(|| input.parse::<Token![=]>())?;
            return match input.parse::<LitStr>() {
                Ok(value) => Ok(self.atom(&name, Some(value.value()))),
                Err(_) => Err(self.error(input.span(), "a string is missing behind `=`", help)),
            };
        }
        Ok(match name.to_string().as_str() {
            "true" => Cfg::Constant(true),
            "false" => Cfg::Constant(false),
            _ => self.atom(&name, None),
        })
    }

    fn atom(&mut self, name: &Ident, value: Option<String>) -> Cfg {
        let atom = Atom { key: name.to_string(), value };
        self.conditions.entry(atom.clone()).or_insert(name.span());
        Cfg::Atom(atom)
    }
}

const TOO_LARGE: Shape = Shape::Other("a number that is too large");

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
