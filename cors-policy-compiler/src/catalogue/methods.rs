//! Methods.

use super::{Explanation, Group};
use crate::mistake::Mistake;

pub(super) const GROUP: Group = Group {
    name: "methods",
    title: "Methods",
    explanations: &[
        Explanation {
            mistake: Mistake::InvalidMethod,
            meaning: "The entry is not the name of a method. HTTP calls such names tokens: letters, digits \
                      and a few symbols, without spaces, commas, quotes or brackets. Several methods in one \
                      string are a usual case.",
            consequence: "Before a request beyond what a form could send, a browser asks by a preflight, an \
                          `OPTIONS` request, and reads the answer in `Access-Control-Allow-Methods`. A \
                          space or a quote inside a name makes it give up on the whole list, so that every \
                          preflight fails, also for the methods that are well written: `fetch` rejects with \
                          `TypeError`, Chromium says that it cannot parse the header, and Firefox names the \
                          invalid token. A comma gets through and makes several methods of one entry, of \
                          which nobody has checked any.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::ForbiddenMethod,
            meaning: "No browser lets scripts send CONNECT, TRACE or TRACK. An answer to TRACE repeats the \
                      request, and would show scripts the cookies that are hidden from them.",
            consequence: "`fetch` rejects with `TypeError`, and `XMLHttpRequest` throws a `SecurityError`, \
                          before anything is sent and whatever the policy says. The entry changes nothing, \
                          and tells a reader that pages can do something that they cannot.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::LowercaseMethod,
            meaning: "The method has small letters. Methods are compared with case, and browsers mend the \
                      case of six of them only; of all others, above all PATCH, they send what the script \
                      wrote.",
            consequence: "A policy with `patch` says `Access-Control-Allow-Methods: patch`. A script that \
                          calls `fetch(url, { method: \"PATCH\" })` asks for `PATCH`, which is not in it, \
                          and Chromium says that method PATCH is not allowed. Chromium up to version 108 \
                          took the two for the same, so this may have worked for years.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::AnyMethodWithOthers,
            meaning: "`any` allows every method, and names stand beside it. They have no effect.",
            consequence: "A reviewer takes the names for all that pages may send. In truth the pages that \
                          are admitted may send DELETE as well, and any method that the server learns \
                          later, and removing a name forbids nothing.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::NormalisedMethod,
            meaning: "The method is one of the six that browsers turn into upper case before they send it, \
                      and has small letters here. The compiler does the same, so the policy works.",
            consequence: "A reader learns a wrong rule from it: `put` works and `patch` does not, because \
                          browsers leave all other methods as they are. With a library that sends `put` as \
                          it is written, even that fails: the browser asks for `PUT`, compares with case \
                          and refuses.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::SafelistedMethod,
            meaning: "GET, HEAD and POST need no permission, because links and forms could send such \
                      requests from any website before there was CORS. The entry is left out of \
                      `Access-Control-Allow-Methods`.",
            consequence: "A reader concludes that a list without POST forbids POST. It does not: any \
                          website can have a form sent to your server, with the user's cookies as far as \
                          `SameSite` lets them travel, and the server acts on it; CORS decides only who \
                          reads the answer. To keep such requests out, the application has to check \
                          `Origin` or a token.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::OptionsMethod,
            meaning: "The list has OPTIONS. Browsers send OPTIONS by themselves as a preflight, the \
                      question before a request that needs permission, and for that no entry is needed. The \
                      entry is for scripts that call `fetch` with `method: \"OPTIONS\"`.",
            consequence: "With it, pages that are admitted may send OPTIONS requests of their own to the \
                          application. Without it preflights work in the same way, so the entry mostly \
                          makes readers believe that they depend on it.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::DuplicateMethod,
            meaning: "The same method stands twice, perhaps once in lower case. It is sent once.",
            consequence: "Whoever wants to take DELETE away from pages removes the entry that they find \
                          first, and because of the second scripts go on deleting.",
            silence: None,
        },
    ],
};
