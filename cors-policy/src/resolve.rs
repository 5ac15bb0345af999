//! Where the policy of a request comes from.

use std::sync::Arc;

use cors_policy_program::is_token;
use http::Request;
use http::header::{ACCESS_CONTROL_REQUEST_METHOD, HOST, HeaderValue, ORIGIN};
use http::uri::Authority;

use crate::event::{Event, Limited, Seen};
use crate::policy::Policy;

/// What a policy can be picked by: what a preflight has in common with the request that it asks for.
///
/// Headers, cookies and tokens are none of that, and cannot be seen.
pub trait Target {
    /// The method, as sent: of a preflight, the one that it asks for. Empty where that is not clear.
    ///
    /// Browsers keep the permission of a preflight for the URL, not for the method: the policy for one method must not
    /// allow what the policy for another method of the same URL refuses.
    fn method(&self) -> &str;

    /// The host and port that the request is for, as sent: compare it without case. `None` unless the URI and the only
    /// `Host` line, or one of them where the other is missing, say it
    /// ([RFC 9112, section 3.2](https://www.rfc-editor.org/rfc/rfc9112#section-3.2)).
    fn host(&self) -> Option<&str>;

    /// The path, with the slash in front; `*` or nothing where the request is for no resource. In an adapter within
    /// a router, what the router leaves of it.
    fn path(&self) -> &str;

    /// The query, without the question mark.
    fn query(&self) -> Option<&str>;
}

impl<B> Target for Request<B> {
    fn method(&self) -> &str {
        let lines = self.headers().get_all(ACCESS_CONTROL_REQUEST_METHOD).iter().map(HeaderValue::as_bytes);
        asked_method(self.method().as_str(), self.headers().contains_key(ORIGIN), lines)
    }

    fn host(&self) -> Option<&str> {
        let lines = self.headers().get_all(HOST).iter().map(HeaderValue::as_bytes);
        host(self.uri().authority().map(Authority::as_str), lines)
    }

    fn path(&self) -> &str {
        self.uri().path()
    }

    fn query(&self) -> Option<&str> {
        self.uri().query()
    }
}

/// The method that a request is about, by what `Access-Control-Request-Method` says.
pub(crate) fn asked_method<'r>(
    method: &'r str,
    has_origin: bool,
    mut lines: impl Iterator<Item = &'r [u8]>,
) -> &'r str {
    match (lines.next(), lines.next()) {
        _ if method != "OPTIONS" || !has_origin => method,
        (None, _) => method,
        (Some(line), None) if is_token(line) => str::from_utf8(line).unwrap_or_default(),
        _ => "",
    }
}

/// The host that a request is for, by the authority of its URI and what `Host` says.
pub(crate) fn host<'r>(
    authority: Option<&'r str>,
    mut lines: impl Iterator<Item = &'r [u8]>,
) -> Option<&'r str> {
    let line = match (lines.next(), lines.next()) {
        (Some(line), None) => Some(str::from_utf8(line).ok()?),
        (None, _) => None,
        _ => return None,
    };
    let host = authority.or(line)?;
    let agree = line.is_none_or(|line| line.eq_ignore_ascii_case(host));
    let is_host = !host.is_empty() && !host.contains(['@', '/', '?', '#', ' ', ',']);
    (agree && is_host).then_some(host)
}

/// Where an adapter takes the policy of a request from.
///
/// A reference to a [`Policy`], the policy itself, an `Arc` of it, a `LivePolicy` that can be replaced (feature `live`),
/// or a function that picks one by what it sees of the request
/// (`per_request` of the adapters):
///
/// ```
/// use cors_policy::{Policy, Resolve, Target, cors_policy};
///
/// static SHOP: Policy = cors_policy! { origins: ["https://shop.example.com"], credentials: true };
/// static PUBLIC: Policy = cors_policy! { origins: any };
///
/// fn policies() -> impl Resolve + Clone {
///     |target: &dyn Target| match target.path() {
///         path if path.starts_with("/public/") => Some(PUBLIC.clone()),
///         path if path.starts_with("/shop/") => Some(SHOP.clone()),
///         _ => None,
///     }
/// }
/// # let _ = policies();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` gives no CORS policy",
    note = "give `&POLICY`, a `Policy`, a `LivePolicy`, or say `per_request(|target| Some(POLICY.clone()))`"
)]
pub trait Resolve {
    /// The policy of a request. With `None` nobody is admitted: no CORS header, and preflights are answered 403.
    ///
    /// Adapters make what comes [`varying`](Policy::varying), unless it is [`fixed`](Resolve::fixed): the same URL may
    /// get another policy the next time.
    fn resolve(&self, target: &dyn Target) -> Option<Policy>;

