//! The request, as the matcher sees it.

use std::ops::ControlFlow;

use http::header::{self, HeaderMap, HeaderName};

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
            Field::Upgrade => "upgrade",
        }
    }

    #[inline]
    fn header_name(self) -> &'static HeaderName {
        static SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
        match self {
            Field::Origin => &header::ORIGIN,
            Field::AccessControlRequestMethod => &header::ACCESS_CONTROL_REQUEST_METHOD,
            Field::AccessControlRequestHeaders => &header::ACCESS_CONTROL_REQUEST_HEADERS,
            Field::Cookie => &header::COOKIE,
            Field::Authorization => &header::AUTHORIZATION,
            Field::SecFetchSite => &SEC_FETCH_SITE,
            Field::Upgrade => &header::UPGRADE,
        }
    }
}

/// The header fields of a request, in whatever form a framework has them.
///
/// One method hands over every line of a field, so that duplicates are seen; the visitor can stop. It is
/// implemented for [`http::HeaderMap`] and for slices of name and value pairs, such as parsers give.
///
/// ```
/// use std::ops::ControlFlow;
/// use cors_policy::{Field, RequestFields};
///
/// struct Request<'a> {
///     origin: Option<&'a str>,
/// }
///
/// impl RequestFields for Request<'_> {
///     fn each_line(&self, field: Field, visit: &mut dyn FnMut(&[u8]) -> ControlFlow<()>) -> ControlFlow<()> {
///         match (field, self.origin) {
///             (Field::Origin, Some(origin)) => visit(origin.as_bytes()),
///             _ => ControlFlow::Continue(()),
///         }
///     }
/// }
/// ```
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
