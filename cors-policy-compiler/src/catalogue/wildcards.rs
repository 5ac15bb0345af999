//! Origins: where wildcards may stand.

use super::{Explanation, Group};
use crate::mistake::Mistake;

pub(super) const GROUP: Group = Group {
    name: "wildcards",
    title: "Origins: wildcards",
    explanations: &[
        Explanation {
            mistake: Mistake::WildcardPosition,
            meaning: "The `*` stands where it also takes in names that strangers can register: next to your \
                      domain (`*example.com`), in place of an ending (`example.*`), or with nothing but a \
                      public suffix behind it (`pr-*.com`). A public suffix is a name under which anybody \
                      can register one, such as `com` or `co.uk`.",
            consequence: "An attacker registers `evilexample.com` for the price of a domain, puts a page \
                          there and sends your users a link. The origin of the page matches \
                          `https://*example.com`, so its script reads your responses, and with credentials \
                          it reads them as each user who follows the link.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::SeveralWildcards,
            meaning: "Two wildcards stand next to each other, as in `**.` or `*.*.`. In other languages of \
                      patterns `*` means one level and `**` any number; here a `*.` in front already stands \
                      for one or more labels (texts between dots).",
            consequence: "One reader takes `https://*.*.example.com` for hosts two levels down and believes \
                          `https://shop.example.com` refused, another takes it for the same as \
                          `https://*.example.com`. One of the two is wrong about who reads the responses.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::WildcardNeedsHttp,
            meaning: "A wildcard stands in an origin whose scheme is neither http nor https. Behind such a \
                      scheme the host is a name that an application or a browser made up, such as the \
                      number of an extension or a fixed `localhost`. Names that are alike do not belong \
                      together, and there is mostly no port that could vary.",
            consequence: "`chrome-extension://*` would admit each extension that a visitor has installed, \
                          whoever wrote it: its pages read your responses, and with credentials as the \
                          visitor. Firefox makes up a host for each installation of an extension, so that \
                          no list can name `moz-extension` origins either.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::WildcardInAddress,
            meaning: "A `*` stands in an IP address, in front of it like a subdomain or in place of a \
                      number. An address is not part of another, and the next one need not belong to the \
                      same owner.",
            consequence: "At a hosting provider the next address is another customer's machine. With \
                          private addresses it is worse: `192.168.*` means machines in whatever network the \
                          visitor is in, at a café those of strangers, and a page on any of them gets the \
                          rights of this entry.",
            silence: None,
        },
    ],
};
