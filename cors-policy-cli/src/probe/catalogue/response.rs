//! Causes in the CORS headers of a response, or of the answer to a preflight.

use super::{Cause, Layer};

pub(in crate::probe) static NO_CORS_HEADERS: Cause = Cause {
    code: "no-cors-headers",
    layer: Layer::Policy,
    title: "The response has no CORS header at all.",
    chrome: "No `Access-Control-Allow-Origin` header is present on the requested resource.",
    firefox: "`CORS header 'Access-Control-Allow-Origin' missing`.",
    why: "No CORS policy where this URL is served, or a proxy that strips its headers.",
    fix: "Put a policy around the application. If it has one, ask it without the proxy and compare.",
};

pub(in crate::probe) static ORIGIN_NOT_ALLOWED: Cause = Cause {
    code: "origin-not-allowed",
    layer: Layer::Policy,
    title: "There is a CORS policy, and it does not admit this origin.",
    chrome: "No `Access-Control-Allow-Origin` header is present on the requested resource.",
    firefox: "`CORS header 'Access-Control-Allow-Origin' missing`.",
    why: "The origin is not on the list: another port, scheme or subdomain, or a preview deployment.",
    fix: "Add exactly this origin, if its pages are yours.",
};

pub(in crate::probe) static ONLY_PREFLIGHT_HAS_HEADERS: Cause = Cause {
    code: "only-preflight-has-headers",
    layer: Layer::Layering,
    title: "The preflight was answered right, and the response has no CORS headers.",
    chrome: "No `Access-Control-Allow-Origin` header is present on the requested resource.",
    firefox: "`CORS header 'Access-Control-Allow-Origin' missing`.",
    why: "The headers are only added to OPTIONS.",
    fix: "Apply the policy to all responses.",
};

pub(in crate::probe) static NO_CORS_HEADERS_ON_ERRORS: Cause = Cause {
    code: "no-cors-headers-on-errors",
    layer: Layer::Layering,
    title: "Errors have no CORS headers, which hides them from the page.",
    chrome: "No `Access-Control-Allow-Origin` header is present on the requested resource. Where the real error \
            is a status.",
    firefox: "`CORS header 'Access-Control-Allow-Origin' missing`. With the status.",
    why: "An error handler, a panic, a time-out, a limit of size or rate, or a proxy's own error page outside \
            of the CORS layer; in nginx `add_header` without `always`.",
    fix: "Put CORS outermost, and let the proxy's own error pages have the same headers.",
};

pub(in crate::probe) static WRONG_URL: Cause = Cause {
    code: "wrong-url",
    layer: Layer::NotCors,
    title: "The URL leads to a web page and not to an API.",
    chrome: "No `Access-Control-Allow-Origin` header is present on the requested resource.",
    firefox: "`CORS header 'Access-Control-Allow-Origin' missing`.",
    why: "A fallback of a single-page application, a wrong host or path, a portal or a maintenance page.",
    fix: "Open the URL and look at what answers; the policy comes later.",
};

pub(in crate::probe) static SEVERAL_ORIGIN_HEADERS: Cause = Cause {
    code: "several-origin-headers",
    layer: Layer::Layering,
    title: "`Access-Control-Allow-Origin` stands there several times.",
    chrome: "The `Access-Control-Allow-Origin` header contains multiple values, but only one is allowed.",
    firefox: "`Multiple CORS header 'Access-Control-Allow-Origin' not allowed`.",
    why: "Two layers add it: a proxy and the application, or the application twice. Even equal lines fail.",
    fix: "Let one layer own CORS and turn it off in the other.",
};

pub(in crate::probe) static ORIGIN_LIST_IN_HEADER: Cause = Cause {
    code: "origin-list-in-header",
    layer: Layer::Policy,
    title: "`Access-Control-Allow-Origin` has a list of origins.",
    chrome: "The `Access-Control-Allow-Origin` header contains multiple values, but only one is allowed.",
    firefox: "`CORS header 'Access-Control-Allow-Origin' does not match '…'`.",
    why: "All allowed origins are written into one header.",
    fix: "List the origins in the policy: it answers each with its own, and adds `Vary: Origin`.",
};

pub(in crate::probe) static PATTERN_IN_HEADER: Cause = Cause {
    code: "pattern-in-header",
    layer: Layer::Policy,
    title: "`Access-Control-Allow-Origin` has a pattern.",
    chrome: "`Access-Control-Allow-Origin` has a value that is not equal to the supplied origin.",
    firefox: "`CORS header 'Access-Control-Allow-Origin' does not match '…'`.",
    why: "Browsers match no patterns.",
    fix: "The pattern belongs into the policy; the response has the origin that it admits, and `Vary: Origin`.",
};

