//! Origins: the list as a whole.

use super::{Explanation, Group};
use crate::mistake::Mistake;

pub(super) const GROUP: Group = Group {
    name: "origins",
    title: "Origins: the list",
    explanations: &[
        Explanation {
            mistake: Mistake::MissingOrigins,
            meaning: "The policy, or one of its rules, admits nobody. An origin is the scheme, host and \
                      port of a page, such as `https://shop.example.com`, and the list says which pages may \
                      read responses. An empty list is also one whose entries all stand behind a \
                      `#[cfg(…)]` that is off in some build.",
            consequence: "No response gets an `Access-Control-Allow-Origin`, so each `fetch` from a page of \
                          another origin rejects with `TypeError`. Other libraries do not agree on what an \
                          empty list means: in some it admits nobody, in some everybody, and then any \
                          website can read your data.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::EmptyOrigin,
            meaning: "An entry is empty or, in data, has no `pattern`. It is what a template leaves when \
                      the value for it is missing.",
            consequence: "No browser sends an empty `Origin`, so the entry admits nobody. The page that it \
                          should name is refused, its `fetch` rejects with `TypeError`, and only in the \
                          environment where the value is missing, which makes the cause hard to find.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::AnyOriginWithOthers,
            meaning: "`any` admits every origin there is, and other entries stand beside it. They have no \
                      effect: whatever they name is admitted already.",
            consequence: "A reviewer who sees `https://shop.example.com` in the list takes it for a \
                          restriction. In truth every website that a user visits can read the responses, \
                          and removing an entry locks nobody out.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::WildcardWithCredentials,
            meaning: "Credentials are what the browser itself adds to a request: cookies, passwords of HTTP \
                      authentication, client certificates. The policy asks for them, and at the same time \
                      admits every website in the world.",
            consequence: "For requests with credentials browsers do not accept \
                          `Access-Control-Allow-Origin: *`: `fetch` rejects with `TypeError`, and Chromium \
                          says that the value must not be the wildcard. Libraries that send the caller's \
                          origin back instead make it work, for attackers as well. A user who is logged in \
                          opens `https://evil.test`, its script calls your API with the user's cookies \
                          (those that travel between sites, `SameSite=None`), reads the answer and sends it \
                          away. It also reads whatever token is meant to stop forged requests, and then \
                          changes data in the user's name.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::AnyOriginOnTrustedNetwork,
            meaning: "`trusts_network: true` says that being able to connect is itself a permission, as on \
                      an intranet, in a VPN or behind a list of allowed addresses. `any` admits every \
                      website, and the script of a website runs in a browser inside that network.",
            consequence: "An employee opens a page on the web. Its script calls your service from the \
                          employee's machine, reads the answer because of `Access-Control-Allow-Origin: *`, \
                          and sends it out; it needs neither password nor cookie. Chromium, from version \
                          142, asks the user before a public page reaches a local address, but not where \
                          the service has a public address and a list of who may connect.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::UnreachableRule,
            meaning: "A request is decided by one rule, the first whose list has its origin. Rules in front \
                      of this one have all of its origins, so its turn never comes.",
            consequence: "Its methods, headers and credentials apply to nobody. A script that relies on \
                          them sends a `PUT`, the preflight (the request by which the browser asks first) \
                          is answered by the earlier rule, and Chromium says that method PUT is not allowed \
                          by `Access-Control-Allow-Methods`. The reverse is worse: a rule that was to take \
                          credentials away from one host takes nothing away.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::UnreachableOrigin,
            meaning: "A request is decided by one rule, the first whose list has its origin. Earlier rules \
                      have everything that this entry admits, so it does nothing here; other entries of the \
                      rule may still count.",
            consequence: "With `https://*.example.com` in the first rule, the page at \
                          `https://app.example.com` never gets the credentials of the second. Its calls \
                          with cookies fail, and Chromium says that `Access-Control-Allow-Credentials` must \
                          be `true`. The reverse is worse: a second rule that was to grant one host less \
                          leaves it all that the first one grants.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::DuplicateOrigin,
            meaning: "The same entry stands twice in one rule, mostly after a merge. The policy means the \
                      same with one of them.",
            consequence: "One day this page is to lose its access. Somebody deletes the entry that they \
                          find first, and because of the second the page goes on reading.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::CoveredOrigin,
            meaning: "A wider entry of the same rule admits all that this one admits, as \
                      `https://*.example.com` does for `https://shop.example.com`. It adds nothing, and \
                      removing it takes nothing away.",
            consequence: "A reader takes the narrow entry for the extent of the access: the shop, and not \
                          the blog or the forgotten test server beside it. Whoever deletes the line to lock \
                          the shop out finds that its pages still read every response.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::OverlappingOrigin,
            meaning: "The pattern has some origins in common with a pattern of an earlier rule. For those \
                      the earlier rule decides and for the rest this one, so that the order of the rules is \
                      part of what the policy says.",
            consequence: "The pages in common get the methods, headers and credentials of the earlier rule. \
                          Whoever sorts the rules or moves one up changes that, and may open the user's \
                          session to pages that had no access to it.",
            silence: None,
        },
    ],
};
