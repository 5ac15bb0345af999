//! Why a request is admitted or refused: the slow path, for people.

use std::fmt;
use std::ops::ControlFlow;

use cors_policy_program::{NearMiss, is_token, nearest};

use crate::fields::{Field, RequestFields};
use crate::list::members;
use crate::policy::{Policy, Rule};
use crate::tables::{List, RuleTables};
use crate::verdict::{Kind, Outcome, Verdict};

/// Methods that need no permission ([Fetch](https://fetch.spec.whatwg.org/#cors-safelisted-method)).
const SAFELISTED_METHODS: [&[u8]; 3] = [b"GET", b"HEAD", b"POST"];
/// The most characters of a request that an explanation repeats.
const LONGEST_EXCERPT: usize = 100;
/// The most bytes of `Access-Control-Request-Headers` that an explanation reads.
const LONGEST_EXPLAINED: usize = 64 * 1024;

/// Which rule decided a request, and everything a browser refuses about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    verdict: Verdict,
    rule: Option<String>,
    entry: Option<String>,
    rejections: Vec<Rejection>,
}

/// Why a browser does not let a page have what it asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rejection {
    /// The request has more than one `Origin` line.
    SeveralOrigins {
        /// The first two, shortened and with what is not printable escaped.
        origins: Vec<String>,
    },
    /// No rule admits the origin.
    OriginNotAdmitted {
        /// The origin, shortened and with what is not printable escaped.
        origin: String,
        /// The entry that comes nearest, if one is near.
        nearest: Option<NearMiss>,
    },
    /// The preflight asks for a method that the rule does not allow.
    MethodNotAllowed {
        /// The method, shortened and with what is not printable escaped.
        method: String,
        /// The methods that are allowed beside GET, HEAD and POST.
        allowed: Vec<String>,
    },
    /// The preflight asks for a header that the rule does not allow.
    HeaderNotAllowed {
        /// The name of the first such header, shortened and with what is not printable escaped.
        header: String,
        /// The headers that are allowed beside the safelisted ones.
        allowed: Vec<String>,
    },
    /// The preflight asks for `authorization`, which `any` does not cover.
    AuthorizationNotCovered,
    /// The preflight's list of headers is longer than any that a browser sends, or stands on several lines, and
    /// is not echoed.
    HeadersNotEchoed,
}

impl Policy {
    /// Explains the decision on a request: which rule and entry admit it, or what a browser refuses.
    ///
    /// Reads the request again, and the policy's entries one by one. Of lists of any size it reads the first
    /// 64 KiB.
    ///
    /// ```
    /// use cors_policy::{Policy, cors_policy};
    ///
    /// static POLICY: Policy = cors_policy! { name: "shop", origins: ["https://shop.example.com"] };
    ///
    /// let explanation = POLICY.explain(b"GET", &[("origin", "http://shop.example.com")][..]);
    /// assert_eq!(
    ///     explanation.to_string(),
    ///     "the policy does not admit the origin `http://shop.example.com`; nearest is \
    ///      `https://shop.example.com`, which has another scheme",
    /// );
    /// ```
    #[must_use]
    pub fn explain(&self, method: &[u8], request: &(impl RequestFields + ?Sized)) -> Explanation {
        let verdict = self.decide(method, request);
        let rule = self.answers().rule(verdict.place());
        let mut rejections = Vec::new();
        let mut entry = None;
        match (verdict.outcome(), rule) {
            // A constant `*` lets every page read, whoever asks.
            (Outcome::Refused, _) if verdict.kind() == Kind::Actual && self.is_open() => {}
            (Outcome::Refused, _) => rejections.push(self.refused_origin(request)),
            (Outcome::Admitted, Some(rule)) => {
                let read = verdict.rule().and_then(|place| self.rule(place));
                entry = read.and_then(|rule| admitting_entry(rule, request));
                if verdict.kind() == Kind::Preflight {
                    rejections.extend(refused_method(rule, verdict, request));
                    rejections.extend(refused_header(rule, verdict, request));
                }
            }
            _ => {}
        }
        let rule = verdict.rule().and_then(|place| self.rule_name(place)).map(str::to_owned);
        Explanation { verdict, rule, entry, rejections }
    }

