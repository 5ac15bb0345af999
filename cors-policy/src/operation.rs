//! What a verdict does to a response.

use http::HeaderValue;

use crate::fields::Field;
use crate::policy::Policy;
use crate::tables::{List, RuleTables};
use crate::verdict::{Kind, Vary, Verdict};

/// A response header that CORS defines
/// ([Fetch, section 3.2.3](https://fetch.spec.whatwg.org/#http-responses)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Header {
    /// `Access-Control-Allow-Origin`.
    AllowOrigin,
    /// `Access-Control-Allow-Credentials`.
    AllowCredentials,
    /// `Access-Control-Allow-Methods`.
    AllowMethods,
    /// `Access-Control-Allow-Headers`.
    AllowHeaders,
    /// `Access-Control-Expose-Headers`.
    ExposeHeaders,
    /// `Access-Control-Max-Age`.
    MaxAge,
}

impl Header {
    /// Every CORS response header.
    pub const ALL: [Header; 6] = [
        Header::AllowOrigin,
        Header::AllowCredentials,
        Header::AllowMethods,
        Header::AllowHeaders,
        Header::ExposeHeaders,
        Header::MaxAge,
    ];

    /// The name of the header, in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Header::AllowOrigin => "access-control-allow-origin",
            Header::AllowCredentials => "access-control-allow-credentials",
            Header::AllowMethods => "access-control-allow-methods",
            Header::AllowHeaders => "access-control-allow-headers",
            Header::ExposeHeaders => "access-control-expose-headers",
            Header::MaxAge => "access-control-max-age",
        }
    }
}

/// A step that brings a response in line with the policy. There is none that appends: two lines of
/// `Access-Control-Allow-Origin` match nothing in any browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation<'p> {
    /// Sets the header, in place of whatever lines of it there are.
    Set(Header, Value<'p>),
    /// Removes all lines of the header.
    Strip(Header),
    /// Adds the name of the field to `Vary`, unless it is there (without regard to case) or `*` is:
    /// [`Field::is_listed`] tells.
    MergeVary(Field),
}

/// The value of a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value<'p> {
    /// This text, which belongs to the policy. It is ASCII.
    Static(&'p str),
    /// What the only line of this field of the request says: `Origin`, `Access-Control-Request-Method` or
    /// `Access-Control-Request-Headers`.
    Echo(Field),
}

static ANY: HeaderValue = HeaderValue::from_static("*");
static TRUE: HeaderValue = HeaderValue::from_static("true");

/// The value of a header, as the policy keeps it.
#[derive(Clone, Copy)]
pub(crate) enum Source<'p> {
    Static(&'p HeaderValue),
    Origin,
    RequestMethod,
    RequestHeaders,
}

impl Policy {
    /// What to do to the response of a request, whichever response it is: also to one that says 404 or 500, that
    /// redirects, or that answers a preflight.
    ///
    /// Each CORS response header is set or stripped, so that nothing an inner layer left survives. A verdict of
    /// another policy gives what a refusal gives. Allocates nothing.
    ///
    /// ```
    /// use cors_policy::{Header, Operation, Policy, Value, cors_policy};
    ///
    /// static POLICY: Policy = cors_policy! { origins: any };
    ///
    /// let verdict = POLICY.decide(b"GET", &[("origin", "https://app.example.com")][..]);
    /// let first = POLICY.operations(verdict).next();
    /// assert_eq!(first, Some(Operation::Set(Header::AllowOrigin, Value::Static("*"))));
    /// ```
    pub fn operations(&self, verdict: Verdict) -> impl Iterator<Item = Operation<'_>> {
        let vary = self.vary(verdict).fields().iter().map(|field| Operation::MergeVary(*field));
        self.header_operations(verdict).chain(vary)
    }

    /// What to do to the CORS headers.
    pub(crate) fn header_operations(&self, verdict: Verdict) -> impl Iterator<Item = Operation<'_>> {
        let answer = self.answer(verdict);
        Header::ALL.into_iter().map(move |header| match answer.and_then(|answer| answer.source(header)) {
            Some(source) => Operation::Set(header, source.value()),
            None => Operation::Strip(header),
        })
    }

    /// What the response depends on. What another policy, or another handle of this one, decided may have depended
    /// on less.
    #[inline]
    pub(crate) fn vary(&self, verdict: Verdict) -> Vary {
        match verdict.vary() {
            Vary::Nothing if self.is_varying() || verdict.fingerprint() != self.identified().1 => {
                Vary::Origin
            }
            vary => vary,
        }
    }

    /// What the verdict says of CORS headers; `None` where all of them must be gone.
    #[inline]
    pub(crate) fn answer(&self, verdict: Verdict) -> Option<Answer<'_>> {
        let (tables, fingerprint) = self.identified();
        if verdict.fingerprint() != fingerprint {
            return None;
        }
        // Where the answer is constant, it goes on every actual response, whoever asks.
        let constant =
            tables.constant.as_ref().filter(|_| verdict.kind() == Kind::Actual || verdict.place().is_some());
        let rule = if constant.is_some() { tables.rules.first()? } else { tables.rule(verdict.place())? };
        Some(Answer { rule, constant, verdict })
    }
}

