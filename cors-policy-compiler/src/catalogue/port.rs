//! Origins: their ports.

use super::{Explanation, Group};
use crate::mistake::Mistake;

pub(super) const GROUP: Group = Group {
    name: "port",
    title: "Origins: the port",
    explanations: &[
        Explanation {
            mistake: Mistake::DefaultPort,
            meaning: "The entry writes out the port that its scheme has anyway: 443 for https, 80 for http. \
                      Browsers drop that port when they read a URL, so no origin shows it.",
            consequence: "A page opened as `https://shop.example.com:443` sends `Origin: \
                          https://shop.example.com`, four bytes shorter than the entry. The response gets \
                          no `Access-Control-Allow-Origin`, `fetch` rejects with `TypeError`, and \
                          Chromium's console says that no such header is present.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::EmptyPort,
            meaning: "The entry ends with a colon and no port behind it, as a template leaves it when the \
                      port is empty. Browsers drop such a colon.",
            consequence: "The page sends `Origin: https://shop.example.com`, without the colon, and the \
                          entry does not equal it. If a port such as 8443 was to stand there, the page at \
                          that port is refused too.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::PortOutOfRange,
            meaning: "A port is a number of 16 bits, from 1 to 65535. Browsers refuse a URL with a larger \
                      one, and 0 is reserved: a server that asks for port 0 is given any free one.",
            consequence: "No page is loaded from such a port, so the entry admits nobody. A development \
                          server that was told to use port 0 prints the port that it got, and that one is \
                          in the `Origin` of its pages.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::PortLeadingZero,
            meaning: "The port begins with a zero. Browsers read it as a decimal number and send it without \
                      zeros in front.",
            consequence: "A page opened as `http://localhost:08080` sends `Origin: http://localhost:8080`, \
                          which the entry does not equal. The page opens, only its requests to your server \
                          fail: `fetch` rejects with `TypeError`.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::InvalidPort,
            meaning: "What stands behind the colon is not one decimal number. Ranges (`8000-8010`), lists \
                      (`80,81`), signs and names of services (`https`) have no meaning there.",
            consequence: "Browsers do not open a URL with such a port, so no page has this origin. A page \
                          at port 8005 sends `Origin: http://app.example.com:8005`, and an entry that ends \
                          with `:8000-8010` does not admit it, because entries are compared as text.",
            silence: None,
        },
        Explanation {
            mistake: Mistake::PartialPortWildcard,
            meaning: "A `*` stands for some digits of a port. `:*` stands for any port or none, and nothing \
                      stands for a part of one.",
            consequence: "Read as a prefix, `:30*` takes in 300 to 309, 3000 to 3099 and 30000 to 30999, \
                          which hardly anybody means who writes it. Each of these ports can be a program of \
                          another team or of another user of the machine, and its pages would get the \
                          rights of this entry.",
            silence: None,
        },
    ],
};