pub(in crate::probe) static ORIGIN_NEAR_MISS: Cause = Cause {
    code: "origin-near-miss",
    layer: Layer::Policy,
    title: "`Access-Control-Allow-Origin` is nearly the origin.",
    chrome: "`Access-Control-Allow-Origin` has a value that is not equal to the supplied origin.",
    firefox: "`CORS header 'Access-Control-Allow-Origin' does not match '…'`.",
    why: "Browsers compare bytes: a slash at the end, a path, upper case, a default port, another scheme or \
            port each make another value.",
    fix: "Write the origin as browsers send it.",
};

pub(in crate::probe) static OWN_ORIGIN: Cause = Cause {
    code: "own-origin",
    layer: Layer::Policy,
    title: "`Access-Control-Allow-Origin` is the API's own origin.",
    chrome: "`Access-Control-Allow-Origin` has a value that is not equal to the supplied origin.",
    firefox: "`CORS header 'Access-Control-Allow-Origin' does not match '…'`.",
    why: "The policy lists the API's URL and not that of the pages which call it.",
    fix: "List the origins of pages.",
};

pub(in crate::probe) static OTHER_ORIGIN: Cause = Cause {
    code: "other-origin",
    layer: Layer::Policy,
    title: "`Access-Control-Allow-Origin` is another origin.",
    chrome: "`Access-Control-Allow-Origin` has a value that is not equal to the supplied origin.",
    firefox: "`CORS header 'Access-Control-Allow-Origin' does not match '…'`.",
    why: "A fixed value, or the first entry of a list as default.",
    fix: "Add this origin. For an origin that is not allowed, send no such header.",
};

pub(in crate::probe) static NULL_IN_HEADER: Cause = Cause {
    code: "null-in-header",
    layer: Layer::Policy,
    title: "`Access-Control-Allow-Origin` is `null`.",
    chrome: "`Access-Control-Allow-Origin` has a value that is not equal to the supplied origin.",
    firefox: "`CORS header 'Access-Control-Allow-Origin' does not match '…'`.",
    why: "Written by a template without a value, or meant as \"nobody\". It admits sandboxed frames of every \
            site.",
    fix: "Remove it and list origins.",
};

pub(in crate::probe) static EMPTY_ORIGIN_HEADER: Cause = Cause {
    code: "empty-origin-header",
    layer: Layer::Policy,
    title: "`Access-Control-Allow-Origin` is empty.",
    chrome: "The `Access-Control-Allow-Origin` header contains the invalid value ''.",
    firefox: "`CORS header 'Access-Control-Allow-Origin' does not match '…'`.",
    why: "A variable without a value.",
    fix: "Send the origin, or no such header.",
};

pub(in crate::probe) static NULL_ORIGIN: Cause = Cause {
    code: "null-origin",
    layer: Layer::Page,
    title: "The page's origin is `null`, and the server does not admit it.",
    chrome: "`Access-Control-Allow-Origin` has a value that is not equal to the supplied origin. The origin is \
            'null'.",
    firefox: "`CORS header 'Access-Control-Allow-Origin' does not match 'null'`, or it is missing.",
    why: "A sandboxed frame, a file, a `data:` URL.",
    fix: "Give the page a real origin: serve it, or add `allow-same-origin`. Do not admit `null`: every site \
            can have it.",
};

pub(in crate::probe) static CACHED_ANSWER: Cause = Cause {
    code: "cached-answer",
    layer: Layer::Layering,
    title: "A cache answered with what it kept for another origin.",
    chrome: "No `Access-Control-Allow-Origin` header is present on the requested resource. It works with \
            \"Disable cache\".",
    firefox: "`CORS header 'Access-Control-Allow-Origin' missing`.",
    why: "A CDN or proxy has no `Origin` in its key, or the server sends no `Vary: Origin`.",
    fix: "Send `Vary: Origin` on every response, let the cache honour it or have `Origin` in its key, and \
            purge it once.",
};

pub(in crate::probe) static WILDCARD_ORIGIN_WITH_CREDENTIALS: Cause = Cause {
    code: "wildcard-origin-with-credentials",
    layer: Layer::Policy,
    title: "`Access-Control-Allow-Origin: *` with credentials.",
    chrome: "The value must not be the wildcard '*' when the request's credentials mode is 'include'.",
    firefox: "`Credential is not supported if the CORS header 'Access-Control-Allow-Origin' is '*'`.",
    why: "Any origin, and a page that asks with cookies.",
    fix: "List the origins and turn credentials on, or let the page ask without credentials.",
};

