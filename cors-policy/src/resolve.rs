//! Where the policy of a request comes from.

use std::sync::Arc;

use http::header::{ACCESS_CONTROL_REQUEST_METHOD, HOST};
use http::{Method, Request};

use crate::policy::Policy;

/// What a policy can be picked by: what a preflight has in common with the request that it asks for.
///
/// Headers, cookies and tokens are none of that, and cannot be seen.
pub trait Target {
    /// The method: of a preflight, the one that it asks for. Empty where that is none.
    fn method(&self) -> &str;

    /// The host and port that the request is for, from its URI or else from its only `Host` line, as sent: compare it
    /// without case. `None` where there is none, or several.
    fn host(&self) -> Option<&str>;

    /// The path, with the slash in front.
    fn path(&self) -> &str;

    /// The query, without the question mark.
    fn query(&self) -> Option<&str>;
}

impl<B> Target for Request<B> {
    fn method(&self) -> &str {
        if self.method() != Method::OPTIONS || !self.headers().contains_key(http::header::ORIGIN) {
            return self.method().as_str();
        }
        let mut lines = self.headers().get_all(ACCESS_CONTROL_REQUEST_METHOD).iter();
        match (lines.next(), lines.next()) {
            (None, _) => self.method().as_str(),
            (Some(line), None) => line.to_str().unwrap_or_default(),
            _ => "",
        }
    }

    fn host(&self) -> Option<&str> {
        let authority = self.uri().authority().map(http::uri::Authority::as_str);
        let mut lines = self.headers().get_all(HOST).iter();
        let line = lines.next().filter(|_| lines.next().is_none());
        let host = authority.or_else(|| line?.to_str().ok())?;
        host.rsplit('@').next()
    }

    fn path(&self) -> &str {
        self.uri().path()
    }

    fn query(&self) -> Option<&str> {
        self.uri().query()
    }
}

/// Where an adapter takes the policy of a request from.
///
/// A `&'static Policy`, a [`Policy`], an `Arc<Policy>`, a `LivePolicy` that can be replaced (feature `live`), or a
/// closure that picks one by what it sees of the request:
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
pub trait Resolve {
    /// The policy of a request; `None` for one that admits nobody.
    ///
    /// Where the same URL can get different policies, they must be [`varying`](Policy::varying). Those of closures are
    /// made so.
    fn resolve(&self, target: &dyn Target) -> Option<Policy>;

    /// The policy, if it is the same for every request: adapters then prepare its answers.
    fn fixed(&self) -> Option<&Policy> {
        None
    }
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

impl Resolve for &'static Policy {
    #[inline]
    fn resolve(&self, _: &dyn Target) -> Option<Policy> {
        Some((*self).clone())
    }

    fn fixed(&self) -> Option<&Policy> {
        Some(self)
    }
}

impl Resolve for Arc<Policy> {
    #[inline]
    fn resolve(&self, _: &dyn Target) -> Option<Policy> {
        Some(Policy::clone(self))
    }

    fn fixed(&self) -> Option<&Policy> {
        Some(self)
    }
}

impl<F: Fn(&dyn Target) -> Option<Policy>> Resolve for F {
    #[inline]
    fn resolve(&self, target: &dyn Target) -> Option<Policy> {
        self(target).map(Policy::varying)
    }
}
