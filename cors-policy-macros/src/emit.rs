//! From programs to tokens: statics, and a `Policy` that refers to them; and from limits to those of a `Ceiling`.

use std::collections::HashMap;

use cors_policy_compiler::ceiling::{Grants, Limits, Names, Profile};
use cors_policy_compiler::cfg::Atom;
use cors_policy_compiler::program::{ListValue, Matcher, Program, ProgramRule, Table};
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{quote, quote_spanned};

/// A policy that refuses everybody, in place of one that could not be compiled.
pub(crate) fn refused(krate: &TokenStream) -> TokenStream {
    quote!(#krate::__macro_v1::refused())
}

/// An expression for the policy: one program, or one for each combination of conditions.
pub(crate) fn policy(
    krate: &TokenStream,
    programs: &[(Vec<(Atom, bool)>, Program)],
    places: &HashMap<Atom, (Span, Span)>,
) -> TokenStream {
    let support = quote!(#krate::__macro_v1);
    let each = programs.iter().map(|(conditions, program)| (&**conditions, statics(&support, program)));
    variants(&quote!(#support::Policy), &quote!(POLICY), &each.collect::<Vec<_>>(), places)
}

/// A ceiling below which nothing compiles, in place of one that could not be compiled.
pub(crate) fn refused_ceiling(krate: &TokenStream) -> TokenStream {
    quote!(#krate::__macro_v1::refused_ceiling())
}

/// An expression for the ceiling: its limits, or those for each combination of conditions.
pub(crate) fn ceiling(
    krate: &TokenStream,
    limits: &[(Vec<(Atom, bool)>, Limits)],
    places: &HashMap<Atom, (Span, Span)>,
) -> TokenStream {
    let support = quote!(#krate::__macro_v1);
    let each = limits.iter().map(|(conditions, limits)| (&**conditions, limit_tables(&support, limits)));
    variants(&quote!(#support::Ceiling), &quote!(CEILING), &each.collect::<Vec<_>>(), places)
}

/// The one expression, or each as a constant of this type and name that is there under its conditions only.
fn variants(
    kind: &TokenStream,
    name: &TokenStream,
    each: &[(&[(Atom, bool)], TokenStream)],
    places: &HashMap<Atom, (Span, Span)>,
) -> TokenStream {
    if let [([], value)] = each {
        return value.clone();
    }
    let variants = each.iter().map(|(conditions, value)| {
        let conditions = conditions.iter().map(|condition| predicate(condition, places));
        quote! {
            #[cfg(all(#(#conditions),*))]
            #[allow(rust_analyzer::inactive_code)]
            const #name: #kind = { #value };
        }
    });
    quote!(#(#variants)* #name)
}

/// A condition on the user's own tokens: rustc warns there of an option that does not exist.
fn predicate((atom, holds): &(Atom, bool), places: &HashMap<Atom, (Span, Span)>) -> TokenStream {
    let here = (Span::call_site(), Span::call_site());
    let (name, value) = places.get(atom).copied().unwrap_or(here);
    let key = match atom.key.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, name),
        None => Ident::new(&atom.key, name),
    };
    let atom = if let Some(text) = &atom.value {
        let mut text = Literal::string(text);
        text.set_span(value);
        quote_spanned!(value=> #key = #text)
    } else {
        quote!(#key)
    };
    if *holds { atom } else { quote!(not(#atom)) }
}

/// The automaton stands apart from what holds header values: constant evaluation can read it there.
fn statics(support: &TokenStream, program: &Program) -> TokenStream {
    let Program { name, matcher, preflight_status, fingerprint, rules, constant } = program;
    let length = matcher.automaton.len();
    let automaton = Literal::byte_string(&matcher.automaton);
    let matcher = matcher_tables(support, matcher);
    let count = rules.len();
    let rules = rules.iter().map(|rule| rule_tables(support, rule));
    let constant = optional_header(support, constant.as_deref());
    let name = if let Some(name) = name { quote!(#name) } else { quote!(#support::call_site!()) };
    quote! {
        static AUTOMATON: [#support::u8; #length] = *#automaton;
        static RULES: [#support::RuleTables; #count] = [#(#rules),*];
        static TABLES: #support::Tables = #support::Tables {
            name: #support::Cow::Borrowed(#name),
            matcher: #matcher,
            rules: #support::Cow::Borrowed(&RULES),
            constant: #constant,
            preflight_status: #preflight_status,
            fingerprint: #fingerprint,
        };
        #support::policy(&TABLES)
    }
}

/// But for the automaton.
fn matcher_tables(support: &TokenStream, matcher: &Matcher<'_>) -> TokenStream {
    let Matcher { longest, others, any_port, exact, wild, automaton: _ } = matcher;
    let exact_lengths = Literal::byte_string(&exact.lengths);
    let wild_lengths = Literal::byte_string(wild.lengths.as_flattened());
    let exact_table = hash_table(support, &exact.table);
    let wild_table = hash_table(support, &wild.table);
    quote! {
        #support::Matcher {
            longest: #longest,
            others: #others,
            any_port: #any_port,
            exact: #support::Exact { lengths: *#exact_lengths, table: #exact_table },
            wild: #support::Wild { lengths: #support::chunks(#wild_lengths), table: #wild_table },
            automaton: #support::Cow::Borrowed(&AUTOMATON),
        }
    }
}

fn hash_table<const N: usize>(support: &TokenStream, table: &Table<'_, N>) -> TokenStream {
    let Table { seed, pilots, entries } = table;
    let (pilots, entries) = (Literal::byte_string(pilots), Literal::byte_string(entries.as_flattened()));
    quote!(#support::table(#seed, #pilots, #entries))
}

fn rule_tables(support: &TokenStream, rule: &ProgramRule) -> TokenStream {
    let ProgramRule { name, patterns, credentials, allow_methods, allow_headers, expose_headers, max_age } =
        rule;
    let name = optional_text(support, name.as_deref());
    let patterns = optional_text(support, patterns.as_deref());
    let allow_methods = list(support, allow_methods);
    let allow_headers = list(support, allow_headers);
    let expose_headers = optional_header(support, expose_headers.as_deref());
    let max_age = optional_header(support, max_age.as_deref());
    quote! {
        #support::RuleTables {
            name: #name,
            patterns: #patterns,
            credentials: #credentials,
            allow_methods: #allow_methods,
            allow_headers: #allow_headers,
            expose_headers: #expose_headers,
            max_age: #max_age,
        }
    }
}

fn limit_tables(support: &TokenStream, limits: &Limits) -> TokenStream {
    let Limits {
        schemes,
        credentials,
        any_origin,
        any_port,
        exact_origins,
        wildcard_origins,
        rules,
        lints,
        grants,
        profiles,
    } = limits;
    let grants = grant_tables(support, grants);
    let count = profiles.len();
    let profiles = profiles.iter().map(|Profile { name, grants }| {
        let grants = grant_tables(support, grants);
        quote!(#support::Profile { name: #support::Cow::Borrowed(#name), grants: #grants })
    });
    quote! {
        static PROFILES: [#support::Profile; #count] = [#(#profiles),*];
        #support::ceiling(#support::Limits {
            schemes: #support::Cow::Borrowed(#schemes),
            credentials: #credentials,
            any_origin: #any_origin,
            any_port: #any_port,
            exact_origins: #exact_origins,
            wildcard_origins: #wildcard_origins,
            rules: #rules,
            lints: #support::Cow::Borrowed(#lints),
            grants: #grants,
            profiles: #support::Cow::Borrowed(&PROFILES),
        })
    }
}

fn grant_tables(support: &TokenStream, grants: &Grants) -> TokenStream {
    let Grants { methods, request_headers, expose_headers, max_age } = grants;
    let names = |Names { any, listed }: &Names| quote!(#support::Names { any: #any, listed: #support::Cow::Borrowed(#listed) });
    let (methods, request_headers, expose_headers) =
        (names(methods), names(request_headers), names(expose_headers));
    let max_age = optional(support, max_age.map(|seconds| quote!(#seconds)));
    quote! {
        #support::Grants {
            methods: #methods,
            request_headers: #request_headers,
            expose_headers: #expose_headers,
            max_age: #max_age,
        }
    }
}

fn list(support: &TokenStream, value: &ListValue) -> TokenStream {
    match value {
        ListValue::Absent => quote!(#support::List::Absent),
        ListValue::Static(text) => quote!(#support::List::Static(#support::HeaderValue::from_static(#text))),
        ListValue::Echo { authorization } => quote!(#support::List::Echo { authorization: #authorization }),
    }
}

fn optional_header(support: &TokenStream, text: Option<&str>) -> TokenStream {
    optional(support, text.map(|text| quote!(#support::HeaderValue::from_static(#text))))
}

fn optional_text(support: &TokenStream, text: Option<&str>) -> TokenStream {
    optional(support, text.map(|text| quote!(#support::Cow::Borrowed(#text))))
}

fn optional(support: &TokenStream, value: Option<TokenStream>) -> TokenStream {
    if let Some(value) = value {
        quote!(#support::Option::Some(#value))
    } else {
        quote!(#support::Option::None)
    }
}
