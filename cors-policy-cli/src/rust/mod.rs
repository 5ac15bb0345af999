//! Policies and ceilings in Rust sources.

mod calls;

use std::ops::Range;

use cors_policy_tokens::{self as tokens, Grammar, Input};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

use crate::finding::{Finding, Kind, Written};
use crate::source::Source;
use calls::Call;

/// The most brackets that stand in each other in a policy: the language needs five.
const DEEPEST: usize = 64;

/// Every policy and ceiling in a Rust source, whatever its `cfg`.
///
/// # Errors
///
/// What is no Rust: a quote or a bracket that is not closed.
pub(crate) fn read(file: &Source) -> Result<Vec<Written>, Box<Finding>> {
    let read = text(file).parse::<TokenStream>().map_err(|error| {
        let message =
            "this is not Rust: a bracket or a quote has no counterpart here, or a character has no meaning";
        Finding::malformed(error.span().byte_range(), message)
    });
    let written = read.map(|tokens| calls::of(tokens).into_iter().map(written).collect());
    // Of each text that was parsed the thread keeps a copy for spans. None is left.
    proc_macro2::extra::invalidate_current_thread_spans();
    written
}

/// The text, without a first line for a shell.
fn text(file: &Source) -> String {
    let text = file.text.as_str();
    match text.split_once('\n') {
        Some((first, rest)) if first.starts_with("#!") && !first.starts_with("#![") => {
            format!("{}\n{rest}", " ".repeat(first.len()))
        }
        _ => text.to_owned(),
    }
}

fn written(call: Call) -> Written {
    let Call { kind, name, is_silenced, place, content, depth } = call;
    let grammar = match kind {
        Kind::Policy => Grammar::Policy,
        Kind::Ceiling => Grammar::Ceiling,
    };
    let too_deep = depth > DEEPEST;
    let (Input { source, spans, .. }, mut syntax) = tokens::read(input(&content, too_deep), grammar);
    // The brackets of the call stand for the whole of it.
    let end = place.end.saturating_sub(1)..place.end;
    let place_of = |span: &Span| match span.byte_range() {
        range if range == end || range.is_empty() => place.clone(),
        range => range,
    };
    let spans: Vec<Range<usize>> = spans.iter().map(place_of).collect();
    if too_deep {
        let diagnostic = Finding::malformed(place.clone(), "brackets are nested too deeply here").diagnostic;
        syntax.push(diagnostic);
    }
    Written { kind, name, is_silenced, place, source, syntax, spans, document: None }
}

/// As the exported macro calls the one that expands it.
fn input(content: &Group, too_deep: bool) -> TokenStream {
    let (stream, span) = (if too_deep { TokenStream::new() } else { content.stream() }, content.span());
    let mut group = Group::new(Delimiter::Brace, stream);
    group.set_span(span);
    let krate = Ident::new("cors_policy", span);
    [TokenTree::Ident(krate), TokenTree::Group(group)].into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<(Kind, Option<String>)> {
        let file = Source::new("a.rs", text.to_owned());
        let written = read(&file).unwrap();
        written.into_iter().map(|written| (written.kind, written.name)).collect()
    }

    fn policies(text: &str) -> Vec<String> {
        names(text).into_iter().map(|(_, name)| name.unwrap_or_default()).collect()
    }

    #[test]
    fn policies_are_found_wherever_they_stand() {
        let text = r"
            static A: Policy = cors_policy! { origins: any };
            mod inner { pub(crate) const B: Policy = ::cors_policy::cors_policy![origins: any]; }
            fn c() -> Policy { cors_policy!(origins: any) }
            fn d() { let mut e = vec![other!(cors_policy! { origins: any })]; }
            #[cfg(never)] static F: LazyLock<Policy> = LazyLock::new(|| cors_policy! { origins: any });
            impl Trait for Type { const G: Policy = $crate::cors_policy! { origins: any }; }
        ";
        assert_eq!(policies(text), ["A", "B", "c", "e", "F", "G"]);
    }

    #[test]
    fn ceilings_and_other_names_are_found() {
        let text = "use cors_policy::{cors_ceiling as top, cors_policy as policy};
            static A: Ceiling = top! {}; static B: Policy = policy! { origins: any };";
        let named = |kind, name: &str| (kind, Some(name.to_owned()));
        assert_eq!(names(text), [named(Kind::Ceiling, "A"), named(Kind::Policy, "B")]);
    }

    #[test]
    fn what_is_no_call_is_not_found() {
        let text = "/// cors_policy! { origins: any }
            macro_rules! policy { ($o:expr) => { cors_policy! { origins: [$o] } }; }
            fn f() { quote!(cors_policy! { #tokens }); if cors_policy != other {} }
            // cors_policy! {}
            const TEXT: &str = \"cors_policy! {}\";";
        assert_eq!(policies(text), [] as [&str; 0]);
    }

    #[test]
    fn warnings_are_silenced_as_in_rustc() {
        let call = "cors_policy! { origins: any, methods: [GET] }";
        let found = |text: &str| -> Vec<usize> {
            let file = Source::new("a.rs", text.replace("CALL", call));
            read(&file).unwrap().iter().map(|written| written.check(&file, None).len()).collect()
        };
        assert_eq!(found("#[allow(deprecated)] static A: P = CALL; static B: P = CALL;"), [0, 1]);
        assert_eq!(
            found("#[expect(deprecated, reason = \"…\")] mod a { fn b() { CALL } } fn c() { CALL }"),
            [0, 1]
        );
        assert_eq!(
            found("mod a { #![allow(deprecated)] fn b() { CALL } const C: P = CALL; } fn d() { CALL }"),
            [0, 0, 1]
        );
        assert_eq!(
            found("#[allow(unused)] static A: P = CALL; #[cfg(deprecated)] static B: P = CALL;"),
            [1, 1]
        );
    }

    #[test]
    fn places_are_those_of_the_file() {
        for before in ["#!/usr/bin/env it's\n// é\n", "\u{feff}// é\r\n", "#![allow(unused)]"] {
            let call = "cors_policy::cors_policy! { origins: [\"é\"] }";
            let text = format!("{before}static A: P = {call};");
            let file = Source::new("a.rs", text.clone());
            let written = read(&file).unwrap();
            assert_eq!(text.get(written[0].place.clone()), Some(call));
            let found = written[0].check(&file, None);
            assert!(found.iter().any(|found| text.get(found.span.clone()) == Some("\"é\"")), "{found:?}");
        }
    }

    #[test]
    fn nothing_is_too_deep_to_be_read() {
        for text in [
            format!("cors_policy! {{ origins: {}{} }}", "[".repeat(100_000), "]".repeat(100_000)),
            format!("{}cors_policy! {{ origins: any }}{}", "(".repeat(100_000), ")".repeat(100_000)),
        ] {
            let file = Source::new("a.rs", text);
            assert_eq!(read(&file).unwrap().len(), 1);
        }
    }
}
