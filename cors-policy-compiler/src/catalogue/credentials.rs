//! Origins that strangers could use: the lints, and warnings like them.

use super::{Explanation, Group};
use crate::mistake::Mistake;

pub(super) const GROUP: Group = Group {
    name: "credentials",
    title: "Credentials and networks",
    explanations: &[
        Explanation {
            mistake: Mistake::InsecureOrigin,
            meaning: "The page that is admitted is loaded over http, without encryption, and the rule has \
                      credentials (cookies and other things that the browser adds by itself) or trusts the \
                      network. Whoever stands between the server and the visitor can change such a page, \
                      and no browser can tell.",
            consequence: "A visitor sits in a café whose Wi-Fi an attacker controls, and opens some http \
                          page. The attacker makes that page load `http://shop.example.com` and answers for \
                          it with a script of their own, to which the browser gives that origin. The script \
                          calls your API with the visitor's cookies, the policy admits it, and it reads \
                          what the visitor may read. That the API itself uses https does not help.",
            silence: Some(
                "Silence it where you alone control the network between the page and its visitors: kiosks \
                 on wires of your own, machines that reach each other by a VPN only. Let the reason say \
                 what has to happen for the entry to go, such as the arrival of TLS. Do not silence it for \
                 pages that people open in networks of others, nor because the page itself holds no \
                 secrets: what counts is what your API tells it.",
            ),
        },
        Explanation {
            mistake: Mistake::OpenPattern,
            meaning: "Strangers can register names that the pattern admits, by the public suffix list: \
                      names under which anybody can get one, from a registry (`com`, `co.uk`) or as a \
                      customer (`github.io`, `vercel.app`). Such a suffix may also lie below what you \
                      wrote, as `blob.core.windows.net` lies below `core.windows.net`.",
            consequence: "An attacker opens an account, chooses the name `shop-evil.vercel.app`, puts a \
                          page there and brings a user of yours to it. Its origin matches \
                          `https://shop-*.vercel.app`, so its script calls your API with the user's cookies \
                          and reads the answer. The `shop-` at the beginning does not protect you, because \
                          the attacker chooses the name.",
            silence: Some(
                "Silence it where only you can get names that match: the suffix is your own, its operator \
                 reserves names of that form for you, or it is a private top-level name, such as \
                 `internal`, for which your own name servers answer. Do not silence it because a name is \
                 long or hard to guess, nor for previews on a shared platform: list those, or have them \
                 under a domain of your own.",
            ),
        },
        Explanation {
            mistake: Mistake::SharedHost,
            meaning: "The entry admits a host that you share with strangers, or hosts that strangers get: a \
                      store where each customer has a path (`https://storage.googleapis.com`), a tunnel or \
                      a service where each has a name. To a browser all pages of one host are one origin, \
                      whoever wrote them.",
            consequence: "An attacker opens an account, uploads a page to \
                          `https://storage.googleapis.com/evil-bucket/` and sends your users a link. Its \
                          origin is the one that you admit for your own bucket, so its script calls your \
                          API with the user's cookies and reads the answer.",
            silence: Some(
                "Silence it where nobody but you can publish there, because you are the operator, or \
                 because the operator has set the host aside for you. Do not silence it because your own \
                 path is secret, nor because the operator takes bad pages down: one visit to such a page is \
                 enough.",
            ),
        },
        Explanation {
            mistake: Mistake::AnyPort,
            meaning: "`:*` admits every port of a host, and the host is not the visitor's own machine. To a \
                      browser each port is an origin of its own; behind it can be another program, another \
                      team or another user.",
            consequence: "On a machine with several users or containers each of them can have a port. A \
                          user of yours who opens `https://dev.example.com:9000` runs the script of whoever \
                          listens there, with an origin that the policy admits, and it calls your API with \
                          that user's cookies and reads the answer. A forgotten debugging tool with a hole \
                          in it is as good for an attacker as a port of their own.",
            silence: Some(
                "Silence it where all programs that listen on the host are yours and their ports change, as \
                 on a test machine, best with a `#[cfg(…)]` that keeps the entry out of release builds. Do \
                 not silence it where others have accounts or containers on the host, nor in production, \
                 where the ports are known and can be listed.",
            ),
        },
        Explanation {
            mistake: Mistake::LoopbackWithCredentials,
            meaning: "Loopback is the machine that the browser itself runs on: `localhost`, `127.0.0.1`, \
                      `[::1]`. In development that is yours; in production it is the visitor's, and the \
                      entry is in every build.",
            consequence: "A program on a visitor's computer needs no special rights to serve pages at \
                          `http://localhost:5173` and to open one in the visitor's browser. The policy \
                          admits the page, and its script calls your API with the visitor's cookies and \
                          reads the answer. On a computer with several accounts, the program can be that of \
                          another one.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::InsecureAuthorization,
            meaning: "The page is loaded over http, and may send `authorization`, the header in which \
                      scripts put tokens. Whoever stands between the server and the visitor can change the \
                      page, with its scripts.",
            consequence: "An attacker who controls a café's Wi-Fi adds a line to a script of the page. The \
                          line reads the token where the page keeps it, such as `localStorage`, and sends \
                          it away; the attacker uses it from anywhere, for as long as it is valid. It is a \
                          warning and not a lint because without credentials the browser adds nothing by \
                          itself: at stake is only what this page has.",
            silence: None,
        },
    ],
};
