//! Calls of the macros among tokens. Tokens are looked at and not items, so that calls inside the tokens of other macros
//! are found, and sources that do not compile are read.

use std::collections::HashMap;
use std::ops::Range;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use crate::finding::Kind;

/// A call of a macro.
pub(super) struct Call {
    pub(super) kind: Kind,
    /// The item, the variable or the function that it stands in.
    pub(super) name: Option<String>,
    /// Whether `#[allow(deprecated)]` around it silences warnings.
    pub(super) is_silenced: bool,
    /// From the path of the macro to the closing bracket.
    pub(super) place: Range<usize>,
    pub(super) content: Group,
    /// How many brackets stand in each other in it.
    pub(super) depth: usize,
}

/// What stands between two brackets.
struct Level {
    tokens: Vec<TokenTree>,
    around: Around,
}

/// What stands around tokens.
#[derive(Clone, Default)]
struct Around {
    name: Option<String>,
    is_silenced: bool,
}

/// Macros that take tokens which are no code yet.
const TEMPLATES: [&str; 5] = ["macro_rules", "parse_quote", "parse_quote_spanned", "quote", "quote_spanned"];

/// Every call, in the order of the file.
pub(super) fn of(tokens: TokenStream) -> Vec<Call> {
    let levels = levels(tokens);
    let macros = macros(&levels);
    let mut calls: Vec<Call> = levels.iter().flat_map(|level| level.calls(&macros)).collect();
    calls.sort_by_key(|call| call.place.start);
    calls
}

/// Without recursion: brackets may stand in each other as deeply as they like.
fn levels(tokens: TokenStream) -> Vec<Level> {
    let mut levels = Vec::new();
    let mut left = vec![(tokens, Around::default())];
    while let Some((tokens, around)) = left.pop() {
        let level = Level { tokens: tokens.into_iter().collect(), around };
        left.extend(level.inner());
        levels.push(level);
    }
    levels
}

/// The names of the macros in this file.
fn macros(levels: &[Level]) -> HashMap<String, Kind> {
    let mut names =
        HashMap::from([("cors_policy".to_owned(), Kind::Policy), ("cors_ceiling".to_owned(), Kind::Ceiling)]);
    let exported = names.clone();
    for level in levels {
        for (place, token) in level.tokens.iter().enumerate() {
            let kind = word(token).and_then(|word| exported.get(&word));
            let other =
                || level.word(place + 1).filter(|word| word == "as").and_then(|_| level.word(place + 2));
            if let Some((kind, name)) = kind.and_then(|kind| Some((*kind, other()?))) {
                names.insert(name, kind);
            }
        }
    }
    names
}

impl Level {
    fn word(&self, place: usize) -> Option<String> {
        word(self.tokens.get(place)?)
    }

    fn is_punct(&self, place: usize, character: char) -> bool {
        matches!(self.tokens.get(place), Some(TokenTree::Punct(punct)) if punct.as_char() == character)
    }

    /// Goes through the tokens, with what stands around each.
    fn each<'l>(&'l self, mut visit: impl FnMut(usize, &'l TokenTree, &Around)) {
        let mut level = self.around.clone();
        let mut around = level.clone();
        let mut ends_with_brace = true;
        for (place, token) in self.tokens.iter().enumerate() {
            if let Some(name) = self.item(place) {
                ends_with_brace = self.word(place).is_some_and(|word| word == "fn");
                around.name = Some(name);
            }
            if self.silences(place) {
                around.is_silenced = true;
                // `#![allow(deprecated)]` is about the rest as well.
                level.is_silenced |= self.is_punct(place + 1, '!');
            }
            visit(place, token, &around);
            let is_end = match token {
                TokenTree::Punct(punct) => punct.as_char() == ';',
                TokenTree::Group(group) => ends_with_brace && group.delimiter() == Delimiter::Brace,
                _ => false,
            };
            if is_end {
                around = level.clone();
                ends_with_brace = true;
            }
        }
    }