pub(in crate::probe) static CREDENTIALS_NOT_TRUE: Cause = Cause {
    code: "credentials-not-true",
    layer: Layer::Policy,
    title: "`Access-Control-Allow-Credentials` is not exactly `true`.",
    chrome: "The value of `Access-Control-Allow-Credentials` is '…' which must be 'true'.",
    firefox: "`expected 'true' in CORS header 'Access-Control-Allow-Credentials'`.",
    why: "It is missing, written `True` or `1`, or stands there twice.",
    fix: "Turn credentials on in the policy.",
};

pub(in crate::probe) static VARY_MISSING: Cause = Cause {
    code: "vary-missing",
    layer: Layer::Policy,
    title: "Responses depend on the origin and do not say so: `Vary: Origin` is missing.",
    chrome: "Nothing, until a cache answers: then no `Access-Control-Allow-Origin`, or another origin's.",
    firefox: "The same.",
    why: "The header is echoed by hand, or `Vary` is only sent where the origin is allowed.",
    fix: "Send `Vary: Origin` on every response: also where there is no `Origin`, where it is refused, and on \
            errors.",
};

pub(in crate::probe) static REVALIDATION_DIFFERS: Cause = Cause {
    code: "revalidation-differs",
    layer: Layer::Layering,
    title: "A 304 brings other CORS headers than the response that it confirms.",
    chrome: "No or another `Access-Control-Allow-Origin`, after a reload.",
    firefox: "The same.",
    why: "The path that answers 304 has its own headers, and they replace those that were kept.",
    fix: "Send the same CORS headers with 304.",
};

pub(in crate::probe) static HEAD_DIFFERS: Cause = Cause {
    code: "head-differs",
    layer: Layer::Layering,
    title: "HEAD is answered with other CORS headers than GET.",
    chrome: "No `Access-Control-Allow-Origin` header is present on the requested resource.",
    firefox: "`CORS header 'Access-Control-Allow-Origin' missing`.",
    why: "HEAD takes another path through the server.",
    fix: "Apply the policy to every method.",
};

pub(in crate::probe) static REFUSED_BY_APPLICATION: Cause = Cause {
    code: "refused-by-application",
    layer: Layer::NotCors,
    title: "The application refuses the request, and the page can read that.",
    chrome: "Status 403, without a word about CORS.",
    firefox: "Status 403, without a word about CORS.",
    why: "A CSRF check, a list of hosts, or missing rights.",
    fix: "Not CORS: align the application's own list of trusted origins with the policy's.",
};

pub(in crate::probe) static RESPONSE_NOT_TAKEN: Cause = Cause {
    code: "response-not-taken",
    layer: Layer::NotCors,
    title: "The event stream is not answered 200 with `text/event-stream`.",
    chrome: "EventSource's response has a MIME type that is not `text/event-stream`, or a status other than 200.",
    firefox: "`Firefox can't establish a connection to the server`.",
    why: "An error page, a proxy that buffers, or another type.",
    fix: "Answer 200 with `text/event-stream` at once.",
};

pub(in crate::probe) static PROXY_AUTHENTICATION: Cause = Cause {
    code: "proxy-authentication",
    layer: Layer::NotCors,
    title: "A proxy demands authentication, with status 407.",
    chrome: "`net::ERR_INVALID_AUTH_CREDENTIALS`, or a question to the user.",
    firefox: "`CORS request did not succeed`, or a question to the user.",
    why: "A proxy on the way, or a server that answers 407 where 401 is meant.",
    fix: "Authenticate at the proxy, or answer 401.",
};

pub(super) static ALL: &[&Cause] = &[
    &NO_CORS_HEADERS,
    &ORIGIN_NOT_ALLOWED,
    &ONLY_PREFLIGHT_HAS_HEADERS,
    &NO_CORS_HEADERS_ON_ERRORS,
    &WRONG_URL,
    &SEVERAL_ORIGIN_HEADERS,
    &ORIGIN_LIST_IN_HEADER,
    &PATTERN_IN_HEADER,
    &ORIGIN_NEAR_MISS,
    &OWN_ORIGIN,
    &OTHER_ORIGIN,
    &NULL_IN_HEADER,
    &EMPTY_ORIGIN_HEADER,
    &NULL_ORIGIN,
    &CACHED_ANSWER,
    &WILDCARD_ORIGIN_WITH_CREDENTIALS,
    &CREDENTIALS_NOT_TRUE,
    &VARY_MISSING,
    &REVALIDATION_DIFFERS,
    &HEAD_DIFFERS,
    &REFUSED_BY_APPLICATION,
    &RESPONSE_NOT_TAKEN,
    &PROXY_AUTHENTICATION,
];
