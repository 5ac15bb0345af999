//! What a rule grants: spelt out, or by a profile of the ceiling.

use super::{above, check_max_age, headers, methods};
use crate::ceiling::{Grants, Limits, Names};
use crate::diagnostic::{Diagnostic, Report};
use crate::mistake::Mistake;
use crate::model::{ExposeHeaders, Methods, RequestHeaders};
use crate::parse::{listed, nearest};
use crate::source::{Span, Text};
use crate::spec::{GrantsSpec, RuleSpec};

/// What a rule grants.
pub(super) struct Granted {
    pub(super) methods: Methods,
    pub(super) request_headers: RequestHeaders,
    pub(super) expose_headers: ExposeHeaders,
    pub(super) max_age: Option<u32>,
}

/// The grants of a rule. Those of a profile were checked with the ceiling.
pub(super) fn of_rule(rule: &RuleSpec, limits: Option<&Limits>, report: &mut Report) -> Granted {
    let own = written(&rule.grants, limits.map(|limits| &limits.grants), report);
    let profile = rule.profile.as_ref().zip(limits).and_then(|(name, limits)| profile(name, limits, report));
    let granted = match profile {
        Some(profile) => {
            let profile = Granted::of(profile);
            Granted { max_age: own.max_age.or(profile.max_age), ..profile }
        }
        None => own,
    };
    if let (ExposeHeaders::Any, Some((true, credentials))) = (&granted.expose_headers, rule.credentials) {
        any_exposed(rule, credentials, report);
    }
    granted
}

/// The grants as written, none of them above the most.
pub(super) fn written(written: &GrantsSpec, most: Option<&Grants>, report: &mut Report) -> Granted {
    Granted {
        methods: methods::methods(&written.methods, most.map(|most| &most.methods), report),
        request_headers: headers::request_headers(
            &written.request_headers,
            most.map(|most| &most.request_headers),
            report,
        ),
        expose_headers: headers::expose_headers(
            &written.expose_headers,
            most.map(|most| &most.expose_headers),
            report,
        ),
        max_age: written.max_age.and_then(|max_age| check_max_age(max_age, most, report)),
    }
}

fn profile<'l>(name: &Text, limits: &'l Limits, report: &mut Report) -> Option<&'l Grants> {
    if let Some(profile) = limits.profile(&name.text) {
        return Some(&profile.grants);
    }
    let message = format!("there is no profile `{}`", name.text);
    let diagnostic = Diagnostic::new(Mistake::UnknownProfile, name.span, message);
    let names = || limits.profiles.iter().map(|profile| &*profile.name);
    report.push(match nearest(&name.text, names()) {
        Some(meant) => diagnostic.write(meant),
        None if limits.profiles.is_empty() => {
            diagnostic.remove("remove `profile`, and list the methods and headers that pages need")
        }
        None => diagnostic.help(format!("the profiles are {}", listed(names()))),
    });
    None
}

fn any_exposed(rule: &RuleSpec, credentials: Span, report: &mut Report) {
    let (message, span) = match (&rule.grants.expose_headers.any, &rule.profile) {
        (Some(any), _) => (format!("`{}` exposes no header at all with credentials", any.text), any.span),
        (None, Some(profile)) => {
            let message = format!(
                "profile `{}` exposes any header, which is none at all with credentials",
                profile.text
            );
            (message, profile.span)
        }
        (None, None) => return,
    };
    report.push(
        Diagnostic::new(Mistake::AnyExposedWithCredentials, span, message)
            .help("name every header that scripts read, such as `[\"etag\", \"x-request-id\"]`")
            .related(credentials, "credentials are turned on here"),
    );
}

impl Granted {
    fn of(grants: &Grants) -> Self {
        let Grants { methods, request_headers, expose_headers, max_age } = grants;
        let names = |names: &Names| names.iter().map(str::to_owned).collect();
        Granted {
            methods: if methods.any { Methods::Any } else { Methods::Listed(names(methods)) },
            request_headers: if request_headers.any {
                RequestHeaders::Any { authorization: request_headers.lists(above::AUTHORIZATION) }
            } else {
                RequestHeaders::Listed(names(request_headers))
            },
            expose_headers: if expose_headers.any {
                ExposeHeaders::Any
            } else {
                ExposeHeaders::Listed(names(expose_headers))
            },
            max_age: *max_age,
        }
    }
}

impl From<Granted> for Grants {
    fn from(granted: Granted) -> Self {
        let any = |listed: &[String]| Names { any: true, ..Names::these(listed) };
        Grants {
            methods: match granted.methods {
                Methods::Any => any(&[]),
                Methods::Listed(names) => Names::these(&names),
            },
            request_headers: match granted.request_headers {
                RequestHeaders::Any { authorization: true } => any(&[above::AUTHORIZATION.to_owned()]),
                RequestHeaders::Any { authorization: false } => any(&[]),
                RequestHeaders::Listed(names) => Names::these(&names),
            },
            expose_headers: match granted.expose_headers {
                ExposeHeaders::Any => any(&[]),
                ExposeHeaders::Listed(names) => Names::these(&names),
            },
            max_age: granted.max_age,
        }
    }
}