    /// The policy, if it is the same for every request: adapters then do not ask for it again, prepare its answers, and
    /// responses need not say `Vary` where it answers everybody alike.
    fn fixed(&self) -> Option<&Policy> {
        None
    }

    /// A candidate beside a policy that this gave: where the two would answer a request differently, that is told
    /// ([`Event::CandidateDiffers`]). Asked for every request.
    fn candidate(&self, policy: &Policy) -> Option<Policy> {
        let _ = policy;
        None
    }

    /// Whether a request is one too many, and answered 429. Asked once for every request, before it is told of.
    fn limit(&self, seen: &Seen<'_>) -> Option<Limited> {
        let _ = seen;
        None
    }

    /// Told of every request that this gave a policy for, before the adapter's own observer is: for counters.
    fn notice(&self, event: &Event<'_>) {
        let _ = event;
    }
}

/// What a resolver in a box or the like does: all of it is what the one inside does.
macro_rules! forward {
    () => {
        #[inline]
        fn resolve(&self, target: &dyn Target) -> Option<Policy> {
            (**self).resolve(target)
        }

        fn fixed(&self) -> Option<&Policy> {
            (**self).fixed()
        }

        fn candidate(&self, policy: &Policy) -> Option<Policy> {
            (**self).candidate(policy)
        }

        fn limit(&self, seen: &Seen<'_>) -> Option<Limited> {
            (**self).limit(seen)
        }

        fn notice(&self, event: &Event<'_>) {
            (**self).notice(event);
        }
    };
}

impl Resolve for Policy {
    #[inline]
    fn resolve(&self, _: &dyn Target) -> Option<Policy> {
        Some(self.clone())
    }

    fn fixed(&self) -> Option<&Policy> {
        Some(self)
    }
}

// Of any lifetime: with `'static`, futures that hold the layer across an await would not be `Send` to the compiler.
impl Resolve for &Policy {
    #[inline]
    fn resolve(&self, _: &dyn Target) -> Option<Policy> {
        Some((*self).clone())
    }

    fn fixed(&self) -> Option<&Policy> {
        Some(self)
    }
}

impl<R: Resolve + ?Sized> Resolve for Arc<R> {
    forward!();
}

impl Resolve for Box<dyn Resolve + Send + Sync> {
    forward!();
}

#[diagnostic::do_not_recommend]
impl<F: Fn(&dyn Target) -> Option<Policy>> Resolve for F {
    #[inline]
    fn resolve(&self, target: &dyn Target) -> Option<Policy> {
        self(target)
    }
}

#[cfg(test)]
mod tests {
    use super::{asked_method, host};

    #[test]
    fn hosts() {
        let of =
            |authority, lines: &[&'static str]| host(authority, lines.iter().map(|line| line.as_bytes()));
        assert_eq!(of(None, &["api.example.com:8080"]), Some("api.example.com:8080"));
        assert_eq!(of(Some("api.example.com"), &[]), Some("api.example.com"));
        assert_eq!(of(Some("api.example.com"), &["API.example.com"]), Some("api.example.com"));
        assert_eq!(of(Some("api.example.com"), &["evil.test"]), None);
        assert_eq!(of(None, &["evil.test/@api.example.com"]), None);
        assert_eq!(of(Some("user@api.example.com"), &[]), None);
        for lines in [&[][..], &[""], &["a.test", "a.test"], &["a.test, b.test"], &["a test"]] {
            assert_eq!(of(None, lines), None, "{lines:?}");
        }
        assert_eq!(host(None, [&b"\xff"[..]].into_iter()), None);
    }

    #[test]
    fn methods() {
        let of = |method, has_origin, lines: &[&'static str]| {
            asked_method(method, has_origin, lines.iter().map(|line| line.as_bytes()))
        };
        assert_eq!(of("GET", true, &["PUT"]), "GET");
        assert_eq!(of("OPTIONS", true, &[]), "OPTIONS");
        assert_eq!(of("OPTIONS", false, &["PUT"]), "OPTIONS");
        assert_eq!(of("OPTIONS", true, &["PUT"]), "PUT");
        assert_eq!(of("OPTIONS", true, &["PUT", "PUT"]), "");
        assert_eq!(of("OPTIONS", true, &["not a method"]), "");
    }
}
