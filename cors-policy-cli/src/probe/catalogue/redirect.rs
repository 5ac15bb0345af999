//! Causes in redirects.

use super::{Cause, Layer};

pub(in crate::probe) static REDIRECT_NO_CORS_HEADERS: Cause = Cause {
    code: "redirect-no-cors-headers",
    layer: Layer::Layering,
    title: "A redirect has no CORS headers of its own.",
    chrome: "No `Access-Control-Allow-Origin` header is present on the requested resource. The URL is that of the \
            redirect.",
    firefox: "`CORS header 'Access-Control-Allow-Origin' missing`. With the status 30x.",
    why: "Redirects for a slash or a canonical host come before the CORS layer. Each hop is checked before it \
            is followed.",
    fix: "Put CORS outermost, or let the page use the final URL.",
};

pub(in crate::probe) static REDIRECT_TO_HTTPS: Cause = Cause {
    code: "redirect-to-https",
    layer: Layer::Layering,
    title: "The request goes to http and is redirected to https.",
    chrome: "No `Access-Control-Allow-Origin` header is present on the requested resource. Or the origin becomes \
            'null'.",
    firefox: "`CORS header 'Access-Control-Allow-Origin' missing`.",
    why: "The page uses the API's http URL. A change of scheme is a change of origin.",
    fix: "Let the page use the https URL.",
};

pub(in crate::probe) static LOGIN_REDIRECT: Cause = Cause {
    code: "login-redirect",
    layer: Layer::NotCors,
    title: "The request is redirected to a log-in.",
    chrome: "No `Access-Control-Allow-Origin` header is present on the requested resource. The URL is that of the \
            identity provider.",
    firefox: "`CORS header 'Access-Control-Allow-Origin' missing`.",
    why: "A session has expired, and the answer is a redirect.",
    fix: "Answer 401 with CORS headers, and let the page navigate to the log-in.",
};

pub(in crate::probe) static REDIRECT_TAINTS_ORIGIN: Cause = Cause {
    code: "redirect-taints-origin",
    layer: Layer::Policy,
    title: "The request is redirected to another origin, and its own becomes `null`.",
    chrome: "`Access-Control-Allow-Origin` has a value that is not equal to the supplied origin. The origin is \
            'null', redirected from the first URL.",
    firefox: "`CORS header 'Access-Control-Allow-Origin' does not match 'null'`, or it is missing.",
    why: "The API redirects to storage, an identity provider or `www`. From there on browsers send `Origin: \
            null`.",
    fix: "Return the URL in the body and let the page ask it, or let the target send `*`, without credentials.",
};

pub(in crate::probe) static REDIRECT_WITH_USER_INFO: Cause = Cause {
    code: "redirect-with-user-info",
    layer: Layer::NotCors,
    title: "`Location` has a user name or a password.",
    chrome: "Redirect location contains a username and password, which is disallowed for cross-origin requests.",
    firefox: "A network error.",
    why: "A redirect as it was made for people.",
    fix: "Remove them from `Location`.",
};

pub(in crate::probe) static REDIRECT_DROPS_AUTHORIZATION: Cause = Cause {
    code: "redirect-drops-authorization",
    layer: Layer::NotCors,
    title: "A redirect to another origin loses `authorization`.",
    chrome: "Nothing, or a 401 from the second host.",
    firefox: "Nothing, or a 401 from the second host.",
    why: "Browsers remove the header where the origin changes.",
    fix: "Avoid the redirect, or redirect to a signed URL.",
};

pub(in crate::probe) static REDIRECT_CHANGES_METHOD: Cause = Cause {
    code: "redirect-changes-method",
    layer: Layer::NotCors,
    title: "A redirect turned the request into a GET without its body.",
    chrome: "Nothing: the target sees a GET.",
    firefox: "Nothing: the target sees a GET.",
    why: "301, 302 or 303 for a POST, or 303 for any method.",
    fix: "Answer 307 or 308.",
};

pub(in crate::probe) static TOO_MANY_REDIRECTS: Cause = Cause {
    code: "too-many-redirects",
    layer: Layer::NotCors,
    title: "There are more than twenty redirects.",
    chrome: "`net::ERR_TOO_MANY_REDIRECTS`.",
    firefox: "`The page isn't redirecting properly`, or a network error.",
    why: "A loop between rules.",
    fix: "Open the URL with a client that shows each hop, and break the loop.",
};

pub(in crate::probe) static BAD_REDIRECT_LOCATION: Cause = Cause {
    code: "bad-redirect-location",
    layer: Layer::NotCors,
    title: "`Location` is no http or https URL.",
    chrome: "`net::ERR_INVALID_REDIRECT`, or only some schemes are supported.",
    firefox: "`CORS request not http`, or a network error.",
    why: "A malformed rule, or a redirect into an app.",
    fix: "Redirect to an http or https URL.",
};

pub(in crate::probe) static REDIRECT_TARGET_REFUSES_PREFLIGHT: Cause = Cause {
    code: "redirect-target-refuses-preflight",
    layer: Layer::Policy,
    title: "The target of a redirect refuses the preflight.",
    chrome: "What the preflight's failure shows, with \"redirected from\".",
    firefox: "What the preflight's failure shows.",
    why: "Each hop has a preflight of its own, and the second host has no policy for these headers or this \
            method.",
    fix: "Give the target the same policy, or let the page use the final URL.",
};

pub(super) static ALL: &[&Cause] = &[
    &REDIRECT_NO_CORS_HEADERS,
    &REDIRECT_TO_HTTPS,
    &LOGIN_REDIRECT,
    &REDIRECT_TAINTS_ORIGIN,
    &REDIRECT_WITH_USER_INFO,
    &REDIRECT_DROPS_AUTHORIZATION,
    &REDIRECT_CHANGES_METHOD,
    &TOO_MANY_REDIRECTS,
    &BAD_REDIRECT_LOCATION,
    &REDIRECT_TARGET_REFUSES_PREFLIGHT,
];