    /// Whether a browser lets the page have what it asks for. A request with cookies from another origin has the
    /// credentials mode `include`; of a preflight the mode is not known.
    pub(crate) fn passes(&self, verdict: Verdict, request: &(impl RequestFields + ?Sized)) -> bool {
        match (verdict.outcome(), self.answers().rule(verdict.place())) {
            (Outcome::Refused, _) => {
                verdict.kind() == Kind::Actual && self.is_open() && !request.has(Field::Cookie)
            }
            (Outcome::Admitted, Some(rule)) if verdict.kind() == Kind::Preflight => {
                refused_method(rule, verdict, request).is_none()
                    && refused_header(rule, verdict, request).is_none()
            }
            (Outcome::Admitted, Some(rule)) => rule.credentials || !request.has(Field::Cookie),
            _ => true,
        }
    }

    fn is_open(&self) -> bool {
        self.answers().constant.as_ref().is_some_and(|constant| constant == "*")
    }

    fn refused_origin(&self, request: &(impl RequestFields + ?Sized)) -> Rejection {
        let mut origins = Vec::new();
        let mut near = None;
        let _ = request.each_line(Field::Origin, &mut |line| {
            origins.push(excerpt(line));
            near = nearest(line, self.rules().filter_map(Rule::origins).flatten());
            if origins.len() < 2 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        match origins.len() {
            0 | 1 => Rejection::OriginNotAdmitted { origin: origins.concat(), nearest: near },
            _ => Rejection::SeveralOrigins { origins },
        }
    }
}

fn admitting_entry(rule: Rule<'_>, request: &(impl RequestFields + ?Sized)) -> Option<String> {
    let mut entry = None;
    let _ = request.each_line(Field::Origin, &mut |origin| {
        entry = rule.admitting(origin).map(|(_, text)| text.to_owned());
        ControlFlow::Break(())
    });
    entry
}

fn refused_method(
    rule: &RuleTables,
    verdict: Verdict,
    request: &(impl RequestFields + ?Sized),
) -> Option<Rejection> {
    let mut refused = None;
    let _ = request.each_line(Field::AccessControlRequestMethod, &mut |method| {
        let allowed = match &rule.allow_methods {
            List::Echo { .. } => verdict.echoes_method(),
            List::Static(list) => members(list.as_bytes()).any(|name| name == b"*" || name == method),
            List::Absent => false,
        };
        if !allowed && !SAFELISTED_METHODS.contains(&method) {
            let allowed = rule.allow_methods.names();
            refused = Some(Rejection::MethodNotAllowed { method: excerpt(method), allowed });
        }
        ControlFlow::Break(())
    });
    refused
}

fn refused_header(
    rule: &RuleTables,
    verdict: Verdict,
    request: &(impl RequestFields + ?Sized),
) -> Option<Rejection> {
    let mut left = LONGEST_EXPLAINED;
    let mut asks = false;
    let mut refused = None;
    let _ = request.each_line(Field::AccessControlRequestHeaders, &mut |line| {
        let whole_names = match line.get(..left) {
            // What is cut off in the middle is no name.
            Some(read) if read.len() < line.len() => read.iter().rposition(|byte| *byte == b','),
            _ => Some(line.len()),
        };
        let read = line.get(..whole_names.unwrap_or_default()).unwrap_or(line);
        left = left.saturating_sub(line.len());
        asks |= members(read).next().is_some() || read.len() < line.len();
        refused = members(read).find_map(|name| refused_name(&rule.allow_headers, name));
        if refused.is_some() || left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    let echoes = matches!(rule.allow_headers, List::Echo { .. });
    refused.or((echoes && asks && !verdict.echoes_headers()).then_some(Rejection::HeadersNotEchoed))
}

fn refused_name(allow_headers: &List, name: &[u8]) -> Option<Rejection> {
    if allow_headers.allows(name) {
        return None;
    }
    let any = match allow_headers {
        List::Absent => false,
        List::Static(list) => list == "*",
        List::Echo { .. } => true,
    };
    Some(if any && name.eq_ignore_ascii_case(b"authorization") {
        Rejection::AuthorizationNotCovered
    } else {
        Rejection::HeaderNotAllowed { header: excerpt(name), allowed: allow_headers.names() }
    })
}

impl List {
    /// Whether a list of headers allows this one. `any` does not cover `authorization`.
    pub(crate) fn allows(&self, name: &[u8]) -> bool {
        let is_authorization = name.eq_ignore_ascii_case(b"authorization");
        match self {
            List::Absent => false,
            List::Echo { authorization } => is_token(name) && (*authorization || !is_authorization),
            List::Static(list) => members(list.as_bytes())
                .any(|allowed| (allowed == b"*" && !is_authorization) || allowed.eq_ignore_ascii_case(name)),
        }
    }

    /// The names in a list that is always the same.
    fn names(&self) -> Vec<String> {
        match self {
            List::Static(list) => {
                members(list.as_bytes()).map(|name| String::from_utf8_lossy(name).into_owned()).collect()
            }
            _ => Vec::new(),
        }
    }
}

impl Explanation {
    /// The verdict that is explained.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// The name of the rule that admits the origin.
    #[must_use]
    pub fn rule(&self) -> Option<&str> {
        self.rule.as_deref()
    }

    /// The entry of that rule that admits the origin; `None` for `any`.
    #[must_use]
    pub fn entry(&self) -> Option<&str> {
        self.entry.as_deref()
    }

    /// Everything that a browser refuses, in the order in which it checks: origin, method, headers.
    #[must_use]
    pub fn rejections(&self) -> &[Rejection] {
        &self.rejections
    }

    /// The first thing that a browser refuses.
    #[must_use]
    pub fn into_rejection(self) -> Option<Rejection> {
        self.rejections.into_iter().next()
    }
}

/// What happened in one sentence, lower case, without a full stop.
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some((first, others)) = self.rejections.split_first() {
            write!(f, "{first}")?;
            return others.iter().try_for_each(|rejection| write!(f, "; {rejection}"));
        }
        match (self.verdict.outcome(), &self.entry) {
            (Outcome::NotCors, _) => f.write_str(
                "the request does not ask to be read by a page of another origin, so there is nothing to decide",
            ),
            (Outcome::SameOrigin, _) => f.write_str("the request comes from the server's own origin"),
            (_, Some(entry)) => write!(f, "`{entry}` admits the origin"),
            (_, None) => f.write_str("every origin is admitted"),
        }?;
        match &self.rule {
            Some(rule) => write!(f, ", in rule `{rule}`"),
            None => Ok(()),
        }
    }
}

impl Rejection {
    /// The reason in one word, in kebab-case, which stays the same.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Rejection::SeveralOrigins { .. } => "several-origins",
            Rejection::OriginNotAdmitted { .. } => "origin-not-admitted",
            Rejection::MethodNotAllowed { .. } => "method-not-allowed",
            Rejection::HeaderNotAllowed { .. } => "header-not-allowed",
            Rejection::AuthorizationNotCovered => "authorization-not-covered",
            Rejection::HeadersNotEchoed => "headers-not-echoed",
        }
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rejection::SeveralOrigins { origins } => {
                write!(f, "the request has more than one `Origin` line: `{}`", origins.join("` and `"))
            }
            Rejection::OriginNotAdmitted { origin, .. } if origin == "null" => f.write_str(
                "the policy does not admit the origin `null`: any page can send it, from a sandboxed frame or a \
                 `data:` URL, so only `any` admits it",
            ),
            Rejection::OriginNotAdmitted { origin, nearest } => {
                write!(f, "the policy does not admit the origin `{origin}`")?;
                nearest.iter().try_for_each(|miss| write!(f, "; nearest is `{}`, {}", miss.entry(), miss))
            }
            Rejection::MethodNotAllowed { method, allowed } => {
                write!(f, "the method `{method}` is not allowed; allowed are GET, HEAD, POST")?;
                allowed.iter().try_for_each(|name| write!(f, ", {name}"))
            }
            Rejection::HeaderNotAllowed { header, allowed } if allowed.is_empty() => {
                write!(f, "the header `{header}` is not allowed; no header is")
            }
            Rejection::HeaderNotAllowed { header, allowed } => {
                write!(f, "the header `{header}` is not allowed; allowed are {}", allowed.join(", "))
            }
            Rejection::AuthorizationNotCovered => {
                f.write_str("the header `authorization` is not allowed: `any` does not cover it")
            }
            Rejection::HeadersNotEchoed => {
                f.write_str("the list of headers is longer than a browser sends, or on several lines")
            }
        }
    }
}

impl std::error::Error for Rejection {}

/// Bytes of a request, fit to be shown: what is not printable ASCII is escaped, and the rest is cut off.
pub(crate) fn excerpt(bytes: &[u8]) -> String {
    let shown = bytes.get(..LONGEST_EXCERPT).unwrap_or(bytes);
    let mut text = shown.escape_ascii().to_string();
    if shown.len() < bytes.len() {
        text.push('…');
    }
    text
}
