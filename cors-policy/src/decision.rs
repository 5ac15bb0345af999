//! The matcher with the types of the crate `http`.

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Response, StatusCode};

use crate::explanation::Rejection;
use crate::operation::{Answer, Header, Present, Source, VARY_ORIGIN, VARY_PREFLIGHT};
use crate::policy::Policy;
use crate::verdict::{Vary, Verdict};

/// The decision on one request, and all that its response needs of the request.
///
/// It owns a clone of the policy's handle, and of a request header's value only where that is echoed; neither
/// allocates.
#[derive(Clone, Debug)]
#[must_use = "a decision does nothing until it is applied to the response"]
pub struct Decision {
    pub(crate) actual: Actual,
    request_method: Option<HeaderValue>,
    request_headers: Option<HeaderValue>,
}

/// What the response to an actual request needs of the request.
#[derive(Clone, Debug)]
pub(crate) struct Actual {
    pub(crate) policy: Policy,
    verdict: Verdict,
    origin: Option<HeaderValue>,
}

impl Policy {
    /// Decides a request. See [`decide`](Policy::decide).
    ///
    /// ```
    /// use cors_policy::{Policy, cors_policy};
    /// use http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
    ///
    /// static POLICY: Policy = cors_policy! {
    ///     origins: ["https://app.example.com", "https://admin.example.com"],
    ///     methods: [PUT],
    /// };
    ///
    /// let mut request = HeaderMap::new();
    /// request.insert("origin", HeaderValue::from_static("https://app.example.com"));
    /// let decision = POLICY.evaluate(&Method::GET, &request);
    /// assert_eq!(decision.status(), None); // the application is called
    ///
    /// let mut response = Response::new("hello");
    /// decision.apply(response.headers_mut());
    /// assert_eq!(response.headers()["access-control-allow-origin"], "https://app.example.com");
    /// assert_eq!(response.headers()["vary"], "origin");
    /// ```
    pub fn evaluate(&self, method: &Method, headers: &HeaderMap) -> Decision {
        let judged = self.judge(method, headers);
        self.clone().decision(judged, headers)
    }

    /// The verdict, and the origin where it is echoed.
    #[inline]
    pub(crate) fn judge<'r>(
        &self,
        method: &Method,
        headers: &'r HeaderMap,
    ) -> (Verdict, Option<&'r HeaderValue>) {
        let origin = headers.get(&ORIGIN);
        // Only a map with more lines than names can have several of one.
        let has_several =
            headers.len() > headers.keys_len() && headers.get_all(ORIGIN).iter().nth(1).is_some();
        let lines = self.lines_of(origin.map(HeaderValue::as_bytes), has_several);
        let verdict = self.conclude(method == Method::OPTIONS, lines, headers);
        (verdict, origin.filter(|_| self.answers().echoes_origin(verdict.place())))
    }

    /// Each kind of decision is made in a function of its own, which writes it where the caller wants it. Made in one
    /// place it is moved once more, and reading back what has just been written in other sizes took a fifth of all the
    /// time (`docs/performance.md`).
    #[inline]
    pub(crate) fn decision(
        self,
        (verdict, origin): (Verdict, Option<&HeaderValue>),
        headers: &HeaderMap,
    ) -> Decision {
        match origin {
            _ if verdict.echoes_lists() => self.echoing_lists(verdict, origin, headers),
            Some(origin) => self.echoing_origin(verdict, origin),
            None => {
                let actual = Actual { policy: self, verdict, origin: None };
                Decision { actual, request_method: None, request_headers: None }
            }
        }
    }

    #[inline(never)]
    fn echoing_origin(self, verdict: Verdict, origin: &HeaderValue) -> Decision {
        let actual = Actual { origin: Some(origin.clone()), policy: self, verdict };
        Decision { actual, request_method: None, request_headers: None }
    }

    #[inline(never)]
    fn echoing_lists(self, verdict: Verdict, origin: Option<&HeaderValue>, headers: &HeaderMap) -> Decision {
        let echo = |wanted: bool, name: HeaderName| if wanted { headers.get(name).cloned() } else { None };
        Decision {
            request_method: echo(verdict.echoes_method(), ACCESS_CONTROL_REQUEST_METHOD),
            request_headers: echo(verdict.echoes_headers(), ACCESS_CONTROL_REQUEST_HEADERS),
            actual: Actual { origin: origin.cloned(), policy: self, verdict },
        }
    }
}

