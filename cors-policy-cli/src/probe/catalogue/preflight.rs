//! Causes in the answer to a preflight.

use super::{Cause, Layer};

pub(in crate::probe) static PREFLIGHT_NO_CORS_HEADERS: Cause = Cause {
    code: "preflight-no-cors-headers",
    layer: Layer::Policy,
    title: "The preflight was answered without any CORS header.",
    chrome: "Response to preflight request doesn't pass access control check: no `Access-Control-Allow-Origin` is \
            present.",
    firefox: "`CORS header 'Access-Control-Allow-Origin' missing`.",
    why: "Nothing answers preflights: the CORS middleware stands on single routes or methods, or is not there.",
    fix: "Put the policy around the whole application, before routing, so that every OPTIONS with `Access- \
            Control-Request-Method` is answered by it.",
};

pub(in crate::probe) static PREFLIGHT_NOT_FOUND: Cause = Cause {
    code: "preflight-not-found",
    layer: Layer::Layering,
    title: "The preflight was answered 404.",
    chrome: "Response to preflight request doesn't pass access control check: it does not have HTTP ok status.",
    firefox: "`CORS preflight response did not succeed. Status code: 404`.",
    why: "The router has no OPTIONS for this path, or the base path is wrong.",
    fix: "Answer preflights before routing, with 204.",
};

pub(in crate::probe) static PREFLIGHT_METHOD_NOT_ALLOWED: Cause = Cause {
    code: "preflight-method-not-allowed",
    layer: Layer::Layering,
    title: "The preflight was answered 405 or 501.",
    chrome: "Response to preflight request doesn't pass access control check: it does not have HTTP ok status.",
    firefox: "`CORS preflight response did not succeed. Status code: 405`.",
    why: "The router knows the path and not OPTIONS. `Allow` is no CORS header.",
    fix: "Answer preflights before routing, with 204, and list the method in the policy.",
};

pub(in crate::probe) static PREFLIGHT_UNAUTHORIZED: Cause = Cause {
    code: "preflight-unauthorized",
    layer: Layer::Layering,
    title: "The preflight was answered 401 or 403.",
    chrome: "Response to preflight request doesn't pass access control check: it does not have HTTP ok status.",
    firefox: "`CORS preflight response did not succeed. Status code: 401`.",
    why: "Authentication, a CSRF check or an API key is asked for before CORS, or a middleware refuses the origin so. Preflights never carry cookies \
            or authorization.",
    fix: "Put CORS outermost, and let preflights pass without authentication.",
};

pub(in crate::probe) static PREFLIGHT_SERVER_ERROR: Cause = Cause {
    code: "preflight-server-error",
    layer: Layer::Layering,
    title: "The preflight was answered with a server error.",
    chrome: "Response to preflight request doesn't pass access control check: it does not have HTTP ok status.",
    firefox: "`CORS preflight response did not succeed. Status code: 500`.",
    why: "A handler is called for OPTIONS and misses a body or a user, or there is no server behind the proxy.",
    fix: "Answer preflights in the policy's layer, without calling the application.",
};

pub(in crate::probe) static PREFLIGHT_REDIRECTED_TO_LOGIN: Cause = Cause {
    code: "preflight-redirected-to-login",
    layer: Layer::Layering,
    title: "The preflight was redirected to a log-in.",
    chrome: "`Redirect is not allowed for a preflight request`.",
    firefox: "`CORS request external redirect not allowed`.",
    why: "A gateway or session middleware redirects whoever has no session, and preflights have none.",
    fix: "Exempt OPTIONS with `Access-Control-Request-Method` from the gateway; let the API answer 401 with \
            CORS headers and not a redirect.",
};

pub(in crate::probe) static PREFLIGHT_REDIRECTED: Cause = Cause {
    code: "preflight-redirected",
    layer: Layer::Layering,
    title: "The preflight was redirected.",
    chrome: "`Redirect is not allowed for a preflight request`.",
    firefox: "`CORS request external redirect not allowed`.",
    why: "The URL is not the canonical one (http for https, `www`, a slash at the end), and the proxy \
            redirects before CORS.",
    fix: "Let the page use the URL that the redirect leads to.",
};

pub(in crate::probe) static PREFLIGHT_NOT_OK: Cause = Cause {
    code: "preflight-not-ok",
    layer: Layer::Layering,
    title: "The preflight was answered with a status that is none of 200 to 299.",
    chrome: "Response to preflight request doesn't pass access control check: it does not have HTTP ok status.",
    firefox: "`CORS preflight response did not succeed`, with the status.",
    why: "Something in front of the policy refuses OPTIONS, or a CORS middleware refuses the origin in this way.",
    fix: "Answer preflights first, with 204.",
};

