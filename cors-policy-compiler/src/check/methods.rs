//! Methods.

use std::collections::HashMap;

use cors_policy_program::is_token;

use super::above::List;
use super::duplicates::listed_twice;
use super::headers::separated;
use crate::ceiling;
use crate::diagnostic::{Diagnostic, Report};
use crate::mistake::Mistake;
use crate::model::Methods;
use crate::parse::nearest;
use crate::source::Text;
use crate::spec::Names;

/// Methods that need no permission (Fetch, CORS-safelisted method).
const SAFELISTED: [&str; 3] = ["GET", "HEAD", "POST"];
/// Methods that browsers rewrite to upper case (Fetch, normalize a method).
const NORMALISED: [&str; 6] = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"];
/// Methods that scripts cannot send (Fetch, forbidden method).
const FORBIDDEN: [&str; 3] = ["CONNECT", "TRACE", "TRACK"];

pub(super) fn methods(written: &Names<Text>, most: Option<&ceiling::Names>, report: &mut Report) -> Methods {
    let list = List { one: "method", most };
    let mut methods: Vec<String> = Vec::new();
    let mut seen = HashMap::new();
    for name in &written.names {
        let Some(method) = method(name, report) else { continue };
        let first = *seen.entry(method.clone()).or_insert(name.span);
        if first != name.span {
            report.push(listed_twice(Mistake::DuplicateMethod, name, first));
        } else if list.has(&method, name, report) {
            methods.push(method);
        }
    }
    if let (Some(Text { text: any, span }), Some(_)) = (&written.any, written.names.first()) {
        let message = format!("`{any}` already allows every method");
        report.push(
            Diagnostic::new(Mistake::AnyMethodWithOthers, *span, message)
                .remove(format!("remove `{any}`, or remove the names")),
        );
    }
    match &written.any {
        Some(any) => {
            list.check_any(any, report);
            Methods::Any
        }
        None => Methods::Listed(methods),
    }
}

/// Methods that somebody who writes something else may well mean.
fn common() -> impl Iterator<Item = &'static str> {
    NORMALISED.into_iter().chain(["PATCH"])
}

fn is_common(word: &str) -> bool {
    common().any(|method| method == word)
}

/// The method as browsers send it; `None` for what is left out of the list.
fn method(name: &Text, report: &mut Report) -> Option<String> {
    let Text { text, span } = name;
    let upper = text.to_ascii_uppercase();
    let found = |mistake, message: String| Diagnostic::new(mistake, *span, message);
    let several = text.contains('|') && upper.split('|').all(is_common);
    if several || !is_token(text.as_bytes()) {
        let invalid = found(Mistake::InvalidMethod, format!("`{text}` is not the name of a method"));
        report.push(separated(invalid, &upper, "PUT", is_common));
        return None;
    }
    if FORBIDDEN.contains(&upper.as_str()) {
        let message = format!("browsers never let scripts send {upper}");
        report.push(found(Mistake::ForbiddenMethod, message).remove("remove it"));
        return None;
    }
    if NORMALISED.contains(&upper.as_str()) {
        if upper != *text {
            let message = format!("`{text}` means `{upper}`");
            report.push(found(Mistake::NormalisedMethod, message).write(&upper));
        } else if upper == "OPTIONS" {
            let help = "remove it, unless scripts send OPTIONS themselves";
            let message = "OPTIONS is not needed for preflights";
            report.push(found(Mistake::OptionsMethod, message.to_owned()).remove(help));
        }
        if SAFELISTED.contains(&upper.as_str()) {
            let message = format!("{upper} needs no entry");
            report.push(found(Mistake::SafelistedMethod, message).remove("remove it"));
            return None;
        }
        return Some(upper);
    }
    // A word in lower case is a slip; a token of symbols is what somebody means.
    let is_word = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if is_word && upper != *text {
        let upper = nearest(&upper, common()).map_or(upper.clone(), str::to_owned);
        let message = format!("`{text}` is not the same method as `{upper}`");
        report.push(found(Mistake::LowercaseMethod, message).write(&upper));
        return None;
    }
    Some(text.clone())
}