    /// The name of the item that begins here.
    fn item(&self, place: usize) -> Option<String> {
        let keyword = self.word(place)?;
        let behind = if self.word(place + 1)? == "mut" { place + 2 } else { place + 1 };
        let is_named = match keyword.as_str() {
            "fn" => true,
            "static" | "const" => self.is_punct(behind + 1, ':'),
            "let" => self.is_punct(behind + 1, ':') || self.is_punct(behind + 1, '='),
            _ => false,
        };
        self.word(behind).filter(|name| is_named && name != "_")
    }

    /// Whether `#[allow(deprecated)]` begins here.
    fn silences(&self, place: usize) -> bool {
        let behind = if self.is_punct(place + 1, '!') { place + 2 } else { place + 1 };
        let Some(TokenTree::Group(attribute)) = self.tokens.get(behind).filter(|_| self.is_punct(place, '#'))
        else {
            return false;
        };
        let mut tokens = attribute.stream().into_iter();
        let is_allow = tokens
            .next()
            .and_then(|token| word(&token))
            .is_some_and(|word| word == "allow" || word == "expect");
        match tokens.next() {
            Some(TokenTree::Group(lints)) if is_allow => lints
                .stream()
                .into_iter()
                .any(|lint| word(&lint).is_some_and(|lint| lint == "deprecated" || lint == "warnings")),
            _ => false,
        }
    }

    fn inner(&self) -> Vec<(TokenStream, Around)> {
        let mut inner = Vec::new();
        self.each(|place, token, around| {
            if let TokenTree::Group(group) = token
                && !self.is_template(place)
            {
                inner.push((group.stream(), around.clone()));
            }
        });
        inner
    }

    /// Whether the brackets here are those of a macro that takes templates: `quote! {…}`, `macro_rules! name {…}`.
    fn is_template(&self, place: usize) -> bool {
        [2, 3].into_iter().filter_map(|back| place.checked_sub(back)).any(|begin| {
            self.is_punct(begin + 1, '!')
                && self.word(begin).is_some_and(|word| TEMPLATES.contains(&word.as_str()))
        })
    }

    fn calls(&self, macros: &HashMap<String, Kind>) -> Vec<Call> {
        let mut calls = Vec::new();
        self.each(|place, token, around| {
            let Some(kind) = word(token).and_then(|word| macros.get(&word)) else { return };
            if let Some(TokenTree::Group(content)) = self.tokens.get(place + 2)
                && self.is_punct(place + 1, '!')
                && content.delimiter() != Delimiter::None
            {
                let begin = self.path_of(place);
                calls.push(Call {
                    kind: *kind,
                    name: around.name.clone(),
                    is_silenced: around.is_silenced,
                    place: begin..content.span_close().byte_range().end,
                    content: content.clone(),
                    depth: depth(content),
                });
            }
        });
        calls
    }

    /// Where the path begins that ends here.
    fn path_of(&self, place: usize) -> usize {
        let mut begin = place;
        while let Some(before) = begin.checked_sub(2) {
            if !(self.is_punct(before, ':') && self.is_punct(before + 1, ':')) {
                break;
            }
            begin = match before.checked_sub(1) {
                Some(segment) if self.word(segment).is_some() => segment,
                _ => before,
            };
        }
        // `$crate`
        if let Some(before) = begin.checked_sub(1)
            && self.is_punct(before, '$')
        {
            begin = before;
        }
        self.tokens.get(begin).map_or(0, |token| token.span().byte_range().start)
    }
}

fn word(token: &TokenTree) -> Option<String> {
    match token {
        TokenTree::Ident(ident) => Some(ident.to_string()),
        _ => None,
    }
}

fn depth(group: &Group) -> usize {
    let mut deepest = 0;
    let mut left = vec![(group.stream(), 1)];
    while let Some((tokens, depth)) = left.pop() {
        deepest = deepest.max(depth);
        for token in tokens {
            if let TokenTree::Group(group) = token {
                left.push((group.stream(), depth + 1));
            }
        }
    }
    deepest
}