pub(in crate::probe) static PREFLIGHT_BLOCKED_AT_EDGE: Cause = Cause {
    code: "preflight-blocked-at-edge",
    layer: Layer::Layering,
    title: "A CDN, firewall or gateway refused the preflight.",
    chrome: "Response to preflight request doesn't pass access control check: it does not have HTTP ok status.",
    firefox: "`CORS preflight response did not succeed`, with the status.",
    why: "OPTIONS is not allowed at the edge, or the edge answers it by itself.",
    fix: "Allow OPTIONS at the edge, and let exactly one layer answer CORS.",
};

pub(in crate::probe) static CREDENTIALS_ONLY_ON_RESPONSE: Cause = Cause {
    code: "credentials-only-on-response",
    layer: Layer::Policy,
    title: "The preflight lacks `Access-Control-Allow-Credentials: true`, and the response has it.",
    chrome: "The value of `Access-Control-Allow-Credentials` is '' which must be 'true'.",
    firefox: "`expected 'true' in CORS header 'Access-Control-Allow-Credentials'`.",
    why: "The header is only added to responses. A preflight is judged by the credentials mode of the request \
            that it asks for.",
    fix: "Turn credentials on in the policy, which answers both.",
};

pub(in crate::probe) static METHOD_NOT_LISTED: Cause = Cause {
    code: "method-not-listed",
    layer: Layer::Policy,
    title: "The method is not in `Access-Control-Allow-Methods`.",
    chrome: "`Method … is not allowed by Access-Control-Allow-Methods in preflight response`.",
    firefox: "`Did not find method in CORS header 'Access-Control-Allow-Methods'`.",
    why: "The list lacks it, has only the route's own method, or is not there.",
    fix: "List the method. GET, HEAD and POST need no entry.",
};

pub(in crate::probe) static METHOD_CASE: Cause = Cause {
    code: "method-case",
    layer: Layer::Page,
    title: "The method is listed in another case.",
    chrome: "`Method patch is not allowed by Access-Control-Allow-Methods in preflight response`.",
    firefox: "`Did not find method in CORS header 'Access-Control-Allow-Methods'`.",
    why: "Methods are compared byte for byte, and browsers only rewrite DELETE, GET, HEAD, OPTIONS, POST and \
            PUT to upper case.",
    fix: "Write the method in upper case in the page.",
};

pub(in crate::probe) static WILDCARD_METHODS_WITH_CREDENTIALS: Cause = Cause {
    code: "wildcard-methods-with-credentials",
    layer: Layer::Policy,
    title: "`Access-Control-Allow-Methods: *` is no wildcard for requests with credentials.",
    chrome: "`Method … is not allowed by Access-Control-Allow-Methods in preflight response`.",
    firefox: "`Did not find method in CORS header 'Access-Control-Allow-Methods'`.",
    why: "`*` together with the credentials mode `include`.",
    fix: "List the methods, or let the page ask without credentials.",
};

pub(in crate::probe) static REQUEST_HEADER_NOT_LISTED: Cause = Cause {
    code: "request-header-not-listed",
    layer: Layer::Policy,
    title: "A request header is not in `Access-Control-Allow-Headers`.",
    chrome: "`Request header field … is not allowed by Access-Control-Allow-Headers in preflight response`.",
    firefox: "`header '…' is not allowed according to header 'Access-Control-Allow-Headers' from CORS preflight \
            response`.",
    why: "The list lacks a header that the page or a library in it adds: `content-type` for JSON, \
            `authorization`, headers of tracing.",
    fix: "List the header.",
};

pub(in crate::probe) static WILDCARD_REQUEST_HEADERS_WITH_CREDENTIALS: Cause = Cause {
    code: "wildcard-request-headers-with-credentials",
    layer: Layer::Policy,
    title: "`Access-Control-Allow-Headers: *` is no wildcard for requests with credentials.",
    chrome: "`Request header field … is not allowed by Access-Control-Allow-Headers in preflight response`.",
    firefox: "`header '…' is not allowed according to header 'Access-Control-Allow-Headers' from CORS preflight \
            response`.",
    why: "`*` together with the credentials mode `include`.",
    fix: "List the headers, or let the page ask without credentials.",
};

pub(in crate::probe) static AUTHORIZATION_BEHIND_WILDCARD: Cause = Cause {
    code: "authorization-behind-wildcard",
    layer: Layer::Policy,
    title: "`Access-Control-Allow-Headers: *` does not cover `authorization`.",
    chrome: "`Request header field authorization is not allowed`, or a warning that the wildcard will not cover \
            it.",
    firefox: "A warning, or `header 'authorization' is not allowed`.",
    why: "`*` and a bearer token. By the standard only its name allows `authorization`; engines are on their \
            way there.",
    fix: "List `authorization` beside the wildcard.",
};

