//! Methods.

use std::collections::HashSet;

use cors_policy_program::is_token;

use crate::diagnostic::{Diagnostic, Report};
use crate::mistake::Mistake;
use crate::model::Methods;
use crate::source::Text;
use crate::spec::Names;

/// Methods that need no permission (Fetch, CORS-safelisted method).
const SAFELISTED: [&str; 3] = ["GET", "HEAD", "POST"];
/// Methods that browsers rewrite to upper case (Fetch, normalize a method).
const NORMALISED: [&str; 6] = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"];
/// Methods that scripts cannot send (Fetch, forbidden method).
const FORBIDDEN: [&str; 3] = ["CONNECT", "TRACE", "TRACK"];

pub(super) fn methods(written: &Names<Text>, report: &mut Report) -> Methods {
    let mut methods: Vec<String> = Vec::new();
    let mut seen = HashSet::new();
    for name in &written.names {
        let Some(method) = method(name, report) else { continue };
        if seen.insert(method.clone()) {
            methods.push(method);
            continue;
        }
        let message = format!("`{method}` is listed twice");
        report.push(Diagnostic::new(Mistake::DuplicateMethod, name.span, message).help("remove one of them"));
    }
    if let (Some(any), Some(_)) = (written.any, written.names.first()) {
        report.push(
            Diagnostic::new(Mistake::AnyMethodWithOthers, any, "`any` already allows every method")
                .help("remove the names, or remove `any`"),
        );
    }
    if written.any.is_some() { Methods::Any } else { Methods::Listed(methods) }
}

/// The method as browsers send it; `None` for what is left out of the list.
fn method(name: &Text, report: &mut Report) -> Option<String> {
    let Text { text, span } = name;
    let upper = text.to_ascii_uppercase();
    let mut found = |mistake, message: String, help: String| {
        report.push(Diagnostic::new(mistake, *span, message).help(help));
    };
    if !is_token(text.as_bytes()) {
        let separate: Vec<String> = text
            .split([',', ' ', ';', '|'])
            .filter(|part| is_token(part.as_bytes()))
            .map(str::to_ascii_uppercase)
            .collect();
        let help = match separate.as_slice() {
            [] => "write the name of a method, such as `PUT`".to_owned(),
            names => format!("write `{}`", names.join(", ")),
        };
        found(Mistake::InvalidMethod, format!("`{text}` is not the name of a method"), help);
        return None;
    }
    if FORBIDDEN.contains(&upper.as_str()) {
        found(
            Mistake::ForbiddenMethod,
            format!("browsers never let scripts send {upper}"),
            "remove it".to_owned(),
        );
        return None;
    }
    if NORMALISED.contains(&upper.as_str()) {
        if upper != *text {
            found(Mistake::NormalisedMethod, format!("`{text}` means `{upper}`"), format!("write `{upper}`"));
        } else if upper == "OPTIONS" {
            let message = "OPTIONS is not needed for preflights".to_owned();
            found(
                Mistake::OptionsMethod,
                message,
                "remove it, unless scripts send OPTIONS themselves".to_owned(),
            );
        }
        if SAFELISTED.contains(&upper.as_str()) {
            found(Mistake::SafelistedMethod, format!("{upper} needs no entry"), "remove it".to_owned());
            return None;
        }
        return Some(upper);
    }
    // A word in lower case is a slip; a token of symbols is what somebody means.
    let is_word = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if is_word && upper != *text {
        let message =
            format!("browsers send `{text}` as it is, and a client that writes `{upper}` would be refused");
        found(Mistake::LowercaseMethod, message, format!("write `{upper}`"));
        return None;
    }
    Some(text.clone())
}
