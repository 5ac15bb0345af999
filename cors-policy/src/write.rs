//! Writes from other sites. CORS does not keep them from arriving: a page may send a form anywhere, and the
//! browser only withholds the response.

use std::fmt;
use std::ops::ControlFlow;

use crate::decide::OriginLines;
use crate::fields::{Field, RequestFields, sole_line};
use crate::policy::Policy;
use crate::tables::RuleTables;

/// Why a write is refused. `Display` says it in one sentence, lower case, without a full stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WriteRefusal {
    /// There is more than one `Origin` line.
    SeveralOrigins,
    /// The browser says that another site sends it, and no rule admits the origin.
    CrossSite,
    /// The browser says that another origin of the same site sends it, and no rule admits the origin.
    SameSite,
    /// No rule admits the origin, and no browser says that it is the server's own.
    ForeignOrigin,
    /// The rule that admits the origin is without credentials, and the request has them.
    CredentialsNotAllowed,
}

impl Policy {
    /// Whether a request that changes something may go on; if not, answer 403.
    ///
    /// GET, HEAD, OPTIONS and TRACE change nothing
    /// ([RFC 9110, section 9.2.1](https://www.rfc-editor.org/rfc/rfc9110#section-9.2.1)) and always may. So may what the
    /// policy admits, what a browser says comes from the server's own pages or from its user
    /// (`Sec-Fetch-Site: same-origin` or `none`), and what comes from no browser: without `Origin` and
    /// `Sec-Fetch-Site`. An origin that only a rule without credentials admits may not write with them: with
    /// `Cookie`, with an `Authorization` that its scripts are not allowed to set, or with one of a scheme that browsers add by
    /// themselves (Basic, Digest, Negotiate, NTLM, HOBA, Mutual).
    ///
    /// Browsers that do not send `Sec-Fetch-Site` (Safari before 16.4, and all to plain http that is not loopback)
    /// send `Origin` with their own site's writes: name that origin in the policy.
    ///
    /// Of `http::Method`, give `method.as_str().as_bytes()`. Allocates nothing. With the feature `axum` or `actix-web` the
    /// refusal is a response, 403 with the reason in words.
    ///
    /// ```
    /// use cors_policy::{Policy, WriteRefusal, cors_policy};
    ///
    /// static SHOP: Policy = cors_policy! { origins: ["https://shop.example.com"], credentials: true };
    ///
    /// let form = [("origin", "https://evil.test"), ("sec-fetch-site", "cross-site"), ("cookie", "session=1")];
    /// assert_eq!(SHOP.check_write(b"POST", &form[..]), Err(WriteRefusal::CrossSite));
    /// assert_eq!(SHOP.check_write(b"GET", &form[..]), Ok(()));
    ///
    /// let curl = [("authorization", "Bearer …")];
    /// assert_eq!(SHOP.check_write(b"POST", &curl[..]), Ok(()));
    /// ```
    ///
    /// # Errors
    ///
    /// Why the request must be refused.
    pub fn check_write(
        &self,
        method: &[u8],
        request: &(impl RequestFields + ?Sized),
    ) -> Result<(), WriteRefusal> {
        if matches!(method, b"GET" | b"HEAD" | b"OPTIONS" | b"TRACE") {
            return Ok(());
        }
        let origin = self.origin_lines(request);
        let rule = match origin {
            OriginLines::Several => return Err(WriteRefusal::SeveralOrigins),
            OriginLines::One { rule } => self.answers().rule(rule),
            OriginLines::Absent => None,
        };
        let site = sole_line(request, Field::SecFetchSite, Site::read);
        match (site, rule) {
            (Some(Site::Own), _) => Ok(()),
            (_, Some(rule)) if !rule.credentials && has_ambient_credentials(rule, request) => {
                Err(WriteRefusal::CredentialsNotAllowed)
            }
            (_, Some(_)) => Ok(()),
            (Some(Site::Foreign(refusal)), None) => Err(refusal),
            (None, None) if matches!(origin, OriginLines::Absent) && !request.has(Field::SecFetchSite) => {
                Ok(())
            }
            (None, None) => Err(WriteRefusal::ForeignOrigin),
        }
    }
}

/// What a browser says of where a request comes from
/// ([Fetch Metadata, section 2.4](https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header)).
enum Site {
    Own,
    Foreign(WriteRefusal),
}

impl Site {
    fn read(line: &[u8]) -> Option<Site> {
        match line {
            b"same-origin" | b"none" => Some(Site::Own),
            b"same-site" => Some(Site::Foreign(WriteRefusal::SameSite)),
            b"cross-site" => Some(Site::Foreign(WriteRefusal::CrossSite)),
            _ => None,
        }
    }
}

/// Schemes of `Authorization` that browsers answer by themselves, once a user has signed in
/// ([HTTP Authentication Scheme Registry](https://www.iana.org/assignments/http-authschemes)).
const AMBIENT_SCHEMES: [&[u8]; 6] = [b"basic", b"digest", b"hoba", b"mutual", b"negotiate", b"ntlm"];

/// Whether a browser may have added credentials by itself: cookies, or an `Authorization` that scripts are not
/// allowed to set, or of a scheme that browsers know.
fn has_ambient_credentials(rule: &RuleTables, request: &(impl RequestFields + ?Sized)) -> bool {
    let scripts_authorize = rule.allow_headers.allows(b"authorization");
    let is_ambient = |line: &[u8]| {
        let scheme = line.trim_ascii().split(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-').next();
        let known = |scheme: &[u8]| AMBIENT_SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme));
        !scripts_authorize || scheme.is_none_or(|scheme| scheme.is_empty() || known(scheme))
    };
    let ambient = request.each_line(Field::Authorization, &mut |line| {
        if is_ambient(line) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    ambient.is_break() || request.has(Field::Cookie)
}

impl WriteRefusal {
    /// The reason in one word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            WriteRefusal::SeveralOrigins => "several-origins",
            WriteRefusal::CrossSite => "cross-site",
            WriteRefusal::SameSite => "same-site",
            WriteRefusal::ForeignOrigin => "foreign-origin",
            WriteRefusal::CredentialsNotAllowed => "credentials-not-allowed",
        }
    }
}

impl fmt::Display for WriteRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            WriteRefusal::SeveralOrigins => "the request has more than one `Origin` line",
            WriteRefusal::CrossSite => {
                "a page of another site sends this write (`Sec-Fetch-Site: cross-site`), and the policy does not admit it"
            }
            WriteRefusal::SameSite => {
                "another origin of the same site sends this write (`Sec-Fetch-Site: same-site`), and the policy does \
                 not admit it"
            }
            WriteRefusal::ForeignOrigin => {
                "the policy does not admit the origin of this write, and no `Sec-Fetch-Site` says that it is the \
                 server's own"
            }
            WriteRefusal::CredentialsNotAllowed => {
                "the policy admits the origin without credentials, but the write has cookies or the like"
            }
        })
    }
}

impl std::error::Error for WriteRefusal {}
