//! The request, as the matcher sees it.

use std::fmt;
use std::ops::ControlFlow;

use http::header::{self, HeaderMap, HeaderName};

use crate::list::members;

/// A header field of a request that can play a part in a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Field {
    /// `Origin` ([Fetch, section 3.2](https://fetch.spec.whatwg.org/#origin-header)).
    Origin,
    /// `Access-Control-Request-Method`.
    AccessControlRequestMethod,
    /// `Access-Control-Request-Headers`.
    AccessControlRequestHeaders,
    /// `Cookie`.
    Cookie,
    /// `Authorization`.
    Authorization,
    /// `Sec-Fetch-Site` ([Fetch Metadata](https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header)).
    SecFetchSite,
    /// `Sec-Fetch-Mode` ([Fetch Metadata](https://www.w3.org/TR/fetch-metadata/#sec-fetch-mode-header)).
    SecFetchMode,
    /// `Upgrade` ([RFC 9110, section 7.8](https://www.rfc-editor.org/rfc/rfc9110#section-7.8)).
    Upgrade,
}

impl Field {
    /// The name of the field, in lower case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Field::Origin => "origin",
            Field::AccessControlRequestMethod => "access-control-request-method",
            Field::AccessControlRequestHeaders => "access-control-request-headers",
            Field::Cookie => "cookie",
            Field::Authorization => "authorization",
            Field::SecFetchSite => "sec-fetch-site",
            Field::SecFetchMode => "sec-fetch-mode",
            Field::Upgrade => "upgrade",
        }
    }

    /// Whether the lines of a list, such as `Vary`, name this field, in whatever case, or `*`.
    ///
    /// ```
    /// use cors_policy::Field;
    ///
    /// assert!(Field::Origin.is_listed(["accept-encoding, ORIGIN", "cookie"]));
    /// assert!(!Field::Origin.is_listed(["x-origin"]));
    /// ```
    #[must_use]
    pub fn is_listed(self, lines: impl IntoIterator<Item = impl AsRef<[u8]>>) -> bool {
        let names = |name: &[u8]| name == b"*" || name.eq_ignore_ascii_case(self.name().as_bytes());
        lines.into_iter().any(|line| members(line.as_ref()).any(names))
    }

    #[inline]
    fn header_name(self) -> &'static HeaderName {
        static SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
        static SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
        match self {
            Field::Origin => &header::ORIGIN,
            Field::AccessControlRequestMethod => &header::ACCESS_CONTROL_REQUEST_METHOD,
            Field::AccessControlRequestHeaders => &header::ACCESS_CONTROL_REQUEST_HEADERS,
            Field::Cookie => &header::COOKIE,
            Field::Authorization => &header::AUTHORIZATION,
            Field::SecFetchSite => &SEC_FETCH_SITE,
            Field::SecFetchMode => &SEC_FETCH_MODE,
            Field::Upgrade => &header::UPGRADE,
        }
    }
}

/// The header fields of a request, in whatever form a framework has them.
///
/// One method hands over every line of a field, so that duplicates are seen; the visitor can stop. It is
/// implemented for [`http::HeaderMap`] and for slices of name and value pairs, such as parsers give.
///
/// For all else there is [`Lines`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` gives no header fields",
    note = "give the headers of the request: `request.headers()`; for headers of other types there is `Lines`"
)]
pub trait RequestFields {
    /// Calls `visit` with the value of each line of the field, in order, until it breaks.
    ///
    /// Values are the bytes between the white space around them
    /// ([RFC 9110, section 5.5](https://www.rfc-editor.org/rfc/rfc9110#section-5.5)).
    fn each_line(&self, field: Field, visit: &mut dyn FnMut(&[u8]) -> ControlFlow<()>) -> ControlFlow<()>;

    /// Whether there is any line of the field. Worth an implementation where that can be told faster.
    #[inline]
    fn has(&self, field: Field) -> bool {
        self.each_line(field, &mut |_| ControlFlow::Break(())).is_break()
    }
}

impl RequestFields for HeaderMap {
    #[inline]
    fn each_line(&self, field: Field, visit: &mut dyn FnMut(&[u8]) -> ControlFlow<()>) -> ControlFlow<()> {
        self.get_all(field.header_name()).iter().try_for_each(|value| visit(value.as_bytes()))
    }

    #[inline]
    fn has(&self, field: Field) -> bool {
        self.contains_key(field.header_name())
    }
}

/// Names are compared without case.
impl<N: AsRef<[u8]>, V: AsRef<[u8]>> RequestFields for [(N, V)] {
    #[inline]
    fn each_line(&self, field: Field, visit: &mut dyn FnMut(&[u8]) -> ControlFlow<()>) -> ControlFlow<()> {
        let lines =
            self.iter().filter(|(name, _)| name.as_ref().eq_ignore_ascii_case(field.name().as_bytes()));
        lines.map(|(_, value)| value.as_ref()).try_for_each(visit)
    }
}

/// The header fields of a request, as a function gives the lines of each.
///
/// ```
/// use cors_policy::{Field, Lines, Outcome, Policy, cors_policy};
///
/// static POLICY: Policy = cors_policy! { origins: ["https://app.example.com"] };
///
/// struct Headers;
/// impl Headers {
///     fn get_all(&self, name: &str) -> Vec<String> {
/// #       if name != "origin" { return Vec::new() }
///         // …
/// #       vec!["https://app.example.com".to_owned()]
///     }
/// }
///
/// let headers = Headers;
/// let verdict = POLICY.decide(b"GET", &Lines(|field: Field| headers.get_all(field.name())));
/// assert_eq!(verdict.outcome(), Outcome::Admitted);
/// ```
#[derive(Clone, Copy)]
pub struct Lines<F>(pub F);

impl<F> fmt::Debug for Lines<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines").finish_non_exhaustive()
    }
}

impl<F, I> RequestFields for Lines<F>
where
    F: Fn(Field) -> I,
    I: IntoIterator<Item: AsRef<[u8]>>,
{
    #[inline]
    fn each_line(&self, field: Field, visit: &mut dyn FnMut(&[u8]) -> ControlFlow<()>) -> ControlFlow<()> {
        (self.0)(field).into_iter().try_for_each(|line| visit(line.as_ref().trim_ascii()))
    }
}

impl<R: RequestFields + ?Sized> RequestFields for &R {
    #[inline]
    fn each_line(&self, field: Field, visit: &mut dyn FnMut(&[u8]) -> ControlFlow<()>) -> ControlFlow<()> {
        (**self).each_line(field, visit)
    }

    #[inline]
    fn has(&self, field: Field) -> bool {
        (**self).has(field)
    }
}

/// What `read` makes of the only line of the field; `None` if there are none or several, or it makes nothing.
#[inline]
pub(crate) fn sole_line<T>(
    request: &(impl RequestFields + ?Sized),
    field: Field,
    mut read: impl FnMut(&[u8]) -> Option<T>,
) -> Option<T> {
    let mut lines = 0;
    let mut result = None;
    let several = request.each_line(field, &mut |line| {
        lines += 1;
        if lines > 1 {
            return ControlFlow::Break(());
        }
        result = read(line);
        ControlFlow::Continue(())
    });
    result.filter(|_| several.is_continue())
}
