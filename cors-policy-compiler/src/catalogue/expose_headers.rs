//! Exposed headers: what scripts may read.

use super::{Explanation, Group};
use crate::mistake::Mistake;

pub(super) const GROUP: Group = Group {
    name: "expose_headers",
    title: "Exposed headers",
    explanations: &[
        Explanation {
            mistake: Mistake::InvalidExposedHeader,
            meaning: "The entry is not the name of a header, which is a token: letters, digits and a few \
                      symbols, without spaces, commas or colons. The list says which headers of a response \
                      scripts may read, beyond seven that they always can.",
            consequence: "A space or a colon inside a name makes browsers give up on the whole of \
                          `Access-Control-Expose-Headers`. `fetch` succeeds and Chromium's console says \
                          nothing, and yet `headers.get(\"etag\")` returns `null`, although `etag` is well \
                          written and the network panel shows the header. A comma passes and makes several \
                          names of one entry, of which nobody has checked any.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::UnreadableHeader,
            meaning: "Browsers hide `Set-Cookie` and `Set-Cookie2` from scripts in every response, those of \
                      the page's own origin included. They can hold cookies that are `HttpOnly`, which \
                      means that scripts must not see them.",
            consequence: "`headers.get(\"set-cookie\")` returns `null` whatever the list says. The browser \
                          itself keeps the cookie if the request had credentials, so a login works without \
                          the entry.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::RequestHeaderExposed,
            meaning: "The header is one of requests: browsers send `Origin` and `Access-Control-Request-…`, \
                      and servers do not answer with them. This list has the headers of responses that \
                      scripts read.",
            consequence: "Responses do not have it, so `headers.get(\"origin\")` returns `null`. A reader \
                          may think that the entry has a part in who is admitted, which only `origins` has.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::PreflightHeaderExposed,
            meaning: "The header is only in answers to preflights, the `OPTIONS` requests by which a \
                      browser asks before it sends the real one. The browser keeps those answers to itself.",
            consequence: "A script sees the response to the request that it has made, and there \
                          `headers.get(\"access-control-max-age\")` returns `null`. The entry changes \
                          nothing for anybody.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::AnyExposedWithOthers,
            meaning: "`any` lets scripts read every header of a response, and names stand beside it. They \
                      have no effect.",
            consequence: "A reviewer takes the names for all that scripts see. In truth each page that is \
                          admitted also reads a header that some layer adds later, such as one with the \
                          name of the machine behind a proxy.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::AnyExposedWithCredentials,
            meaning: "`any` is sent as `*`, and for a request with credentials (cookies, HTTP \
                      authentication, client certificates) browsers take `*` for the name of a header. \
                      Nothing can be sent in its place: a preflight names the headers that it asks for, and \
                      a request names none that it wants to read.",
            consequence: "`headers.get(\"x-request-id\")` returns `null`, and Chromium's console does not \
                          say why. A test without cookies passes, because without credentials `*` does \
                          stand for all headers, so the mistake shows only in calls with a session.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::SafelistedExposedHeader,
            meaning: "Scripts can always read `cache-control`, `content-language`, `content-length`, \
                      `content-type`, `expires`, `last-modified` and `pragma`. An entry for one of them is \
                      left out of the answer.",
            consequence: "Nothing fails. A reader concludes that the header would be hidden without the \
                          entry, and that the list has all that scripts can read; neither is so.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::DuplicateExposedHeader,
            meaning: "The same header stands twice. Names of headers are the same in any case, so `ETag` \
                      and `etag` are one, and it is sent once.",
            consequence: "Whoever wants to hide the header from scripts removes the entry that they find \
                          first, and because of the second scripts go on reading it.",
            silence: None,
        },
    ],
};
