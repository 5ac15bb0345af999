//! Origins: their overall shape.

use super::{Explanation, Group};
use crate::mistake::Mistake;

pub(super) const GROUP: Group = Group {
    name: "shape",
    title: "Origins: the shape",
    explanations: &[
        Explanation {
            mistake: Mistake::NullOrigin,
            meaning: "`null` is what a browser sends for a page that has no origin of its own, which the \
                      standard calls an opaque origin: a sandboxed frame, a `data:` document, in Chromium \
                      and Firefox a file from disk. Some redirected requests send it too. It names nobody, \
                      so it admits whoever can bring it about.",
            consequence: "An attacker puts `<iframe sandbox=\"allow-scripts\" srcdoc=\"…\">` into a page of \
                          any website. The script in the frame sends `Origin: null`, the answer says \
                          `Access-Control-Allow-Origin: null`, and the script reads it. With credentials it \
                          reads as the user who has opened the page.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::OriginWhitespace,
            meaning: "A space, a tab, a line break or a control character stands in the entry. An origin \
                      cannot hold one, so it has come along with a copy, or from a file that was read with \
                      its line ends.",
            consequence: "The entry differs from the page's origin by a character that most editors do not \
                          show. The page is refused, `fetch` rejects with `TypeError`, and the origin in \
                          the browser's console looks the same as the one in your list.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::SeveralOriginsInOne,
            meaning: "One string holds several origins, with commas, spaces, semicolons or bars between \
                      them. An entry is compared as a whole with the one origin that a request names, so \
                      that its parts are never looked at.",
            consequence: "None of the pages is admitted. Libraries that send such a text as it is produce \
                          `Access-Control-Allow-Origin: https://a.example, https://b.example`. Chromium \
                          then says that the header contains multiple values, Firefox that it does not \
                          match, and `fetch` rejects with `TypeError` in both.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::PlaceholderInOrigin,
            meaning: "A placeholder in braces, such as `{tenant}` or `${HOST}`, stands for a part of the \
                      origin. Policies have no variables: the macro reads the text while the crate \
                      compiles, and a document is taken as it is, so nothing puts a value there.",
            consequence: "The entry is compared as text, so `https://{tenant}.example.com` does not admit \
                          `https://acme.example.com`: that page gets no `Access-Control-Allow-Origin`, and \
                          its `fetch` rejects with `TypeError`. It is the same for every tenant and in \
                          every environment, while the entry reads as if it covered them all.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::MissingScheme,
            meaning: "The entry names a host without a scheme. An origin is scheme, host and port together: \
                      `http://shop.example.com` and `https://shop.example.com` are two.",
            consequence: "A page there sends `Origin: https://shop.example.com`, which does not equal \
                          `shop.example.com`, so it gets no `Access-Control-Allow-Origin`, and its `fetch` \
                          rejects with `TypeError`. A library that fills the scheme in has to guess, and \
                          one that admits both also admits whoever can change the unencrypted page on its \
                          way.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::SchemeSeparator,
            meaning: "Something close to `://` stands between the scheme and the host, such as `:/`, `//` \
                      without the colon, or backslashes.",
            consequence: "In the address bar browsers mend `https:/shop.example.com`, which hides the slip. \
                          They do not mend what a server compares: the page sends `Origin: \
                          https://shop.example.com`, the entry lacks a byte of it, and the page is refused.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::UppercaseScheme,
            meaning: "The scheme has capitals. Browsers turn schemes into lower case when they read a URL, \
                      so no request carries one in capitals.",
            consequence: "`HTTPS://shop.example.com` and `https://shop.example.com` open the same page, and \
                          only the second is what the page sends. The entry matches nothing, so the \
                          response has no `Access-Control-Allow-Origin`, and `fetch` rejects with \
                          `TypeError`.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::InvalidScheme,
            meaning: "What stands in front of `://` cannot be the scheme of a URL: it has a character that \
                      schemes do not have, such as `_` or a quote, or does not begin with a letter. Quotes \
                      are mostly left over from a shell or from a second pair around the text.",
            consequence: "Browsers do not read this as the beginning of a URL, so no page is loaded from \
                          there and no request has such an origin. The page that was meant has another, and \
                          is refused: its `fetch` rejects with `TypeError`.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::WildcardScheme,
            meaning: "The scheme is a pattern, such as `*://`, `http*://` or `http(s)://`. It saves a line, \
                      and admits the unencrypted page together with the encrypted one.",
            consequence: "A visitor sits in a café whose Wi-Fi an attacker controls, and opens some http \
                          page. The attacker makes that page load `http://shop.example.com` and answers for \
                          it with a script of their own, which the browser takes for the shop's. The policy \
                          admits it, and it reads from your https API what the visitor may read.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::SchemeTooLong,
            meaning: "More than 64 characters stand in front of `://`, which is the limit here. The schemes \
                      in use are far shorter; a longer one is mostly the name of a package, or some text \
                      that was pasted there.",
            consequence: "Browsers have no such scheme, so the entry would admit nobody; an application \
                          that chose one for its own pages has to choose a shorter. The limit is there for \
                          hostile requests: one whose `Origin` is longer than any origin of the policy is \
                          refused without further work, however long it is.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::NeverAnOrigin,
            meaning: "The scheme exists, and no page is loaded by it: `ws` and `wss` are for sockets, \
                      `ftp`, `mailto`, `ssh` and others for programs of other kinds. Origins are those of \
                      pages, so none begins like this.",
            consequence: "A page at `https://shop.example.com` that opens `wss://api.example.com` sends \
                          `Origin: https://shop.example.com`, so an entry with `wss` matches no request. \
                          Browsers do not apply CORS to WebSockets at all. Whoever lists a `wss` origin to \
                          guard a socket has one that any website can open, until the server itself checks \
                          `Origin` in the handshake.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::FileOrigin,
            meaning: "The entry is a `file:` URL. Chromium and Firefox send `Origin: null` for a page from \
                      disk, without its path, so that nobody can tell one file from another, or from a \
                      sandboxed frame of some website.",
            consequence: "The entry never matches, and the page's `fetch` rejects with `TypeError`. The \
                          only text that would match is `null`, and that lets every website in.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::OpaqueOrigin,
            meaning: "A document at such a URL has no origin that could be listed under it. One at `data:` \
                      has an opaque origin, which equals no other and is sent as `null`; one at `blob:` or \
                      `about:blank` has the origin of the page that made it.",
            consequence: "The entry matches no request. A frame at `blob:https://shop.example.com/…` sends \
                          `Origin: https://shop.example.com`, so the entry for that page is enough for it; \
                          a `data:` frame sends `null`, as any website can make it do.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::Userinfo,
            meaning: "A user name, or user name and password, stands in front of `@`. It is not part of an \
                      origin, and the host begins behind the `@`.",
            consequence: "In `https://shop.example.com@evil.test` a reviewer sees the shop, and the host is \
                          `evil.test`. Browsers never put a user name into `Origin`, so as text the entry \
                          matches nothing; a library that reads it as a URL drops the user name and admits \
                          `evil.test`. A password in it stands in the source code, for everybody who can \
                          read that.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::TrailingSlash,
            meaning: "The entry ends with a slash, as an address does when it is copied from a browser. The \
                      slash is already a path, and an origin, which is scheme, host and port, has none.",
            consequence: "The page sends `Origin: https://shop.example.com`, one byte shorter than the \
                          entry, so the response gets no `Access-Control-Allow-Origin`. `fetch` rejects \
                          with `TypeError` and Chromium's console says that no such header is present, \
                          while `curl`, which checks nothing, shows a good answer. A library that sends its \
                          only entry as it is written fails too: Chromium then says that the value is not \
                          equal to the origin of the page.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::OriginPath,
            meaning: "The entry goes on behind the host with a path. Browsers tell pages apart by scheme, \
                      host and port: all pages of one host and port have the same origin, whatever their \
                      paths.",
            consequence: "As text the entry equals no origin, and the page is refused. If the path were \
                          ignored, `https://sites.example.com/team-a` would admit `/team-b` as well, and a \
                          script of team B would read your API with the rights that were meant for team A.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::OriginQuery,
            meaning: "The entry has a query, the part of a URL from `?` on. Browsers leave it out of an \
                      origin, as they leave out the path.",
            consequence: "The entry equals no origin, so the page is refused and its `fetch` rejects with \
                          `TypeError`. A query could not narrow anything down either: \
                          `https://app.example.com?tenant=7` and `https://app.example.com?tenant=8` have \
                          one origin, and a server that admits the one has admitted the other.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::OriginFragment,
            meaning: "The entry has a fragment, the part of a URL from `#` on. It points to a place inside \
                      a page, and browsers send it to no server.",
            consequence: "The entry equals no origin, so the page is refused and its `fetch` rejects with \
                          `TypeError`. The views of an application that tells them apart behind `#` have \
                          one origin, and one entry without the fragment admits them all.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::MissingHost,
            meaning: "Nothing stands between `://` and the port, the path or the end. A template with an \
                      empty variable leaves such a text.",
            consequence: "Browsers do not open an http or https URL without a host, so no page has this \
                          origin and the entry admits nobody. The page that the template was for is refused \
                          in the environment where the variable is empty, and nowhere else.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::RegexOrigin,
            meaning: "The entry looks like a regular expression: it stands between slashes, or has `^`, \
                      `$`, `\\.` or `.*` in it. Entries are compared as text, and the only character with a \
                      meaning of its own is `*`.",
            consequence: "As text it matches nothing. As an expression it would admit more than it seems \
                          to: `^https://shop.example.com` has no `$` and also matches \
                          `https://shop.example.com.evil.test`, and its dots also match the hyphen in \
                          `https://shop-example.com`, a name that anybody could register.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::OriginTooLong,
            meaning: "The entry is longer than an origin can be: 64 bytes for the scheme, 3 for `://`, 254 \
                      for a host name with a dot at its end, 6 for a port. It mostly is some other text \
                      that got here by mistake.",
            consequence: "DNS cannot look up a longer host name, so no page has such an origin and the \
                          entry admits nobody. A request whose `Origin` is longer than any origin of the \
                          policy is refused without further work, however long it is.",
            silence: None,
        },
    ],
};
