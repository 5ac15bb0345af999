//! Causes for which the page gets a response and cannot read all of it.

use super::{Cause, Layer};

pub(in crate::probe) static HEADER_NOT_EXPOSED: Cause = Cause {
    code: "header-not-exposed",
    layer: Layer::Policy,
    title: "The page cannot read a header that the response has.",
    chrome: "Nothing: `null`; `XMLHttpRequest`: `Refused to get unsafe header`.",
    firefox: "Nothing: `null`.",
    why: "Only seven harmless headers can be read without leave.",
    fix: "Expose the header.",
};

pub(in crate::probe) static HEADER_NOT_SENT: Cause = Cause {
    code: "header-not-sent",
    layer: Layer::NotCors,
    title: "A header that the page reads is not in the response.",
    chrome: "Nothing: `null`.",
    firefox: "Nothing: `null`.",
    why: "The server does not send it here.",
    fix: "Not CORS: let the server send it.",
};

pub(in crate::probe) static WILDCARD_EXPOSE_WITH_CREDENTIALS: Cause = Cause {
    code: "wildcard-expose-with-credentials",
    layer: Layer::Policy,
    title: "`Access-Control-Expose-Headers: *` is no wildcard for requests with credentials.",
    chrome: "Nothing: `null`.",
    firefox: "Nothing: `null`.",
    why: "`*` together with the credentials mode `include`.",
    fix: "List the headers.",
};

pub(in crate::probe) static MALFORMED_EXPOSE_LIST: Cause = Cause {
    code: "malformed-expose-list",
    layer: Layer::Policy,
    title: "`Access-Control-Expose-Headers` is no list of tokens, and exposes nothing.",
    chrome: "Nothing: `null`.",
    firefox: "Nothing: `null`.",
    why: "Spaces for commas, quotes, brackets. One bad member empties the list.",
    fix: "Separate names by commas.",
};

pub(in crate::probe) static SET_COOKIE_UNREADABLE: Cause = Cause {
    code: "set-cookie-unreadable",
    layer: Layer::Page,
    title: "No page can read `Set-Cookie`.",
    chrome: "Nothing: `null`; `Refused to get unsafe header`.",
    firefox: "Nothing: `null`.",
    why: "The header is forbidden to script, whatever is exposed.",
    fix: "Send the value in the body, if script needs it.",
};

pub(in crate::probe) static COOKIE_NOT_CROSS_SITE: Cause = Cause {
    code: "cookie-not-cross-site",
    layer: Layer::NotCors,
    title: "The response sets a cookie that will not travel from this page's site.",
    chrome: "The Issues panel: a cookie was blocked.",
    firefox: "A cookie was rejected, for its `SameSite` attribute.",
    why: "The page is of another site, and the cookie has not `SameSite=None; Secure`.",
    fix: "Set `SameSite=None; Secure`, or serve the API under the page's site. CORS cannot lift it, nor the \
            blocking of third-party cookies.",
};

pub(super) static ALL: &[&Cause] = &[
    &HEADER_NOT_EXPOSED,
    &HEADER_NOT_SENT,
    &WILDCARD_EXPOSE_WITH_CREDENTIALS,
    &MALFORMED_EXPOSE_LIST,
    &SET_COOKIE_UNREADABLE,
    &COOKIE_NOT_CROSS_SITE,
];
