//! Request headers: what scripts may send.

use super::{Explanation, Group};
use crate::mistake::Mistake;

pub(super) const GROUP: Group = Group {
    name: "request_headers",
    title: "Request headers",
    explanations: &[
        Explanation {
            mistake: Mistake::InvalidRequestHeader,
            meaning: "The entry is not the name of a header. Such a name is a token: letters, digits and a \
                      few symbols, without spaces, commas or colons. A value that came along \
                      (`content-type: application/json`) or several names in one string are usual cases.",
            consequence: "Before a browser sends a header of a script's choice it asks by a preflight, an \
                          `OPTIONS` request, and reads the answer in `Access-Control-Allow-Headers`. A \
                          space or a colon inside a name makes it give up on the whole list, so that every \
                          preflight fails: Chromium says that it cannot parse the header, `fetch` rejects \
                          with `TypeError`, and not even a `POST` with JSON gets through. A comma passes \
                          and makes several names of one entry, of which nobody has checked any.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::ForbiddenRequestHeader,
            meaning: "Scripts cannot set this header. It belongs to the browser, like `Cookie`, `Host`, \
                      `Origin`, `Content-Length` and all that begin with `Sec-` or `Proxy-`, so that a \
                      permission to send it has no effect.",
            consequence: "`fetch` leaves the header out without a word, and `XMLHttpRequest` writes to the \
                          console that it refuses to set it. Whoever lists `cookie` to have the session \
                          sent gets requests without it, and a server that takes the user for a stranger, \
                          because cookies depend on `credentials`, in the policy and in the script's call.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::ResponseHeaderAsRequestHeader,
            meaning: "The header is one by which a server tells browsers what pages may do. It belongs in \
                      responses, and this list has the headers that scripts send.",
            consequence: "A script that sets `Access-Control-Allow-Origin` on its request gives itself no \
                          permission, because browsers look for it in the response. It does harm: the \
                          additional header makes the browser ask by a preflight, and where the header is \
                          not allowed, a `GET` that would have worked fails. What has to go is the line in \
                          the script.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::PartialHeaderWildcard,
            meaning: "The name has a `*` that is meant for a part of it, as in `x-*`. HTTP has `*` among \
                      the characters of names, so browsers take it as it is: a header that is called `x-*`.",
            consequence: "A script that sends `x-tenant` fails, and Chromium says that the request header \
                          field `x-tenant` is not allowed by `Access-Control-Allow-Headers`. In \
                          `expose_headers` nothing fails visibly: `headers.get(\"x-request-id\")` returns \
                          `null`.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::AnyRequestHeaderWithOthers,
            meaning: "`any` allows every header but `authorization`, and other names stand beside it. They \
                      have no effect. Only `authorization` may stand there, because the standard wants it \
                      named.",
            consequence: "A reviewer takes the names for all that scripts may send, and relies on it, for \
                          example that no page can set `x-admin`. Each page that is admitted can, and \
                          removing a name takes nothing away.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::DuplicateRequestHeader,
            meaning: "The same header stands twice. Names of headers are the same in any case, so \
                      `Content-Type` and `content-type` are one, and it is sent once.",
            consequence: "Whoever takes the permission away removes the entry that they find first, and \
                          because of the second scripts go on sending the header.",
            silence: None,
        },
    ],
};