/// The answer of one rule.
#[derive(Clone, Copy)]
pub(crate) struct Answer<'p> {
    rule: &'p RuleTables,
    constant: Option<&'p HeaderValue>,
    verdict: Verdict,
}

impl<'p> Answer<'p> {
    #[inline]
    pub(crate) fn allow_origin(self) -> Source<'p> {
        match self.constant {
            Some(constant) => Source::Static(constant),
            None if self.rule.patterns.is_none() => Source::Static(&ANY),
            None => Source::Origin,
        }
    }

    #[inline]
    pub(crate) fn allows_credentials(self) -> bool {
        self.rule.credentials
    }

    #[inline]
    pub(crate) fn expose_headers(self) -> Option<&'p HeaderValue> {
        self.rule.expose_headers.as_ref().filter(|_| self.verdict.kind() == Kind::Actual)
    }

    /// The value of a CORS response header, `None` where it must be gone.
    #[inline]
    pub(crate) fn source(self, header: Header) -> Option<Source<'p>> {
        let Answer { rule, verdict, .. } = self;
        let is_preflight = verdict.kind() == Kind::Preflight;
        match header {
            Header::AllowOrigin => Some(self.allow_origin()),
            Header::AllowCredentials => self.allows_credentials().then_some(Source::Static(&TRUE)),
            Header::ExposeHeaders => self.expose_headers().map(Source::Static),
            _ if !is_preflight => None,
            Header::MaxAge => rule.max_age.as_ref().map(Source::Static),
            Header::AllowMethods => rule.allow_methods.source(verdict.echoes_method(), Source::RequestMethod),
            Header::AllowHeaders => {
                rule.allow_headers.source(verdict.echoes_headers(), Source::RequestHeaders)
            }
        }
    }
}

impl List {
    #[inline]
    fn source<'p>(&'p self, may_echo: bool, echo: Source<'p>) -> Option<Source<'p>> {
        match self {
            List::Absent => None,
            List::Static(value) => Some(Source::Static(value)),
            List::Echo { .. } => may_echo.then_some(echo),
        }
    }
}

impl<'p> Source<'p> {
    fn value(self) -> Value<'p> {
        match self {
            // The compiler lets nothing but visible ASCII into values.
            Source::Static(value) => Value::Static(value.to_str().unwrap_or_default()),
            Source::Origin => Value::Echo(Field::Origin),
            Source::RequestMethod => Value::Echo(Field::AccessControlRequestMethod),
            Source::RequestHeaders => Value::Echo(Field::AccessControlRequestHeaders),
        }
    }
}

/// What a response has before the policy is applied. One pass over its names costs less than a look-up of each header
/// that must be gone.
pub(crate) struct Present {
    /// Some CORS header.
    pub(crate) cors: bool,
    /// `Vary`.
    pub(crate) vary: bool,
}

impl Present {
    #[inline]
    pub(crate) fn among<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let mut present = Present { cors: false, vary: false };
        for name in names {
            present.cors |= name.starts_with("access-control-");
            present.vary |= name == "vary";
        }
        present
    }
}

/// The values of `Vary` where a response has none yet.
pub(crate) const VARY_ORIGIN: &str = "origin";
pub(crate) const VARY_PREFLIGHT: &str =
    "origin, access-control-request-method, access-control-request-headers";

impl Vary {
    /// The request headers that a cache must tell responses apart by. Responses to `OPTIONS` are not cacheable
    /// (RFC 9110, section 9.3.7), but some CDNs can be told to.
    pub(crate) fn fields(self) -> &'static [Field] {
        match self {
            Vary::Nothing => &[],
            Vary::Origin => &[Field::Origin],
            Vary::Preflight => {
                &[Field::Origin, Field::AccessControlRequestMethod, Field::AccessControlRequestHeaders]
            }
        }
    }
}
