//! `#[allow(…)]` and `#[cfg(…)]`.

use cors_policy_compiler::cfg::{Atom, Cfg};
use cors_policy_compiler::diagnostic::Diagnostic;
use cors_policy_compiler::mistake::Mistake;
use cors_policy_compiler::source::{Allow, Attribute, AttributeKind, Text};
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{Ident, LitStr, Token, token};

use crate::{Read, Reader, in_brackets, in_parentheses, inside, skip_all};

impl Reader {
    pub(crate) fn attributes(&mut self, input: ParseStream<'_>) -> Read<Vec<Attribute>> {
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
        self.tell_word("attributes", &name);
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
                let help = match other {
                    "debug_assertions" | "test" | "unix" | "windows" => format!("write `#[cfg({other})]`"),
                    "expect" | "warn" => "write `#[allow(lint, reason = \"…\")]`".to_owned(),
                    _ => "write `#[allow(lint, reason = \"…\")]` or `#[cfg(…)]`, or remove it".to_owned(),
                };
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
            reader.tell_word("lints", &name);
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
        self.tell_end("lints");
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
                Ok(value) => Ok(self.atom(&name, Some(&value))),
                Err(_) => Err(self.error(input.span(), "a string is missing after `=`", help)),
            };
        }
        Ok(match name.to_string().as_str() {
            "true" => Cfg::Constant(true),
            "false" => Cfg::Constant(false),
            _ => self.atom(&name, None),
        })
    }

    fn atom(&mut self, name: &Ident, value: Option<&LitStr>) -> Cfg {
        let atom = Atom { key: name.to_string(), value: value.map(LitStr::value) };
        let value = value.map_or_else(|| name.span(), LitStr::span);
        self.conditions.entry(atom.clone()).or_insert((name.span(), value));
        Cfg::Atom(atom)
    }
}