impl Decision {
    /// The verdict that the decision rests on.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.actual.verdict
    }

    /// The policy that decided.
    #[must_use]
    pub fn policy(&self) -> &Policy {
        &self.actual.policy
    }

    /// The status with which to answer now, without a body and without calling the application; `None` where the
    /// application is called.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        StatusCode::from_u16(self.verdict().answer()).ok()
    }

    /// The response with which to answer now, headers included; `None` where the application is called. Its body is
    /// empty, and no error page of the framework must fill it.
    ///
    /// ```
    /// # use cors_policy::{Policy, cors_policy};
    /// # use http::{HeaderMap, Method};
    /// # static POLICY: Policy = cors_policy! { origins: any };
    /// let decision = POLICY.evaluate(&Method::GET, &HeaderMap::new());
    /// assert!(decision.answer::<String>().is_none());
    /// ```
    #[must_use]
    pub fn answer<B: Default>(&self) -> Option<Response<B>> {
        let mut response = Response::new(B::default());
        *response.status_mut() = self.status()?;
        self.apply(response.headers_mut());
        Some(response)
    }

    /// The CORS headers and `Vary` of a response that has none of them yet. Allocates nothing.
    pub fn headers(&self) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        let answer = self.policy().answer(self.verdict());
        let set = Header::ALL
            .into_iter()
            .filter_map(move |header| Some((header.header_name(), self.value(answer?.source(header)?)?)));
        set.chain(self.policy().vary(self.verdict()).value().map(|vary| (VARY, vary)))
    }

    /// Brings the headers of a response in line with the policy: CORS headers are set or removed, and `Vary` is
    /// extended. Applying twice is as good as once.
    ///
    /// Call it on whatever response leaves, also on errors and redirects: a page cannot read an error that has no
    /// CORS headers. Allocates nothing beyond the growth of the map.
    #[inline]
    pub fn apply(&self, response: &mut HeaderMap) {
        self.actual.apply(response);
        let Some(answer) = self.policy().answer(self.verdict()) else { return };
        for header in [Header::AllowMethods, Header::AllowHeaders, Header::MaxAge] {
            if let Some(value) = answer.source(header).and_then(|source| self.value(source)) {
                response.insert(header.header_name(), value);
            }
        }
    }

    /// Sets `Access-Control-Allow-Origin` alone.
    #[cfg(feature = "tower")]
    #[inline]
    pub(crate) fn set_origin(&self, response: &mut HeaderMap) {
        if let Some(origin) = &self.actual.origin
            && let Some(allowed) = response.get_mut(ACCESS_CONTROL_ALLOW_ORIGIN)
        {
            allowed.clone_from(origin);
        }
    }

    /// Why a browser refuses what this decision answers; `None` if it does not. Takes the request again, because
    /// decisions keep nothing of it.
    #[must_use]
    pub fn rejection(&self, method: &Method, headers: &HeaderMap) -> Option<Rejection> {
        self.policy().explain(method.as_str().as_bytes(), headers).into_rejection()
    }

    #[inline]
    fn value(&self, source: Source<'_>) -> Option<HeaderValue> {
        match source {
            Source::Static(value) => Some(value.clone()),
            Source::Origin => self.actual.origin.clone(),
            Source::RequestMethod => self.request_method.clone(),
            Source::RequestHeaders => self.request_headers.clone(),
        }
    }
}

impl Actual {
    #[cfg(feature = "tower")]
    #[inline]
    pub(crate) fn new(policy: Policy, (verdict, origin): (Verdict, Option<&HeaderValue>)) -> Self {
        Actual { policy, verdict, origin: origin.cloned() }
    }

    /// Brings the headers of a response in line with the policy, without the lists of a preflight.
    #[inline]
    pub(crate) fn apply(&self, response: &mut HeaderMap) {
        let present = Present::among(response.keys().map(HeaderName::as_str));
        if present.cors {
            strip(response);
        }
        if let Some(answer) = self.policy.answer(self.verdict) {
            self.set(answer, response);
        }
        match self.policy.vary(self.verdict) {
            vary if present.vary => merge_vary(vary, response),
            vary => drop(vary.value().map(|vary| response.insert(VARY, vary))),
        }
    }

    #[inline]
    fn set(&self, answer: Answer<'_>, response: &mut HeaderMap) {
        let allow_origin = match answer.allow_origin() {
            Source::Static(value) => Some(value),
            _ => self.origin.as_ref(),
        };
        if let Some(value) = allow_origin {
            response.insert(ACCESS_CONTROL_ALLOW_ORIGIN, value.clone());
        }
        if answer.allows_credentials() {
            response.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, const { HeaderValue::from_static("true") });
        }
        if let Some(value) = answer.expose_headers() {
            response.insert(ACCESS_CONTROL_EXPOSE_HEADERS, value.clone());
        }
    }
}

#[cold]
fn strip(response: &mut HeaderMap) {
    for header in Header::ALL {
        response.remove(header.header_name());
    }
}

impl Header {
    #[inline]
    fn header_name(self) -> HeaderName {
        match self {
            Header::AllowOrigin => ACCESS_CONTROL_ALLOW_ORIGIN,
            Header::AllowCredentials => ACCESS_CONTROL_ALLOW_CREDENTIALS,
            Header::AllowMethods => ACCESS_CONTROL_ALLOW_METHODS,
            Header::AllowHeaders => ACCESS_CONTROL_ALLOW_HEADERS,
            Header::ExposeHeaders => ACCESS_CONTROL_EXPOSE_HEADERS,
            Header::MaxAge => ACCESS_CONTROL_MAX_AGE,
        }
    }
}

impl Vary {
    #[inline]
    fn value(self) -> Option<HeaderValue> {
        match self {
            Vary::Nothing => None,
            Vary::Origin => Some(const { HeaderValue::from_static(VARY_ORIGIN) }),
            Vary::Preflight => Some(const { HeaderValue::from_static(VARY_PREFLIGHT) }),
        }
    }
}

/// Adds what is missing on lines of its own: no line that is there is touched, and nothing is allocated.
fn merge_vary(vary: Vary, response: &mut HeaderMap) {
    for field in vary.fields() {
        if field.is_listed(response.get_all(VARY)) {
            continue;
        }
        response.append(VARY, HeaderValue::from_static(field.name()));
    }
}