pub(in crate::probe) static MALFORMED_LIST: Cause = Cause {
    code: "malformed-list",
    layer: Layer::Policy,
    title: "`Access-Control-Allow-Methods` or `-Headers` is no list of tokens.",
    chrome: "`Cannot parse Access-Control-Allow-Methods response header field in preflight response`.",
    firefox: "`invalid token '…' in CORS header 'Access-Control-Allow-Methods'`.",
    why: "Spaces for commas, brackets, quotes, `;`, or what is left of a template. One bad member fails the \
            whole list.",
    fix: "Separate names by commas.",
};

pub(in crate::probe) static SURPRISE_PREFLIGHT: Cause = Cause {
    code: "surprise-preflight",
    layer: Layer::Page,
    title: "The request works in other programs, and in browsers a preflight comes first.",
    chrome: "What the preflight's failure shows.",
    firefox: "What the preflight's failure shows.",
    why: "A header, a type or an upload that forms cannot send. curl sends no preflight.",
    fix: "Let the server answer preflights, or leave out what asks for one.",
};

pub(in crate::probe) static MAX_AGE_MISSING: Cause = Cause {
    code: "max-age-missing",
    layer: Layer::Policy,
    title: "The answer to the preflight has no `Access-Control-Max-Age`.",
    chrome: "No message: OPTIONS before each call.",
    firefox: "No message: OPTIONS before each call.",
    why: "Without it browsers keep the answer for five seconds.",
    fix: "Set a max-age. Chrome keeps answers for two hours at most.",
};

pub(in crate::probe) static MAX_AGE_ZERO: Cause = Cause {
    code: "max-age-zero",
    layer: Layer::Policy,
    title: "`Access-Control-Max-Age` is 0.",
    chrome: "No message: OPTIONS before each call.",
    firefox: "No message: OPTIONS before each call.",
    why: "Set while debugging, or by a framework's default.",
    fix: "Set a max-age. Chrome keeps answers for two hours at most.",
};

pub(in crate::probe) static MAX_AGE_MALFORMED: Cause = Cause {
    code: "max-age-malformed",
    layer: Layer::Policy,
    title: "`Access-Control-Max-Age` is no number of seconds.",
    chrome: "No message: five seconds, or none of a negative one.",
    firefox: "No message: the answer is not kept.",
    why: "A negative number, a unit behind it, or several lines.",
    fix: "Send one number of seconds.",
};

pub(in crate::probe) static MAX_AGE_TOO_LONG: Cause = Cause {
    code: "max-age-too-long",
    layer: Layer::Policy,
    title: "`Access-Control-Max-Age` is longer than any browser keeps an answer.",
    chrome: "No message: kept for 7200 seconds.",
    firefox: "No message: kept for 86400 seconds.",
    why: "A large number. What the policy no longer allows stays allowed for as long as browsers keep the \
            answer.",
    fix: "Set two hours: Chrome keeps no answer longer.",
};

pub(in crate::probe) static WILDCARD_NOT_KEPT: Cause = Cause {
    code: "wildcard-not-kept",
    layer: Layer::Policy,
    title: "Firefox keeps no preflight that only a wildcard lets pass.",
    chrome: "Nothing.",
    firefox: "No message: OPTIONS before each call.",
    why: "`Access-Control-Allow-Methods: *` or `Access-Control-Allow-Headers: *`.",
    fix: "List methods and headers.",
};

pub(super) static ALL: &[&Cause] = &[
    &PREFLIGHT_NO_CORS_HEADERS,
    &PREFLIGHT_NOT_FOUND,
    &PREFLIGHT_METHOD_NOT_ALLOWED,
    &PREFLIGHT_UNAUTHORIZED,
    &PREFLIGHT_SERVER_ERROR,
    &PREFLIGHT_REDIRECTED_TO_LOGIN,
    &PREFLIGHT_REDIRECTED,
    &PREFLIGHT_NOT_OK,
    &PREFLIGHT_BLOCKED_AT_EDGE,
    &CREDENTIALS_ONLY_ON_RESPONSE,
    &METHOD_NOT_LISTED,
    &METHOD_CASE,
    &WILDCARD_METHODS_WITH_CREDENTIALS,
    &REQUEST_HEADER_NOT_LISTED,
    &WILDCARD_REQUEST_HEADERS_WITH_CREDENTIALS,
    &AUTHORIZATION_BEHIND_WILDCARD,
    &MALFORMED_LIST,
    &SURPRISE_PREFLIGHT,
    &MAX_AGE_MISSING,
    &MAX_AGE_ZERO,
    &MAX_AGE_MALFORMED,
    &MAX_AGE_TOO_LONG,
    &WILDCARD_NOT_KEPT,
];
