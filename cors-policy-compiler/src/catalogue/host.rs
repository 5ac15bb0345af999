//! Origins: their hosts.

use super::{Explanation, Group};
use crate::mistake::Mistake;

pub(super) const GROUP: Group = Group {
    name: "host",
    title: "Origins: the host",
    explanations: &[
        Explanation {
            mistake: Mistake::UppercaseHost,
            meaning: "The host has capitals. DNS takes a name in any case for the same, and browsers write \
                      it in lower case, in the address bar and in `Origin`.",
            consequence: "`https://Shop.example.com` opens the page, and the page sends `Origin: \
                          https://shop.example.com`. The two differ in one byte, so the response gets no \
                          `Access-Control-Allow-Origin`, and `fetch` rejects with `TypeError`.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::UnicodeHost,
            meaning: "The host has letters outside ASCII, such as `ü`. Host names in DNS are ASCII, so \
                      browsers translate each label (the text between two dots) into punycode, which begins \
                      with `xn--`: `bücher.example` becomes `xn--bcher-kva.example`.",
            consequence: "The address bar shows `bücher.example`, and the page sends `Origin: \
                          https://xn--bcher-kva.example`. An entry in the form that people read never \
                          matches, and the page's `fetch` rejects with `TypeError`.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::PercentInHost,
            meaning: "The host has a `%` with two digits behind it, as URLs write characters that they \
                      cannot hold. In a host browsers decode it and go on with the result, so an origin \
                      never has a `%`.",
            consequence: "A page opened as `https://caf%C3%A9.example` sends `Origin: \
                          https://xn--caf-dma.example`. The entry equals nothing that a browser sends, and \
                          hides from a reader which host is meant.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::InvalidHostCharacter,
            meaning: "The host has a character other than letters, digits, `-`, `_` and dots. It is mostly \
                      a slip of the keyboard, or comes from another language of patterns, such as `(shop)`.",
            consequence: "The entry is compared as text, so `https://(shop).example.com` does not admit \
                          `https://shop.example.com`: that page gets no `Access-Control-Allow-Origin`, and \
                          its `fetch` rejects with `TypeError`. Browsers keep some of these \
                          characters in a URL, and would compare them as they are.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::EmptyLabel,
            meaning: "Two dots follow each other, or the host begins with a dot. The text between two dots \
                      is a label, and no label is empty. In proxy settings a leading dot means all \
                      subdomains; here `*.` does.",
            consequence: "DNS cannot look up a name with an empty label in it, so no page is loaded from \
                          such a host and the entry admits nobody. Whoever wrote `https://.example.com` for \
                          all subdomains finds each of them refused.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::LabelTooLong,
            meaning: "A label, the text between two dots, has more than 63 bytes. DNS keeps the length of a \
                      label in six bits, so a longer one cannot be looked up. Of an international name the \
                      form with `xn--` counts.",
            consequence: "No browser can load a page from there, so the entry admits nobody. Names made \
                          from the names of branches are a usual case: the platform has to shorten them \
                          before it can give them out, so the page has another origin than the one in the \
                          list.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::HostTooLong,
            meaning: "The host name has more than 253 bytes, or a wildcard stands in front of a name that \
                      leaves no room for a subdomain. A name in DNS takes at most 255 bytes on the wire, of \
                      which two are not text.",
            consequence: "Such a name cannot be looked up, so no page is loaded from it and the entry \
                          admits nobody. If a page was meant, its real host is shorter, and that page is \
                          refused.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::TrailingDot,
            meaning: "The host ends with a dot, which in DNS marks a complete name. `shop.example.com.` and \
                      `shop.example.com` are the same machine, and to a browser two hosts with two origins.",
            consequence: "Visitors use the name without the dot, and the page that they open sends `Origin: \
                          https://shop.example.com`, which does not equal the entry: its `fetch` rejects \
                          with `TypeError`. This entry admits only the page of somebody who types the dot.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::InvalidPunycode,
            meaning: "A label (the text between two dots) begins with `xn--`, which says that it is \
                      punycode, the ASCII form of an international name. What follows does not decode, so a \
                      character of it is missing or wrong.",
            consequence: "The page that was meant sends the right form, which differs from the entry, and \
                          is refused. Firefox does not open a URL with this host and Chromium does, which \
                          is why this is a warning and not an error: a name server of your own could answer \
                          for it.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::LookalikeHost,
            meaning: "A label in punycode (the ASCII form of an international name) reads like another name \
                      once it is decoded: it mixes letters of two scripts, has letters that are drawn like \
                      Latin ones, or characters that do not show. `xn--pple-43d.com` reads `аpple.com`, and \
                      the first letter is Cyrillic.",
            consequence: "Names of this kind are registered to pass for those of others. If this one is in \
                          the list because somebody copied a link, its owner has the rights of this rule, \
                          and with credentials reads as each visitor who is lured to its page. If the name \
                          is yours, nothing follows from the warning.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::Ipv4NotCanonical,
            meaning: "The host ends in a number, so browsers take it for an IPv4 address, and it is not in \
                      the form in which they send one: four decimal numbers without leading zeros. Browsers \
                      read several forms (`127.1`, `0x7f000001`) and rewrite them all to that one; what is \
                      no address in any form they refuse.",
            consequence: "A page opened as `http://127.1:3000` sends `Origin: http://127.0.0.1:3000`, so an \
                          entry in the short form never matches. Zeros in front are a trap: browsers read \
                          `010` as octal, and `http://192.168.010.1` is the machine `192.168.8.1`, not the \
                          one that a reader sees.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::Ipv4InBrackets,
            meaning: "An IPv4 address stands in square brackets. They belong to IPv6, whose colons could \
                      otherwise be taken for the beginning of a port.",
            consequence: "Browsers do not open `http://[192.0.2.7]`, so no page has this origin and the \
                          entry admits nobody. The page at that address sends `Origin: http://192.0.2.7`.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::Ipv6NotCanonical,
            meaning: "The IPv6 address is not in the form in which browsers send it: lower-case digits, no \
                      leading zeros in a group, the longest run of two or more zero groups as `::`, and no \
                      dotted numbers at the end.",
            consequence: "A page opened as `http://[2001:DB8:0:0:0:0:0:1]` sends `Origin: \
                          http://[2001:db8::1]`, and one at `http://[::ffff:192.0.2.7]` sends `Origin: \
                          http://[::ffff:c000:207]`. The entry is the same address and another text, so it \
                          never matches.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::Ipv6Zone,
            meaning: "A `%` and a zone, such as `%eth0`, stand behind the address. A zone says by which \
                      network card of one machine an address is reached, and means nothing on another. \
                      Network tools print it behind link-local addresses (`fe80::…`), from where it is \
                      mostly copied.",
            consequence: "Browsers do not open URLs with a zone, so no page has such an origin and the \
                          entry admits nobody.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::Ipv6WithoutBrackets,
            meaning: "An IPv6 address stands without square brackets. Behind a host a colon begins the \
                      port, and in `2001:db8::1:8080` nobody can tell whether `8080` is a port or the last \
                      group of the address.",
            consequence: "Browsers do not open such a URL, so no page has this origin. The page at that \
                          address sends it in brackets, as in `Origin: http://[2001:db8::1]:8080`, which \
                          the entry does not equal.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::Ipv6Bracket,
            meaning: "One of the two square brackets is missing, or they stand around a part of the host \
                      only.",
            consequence: "Browsers do not open a URL with a stray bracket in its host, so no page has such \
                          an origin and the entry admits nobody. To a reader `http://[::1:3000` and the \
                          real origin, `http://[::1]:3000`, look alike.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::InvalidIpv6,
            meaning: "What stands in the brackets is not an IPv6 address: it has too few or too many \
                      groups, a group of more than four digits, `::` twice, or it is a name.",
            consequence: "Browsers do not open a URL with such a host, so no page has this origin and the \
                          entry admits nobody. A page at `http://localhost:3000` is not admitted by \
                          `http://[localhost]:3000`.",
            silence: None,
        },
    ],
};
