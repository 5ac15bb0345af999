//! Whom the server admits although nobody meant to.

use super::{Cause, Layer};

pub(in crate::probe) static REFLECTS_ANY_ORIGIN: Cause = Cause {
    code: "reflects-any-origin",
    layer: Layer::Policy,
    title: "The server admits every origin by echoing it.",
    chrome: "Nothing: it works, for everybody.",
    firefox: "Nothing: it works, for everybody.",
    why: "The header is a copy of `Origin`, or a pattern matches everything. With credentials any website acts \
            as each user who is logged in.",
    fix: "List the origins.",
};

pub(in crate::probe) static ADMITS_NULL: Cause = Cause {
    code: "admits-null",
    layer: Layer::Policy,
    title: "The server admits the origin `null`.",
    chrome: "Nothing: it works, for everybody.",
    firefox: "Nothing: it works, for everybody.",
    why: "`null` is on the list, for files or tests. Every site can open a sandboxed frame, whose origin it \
            is.",
    fix: "Remove `null`.",
};

pub(in crate::probe) static ADMITS_LOOKALIKE: Cause = Cause {
    code: "admits-lookalike",
    layer: Layer::Policy,
    title: "The server admits an origin that anyone can register.",
    chrome: "Nothing: it works, for everybody.",
    firefox: "Nothing: it works, for everybody.",
    why: "A check of the beginning or the end of the text, or a regular expression without anchors or with \
            dots that match anything.",
    fix: "Compare whole origins, or use a pattern with a dot before the domain: `https://*.example.com`.",
};

pub(in crate::probe) static ADMITS_HTTP: Cause = Cause {
    code: "admits-http",
    layer: Layer::Policy,
    title: "The server admits the page's http version.",
    chrome: "Nothing: it works, for everybody.",
    firefox: "Nothing: it works, for everybody.",
    why: "The scheme is not looked at. Whoever controls a network can put a script into an http page.",
    fix: "List the https origin only.",
};

pub(in crate::probe) static ADMITS_OTHER_PORTS: Cause = Cause {
    code: "admits-other-ports",
    layer: Layer::Policy,
    title: "The server admits other ports of the page's host.",
    chrome: "Nothing: it works, for everybody.",
    firefox: "Nothing: it works, for everybody.",
    why: "The port is not looked at. What listens there may be another program.",
    fix: "List the origin with its port.",
};

pub(super) static ALL: &[&Cause] =
    &[&REFLECTS_ANY_ORIGIN, &ADMITS_NULL, &ADMITS_LOOKALIKE, &ADMITS_HTTP, &ADMITS_OTHER_PORTS];
